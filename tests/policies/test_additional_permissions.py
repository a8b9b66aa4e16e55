"""Capabilities: the documented actions, on what they are given and on nothing else."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devops_agent_constructs import (
    AthenaQueries,
    CustomStatement,
    DynamoDBItems,
    GluePartitions,
    KmsDecrypt,
    LogRecords,
    OnboardingInputError,
    S3Objects,
    SsmParameters,
    SupportCommunications,
)
from devops_agent_constructs.policies.capabilities import Capability
from devops_agent_constructs.policies.resources import RoleAccount
from tests.cfn_lint_data import ACTIONS_OF_SERVICES

ACCOUNT = RoleAccount(partition="aws", account_id="222222222222")
KEY = "1234abcd-12ab-34cd-56ef-1234567890ab"

CASES: list[tuple[Capability, dict[str, tuple[list[str], list[str]]]]] = [
    (
        AthenaQueries(workgroups=["primary", "arn:aws:athena:eu-west-1:222222222222:workgroup/audit"]),
        {
            "AthenaQueries": (
                [
                    "athena:GetQueryExecution",
                    "athena:GetQueryResults",
                    "athena:GetQueryRuntimeStatistics",
                    "athena:StartQueryExecution",
                    "athena:StopQueryExecution",
                ],
                [
                    "arn:aws:athena:*:222222222222:workgroup/primary",
                    "arn:aws:athena:eu-west-1:222222222222:workgroup/audit",
                ],
            )
        },
    ),
    (
        LogRecords(log_groups=["/aws/lambda/orders"]),
        {"LogRecords": (["logs:GetLogRecord"], ["arn:aws:logs:*:222222222222:log-group:/aws/lambda/orders:*"])},
    ),
    (
        DynamoDBItems(tables=["orders"]),
        {
            "DynamoDBItems": (
                ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"],
                [
                    "arn:aws:dynamodb:*:222222222222:table/orders",
                    "arn:aws:dynamodb:*:222222222222:table/orders/index/*",
                ],
            )
        },
    ),
    (
        S3Objects(buckets=["orders-logs", "arn:aws:s3:::billing"]),
        {
            "S3Buckets": (["s3:ListBucket"], ["arn:aws:s3:::orders-logs", "arn:aws:s3:::billing"]),
            "S3Objects": (["s3:GetObject"], ["arn:aws:s3:::orders-logs/*", "arn:aws:s3:::billing/*"]),
        },
    ),
    (
        GluePartitions(tables=["sales/orders"]),
        {
            "GluePartitions": (
                ["glue:GetPartition"],
                [
                    "arn:aws:glue:*:222222222222:catalog",
                    "arn:aws:glue:*:222222222222:database/sales",
                    "arn:aws:glue:*:222222222222:table/sales/orders",
                ],
            )
        },
    ),
    (
        KmsDecrypt(keys=[KEY, f"arn:aws:kms:eu-west-1:999999999999:key/{KEY}"]),
        {
            "KmsDecrypt": (
                ["kms:Decrypt"],
                [f"arn:aws:kms:*:222222222222:key/{KEY}", f"arn:aws:kms:eu-west-1:999999999999:key/{KEY}"],
            )
        },
    ),
    (SupportCommunications(), {"SupportCommunications": (["support:DescribeCommunications"], ["*"])}),
    (
        SsmParameters(parameters=["/orders/url", "plain", "arn:aws:ssm:eu-west-1:222222222222:parameter/orders/key"]),
        {
            "SsmParameters": (
                ["ssm:GetParameter"],
                [
                    "arn:aws:ssm:*:222222222222:parameter/orders/url",
                    "arn:aws:ssm:*:222222222222:parameter/plain",
                    "arn:aws:ssm:eu-west-1:222222222222:parameter/orders/key",
                ],
            )
        },
    ),
]


@pytest.mark.parametrize(("capability", "expected"), CASES, ids=lambda value: type(value).__name__)
def test_statements(capability: Capability, expected: dict[str, tuple[list[str], list[str]]]) -> None:
    """The whole statements: the documented actions, on these resources, without conditions."""
    assert capability.statements(ACCOUNT) == [
        {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources}
        for sid, (actions, resources) in expected.items()
    ]


def test_actions_are_those_of_the_guardrail() -> None:
    """AWS's guardrail admits these and no other; its one pattern, athena:GetQuery*, is spelled out."""
    actions = {action for _, expected in CASES for names, _ in expected.values() for action in names}
    assert actions == {
        "athena:GetQueryExecution",
        "athena:GetQueryResults",
        "athena:GetQueryRuntimeStatistics",
        "athena:StartQueryExecution",
        "athena:StopQueryExecution",
        "dynamodb:BatchGetItem",
        "dynamodb:GetItem",
        "dynamodb:Query",
        "dynamodb:Scan",
        "glue:GetPartition",
        "kms:Decrypt",
        "logs:GetLogRecord",
        "s3:GetObject",
        "s3:ListBucket",
        "ssm:GetParameter",
        "support:DescribeCommunications",
    }


@pytest.mark.parametrize(
    ("action", "resource_types"),
    [
        ("athena:StartQueryExecution", ["workgroup"]),
        ("dynamodb:Query", ["index", "table"]),
        ("glue:GetPartition", ["catalog", "database", "rootcatalog", "table"]),
        ("kms:Decrypt", ["key"]),
        ("logs:GetLogRecord", ["log-group"]),
        ("s3:ListBucket", ["accesspoint", "bucket"]),
        ("s3:GetObject", ["accesspointobject", "object"]),
        ("ssm:GetParameter", ["parameter"]),
        ("support:DescribeCommunications", []),
    ],
)
def test_actions_accept_these_resources(action: str, resource_types: list[str]) -> None:
    """As AWS's service authorization reference has it (cfn-lint's copy): a wrong type would never match."""
    service, _, name = action.partition(":")
    assert authorization_reference()[service]["Actions"][name.lower()].get("Resources", []) == resource_types


def authorization_reference() -> dict[str, Any]:
    """Return service prefix -> actions and resources, as cfn-lint ships them."""
    path = ACTIONS_OF_SERVICES
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def test_other_partition() -> None:
    """A name means the role's own partition."""
    account = RoleAccount(partition="aws-us-gov", account_id="222222222222")
    [buckets, _] = S3Objects(buckets=["orders-logs"]).statements(account)
    assert buckets["Resource"] == ["arn:aws-us-gov:s3:::orders-logs"]


def test_tokens_pass() -> None:
    """What only deployment knows is the business of whoever defined it."""
    token = "${Token[TOKEN.12]}"
    [buckets, objects] = S3Objects(buckets=[token]).statements(ACCOUNT)
    assert (buckets["Resource"], objects["Resource"]) == ([token], [f"{token}/*"])


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: AthenaQueries(workgroups=["a b"]), "workgroups[0]"),
        (lambda: LogRecords(log_groups=["ok", "/aws/lambda/*"]), "log_groups[1]"),
        (lambda: LogRecords(log_groups=["arn:aws:logs:eu-west-1:222222222222:log-group:a:*"]), "log_groups[0]"),
        (lambda: DynamoDBItems(tables=["ab"]), "tables[0]"),
        (lambda: DynamoDBItems(tables=["arn:aws:dynamodb:*:222222222222:table/orders"]), "tables[0]"),
        (lambda: S3Objects(buckets=["*"]), "buckets[0]"),
        (lambda: S3Objects(buckets=["Orders"]), "buckets[0]"),
        (lambda: S3Objects(buckets=["orders/logs"]), "buckets[0]"),
        (lambda: S3Objects(buckets=["arn:aws:s3:::orders/*"]), "buckets[0]"),
        (lambda: S3Objects(buckets=["arn:aws:s3:eu-west-1:222222222222:accesspoint/a"]), "buckets[0]"),
        (lambda: GluePartitions(tables=["orders"]), "tables[0]"),
        (lambda: GluePartitions(tables=["sales/*"]), "tables[0]"),
        (lambda: KmsDecrypt(keys=["alias/orders"]), "keys[0]"),
        (lambda: KmsDecrypt(keys=["arn:aws:kms:eu-west-1:222222222222:alias/orders"]), "keys[0]"),
        (lambda: KmsDecrypt(keys=["*"]), "keys[0]"),
        (lambda: SsmParameters(parameters=["/orders/*"]), "parameters[0]"),
        (lambda: SsmParameters(parameters=["//orders"]), "parameters[0]"),
        (lambda: SsmParameters(parameters=["arn:aws:ssm:eu-west-1:222222222222:parameterorders"]), "parameters[0]"),
        (lambda: S3Objects(buckets=["orders-logs\n"]), "buckets[0]"),
        (lambda: S3Objects(buckets=[]), "buckets"),
        (lambda: S3Objects(buckets="orders-logs"), "buckets"),
        (lambda: SsmParameters(parameters="orders"), "parameters"),
        (lambda: CustomStatement(sid="Read Orders", actions=["s3:GetObject"], resources=["*"]), "sid"),
        (lambda: CustomStatement(sid="A", actions=["GetObject"], resources=["*"]), "actions[0]"),
        (lambda: CustomStatement(sid="A", actions=["*"], resources=["*"]), "actions[0]"),
        (lambda: CustomStatement(sid="A", actions=[], resources=["*"]), "actions"),
        (lambda: CustomStatement(sid="A", actions=["s3:GetObject"], resources=[]), "resources"),
    ],
)
def test_refuses_patterns_and_slips(make: Any, field: str) -> None:
    """A wildcard grants more than it says, a wrong name less; both are found before anything is created."""
    with pytest.raises(OnboardingInputError) as caught:
        make()
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("make", "why", "fix"),
    [
        (lambda: GluePartitions(tables=["orders"]), "a database and a table in it", "'sales/orders'"),
        (lambda: S3Objects(buckets=["Orders/logs"]), "in lower case and without a path", "'arn:aws:s3:::orders'"),
        (lambda: KmsDecrypt(keys=["alias/orders"]), "a key's id or its key ARN, not an alias", f"'{KEY}'"),
        (
            lambda: LogRecords(log_groups=["arn:aws:logs:eu-west-1:222222222222:log-group:/a:*"]),
            "without ':*' at the end",
            "'arn:aws:logs:us-east-1:222222222222:log-group:/aws/lambda/orders'",
        ),
        (lambda: DynamoDBItems(tables=["ab"]), "3-255 of", "'arn:aws:dynamodb:us-east-1:222222222222:table/orders'"),
        (lambda: SsmParameters(parameters=["a b"]), "a parameter's name", "parameter/orders/url'"),
    ],
)
def test_a_slip_is_told_the_form_of_its_kind(make: Any, why: str, fix: str) -> None:
    """What such a name looks like; of wildcards only those are told who wrote one."""
    with pytest.raises(OnboardingInputError) as caught:
        make()
    assert why in caught.value.why
    assert fix in caught.value.fix
    assert "wildcard" not in str(caught.value)


@pytest.mark.parametrize("name", ["/aws/lambda/*", "/aws/?", "arn:aws:logs:*:222222222222:log-group:/a:*"])
def test_a_wildcard_is_told_what_takes_it(name: str) -> None:
    """A statement of one's own."""
    with pytest.raises(OnboardingInputError, match=r"without wildcards; .*custom_statement\) takes wildcards"):
        LogRecords(log_groups=[name])


@given(st.lists(st.text(max_size=30), max_size=3))
def test_no_name_brings_a_wildcard_in(names: list[str]) -> None:
    """Whatever is accepted as a bucket names buckets, without patterns."""
    try:
        [buckets, _] = S3Objects(buckets=names).statements(ACCOUNT)
    except OnboardingInputError:
        return
    assert not any(set(resource) & set("*? \n") for resource in buckets["Resource"])


def test_custom_statement_is_taken_as_it_is() -> None:
    """Own actions, resources and conditions, wildcards included."""
    conditions = {"StringEquals": {"aws:ResourceTag/team": "orders"}}
    custom = CustomStatement(
        sid="ReadCode", actions=["lambda:GetFunction"], resources=["arn:aws:lambda:*:*:*"], conditions=conditions
    )
    assert custom.statements(ACCOUNT) == [
        {
            "Sid": "ReadCode",
            "Effect": "Allow",
            "Action": ["lambda:GetFunction"],
            "Resource": ["arn:aws:lambda:*:*:*"],
            "Condition": {"StringEquals": {"aws:ResourceTag/team": "orders"}},
        }
    ]


def test_capabilities_do_not_change_with_the_list_they_came_from() -> None:
    """A list that is changed later must not change a role that was checked already."""
    buckets = ["orders-logs"]
    capability = S3Objects(buckets=buckets)
    buckets.append("*")
    assert capability == S3Objects(buckets=["orders-logs"])
    assert hash(capability) == hash(S3Objects(buckets=["orders-logs"]))
