"""connect_accounts: one stack per account, whatever the order, and nothing at all after a mistake."""

import hashlib
from pathlib import Path

import pytest
from aws_cdk import App, Environment, Stack, Stage

from devops_agent_constructs import (
    Generation,
    Onboarding,
    OnboardingInputError,
    S3Objects,
    SecondaryAccount,
    connect_accounts,
)
from tests.conftest import AGENT_ROLE_ARN, PREVIEW_TRUST, SPACE, role_of

TWO = SecondaryAccount(account_id="222222222222")
THREE = SecondaryAccount(account_id="333333333333", region="eu-west-1", role_name="Agent")
PRIMARY = SecondaryAccount(account_id="111111111111")


def files_of(outdir: Path, *accounts: SecondaryAccount) -> dict[str, str]:
    """Return name -> hash of every file of the assembly."""
    app = App(outdir=str(outdir), analytics_reporting=False)
    connect_accounts(app, Onboarding(agent_space=SPACE, accounts=accounts))
    app.synth()
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in outdir.iterdir()}


def test_one_stack_per_account(app: App) -> None:
    """Named by account id, in the account's own environment."""
    stacks = connect_accounts(app, Onboarding(agent_space=SPACE, accounts=[THREE, TWO]))
    assert [(key, stack.stack_name, stack.account, stack.region) for key, stack in stacks.secondary.items()] == [
        ("222222222222", "DevOpsAgentSecondary-222222222222", "222222222222", "us-east-1"),
        ("333333333333", "DevOpsAgentSecondary-333333333333", "333333333333", "eu-west-1"),
    ]


def test_generation_and_agent_role_reach_every_role(app: App) -> None:
    """The set-up is the Agent Space's, so all accounts follow it."""
    stacks = connect_accounts(
        app,
        Onboarding(
            agent_space=SPACE,
            accounts=[TWO, THREE],
            generation=Generation.PREVIEW,
            agent_role_arn=AGENT_ROLE_ARN,
        ),
    )
    for stack in stacks.secondary.values():
        assert role_of(stack)["AssumeRolePolicyDocument"]["Statement"] == [PREVIEW_TRUST]


def test_in_a_stage(app: App) -> None:
    """The stacks of a Stage carry its name, as CDK does it."""
    stage = Stage(app, "Production", env=Environment(region="us-east-1"))
    stacks = connect_accounts(stage, Onboarding(agent_space=SPACE, accounts=[TWO]))
    assert [stack.stack_name for stack in stacks.secondary.values()] == ["Production-DevOpsAgentSecondary-222222222222"]


def test_order_of_accounts_leaves_no_trace(tmp_path: Path) -> None:
    """Two synths are byte-equal, in either order: nothing redeploys because a list was sorted.

    Promise: The same bytes.
    """
    assert files_of(tmp_path / "a", TWO, THREE) == files_of(tmp_path / "b", THREE, TWO)


@pytest.mark.parametrize(
    ("accounts", "field", "why"),
    [
        ([TWO, THREE, TWO], "accounts[2].account_id", "accounts[0] is this account already"),
        ([TWO, PRIMARY], "accounts[1].account_id", "this is the primary account"),
        ([], "accounts", "there is no account to connect"),
    ],
)
def test_bad_accounts(app: App, accounts: list[SecondaryAccount], field: str, why: str) -> None:
    """Found before the first stack is defined."""
    with pytest.raises(OnboardingInputError) as caught:
        connect_accounts(app, Onboarding(agent_space=SPACE, accounts=accounts))
    assert caught.value.field == field
    assert why in caught.value.why
    assert [child for child in app.node.children if isinstance(child, Stack)] == []


def test_missing_agent_role(app: App) -> None:
    """Also found before the first stack is defined."""
    with pytest.raises(OnboardingInputError, match="agent_role_arn"):
        connect_accounts(app, Onboarding(agent_space=SPACE, accounts=[TWO], generation=Generation.PREVIEW))
    assert [child for child in app.node.children if isinstance(child, Stack)] == []


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"account_id": "22222222222"}, "account_id"),
        ({"account_id": "22222222222x"}, "account_id"),
        ({"account_id": "222222222222\n"}, "account_id"),
        ({"account_id": "222222222222", "region": "eu_west_1"}, "region"),
        ({"account_id": "222222222222", "role_name": "a b"}, "role_name"),
        ({"account_id": "222222222222", "path": "x"}, "path"),
        ({"account_id": "222222222222", "path": "/" + "a" * 200 + "/"}, "path"),
        ({"account_id": "222222222222", "description": "\u2014"}, "description"),
        ({"account_id": "222222222222", "managed_policies": ["a b"]}, "managed_policies[0]"),
        (
            {"account_id": "222222222222", "permissions_boundary": "arn:aws:iam::999999999999:policy/B"},
            "permissions_boundary",
        ),
        ({"account_id": "222222222222", "max_session_seconds": 60}, "max_session_seconds"),
    ],
)
def test_secondary_account_checks_itself(arguments: dict[str, object], field: str) -> None:
    """A value that exists is a value that can be deployed."""
    with pytest.raises(OnboardingInputError) as caught:
        SecondaryAccount(**arguments)  # type: ignore[arg-type]
    assert caught.value.field == field


def test_capabilities_of_an_account_reach_its_role(app: App) -> None:
    """And no other account's."""
    reader = SecondaryAccount(account_id="222222222222", capabilities=[S3Objects(buckets=["orders-logs"])])
    stacks = connect_accounts(app, Onboarding(agent_space=SPACE, accounts=[reader, THREE]))
    assert ["orders-logs" in str(role_of(stack)) for stack in stacks.secondary.values()] == [True, False]
