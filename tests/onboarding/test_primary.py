"""connect_accounts with the primary account: roles first, then associations; a new Agent Space in two steps."""

import pytest
from aws_cdk import App, Stack
from aws_cdk.assertions import Annotations, Match

from devops_agent_constructs import (
    AgentSpaceArn,
    Generation,
    NewAgentSpace,
    Onboarding,
    OnboardingInputError,
    PrimaryAccount,
    SecondaryAccount,
    connect_accounts,
)
from tests.conftest import AGENT_ROLE_ARN, SPACE, template_of

ACCOUNTS = [SecondaryAccount(account_id="333333333333"), SecondaryAccount(account_id="222222222222")]
NEW = PrimaryAccount(new_agent_space=NewAgentSpace(name="production", account_id="111111111111", region="us-east-1"))


def types(stack: Stack) -> list[str]:
    """Return the types of the resources, sorted."""
    return sorted(resource["Type"] for resource in template_of(stack)["Resources"].values())


def test_primary_waits_for_the_roles(app: App) -> None:
    """CDK orders nothing across accounts by itself; the association of a missing role turns invalid."""
    connected = connect_accounts(app, Onboarding(agent_space=SPACE, accounts=ACCOUNTS, primary=PrimaryAccount()))
    assert connected.primary is not None
    assert {stack.stack_name for stack in connected.primary.dependencies} == {
        "DevOpsAgentSecondary-222222222222",
        "DevOpsAgentSecondary-333333333333",
    }
    assert (connected.primary.account, connected.primary.region) == ("111111111111", "us-east-1")
    assert types(connected.primary) == ["AWS::DevOpsAgent::Association", "AWS::DevOpsAgent::Association"]


def test_agent_role_gets_the_grant(app: App) -> None:
    """In every generation where it is given.

    Promise: The agent role's permission.
    """
    connected = connect_accounts(
        app,
        Onboarding(
            agent_space=SPACE,
            accounts=ACCOUNTS,
            generation=Generation.TRANSITION,
            agent_role_arn=AGENT_ROLE_ARN,
            primary=PrimaryAccount(organization_id="o-a1b2c3d4e5"),
        ),
    )
    assert connected.primary is not None
    [policy] = [
        resource["Properties"]
        for resource in template_of(connected.primary)["Resources"].values()
        if resource["Type"] == "AWS::IAM::ManagedPolicy"
    ]
    assert policy["Roles"] == ["DevOpsAgentRole-AgentSpace"]
    assert "o-a1b2c3d4e5" in str(policy)


def test_outputs(app: App) -> None:
    """The Agent Space, for whoever connects further accounts."""
    connected = connect_accounts(app, Onboarding(agent_space=SPACE, accounts=ACCOUNTS, primary=PrimaryAccount()))
    assert connected.primary is not None
    outputs = {name: output["Value"] for name, output in template_of(connected.primary)["Outputs"].items()}
    assert outputs == {"AgentSpaceArn": SPACE.arn, "AgentSpaceId": "8f6187a7-0388-4926-8217-3a0fe32f757c"}


def test_new_agent_space_first_step(app: App) -> None:
    """Only the space, in a stack of its own; how to go on is said, since the accounts are not there yet."""
    connected = connect_accounts(app, Onboarding(agent_space=None, accounts=ACCOUNTS, primary=NEW))
    assert (connected.secondary, connected.organization, connected.primary) == ({}, None, None)
    space = connected.agent_space
    assert space is not None
    assert [stack.stack_name for stack in app.synth().stacks] == ["DevOpsAgentSpace"]
    assert "AWS::DevOpsAgent::AgentSpace" in types(space)
    assert set(template_of(space)["Outputs"]) == {"AgentSpaceArn", "AgentSpaceId", "AgentRoleArn"}
    warning = Match.string_like_regexp(
        r"cdk deploy DevOpsAgentSpace --outputs-file cdk-outputs\.json.*\[ack: devops-agent-constructs:agentSpaceFi"
    )
    Annotations.from_stack(space).has_warning("/DevOpsAgentSpace", warning)


def test_new_agent_space_second_step(app: App) -> None:
    """The space's stack stays as it was; the associations are in another, with the ARN's own id."""
    first = connect_accounts(
        App(analytics_reporting=False), Onboarding(agent_space=None, accounts=ACCOUNTS, primary=NEW)
    )
    second = connect_accounts(app, Onboarding(agent_space=SPACE, accounts=ACCOUNTS, primary=NEW))
    assert first.agent_space is not None
    assert second.agent_space is not None
    assert second.primary is not None
    assert template_of(second.agent_space) == template_of(first.agent_space)
    assert "DevOpsAgentSpace" in {stack.stack_name for stack in second.primary.dependencies}
    associations = list(template_of(second.primary)["Resources"].values())
    assert types(second.primary) == ["AWS::DevOpsAgent::Association", "AWS::DevOpsAgent::Association"]
    assert [association["Properties"]["AgentSpaceId"] for association in associations] == [SPACE.agent_space_id] * 2


def test_an_elevated_role_needs_the_new_space_to_permit_it(app: App) -> None:
    """The app knows its own space, although the associations have nothing but the ARN."""
    account = SecondaryAccount(account_id="222222222222", elevated_role_arn="arn:aws:iam::222222222222:role/Elevated")
    with pytest.raises(OnboardingInputError, match="does not permit directed actions"):
        connect_accounts(app, Onboarding(agent_space=SPACE, accounts=[account], primary=NEW))


def test_bootstrap_roles(app: App) -> None:
    """With a qualifier, one `cdk deploy --all` reaches all accounts through the roles of `cdk bootstrap`."""
    connect_accounts(
        app, Onboarding(agent_space=SPACE, accounts=ACCOUNTS, primary=PrimaryAccount(), bootstrap_qualifier="platform1")
    )
    for stack in app.synth().stacks:
        account = stack.environment.account
        assert stack.assume_role_arn == (
            f"arn:${{AWS::Partition}}:iam::{account}:role/cdk-platform1-deploy-role-{account}-us-east-1"
        )


@pytest.mark.parametrize("primary", [None, PrimaryAccount()])
def test_no_agent_space_at_all(app: App, primary: PrimaryAccount | None) -> None:
    """Neither an ARN nor one to create."""
    with pytest.raises(OnboardingInputError, match="there is no Agent Space to connect to"):
        connect_accounts(app, Onboarding(agent_space=None, accounts=ACCOUNTS, primary=primary))
    assert [child for child in app.node.children if isinstance(child, Stack)] == []


def test_secondary_role_refuses_a_space_that_only_deployment_knows(app: App) -> None:
    """CDK cannot carry a reference into another account; the error explains both ways out."""
    unknown = AgentSpaceArn(
        arn="${Token[Space.1]}",
        partition="aws",
        region="us-east-1",
        account_id="111111111111",
        agent_space_id="${Token[Space.2]}",
    )
    with pytest.raises(OnboardingInputError, match=r"only deployment knows this ARN.*from the outputs"):
        connect_accounts(app, Onboarding(agent_space=unknown, accounts=ACCOUNTS))


@pytest.mark.parametrize(("account_id", "region"), [("333333333333", "us-east-1"), ("111111111111", "eu-west-1")])
def test_the_new_space_is_where_its_arn_says(app: App, account_id: str, region: str) -> None:
    """Otherwise the associations would be made for another space than the one that the roles trust."""
    primary = PrimaryAccount(new_agent_space=NewAgentSpace(name="production", account_id=account_id, region=region))
    with pytest.raises(OnboardingInputError, match="the new Agent Space is to be in account") as caught:
        connect_accounts(app, Onboarding(agent_space=SPACE, accounts=ACCOUNTS[1:], primary=primary))
    assert caught.value.field == "agent_space"
    assert app.node.children == []
