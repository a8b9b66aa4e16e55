"""Assertions for a user's own app: they pass on what is meant, and fail with a line for each thing that is not."""

from __future__ import annotations

import re

import pytest
from aws_cdk import App, CfnParameter, Environment, LegacyStackSynthesizer, Stack, Stage
from aws_cdk import aws_iam as iam

from devops_agent_constructs import (
    AgentSpaceArn,
    CallAs,
    Generation,
    Onboarding,
    OnboardingInputError,
    Organization,
    PrimaryAccount,
    SecondaryAccount,
    SecondaryAccountRole,
    ServiceManagedDeployment,
    connect_accounts,
)
from devops_agent_constructs.testing import assert_admits_only, assert_connects
from tests.conftest import SPACE_ARN

OTHER_ARN = "arn:aws:aidevops:us-east-1:111111111111:agentspace/00000000-0000-0000-0000-000000000000"
ORDERS, BILLING = SecondaryAccount(account_id="222222222222"), SecondaryAccount(account_id="333333333333")


def connect(scope: App | Stage, *accounts: SecondaryAccount) -> None:
    """Connect accounts, as a user's app does."""
    connect_accounts(scope, Onboarding(agent_space=SPACE_ARN, accounts=accounts, primary=PrimaryAccount()))


def stack_of(app: App) -> Stack:
    """Return a stack of a secondary account."""
    env = Environment(account="222222222222", region="us-east-1")
    return Stack(app, "Orders", env=env, synthesizer=LegacyStackSynthesizer())


def test_ours_pass(app: App) -> None:
    """Both assertions, on the stacks of the library."""
    connect(app, ORDERS, BILLING)
    assert_admits_only(app, agent_space=SPACE_ARN)
    assert_connects(app, agent_space=SPACE_ARN, accounts=["333333333333", "222222222222"])


def test_stages(app: App) -> None:
    """Stacks in a stage are those of its app, too."""
    connect(Stage(app, "Test"), ORDERS)
    assert_admits_only(app, agent_space=SPACE_ARN)
    assert_connects(app, agent_space=SPACE_ARN, accounts=["222222222222"])


def test_organization(app: App) -> None:
    """A role of a StackSet counts for the accounts that the app associates."""
    deployment = ServiceManagedDeployment(organizational_units=["ou-a1b2-11112222"], call_as=CallAs.SELF)
    organization = Organization(account_id="999999999999", deployment=deployment, associated_accounts=["444444444444"])
    value = Onboarding(agent_space=SPACE_ARN, accounts=[], primary=PrimaryAccount(), organization=organization)
    connect_accounts(app, value)
    assert_admits_only(app, agent_space=SPACE_ARN)
    assert_connects(app, agent_space=SPACE_ARN, accounts=["444444444444"])


def test_a_stranger(app: App) -> None:
    """A role that the whole service may assume, whoever asks for it."""
    iam.Role(
        stack_of(app),
        "Agent",
        role_name="DevOpsAgentRole-SecondaryAccount",
        assumed_by=iam.ServicePrincipal("aidevops.amazonaws.com"),
    )
    with pytest.raises(AssertionError) as caught:
        assert_admits_only(app, agent_space=SPACE_ARN)
    first, *lines = str(caught.value).splitlines()
    assert first == "DevOps Agent roles of the app:"
    assert [re.findall(r"\((\w+)\); ", line)[0] for line in lines] == ["missingSourceAccount", "missingSourceArn"]
    assert all(line.startswith("Orders.template.json Agent") for line in lines)


def test_another_agent_space(app: App) -> None:
    """The role is right, for another Agent Space than the one that is meant."""
    SecondaryAccountRole(stack_of(app), "Agent", agent_space=AgentSpaceArn.from_arn(OTHER_ARN))
    with pytest.raises(AssertionError, match="agentSpaceRefused"):
        assert_admits_only(app, agent_space=SPACE_ARN)


def test_what_is_meant_is_excepted(app: App) -> None:
    """A rule by its id; the others still hold, and a slip in it is told."""
    agent_role = "arn:aws:iam::111111111111:role/DevOpsAgentRole-AgentSpace"
    SecondaryAccountRole(
        stack_of(app),
        "Agent",
        agent_space=AgentSpaceArn.from_arn(SPACE_ARN),
        generation=Generation.TRANSITION,
        agent_role_arn=agent_role,
    )
    with pytest.raises(AssertionError, match="previewSetup"):
        assert_admits_only(app, agent_space=SPACE_ARN)
    assert_admits_only(app, agent_space=SPACE_ARN, except_rules=["previewSetup"])
    with pytest.raises(OnboardingInputError, match=r"except_rules\[0\]='preview': there is no such rule"):
        assert_admits_only(app, agent_space=SPACE_ARN, except_rules=["preview"])


def test_nothing_to_assert(app: App) -> None:
    """An app without such a role fails: the test would say nothing."""
    iam.Role(stack_of(app), "Other", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    with pytest.raises(AssertionError, match=r"no role of AWS DevOps Agent in Orders\.template\.json"):
        assert_admits_only(app, agent_space=SPACE_ARN)


def test_other_accounts(app: App) -> None:
    """One that is missing and one too many, each on its line."""
    connect(app, ORDERS)
    with pytest.raises(AssertionError) as caught:
        assert_connects(app, agent_space=SPACE_ARN, accounts=["333333333333"])
    assert str(caught.value).splitlines()[1:] == [
        "333333333333: the app has no association of it",
        "222222222222: the app connects it, too",
    ]
    with pytest.raises(AssertionError, match="222222222222: the app has no association of it"):
        assert_connects(app, agent_space=OTHER_ARN, accounts=["222222222222"])


def test_a_role_that_the_app_does_not_make(app: App) -> None:
    """An association alone is half a connection."""
    from devops_agent_constructs import PrimaryAccountAccess  # noqa: PLC0415  # the only test of it

    env = Environment(account="111111111111", region="us-east-1")
    stack = Stack(app, "Primary", env=env, synthesizer=LegacyStackSynthesizer())
    PrimaryAccountAccess(stack, "Access", agent_space=SPACE_ARN, accounts=[ORDERS])
    with pytest.raises(AssertionError, match="role/DevOpsAgentRole-SecondaryAccount, which the app does not make"):
        assert_connects(app, agent_space=SPACE_ARN, accounts=["222222222222"])


def test_bad_arguments(app: App) -> None:
    """A malformed account id, an ARN that only deployment knows."""
    with pytest.raises(OnboardingInputError, match=r"accounts\[0\]='222'"):
        assert_connects(app, agent_space=SPACE_ARN, accounts=["222"])
    parameter = CfnParameter(stack_of(app), "Space").value_as_string
    with pytest.raises(OnboardingInputError, match="agent_space"):
        assert_admits_only(app, agent_space=parameter)
