"""Onboarding: one value, however it is written, from Python as from an accounts file."""

from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import pytest
from aws_cdk import App, Stage

from devops_agent_constructs import (
    AgentSpaceArn,
    Generation,
    NewAgentSpace,
    Onboarding,
    OnboardingInputError,
    PrimaryAccount,
    SecondaryAccount,
    config,
    connect_accounts,
)
from tests.conftest import SPACE, SPACE_ARN

ACCOUNTS = [SecondaryAccount(account_id="222222222222")]
NEW = PrimaryAccount(new_agent_space=NewAgentSpace(name="a", account_id="111111111111", region="us-east-1"))
FILE = f"""
agent_space_arn: {SPACE_ARN}
bootstrap_qualifier: platform1
stack_prefix: Orders-
accounts: ["222222222222"]
organization:
  account_id: "999999999999"
  call_as: delegated_admin
  organizational_units: [ou-a1b2-11112222]
  exclude: ["222222222222"]
"""


def test_text_becomes_values() -> None:
    """An ARN, a generation and a list are parsed once; who reads the value has what they stand for."""
    written = Onboarding(agent_space=SPACE_ARN, accounts=ACCOUNTS, generation="ga")
    assert written == Onboarding(agent_space=SPACE, accounts=tuple(ACCOUNTS), generation=Generation.GA)
    assert (written.agent_space, written.accounts, written.generation) == (SPACE, tuple(ACCOUNTS), Generation.GA)


def test_a_change_is_checked_as_well() -> None:
    """The value cannot be changed in place, and a changed copy is a new value."""
    onboarding = Onboarding(agent_space=SPACE, accounts=ACCOUNTS)
    with pytest.raises(FrozenInstanceError):
        onboarding.accounts = ()  # type: ignore[misc]
    with pytest.raises(OnboardingInputError, match=r"accounts\[1\].account_id='222222222222'"):
        replace(onboarding, accounts=(*ACCOUNTS, *ACCOUNTS))
    assert replace(onboarding, stack_prefix="Orders-").stack_names.primary == "Orders-DevOpsAgentPrimary"


@pytest.mark.parametrize("prefix", ["-", "1", "a b", "é", "a" * 96])
def test_bad_prefix(prefix: str) -> None:
    """CloudFormation would refuse the stacks."""
    with pytest.raises(OnboardingInputError, match=r"^stack_prefix="):
        Onboarding(agent_space=SPACE, accounts=ACCOUNTS, stack_prefix=prefix)


def test_more_accounts_than_a_stack_holds() -> None:
    """Told without an app, with the first account that does not fit."""
    accounts = [SecondaryAccount(account_id=f"{200_000_000_000 + number}") for number in range(501)]
    with pytest.raises(OnboardingInputError, match="a CloudFormation stack holds 500"):
        Onboarding(agent_space=SPACE, accounts=accounts, primary=PrimaryAccount())
    assert len(Onboarding(agent_space=SPACE, accounts=accounts).accounts) == 501


@pytest.mark.parametrize("agent_space", [SPACE, None])
def test_an_elevated_role_needs_the_new_space_to_permit_it(agent_space: AgentSpaceArn | None) -> None:
    """Told before the space exists, and with the account."""
    elevated = SecondaryAccount(account_id="222222222222", elevated_role_arn="arn:aws:iam::222222222222:role/Elevated")
    with pytest.raises(OnboardingInputError, match="does not permit directed actions") as caught:
        Onboarding(agent_space=agent_space, accounts=[elevated], primary=NEW)
    assert caught.value.field == "accounts[0].elevated_role_arn"


def test_nothing_of_a_file_is_dropped(app: App, tmp_path: Path) -> None:
    """The value goes whole: the organization, the roles of `cdk bootstrap`, and the prefix are in the stacks."""
    path = tmp_path / "devops-agent.yaml"
    path.write_text(FILE, encoding="utf-8")
    connect_accounts(app, config.from_file(path))
    roles = {stack.stack_name: stack.assume_role_arn for stack in app.synth().stacks}
    assert set(roles) == {"Orders-DevOpsAgentSecondary-222222222222", "Orders-DevOpsAgentOrganization"}
    assert all(role is not None and "cdk-platform1-deploy-role" in role for role in roles.values())


def test_a_value_made_in_python_serves_any_stage(app: App) -> None:
    """Whoever makes it gives the ARN of the new Agent Space themselves: no file is looked into for a stage."""
    onboarding = Onboarding(agent_space=SPACE, accounts=ACCOUNTS, primary=NEW)
    for name in ("Test", "Production"):
        assert connect_accounts(Stage(app, name), onboarding).agent_space is not None
