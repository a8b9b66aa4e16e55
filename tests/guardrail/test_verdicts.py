"""AWS's guardrail: which actions it leaves without effect, and the lists that say so."""

import itertools
import json
import re
import subprocess
import sys
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devops_agent_constructs import (
    AthenaQueries,
    CustomStatement,
    DynamoDBItems,
    Generation,
    GluePartitions,
    KmsDecrypt,
    LogRecords,
    OnboardingInputError,
    ResourceExplorerSetup,
    S3Objects,
    SsmParameters,
    SupportCommunications,
)
from devops_agent_constructs.guardrail.lists import GuardrailLists, guardrail_lists
from devops_agent_constructs.guardrail.verdicts import Effect, Verdict, effect_of, guardrail_verdicts
from devops_agent_constructs.policies.capabilities import Capability
from devops_agent_constructs.policies.permissions import inline_policy
from devops_agent_constructs.policies.resources import RoleAccount
from scripts import refresh_guardrail
from tests.cfn_lint_data import ACTIONS_OF_SERVICES

ACCOUNT = RoleAccount(partition="aws", account_id="222222222222")
POLICY = "arn:aws:iam::aws:policy/AIDevOpsAgentAccessPolicy"
RESOURCE_EXPLORER_ROLE = (
    "arn:aws:iam::222222222222:role/aws-service-role/"
    "resource-explorer-2.amazonaws.com/AWSServiceRoleForResourceExplorer"
)

READY_MADE: list[tuple[Capability, set[Effect]]] = [
    (AthenaQueries(workgroups=["primary"]), {Effect.USEFUL}),
    (LogRecords(log_groups=["orders"]), {Effect.USEFUL}),
    (DynamoDBItems(tables=["orders"]), {Effect.USEFUL}),
    (S3Objects(buckets=["orders-logs"]), {Effect.USEFUL}),
    (KmsDecrypt(keys=["1234abcd-12ab-34cd-56ef-1234567890ab"]), {Effect.USEFUL}),
    (SupportCommunications(), {Effect.USEFUL}),
    (SsmParameters(parameters=["/orders/url"]), {Effect.USEFUL}),
    (GluePartitions(tables=["sales/orders"]), {Effect.REDUNDANT}),
    (ResourceExplorerSetup(), {Effect.UNCONFIRMED}),
]


def verdict_of(action: str, *, resource: str = "*", managed_policy_arns: tuple[str, ...] = (POLICY,)) -> Verdict:
    """Judge one action."""
    statement = {"Sid": "Mine", "Effect": "Allow", "Action": action, "Resource": resource}
    [verdict] = guardrail_verdicts([statement], managed_policy_arns=managed_policy_arns)
    return verdict


@pytest.mark.parametrize(
    ("action", "effect", "instead"),
    [
        # Blocked in AWS's own words.
        ("s3:PutObject", Effect.OUTSIDE, ()),
        ("ec2:TerminateInstances", Effect.OUTSIDE, ()),
        ("dynamodb:DeleteItem", Effect.OUTSIDE, ()),
        ("lambda:GetFunction", Effect.OUTSIDE, ()),
        ("s3:Put*", Effect.OUTSIDE, ()),
        ("s3:getobject", Effect.USEFUL, ()),
        ("athena:GetQueryExecution", Effect.USEFUL, ()),
        ("athena:GetQuery*", Effect.USEFUL, ()),
        # Under a condition in the managed policy, without one in the list of additional permissions.
        ("s3:ListBucket", Effect.USEFUL, ()),
        # On some resources only.
        ("apigateway:GET", Effect.UNCONFIRMED, ()),
        ("ec2:DescribeInstances", Effect.REDUNDANT, ()),
        ("ec2:Describe*", Effect.REDUNDANT, ()),
        ("ec2:DescribeVpc?", Effect.REDUNDANT, ()),
        ("glue:GetPartition", Effect.REDUNDANT, ()),
        ("s3:Get*", Effect.PARTLY_OUTSIDE, ("s3:GetObject",)),
        ("s3:GetObject*", Effect.PARTLY_OUTSIDE, ("s3:GetObject",)),
        ("kms:*", Effect.PARTLY_OUTSIDE, ("kms:Decrypt",)),
        (
            "dynamodb:*",
            Effect.PARTLY_OUTSIDE,
            ("dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"),
        ),
        ("apigateway:*", Effect.PARTLY_OUTSIDE, ("apigateway:GET",)),
        ("glue:*", Effect.PARTLY_OUTSIDE, ()),
        ("lambda:Get*", Effect.PARTLY_OUTSIDE, ()),
    ],
)
def test_verdicts(action: str, effect: Effect, instead: tuple[str, ...]) -> None:
    """What a role with AWS's managed policy gets from an action, and what of a pattern is worth writing out."""
    assert verdict_of(action) == Verdict(sid="Mine", action=action, effect=effect, instead=instead)


@pytest.mark.parametrize(("capability", "effects"), READY_MADE, ids=lambda value: type(value).__name__)
def test_ready_made_capabilities_have_an_effect(capability: Capability, effects: set[Effect]) -> None:
    """None is outside of the guardrail; one has become part of AWS's managed policy."""
    assert {verdict.effect for verdict in guardrail_verdicts(capability.statements(ACCOUNT))} == effects


def test_a_role_of_its_own_policies_needs_all_ready_made_capabilities() -> None:
    """Without AWS's managed policy nothing is granted already; the account's own policy of that name is another."""
    statements = [statement for capability, _ in READY_MADE for statement in capability.statements(ACCOUNT)]
    verdicts = guardrail_verdicts(statements, managed_policy_arns=["AIDevOpsAgentAccessPolicy"])
    assert {verdict.effect for verdict in verdicts} == {Effect.USEFUL, Effect.UNCONFIRMED}


@pytest.mark.parametrize(
    ("arns", "effect"),
    [
        ([POLICY], Effect.REDUNDANT),
        (["arn:${Token[AWS.Partition.8]}:iam::aws:policy/AIDevOpsAgentAccessPolicy"], Effect.REDUNDANT),
        (
            ["arn:aws:iam::222222222222:policy/Own", "arn:aws-cn:iam::aws:policy/AIDevOpsAgentAccessPolicy"],
            Effect.REDUNDANT,
        ),
        (None, Effect.REDUNDANT),
        ([], Effect.USEFUL),
        (["arn:aws:iam::222222222222:policy/AIDevOpsAgentAccessPolicy"], Effect.USEFUL),
        (["arn:aws:iam::aws:policy/AIOpsAssistantPolicy"], Effect.USEFUL),
    ],
)
def test_redundant_only_with_the_managed_policy(arns: list[str] | None, effect: Effect) -> None:
    """The guardrail grants nothing by itself: what the managed policy grants counts where it is attached."""
    statement = {"Sid": "Mine", "Effect": "Allow", "Action": "ec2:DescribeInstances", "Resource": "*"}
    [verdict] = guardrail_verdicts([statement], managed_policy_arns=arns)
    assert verdict.effect is effect


def test_partly_outside_without_the_managed_policy() -> None:
    """Then all that the pattern meets is worth writing out, each action once."""
    verdict = verdict_of("glue:GetPart*", managed_policy_arns=())
    assert verdict.effect is Effect.PARTLY_OUTSIDE
    assert [action.lower() for action in verdict.instead] == ["glue:getpartition", "glue:getpartitions"]


@pytest.mark.parametrize(
    ("generation", "effects"),
    [
        (Generation.GA, [Effect.REDUNDANT, Effect.OUTSIDE]),
        (Generation.TRANSITION, [Effect.REDUNDANT, Effect.OUTSIDE]),
        (Generation.PREVIEW, []),
    ],
)
def test_generations(generation: Generation, effects: list[Effect]) -> None:
    """Whether the guardrail applies to the preview's sessions is unconfirmed, so nothing is said of them."""
    actions = ["ec2:DescribeInstances", "s3:PutObject"]
    statement = {"Sid": "Mine", "Effect": "Allow", "Action": actions, "Resource": "*"}
    assert [verdict.effect for verdict in guardrail_verdicts([statement], generation=generation)] == effects


@pytest.mark.parametrize(
    ("resource", "effect"),
    [
        (RESOURCE_EXPLORER_ROLE, Effect.UNCONFIRMED),
        (RESOURCE_EXPLORER_ROLE.replace("aws:", "${Token[AWS.Partition.8]}:", 1), Effect.UNCONFIRMED),
        ("arn:aws:iam::*:role/aws-service-role/*", Effect.UNCONFIRMED),
        ("*", Effect.UNCONFIRMED),
        (RESOURCE_EXPLORER_ROLE.replace("resource-explorer-2", "ecs"), Effect.OUTSIDE),
    ],
)
def test_only_the_documented_service_linked_role_is_kept(resource: str, effect: Effect) -> None:
    """AWS's guides tell users to allow the one of Resource Explorer, in no list; another has no such excuse."""
    assert verdict_of("iam:CreateServiceLinkedRole", resource=resource).effect is effect


@pytest.mark.parametrize("generation", [Generation.GA, Generation.TRANSITION])
def test_what_a_role_has_by_default_is_never_outside(generation: Generation) -> None:
    """The statements of AWS's own guides, as the library writes them."""
    policy = inline_policy([], account=ACCOUNT, generation=generation)
    assert policy is not None
    effects = {verdict.effect for verdict in guardrail_verdicts(policy["Statement"], generation=generation)}
    assert effects <= {Effect.UNCONFIRMED, Effect.REDUNDANT}


def test_preview_actions_become_redundant_when_the_role_moves_on() -> None:
    """All eight are in the managed policy: known from AWS's document, not from our list of statements alone."""
    policy = inline_policy([], account=ACCOUNT, generation=Generation.PREVIEW)
    assert policy is not None
    assert [verdict.effect for verdict in guardrail_verdicts(policy["Statement"])] == [Effect.REDUNDANT] * 8


@pytest.mark.parametrize(
    ("statement", "sids"),
    [
        ({"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}, ["Statement[0]"]),
        ({"Sid": "A", "Effect": "Allow", "Action": ["s3:PutObject", "s3:PutObject"], "Resource": ["*"]}, ["A"]),
        ({"Sid": "A", "Effect": "Allow", "Action": ["s3:PutObject", "s3:PutAcl"], "NotResource": "x"}, ["A", "A"]),
        ({"Sid": "A", "Effect": "Deny", "Action": "s3:PutObject", "Resource": "*"}, []),
        ({"Sid": "A", "Effect": "Deny", "NotAction": "s3:*", "Resource": "*"}, []),
    ],
)
def test_forms_of_statements(statement: dict[str, object], sids: list[str]) -> None:
    """One verdict for each action of an Allow statement; what denies is never without effect for being unlisted."""
    assert [verdict.sid for verdict in guardrail_verdicts([statement])] == sids


@pytest.mark.parametrize(
    ("statement", "field"),
    [
        ({"Effect": "Allow", "NotAction": ["iam:*"], "Resource": "*"}, "Statement[1].NotAction"),
        ({"Effect": "allow", "Action": "s3:GetObject", "Resource": "*"}, "Statement[1].Effect"),
        ({"Action": "s3:GetObject", "Resource": "*"}, "Statement[1].Effect"),
        ({"Effect": "Allow", "Resource": "*"}, "Statement[1].Action"),
        ({"Effect": "Allow", "Action": [], "Resource": "*"}, "Statement[1].Action"),
        ({"Effect": "Allow", "Action": ["s3:GetObject", 1], "Resource": "*"}, "Statement[1].Action"),
        ({"Effect": "Allow", "Action": "s3:GetObject", "Resource": [None]}, "Statement[1].Resource"),
    ],
)
def test_refuses_what_it_cannot_judge(statement: dict[str, object], field: str) -> None:
    """A statement is judged or refused, never passed over."""
    good = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    with pytest.raises(OnboardingInputError) as caught:
        guardrail_verdicts([good, statement])
    assert caught.value.field == field


# Actions of a small world; `c` stands in no pattern.
ACTIONS = ["".join(chars) for length in range(7) for chars in itertools.product("abc", repeat=length)]
PATTERN = st.text("ab*?", max_size=3)
PATTERNS = st.lists(PATTERN, max_size=2).map(tuple)


def actions_of(*patterns: str) -> set[str]:
    """Return the actions that match one of the patterns, through regular expressions."""
    parts = {"*": ".*", "?": "."}
    regexes = ["".join(parts.get(char, char) for char in pattern) for pattern in patterns]
    return {action for action in ACTIONS if any(re.fullmatch(regex, action) for regex in regexes)}


@given(PATTERN, PATTERNS, PATTERNS, PATTERNS, st.booleans())
def test_effect_agrees_with_enumeration(
    action: str, granted: tuple[str, ...], limited: tuple[str, ...], supported: tuple[str, ...], is_granted: bool
) -> None:
    """The verdict about a pattern is that about all the actions that it stands for."""
    lists = GuardrailLists(
        policy_name="P",
        policy_version="v1",
        policy_date="2026-01-01",
        granted=granted,
        limited=limited,
        supported=supported,
        supported_read="2026-01-01",
        source="",
        unconfirmed={},
    )
    meant, certain = actions_of(action), actions_of(*granted, *supported)
    possible = certain | actions_of(*limited)
    effect, instead = effect_of(action, lists, is_granted=is_granted)
    if is_granted and meant <= actions_of(*granted):
        assert effect is Effect.REDUNDANT
    elif meant <= certain:
        assert effect is Effect.USEFUL
    elif meant <= possible:
        assert effect is Effect.UNCONFIRMED
    elif meant & possible:
        assert effect is Effect.PARTLY_OUTSIDE
        already = actions_of(*granted) if is_granted else set()
        # Nothing that the pattern could add is missing in what is to be written instead.
        assert (meant & possible) - already <= actions_of(*instead)
    else:
        assert effect is Effect.OUTSIDE


def test_lists_are_those_of_the_installed_managed_policy() -> None:
    """A newer moto has a newer policy: then `python -m scripts.refresh_guardrail` brings the data up to date."""
    data = json.loads(refresh_guardrail.DATA.read_text(encoding="utf-8"))["managed_policy"]
    installed = refresh_guardrail.installed_policy("AIDevOpsAgentAccessPolicy")
    # The data may be ahead, if it came from AWS.
    assert int(data["version"][1:]) >= int(installed["version"][1:])
    if data["version"] == installed["version"]:
        assert data == installed


def test_lists_in_numbers() -> None:
    """What was read, pinned: a change of the data is one that somebody looked at."""
    lists = guardrail_lists()
    assert (lists.policy_name, lists.policy_version, lists.policy_date) == (
        "AIDevOpsAgentAccessPolicy",
        "v11",
        "2026-09-24",
    )
    assert len(lists.granted) == 929
    assert lists.limited == ("apigateway:GET", "s3:ListBucket")
    assert lists.supported == (
        "athena:GetQuery*",
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
    )
    assert date.fromisoformat(lists.supported_read) > date.fromisoformat("2026-08-12")


def test_supported_permissions_are_actions_of_aws() -> None:
    """Each names, or matches, an action of the service authorization reference (cfn-lint's copy)."""
    path = ACTIONS_OF_SERVICES
    reference = json.loads(path.read_text(encoding="utf-8"))
    for action in guardrail_lists().supported:
        service, _, name = action.lower().partition(":")
        assert any(known.startswith(name.rstrip("*")) for known in reference[service]["Actions"]), action


def test_data_is_read_when_it_is_needed() -> None:
    """Importing the module reads no file, and neither loads the CDK."""
    code = (
        "from devops_agent_constructs.guardrail import lists, verdicts, wording; import sys;"
        "print(lists.guardrail_lists.cache_info().currsize, 'aws_cdk' in sys.modules)"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed == "0 False\n"


def test_custom_statements_are_judged() -> None:
    """The case that matters: a user's own statement."""
    custom = CustomStatement(sid="Mine", actions=["s3:GetObject", "s3:PutObject"], resources=["arn:aws:s3:::a/*"])
    assert [(verdict.action, verdict.effect) for verdict in guardrail_verdicts(custom.statements(ACCOUNT))] == [
        ("s3:GetObject", Effect.USEFUL),
        ("s3:PutObject", Effect.OUTSIDE),
    ]
