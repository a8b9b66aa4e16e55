"""connect_accounts with an organization: the StackSet beside single accounts, then the associations."""

from typing import Any

import pytest
from aws_cdk import App, Stack, Stage
from aws_cdk.assertions import Annotations, Match

from devops_agent_constructs import (
    CallAs,
    Generation,
    NewAgentSpace,
    Onboarding,
    OnboardingInputError,
    Organization,
    PrimaryAccount,
    SecondaryAccount,
    ServiceManagedDeployment,
    connect_accounts,
)
from tests.conftest import AGENT_ROLE_ARN, SPACE, template_of

DEPLOYMENT = ServiceManagedDeployment(
    organizational_units=["ou-a1b2-11112222"], call_as=CallAs.DELEGATED_ADMIN, exclude_accounts=["222222222222"]
)
ROLES_ONLY = Organization(account_id="999999999999", deployment=DEPLOYMENT)
ASSOCIATING = Organization(
    account_id="999999999999",
    deployment=DEPLOYMENT,
    role_name="Agent",
    path="/operations/",
    associated_accounts=["444444444444", "333333333333"],
)
OWN = [SecondaryAccount(account_id="222222222222")]
NEW = PrimaryAccount(new_agent_space=NewAgentSpace(name="production", account_id="111111111111", region="us-east-1"))


def of_type(stack: Stack, resource_type: str) -> list[dict[str, Any]]:
    """Return the properties of the resources of a type."""
    resources = template_of(stack)["Resources"].values()
    return [resource["Properties"] for resource in resources if resource["Type"] == resource_type]


def test_an_organization_is_enough(app: App) -> None:
    """No account need be listed."""
    connected = connect_accounts(app, Onboarding(agent_space=SPACE, accounts=[], organization=ROLES_ONLY))
    assert connected.secondary == {}
    assert connected.primary is None
    assert connected.organization is not None
    assert (connected.organization.stack_name, connected.organization.account) == (
        "DevOpsAgentOrganization",
        "999999999999",
    )


def test_without_an_organization(app: App) -> None:
    """Nothing of it is there."""
    assert connect_accounts(app, Onboarding(agent_space=SPACE, accounts=OWN)).organization is None


def test_in_a_stage(app: App) -> None:
    """The stack carries the stage's name, as CDK does it."""
    connected = connect_accounts(
        Stage(app, "Test"), Onboarding(agent_space=SPACE, accounts=[], organization=ROLES_ONLY)
    )
    assert connected.organization is not None
    assert connected.organization.stack_name == "Test-DevOpsAgentOrganization"


def test_primary_associates_both_kinds_and_waits_for_both(app: App) -> None:
    """The roles of single accounts and of the organization's known ones, by the ARN that each has."""
    connected = connect_accounts(
        app, Onboarding(agent_space=SPACE, accounts=OWN, primary=PrimaryAccount(), organization=ASSOCIATING)
    )
    assert connected.primary is not None
    assert {stack.stack_name for stack in connected.primary.dependencies} == {
        "DevOpsAgentSecondary-222222222222",
        "DevOpsAgentOrganization",
    }
    sources = [
        association["Configuration"]["SourceAws"]
        for association in of_type(connected.primary, "AWS::DevOpsAgent::Association")
    ]
    assert {source["AccountId"]: source["AssumableRoleArn"] for source in sources} == {
        "222222222222": "arn:aws:iam::222222222222:role/DevOpsAgentRole-SecondaryAccount",
        "333333333333": "arn:aws:iam::333333333333:role/operations/Agent",
        "444444444444": "arn:aws:iam::444444444444:role/operations/Agent",
    }


@pytest.mark.parametrize("generation", [Generation.PREVIEW, Generation.TRANSITION])
def test_agent_role_may_assume_the_role_in_all_accounts(app: App, generation: Generation) -> None:
    """By name and path, in the organization that is named."""
    connected = connect_accounts(
        app,
        Onboarding(
            agent_space=SPACE,
            accounts=[],
            generation=generation,
            agent_role_arn=AGENT_ROLE_ARN,
            primary=PrimaryAccount(organization_id="o-a1b2c3d4e5"),
            organization=ASSOCIATING,
        ),
    )
    assert connected.primary is not None
    [policy] = of_type(connected.primary, "AWS::IAM::ManagedPolicy")
    assert policy["PolicyDocument"]["Statement"] == [
        {
            "Sid": "AssumeSecondaryRoles",
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Resource": "arn:aws:iam::*:role/operations/Agent",
            "Condition": {"StringEquals": {"aws:ResourceOrgID": "o-a1b2c3d4e5"}},
        }
    ]
    assert connected.organization is not None
    [stack_set] = of_type(connected.organization, "AWS::CloudFormation::StackSet")
    assert {"ParameterKey": "AgentRoleArn", "ParameterValue": AGENT_ROLE_ARN} in stack_set["Parameters"]


def test_bootstrap_roles(app: App) -> None:
    """With a qualifier, the organization's stack is deployed through them, too."""
    connect_accounts(
        app, Onboarding(agent_space=SPACE, accounts=[], organization=ROLES_ONLY, bootstrap_qualifier="platform1")
    )
    [stack] = app.synth().stacks
    assert stack.assume_role_arn == (
        "arn:${AWS::Partition}:iam::999999999999:role/cdk-platform1-deploy-role-999999999999-us-east-1"
    )


@pytest.mark.parametrize(
    ("accounts", "said"),
    [
        (OWN, "as the roles in the accounts and the organization must spell out its ARN"),
        ([], "as the roles in the organization must spell out its ARN"),
    ],
)
def test_new_agent_space_comes_first(app: App, accounts: list[SecondaryAccount], said: str) -> None:
    """The StackSet's parameters need its ARN, which the next run knows."""
    connected = connect_accounts(
        app, Onboarding(agent_space=None, accounts=accounts, primary=NEW, organization=ASSOCIATING)
    )
    assert (connected.secondary, connected.organization, connected.primary) == ({}, None, None)
    assert connected.agent_space is not None
    assert [stack.stack_name for stack in app.synth().stacks] == ["DevOpsAgentSpace"]
    Annotations.from_stack(connected.agent_space).has_warning("/DevOpsAgentSpace", Match.string_like_regexp(said))


def test_new_agent_space_second_step(app: App) -> None:
    """Space and rollout, then the associations."""
    connected = connect_accounts(app, Onboarding(agent_space=SPACE, accounts=[], primary=NEW, organization=ASSOCIATING))
    assert connected.primary is not None
    assert {stack.stack_name for stack in connected.primary.dependencies} == {
        "DevOpsAgentSpace",
        "DevOpsAgentOrganization",
    }
    sources = [
        association["Configuration"]["SourceAws"]
        for association in of_type(connected.primary, "AWS::DevOpsAgent::Association")
    ]
    assert sorted(source["AccountId"] for source in sources) == ["333333333333", "444444444444"]


def test_a_new_agent_space_without_associations(app: App) -> None:
    """A rollout alone needs no stack of associations."""
    connected = connect_accounts(app, Onboarding(agent_space=SPACE, accounts=[], primary=NEW, organization=ROLES_ONLY))
    assert connected.primary is None
    assert [stack.stack_name for stack in app.synth().stacks] == ["DevOpsAgentOrganization", "DevOpsAgentSpace"]


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"accounts": [], "organization": ASSOCIATING}, "organization.associated_accounts"),
        (
            {
                "accounts": [SecondaryAccount(account_id="333333333333")],
                "organization": ASSOCIATING,
                "primary": PrimaryAccount(),
            },
            "organization.associated_accounts[1]",
        ),
        ({"accounts": [*OWN, *OWN], "organization": ROLES_ONLY}, "accounts[1].account_id"),
        ({"accounts": [], "organization": ROLES_ONLY, "generation": Generation.PREVIEW}, "agent_role_arn"),
        (
            {
                "accounts": OWN,
                "organization": ASSOCIATING,
                "generation": Generation.TRANSITION,
                "agent_role_arn": AGENT_ROLE_ARN,
                "primary": PrimaryAccount(),
            },
            "primary.organization_id",
        ),
        (
            {
                "accounts": OWN,
                "organization": Organization(
                    account_id="111111111111",
                    deployment=ServiceManagedDeployment(organizational_units=["r-a1b2"], call_as=CallAs.SELF),
                    include_management_account=True,
                ),
            },
            "organization.include_management_account",
        ),
        (
            {
                "accounts": OWN,
                "organization": Organization(
                    account_id="999999999999",
                    deployment=ServiceManagedDeployment(
                        organizational_units=["r-a1b2"], call_as=CallAs.SELF, only_accounts=["111111111111"]
                    ),
                ),
            },
            "organization.deployment.only_accounts[0]",
        ),
    ],
)
def test_bad_input(app: App, arguments: dict[str, Any], field: str) -> None:
    """Found before the first stack is defined."""
    with pytest.raises(OnboardingInputError) as caught:
        connect_accounts(app, Onboarding(agent_space=SPACE, **arguments))
    assert caught.value.field == field
    assert [child for child in app.node.children if isinstance(child, Stack)] == []
