"""What the organization's own account gives to the sync: a role that reads, and rules that forward events."""

from __future__ import annotations

from typing import Any

import pytest
from aws_cdk import App, Stack
from botocore.session import Session
from syrupy.assertion import SnapshotAssertion

from devops_agent_constructs import (
    AgentSpace,
    CallAs,
    OnboardingInputError,
    OrganizationEventRules,
    OrganizationReadRole,
)
from devops_agent_constructs.account_sync.organization_event_rules import ORGANIZATIONS_REGIONS
from devops_agent_constructs.nag import acknowledge_findings
from tests.account_sync.constructs import MANAGEMENT, PRIMARY, organization, resources, stack_in
from tests.conftest import SPACE, lint_findings, nag_findings, template_of
from tests.iam_reference import role, service, trust_admits

IRELAND = organization(region="eu-west-1")
STACK_SETS = "arn:aws:cloudformation:eu-west-1:*:stackset/DevOpsAgentSecondary:*"


def read_role(stack: Stack, **settings: Any) -> OrganizationReadRole:
    """Define the role."""
    return OrganizationReadRole(stack, "Read", **{"agent_space": SPACE, "organization": IRELAND, **settings})


def rules(stack: Stack, **settings: Any) -> OrganizationEventRules:
    """Define the rules."""
    return OrganizationEventRules(stack, "Rules", **{"agent_space": SPACE, "organization": IRELAND, **settings})


def test_read_role(app: App, snapshot: SnapshotAssertion) -> None:
    """The snapshot of the stack; cfn-lint and cdk-nag have nothing to say."""
    stack = stack_in(app, MANAGEMENT, "eu-west-1")
    made = read_role(stack)
    acknowledge_findings(made)
    assert nag_findings(app) == []
    template = template_of(stack)
    assert lint_findings(template) == []
    assert template == snapshot
    assert made.role_arn == "arn:aws:iam::999999999999:role/DevOpsAgentOrganizationRead"


def test_read_role_reads_alone(app: App) -> None:
    """Every action of it is a read, and the StackSet is the one."""
    [first, second] = read_role(stack_in(app, MANAGEMENT)).inline_policy["Statement"]
    verbs = {action.partition(":")[2][:4] for action in [*first["Action"], *second["Action"]]}
    assert verbs == {"Desc", "List"}
    assert second["Resource"] == [STACK_SETS]
    assert "organizations:ListDelegatedAdministrators" not in first["Action"]


def test_delegated_administrator(app: App) -> None:
    """In its account the role looks up delegated administrators, as StackSets ask for there."""
    stack = stack_in(app, "888888888888")
    settings = organization(account_id="888888888888", call_as=CallAs.DELEGATED_ADMIN)
    [first, _] = read_role(stack, organization=settings).inline_policy["Statement"]
    assert "organizations:ListDelegatedAdministrators" in first["Action"]


@pytest.mark.parametrize(
    ("principal", "is_admitted"),
    [
        ("arn:aws:iam::111111111111:role/DevOpsAgentAccountSync", True),
        ("arn:aws:iam::111111111111:role/DevOpsAgentAccountSyncs", False),
        ("arn:aws:iam::111111111111:role/x/DevOpsAgentAccountSync", False),
        ("arn:aws:iam::222222222222:role/DevOpsAgentAccountSync", False),
        ("arn:aws:iam::999999999999:role/Administrator", False),
    ],
)
def test_who_may_read(app: App, principal: str, *, is_admitted: bool) -> None:
    """One role of one account, by an independent judgement of IAM's rules."""
    stack = stack_in(app, MANAGEMENT)
    read_role(stack)
    [found] = resources(stack, "IAM::Role")
    trust = found["AssumeRolePolicyDocument"]
    assert trust_admits(trust, role(principal)) is is_admitted


def test_rules_of_two_regions(app: App, snapshot: SnapshotAssertion) -> None:
    """Each stack forwards what happens in its Region, by a role that can do nothing else."""
    stacks = [stack_in(app, MANAGEMENT, region) for region in ("eu-west-1", "us-east-1")]
    made = [rules(stack) for stack in stacks]
    for one in made:
        acknowledge_findings(one)
    assert nag_findings(app) == []
    assert [list(one.rules) for one in made] == [["StackSet"], ["Organizations"]]
    templates = [template_of(stack) for stack in stacks]
    assert [lint_findings(template) for template in templates] == [[], []]
    assert templates == snapshot


def test_rules_of_one_region(app: App) -> None:
    """A StackSet in us-east-1 needs one stack for both."""
    stack = stack_in(app, MANAGEMENT)
    assert list(rules(stack, organization=organization()).rules) == ["StackSet", "Organizations"]


def test_event_bus_is_the_syncs(app: App) -> None:
    """Its ARN is known by the Agent Space and the sync's name, before either stack is deployed."""
    stack = stack_in(app, MANAGEMENT)
    rules(stack, sync_name="Sync")
    [rule] = resources(stack, "Events::Rule")
    assert [target["Arn"] for target in rule["Targets"]] == ["arn:aws:events:us-east-1:111111111111:event-bus/Sync"]


def test_rules_in_another_region(app: App) -> None:
    """There would be no event: the error names both Regions."""
    stack = stack_in(app, MANAGEMENT, "eu-central-1")
    with pytest.raises(OnboardingInputError, match=r"scope='eu-central-1': the events are in eu-west-1.*us-east-1"):
        rules(stack)
    assert stack.node.children == []


@pytest.mark.parametrize(
    ("keys", "is_admitted"),
    [
        ({"aws:SourceAccount": MANAGEMENT, "aws:SourceArn": "arn:aws:events:eu-west-1:999999999999:rule/R"}, True),
        ({"aws:SourceAccount": PRIMARY, "aws:SourceArn": "arn:aws:events:eu-west-1:111111111111:rule/R"}, False),
        ({"aws:SourceAccount": MANAGEMENT, "aws:SourceArn": "arn:aws:events:us-east-1:999999999999:rule/R"}, False),
        ({}, False),
    ],
)
def test_who_forwards(app: App, keys: dict[str, str], *, is_admitted: bool) -> None:
    """The rules of the stack's account and Region, and EventBridge for nobody else."""
    stack = stack_in(app, MANAGEMENT, "eu-west-1")
    rules(stack)
    [found] = resources(stack, "IAM::Role")
    trust = found["AssumeRolePolicyDocument"]
    assert trust_admits(trust, service("events.amazonaws.com"), context=keys) is is_admitted


def test_in_the_delegated_administrator(app: App) -> None:
    """It has the StackSet, and none of the events."""
    stack = stack_in(app, "888888888888")
    settings = organization(account_id="888888888888", call_as=CallAs.DELEGATED_ADMIN)
    with pytest.raises(OnboardingInputError, match=r"scope='888888888888': a delegated administrator .* is a member"):
        rules(stack, organization=settings)
    assert stack.node.children == []


@pytest.mark.parametrize(
    ("partition", "region"),
    [("aws", "us-east-1"), ("aws-us-gov", "us-gov-west-1"), ("aws-cn", "cn-northwest-1"), ("aws-eusc", None)],
)
def test_region_of_organizations(partition: str, region: str | None) -> None:
    """Where the service has its one endpoint, as botocore has it."""
    assert ORGANIZATIONS_REGIONS.get(partition) == region
    [known] = [one for one in Session().get_data("endpoints")["partitions"] if one["partition"] == partition]
    endpoints = known["services"].get("organizations", {}).get("endpoints", {})
    assert endpoints.get(f"{partition}-global", {}).get("credentialScope", {}).get("region") == region


def test_rules_in_another_region_of_another_partition(app: App) -> None:
    """The error names a Region that the partition has."""
    stack = stack_in(app, MANAGEMENT, "us-gov-east-1")
    space = SPACE.arn.replace("arn:aws:", "arn:aws-us-gov:").replace("us-east-1", "us-gov-west-1")
    with pytest.raises(OnboardingInputError, match=r"the StackSet's Region, and in us-gov-west-1"):
        rules(stack, agent_space=space, organization=organization())


@pytest.mark.parametrize("define", [read_role, rules])
def test_in_another_account(app: App, define: Any) -> None:
    """The organization says whose it is."""
    stack = stack_in(app, PRIMARY)
    with pytest.raises(OnboardingInputError, match=r"999999999999; the stack's is 111111111111"):
        define(stack)
    assert stack.node.children == []


@pytest.mark.parametrize("define", [read_role, rules])
def test_agent_space_of_the_app(app: App, define: Any) -> None:
    """Another account has to know its ARN beforehand."""
    space = AgentSpace(stack_in(app), "Space", name="Operations")
    stack = stack_in(app, MANAGEMENT, "eu-west-1")
    with pytest.raises(OnboardingInputError, match="only deployment knows this ARN"):
        define(stack, agent_space=space)
    assert stack.node.children == []


@pytest.mark.parametrize(
    ("define", "settings"),
    [(read_role, {"sync_name": "a b"}), (read_role, {"role_name": "a b"}), (rules, {"sync_name": "a b"})],
)
def test_malformed_name(app: App, define: Any, settings: dict[str, str]) -> None:
    """Refused before anything is defined."""
    stack = stack_in(app, MANAGEMENT, "eu-west-1")
    with pytest.raises(OnboardingInputError, match="='a b'"):
        define(stack, **settings)
    assert stack.node.children == []
