"""The stacks of an accounts file are its own: by their names, or another file's template is refused."""

from typing import Any

import pytest
from aws_cdk import App, Stack, Stage

from devops_agent_constructs import (
    AgentSpaceArn,
    CallAs,
    NewAgentSpace,
    Onboarding,
    OnboardingInputError,
    Organization,
    PrimaryAccount,
    SecondaryAccount,
    ServiceManagedDeployment,
    connect_accounts,
)
from tests.conftest import SPACE, SPACE_ARN, lint_findings, template_of
from tests.emulator.rules import broken_assertions

OTHER_ARN = "arn:aws:aidevops:us-east-1:111111111111:agentspace/00000000-0000-0000-0000-000000000000"
ACCOUNTS = [SecondaryAccount(account_id="222222222222")]
ORGANIZATION = Organization(
    account_id="999999999999",
    deployment=ServiceManagedDeployment(
        organizational_units=["ou-a1b2-11112222"], call_as=CallAs.DELEGATED_ADMIN, exclude_accounts=["222222222222"]
    ),
)
PRIMARY = PrimaryAccount(new_agent_space=NewAgentSpace(name="a", account_id="111111111111", region="us-east-1"))


def connected(app: App | Stage, space: AgentSpaceArn = SPACE, prefix: str = "") -> dict[str, Stack]:
    """Connect with all kinds of stacks; return id -> stack."""
    connect_accounts(
        app,
        Onboarding(
            agent_space=space,
            accounts=ACCOUNTS,
            primary=PRIMARY,
            organization=ORGANIZATION,
            stack_prefix=prefix,
        ),
    )
    return {stack.node.id: stack for stack in app.node.children if isinstance(stack, Stack)}


def refusals(template: dict[str, Any], *, deployed: str) -> list[str]:
    """Return what CloudFormation says where the stack has this Agent Space."""
    return list(broken_assertions(template, {"AgentSpace": deployed}))


@pytest.mark.parametrize("name", ["DevOpsAgentSecondary-222222222222", "DevOpsAgentOrganization", "DevOpsAgentPrimary"])
def test_a_stack_of_another_agent_space_is_refused(app: App, name: str) -> None:
    """The words say whose stack it is, how the two files stand side by side, and how to move it on purpose."""
    template = template_of(connected(app)[name])
    assert template["Parameters"]["AgentSpace"]["Default"] == SPACE_ARN
    assert refusals(template, deployed=SPACE_ARN) == []
    [refusal] = refusals(template, deployed=OTHER_ARN)
    assert refusal == (
        f"This template connects {SPACE_ARN}, but the stack's parameter AgentSpace says that it connects another Agent "
        "Space, which would lose what is here. Give each accounts file a stack_prefix of its own, and an account of "
        "both another role name in one of them. To move this stack "
        f"on purpose, add --parameters {name}:AgentSpace={SPACE_ARN}"
    )
    assert lint_findings(template) == []


def test_the_wildcard_is_another_agent_space(app: App) -> None:
    """Its trust is wider; a change to the exact ARN says so with the parameter, in place."""
    wildcard = AgentSpaceArn.any_in_account("111111111111", region="us-east-1")
    [stack] = connect_accounts(app, Onboarding(agent_space=SPACE, accounts=ACCOUNTS)).secondary.values()
    template = template_of(stack)
    assert len(refusals(template, deployed=wildcard.arn)) == 1
    assert refusals(template, deployed=SPACE_ARN) == []


def test_in_a_stage_the_words_have_the_name_of_the_stack(app: App) -> None:
    """`cdk deploy --parameters` takes the name, not the path."""
    stage = Stage(app, "Test")
    [stack] = connect_accounts(stage, Onboarding(agent_space=SPACE, accounts=ACCOUNTS)).secondary.values()
    [refusal] = refusals(template_of(stack), deployed=OTHER_ARN)
    assert f"--parameters Test-DevOpsAgentSecondary-222222222222:AgentSpace={SPACE_ARN}" in refusal


def test_a_prefix_makes_room_for_a_second_agent_space(app: App) -> None:
    """All stacks and the StackSet have it; only the names differ."""
    stacks = connected(app, prefix="Orders-")
    assert sorted(stacks) == [
        "Orders-DevOpsAgentOrganization",
        "Orders-DevOpsAgentPrimary",
        "Orders-DevOpsAgentSecondary-222222222222",
        "Orders-DevOpsAgentSpace",
    ]
    resources = template_of(stacks["Orders-DevOpsAgentOrganization"])["Resources"].values()
    assert [resource["Properties"]["StackSetName"] for resource in resources] == ["Orders-DevOpsAgentSecondary"]


def test_bad_prefix(app: App) -> None:
    """Before the first stack is defined."""
    with pytest.raises(OnboardingInputError, match="stack_prefix='a_b'"):
        connected(app, prefix="a_b")
    assert app.node.children == []
