"""AccountSync: its template, and what its function may do and is told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aws_cdk import App, Duration, Environment, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from syrupy.assertion import SnapshotAssertion

from devops_agent_constructs import (
    AgentSpace,
    AssociationHealth,
    CallAs,
    OnboardingInputError,
    SecondaryAccount,
    SyncMetric,
)
from devops_agent_constructs.account_sync.organization_event_rules import organizations_pattern, stack_set_pattern
from devops_agent_constructs.nag import acknowledge_findings
from devops_agent_constructs.policies.agent_space import key_use_statement
from devops_agent_constructs.policies.organization_access import organization_read_statements, stack_set_arns
from devops_agent_constructs.policies.primary_account import associate_statements
from tests.account_sync.constructs import (
    MANAGEMENT,
    OF_PRIMARY,
    PRIMARY,
    SPACE_ARN,
    UNIT,
    organization,
    resources,
    stack_in,
    statements,
    synced,
    told,
    without_hash,
)
from tests.conftest import SPACE, lint_findings, nag_findings, template_of

ORDERS = SecondaryAccount(account_id="222222222222", role_name="Orders", path="/ops/")
KEY_ARN = "arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab"
READ_ROLE = f"arn:aws:iam::{MANAGEMENT}:role/DevOpsAgentOrganizationRead"


def test_template(app: App, snapshot: SnapshotAssertion) -> None:
    """The snapshot of the stack, with everything; cfn-lint and cdk-nag have nothing to say."""
    stack = stack_in(app)
    sync = synced(stack, organization=organization(), management_account_id=MANAGEMENT, accounts=[ORDERS])
    acknowledge_findings(sync)
    assert nag_findings(app) == []
    template = template_of(stack)
    assert lint_findings(template) == []
    assert without_hash(template) == snapshot


def test_what_the_function_may_do(app: App) -> None:
    """What a deployer of associations may, and the reads; of the StackSets by name, in their Region."""
    stack = stack_in(app)
    settings = organization(
        account_id=PRIMARY,
        call_as=CallAs.DELEGATED_ADMIN,
        region="eu-west-1",
        deployment={"additional_accounts": ["333333333333"], "organization_root": "r-a1b2"},
    )
    sync = synced(stack, organization=settings, stack_set_name="Roles")
    names = ["Roles", "Roles-AdditionalAccounts"]
    reads = organization_read_statements(stack_set_arns(names, partition="aws", region="eu-west-1"))
    assert sync.inline_policy["Statement"] == [*associate_statements(SPACE, by_cloudformation=False), *reads]
    assert statements(stack).keys() == {one["Sid"] for one in sync.inline_policy["Statement"]}
    assert statements(stack)["ReadTheStackSet"]["Resource"] == [
        "arn:aws:cloudformation:eu-west-1:*:stackset/Roles:*",
        "arn:aws:cloudformation:eu-west-1:*:stackset/Roles-AdditionalAccounts:*",
    ]
    assert "organizations:ListDelegatedAdministrators" in statements(stack)["ReadTheOrganization"]["Action"]


@pytest.mark.parametrize(
    ("settings", "sids"),
    [
        ({"organization": None, "accounts": [ORDERS]}, set()),
        ({"organization_read_role_arn": READ_ROLE}, {"AssumeOrganizationReadRole"}),
        ({}, {"ReadTheOrganization", "ReadTheStackSet"}),
    ],
    ids=["accounts alone", "through a role", "itself"],
)
def test_no_more_than_is_needed(app: App, settings: dict[str, Any], sids: set[str]) -> None:
    """What is read through a role is not the function's own, and single accounts need no organization."""
    stack = stack_in(app)
    synced(stack, **settings)
    of_associations = {"AssociateAccounts", "ManageAssociations", "PassRolesToDevOpsAgent"}
    assert statements(stack).keys() - of_associations == sids


@pytest.mark.parametrize(
    ("settings", "sids"),
    [
        ({}, {"LookAtAssociations"}),
        ({"associated_accounts": [ORDERS]}, {"LookAtAssociations"}),
        ({"adopted_accounts": ["333333333333"]}, {"AssociateAccounts", "ManageAssociations", "PassRolesToDevOpsAgent"}),
    ],
    ids=["left to a stack", "left to a stack, as a value", "adopting"],
)
def test_a_sync_that_only_looks(app: App, settings: dict[str, Any], sids: set[str]) -> None:
    """If a stack connects all accounts, the function may change no association."""
    stack = stack_in(app)
    settings = {"associated_accounts": [ORDERS.account_id], **settings}
    synced(stack, organization=None, accounts=[ORDERS], **settings)
    assert statements(stack).keys() == sids


def test_management_account_as_primary(app: App) -> None:
    """It looks up no delegated administrators."""
    stack = stack_in(app)
    synced(stack, organization=organization(account_id=PRIMARY))
    assert "organizations:ListDelegatedAdministrators" not in statements(stack)["ReadTheOrganization"]["Action"]


def test_what_the_function_is_told(app: App) -> None:
    """All settings arrive; the stack's own associations are held, and units are those of the StackSet."""
    stack = stack_in(app)
    units = organization(
        account_id=MANAGEMENT,
        include_management_account=True,
        associated_accounts=["333333333333"],
        deployment={"exclude_accounts": ["444444444444"]},
        role_name="Agent",
    )
    synced(
        stack,
        organization=units,
        accounts=[ORDERS],
        associated_accounts=["222222222222"],
        adopted_accounts=["555555555555"],
        adopted_roles=["/Former"],
        max_removals=3,
        max_removal_percentage=7,
        organization_read_role_arn=READ_ROLE,
    )
    configuration, why = told(stack), "a stack connects it: deploy it"
    held = {"222222222222": why, "333333333333": why}
    assert configuration.single_accounts("aws")["222222222222"].why_left_alone == why
    found = json.loads(configuration.to_json())
    assert found == {
        "role_name": "Agent",
        "path": "/",
        "organization": {
            "organizational_units": [UNIT],
            "exclude_accounts": ["444444444444"],
            "only_accounts": [],
            "additional_accounts": [],
            "held_accounts": held,
            "management_account_id": MANAGEMENT,
            "stack_set_names": ["DevOpsAgentSecondary"],
        },
        "organization_region": None,
        "accounts": {"222222222222": "/ops/Orders"},
        "elevated_role_arns": {},
        "held_accounts": held,
        "adopted_accounts": ["555555555555"],
        "adopted_roles": ["/Former"],
        "max_removals": 3,
        "max_removal_percentage": 7,
    }


def test_agent_space_of_the_same_stack(app: App) -> None:
    """What only deployment knows is in variables, and not in the package."""
    stack = stack_in(app)
    space = AgentSpace(stack, "Space", name="Operations")
    sync = synced(stack, agent_space=space, organization_read_role_arn=READ_ROLE)
    [function] = resources(stack, "Lambda::Function")
    variables = function["Environment"]["Variables"]
    assert variables["ORGANIZATION_READ_ROLE_ARN"] == READ_ROLE
    assert "Fn::GetAtt" in str(variables["AGENT_SPACE_ARN"])
    assert "Token" not in told(stack).to_json()
    assert stack.resolve(sync.metric("ValidAccounts").dimensions) == {
        "AgentSpaceId": stack.resolve(space.agent_space_arn.agent_space_id)
    }


def test_customer_managed_key(app: App) -> None:
    """The function may use the Agent Space's through the service, by the space or by ARN: AWS refuses it otherwise."""
    stack, other = stack_in(app), Stack(app, "Other", env=Environment(account=PRIMARY, region="us-east-1"))
    key = kms.Key(stack, "Key")
    space = AgentSpace(stack, "Space", name="Operations", encryption_key=key)
    of_app = synced(stack, agent_space=space)
    imported = kms.Key.from_key_arn(other, "Key", KEY_ARN)
    for sync, arn in ((of_app, key.key_arn), (synced(other, encryption_key=imported), KEY_ARN)):
        assert sync.inline_policy["Statement"][-1] == key_use_statement(arn, region="us-east-1")
    with pytest.raises(OnboardingInputError, match=r"encryption_key=.*the Agent Space of this app has another key"):
        synced(stack, agent_space=space, encryption_key=imported)


def test_schedule(app: App) -> None:
    """A quarter of an hour, or what is given."""
    assert synced(stack_in(app)).schedule.to_minutes() == 15
    other = Stack(app, "Other", env=Environment(account=PRIMARY, region="us-east-1"))
    synced(other, schedule=Duration.hours(2), name="Other")
    assert [rule["ScheduleExpression"] for rule in resources(other, "Events::Rule")] == ["rate(2 hours)"]


def test_no_retry(app: App) -> None:
    """A run that failed is not repeated, as the next one does the same; what waits is let go after an hour."""
    stack = stack_in(app)
    synced(stack)
    [settings] = resources(stack, "Lambda::EventInvokeConfig")
    assert (settings["MaximumRetryAttempts"], settings["MaximumEventAgeInSeconds"]) == (0, 3600)
    [function] = resources(stack, "Lambda::Function")
    assert (function["ReservedConcurrentExecutions"], function["Timeout"]) == (1, 900)


def test_account_with_a_low_quota(app: App) -> None:
    """Nothing is reserved in an account where AWS would refuse that."""
    stack = stack_in(app)
    synced(stack, reserve_concurrency=False)
    [function] = resources(stack, "Lambda::Function")
    assert "ReservedConcurrentExecutions" not in function


def test_health_of_a_sync(app: App) -> None:
    """The alarms are on its metrics, one run a period."""
    stack = stack_in(app)
    AssociationHealth(stack, "Health", sync=synced(stack, schedule=Duration.minutes(5)))
    found = {(one["Namespace"], one["Period"]) for one in resources(stack, "CloudWatch::Alarm")}
    assert found == {("DevOpsAgentConstructs", 300)}


def test_event_bus(app: App) -> None:
    """One account may send, and no other events than those that the rules there forward."""
    stack = stack_in(app)
    sync = synced(stack, management_account_id=MANAGEMENT)
    assert sync.event_bus is not None
    [policy] = resources(stack, "Events::EventBusPolicy")
    assert policy["Statement"]["Action"] == "events:PutEvents"
    assert f":iam::{MANAGEMENT}:root" in str(policy["Statement"]["Principal"])
    [(operator, keys)] = policy["Statement"]["Condition"].items()
    assert operator == "ForAllValues:StringEquals"
    forwarded = [stack_set_pattern([]), organizations_pattern()]
    assert keys == {
        "events:source": [source for pattern in forwarded for source in pattern["source"]],
        "events:detail-type": [kind for pattern in forwarded for kind in pattern["detail_type"]],
    }
    patterns = [rule["EventPattern"] for rule in resources(stack, "Events::Rule") if "EventPattern" in rule]
    assert patterns == [{"account": [MANAGEMENT], "source": ["aws.cloudformation", "aws.organizations"]}]


def test_metric(app: App) -> None:
    """By name or by member, over one run; a slip is an error."""
    sync = synced(stack_in(app))
    metric = sync.metric(SyncMetric.INVALID_ACCOUNTS)
    assert (metric.namespace, metric.metric_name) == ("DevOpsAgentConstructs", "InvalidAccounts")
    assert (metric.period.to_minutes(), metric.statistic) == (15, "Maximum")
    assert sync.metric("InvalidAccounts", period=Duration.hours(1), statistic="Average").statistic == "Average"
    with pytest.raises(OnboardingInputError, match=r"InvalidAccount'.*not a metric of the sync"):
        sync.metric("InvalidAccount")


def test_grant_invoke(app: App) -> None:
    """A pipeline may run it at once."""
    stack = stack_in(app)
    role = iam.Role(stack, "Pipeline", assumed_by=iam.AccountPrincipal(PRIMARY))
    synced(stack).grant_invoke(role)
    policies = [policy["PolicyDocument"]["Statement"] for policy in resources(stack, "IAM::Policy")]
    assert "lambda:InvokeFunction" in [one["Action"] for policy in policies for one in policy]


def test_two_synths_are_equal() -> None:
    """The order of lists leaves no trace, not even in the code's hash."""
    templates = []
    for step in (1, -1):
        app = App(analytics_reporting=False, builtin_cloud_formation_validation=False)
        stack = stack_in(app)
        excluded = ["444444444444", "555555555555"][::step]
        units = organization(
            account_id=PRIMARY, call_as=CallAs.DELEGATED_ADMIN, deployment={"exclude_accounts": excluded}
        )
        accounts = [ORDERS, SecondaryAccount(account_id="333333333333")][::step]
        synced(stack, organization=units, accounts=accounts, adopted_roles=["/B", "/A"][::step])
        templates.append(template_of(stack))
    assert templates[0] == templates[1]


def test_space_arn_is_the_one_variable(app: App) -> None:
    """Without a role there is no second one."""
    stack = stack_in(app)
    synced(stack, organization=OF_PRIMARY)
    [function] = resources(stack, "Lambda::Function")
    assert function["Environment"]["Variables"] == {"AGENT_SPACE_ARN": SPACE_ARN}
