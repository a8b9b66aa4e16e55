"""What would fail at the second deployment is noticed in the app: roles, connections and rollouts that collide."""

from typing import Any

import pytest
from aws_cdk import App, Environment, LegacyStackSynthesizer, Stack
from aws_cdk.assertions import Annotations, Match

from devops_agent_constructs import (
    AgentSpace,
    AgentSpaceArn,
    CallAs,
    CustomStatement,
    ElevatedActionsRole,
    OnboardingInputError,
    OrganizationRollout,
    PrimaryAccountAccess,
    SecondaryAccount,
    SecondaryAccountRole,
    SelfManagedDeployment,
    ServiceManagedDeployment,
)
from tests.conftest import SPACE, SPACE_ARN

NAME_TAKEN = "devops-agent-constructs:roleNameTaken"
CONNECTED = "devops-agent-constructs:accountConnectedTwice"
ORDERS, UNIT, OTHER_UNIT, ROOT = "222222222222", "ou-a1b2-11112222", "ou-a1b2-33334444", "r-a1b2"
ACTION = CustomStatement(sid="Restart", actions=["ecs:UpdateService"], resources=["*"])


def stack_of(app: App, name: str, account_id: str = "222222222222", region: str = "us-east-1") -> Stack:
    """Return one of several stacks."""
    env = Environment(account=account_id, region=region)
    return Stack(app, name, env=env, synthesizer=LegacyStackSynthesizer())


def warnings(stack: Stack, warning_id: str) -> list[str]:
    """Return the texts of the warnings of a stack that have this id."""
    found = Annotations.from_stack(stack).find_warning("*", Match.string_like_regexp(f"ack: {warning_id}"))
    return [str(message.entry.data) for message in found]


@pytest.mark.parametrize("name", ["DevOpsAgentRole-SecondaryAccount", "devopsagentrole-secondaryaccount"])
def test_a_role_of_one_name_in_two_stacks(app: App, name: str) -> None:
    """Of one account, whatever the Region: the second deployment would fail."""
    first, second = stack_of(app, "First"), stack_of(app, "Second", region="eu-west-1")
    SecondaryAccountRole(first, "Role", agent_space=SPACE)
    SecondaryAccountRole(second, "Role", agent_space=SPACE, role_name=name)
    assert warnings(first, NAME_TAKEN) == []
    [warning] = warnings(second, NAME_TAKEN)
    assert warning.startswith(f"First/Role makes a role {name} in account 222222222222 already. IAM is global")


def test_roles_of_other_kinds(app: App) -> None:
    """Any role of this library whose name is fixed."""
    SecondaryAccountRole(stack_of(app, "First"), "Role", agent_space=SPACE, role_name="Agent")
    second = stack_of(app, "Second")
    ElevatedActionsRole(second, "Elevated", agent_space=SPACE, statements=[ACTION], role_name="Agent")
    third = stack_of(app, "Third")
    AgentSpace(third, "Space", name="a", agent_role_name="Agent")
    fourth = stack_of(app, "Fourth", "999999999999")
    OrganizationRollout(
        fourth, "Rollout", agent_space=SPACE, deployment=SelfManagedDeployment(accounts=["222222222222"]),
        role_name="Agent",
    )  # fmt: skip
    assert [len(warnings(stack, NAME_TAKEN)) for stack in (second, third, fourth)] == [1, 1, 1]


@pytest.mark.parametrize("account_id", ["333333333333", None])
def test_roles_that_do_not_collide(app: App, account_id: str | None) -> None:
    """In another account, or in a stack that may be deployed to any."""
    for name, account in (("First", "222222222222"), ("Second", account_id)):
        stack = Stack(app, name, env=Environment(account=account))
        SecondaryAccountRole(stack, "Role", agent_space=SPACE)
        assert warnings(stack, NAME_TAKEN) == []


def test_another_app_is_another_world() -> None:
    """Tests and programs make several."""
    for _ in range(2):
        stack = stack_of(App(analytics_reporting=False), "Stack")
        SecondaryAccountRole(stack, "Role", agent_space=SPACE)
        assert warnings(stack, NAME_TAKEN) == []


def test_an_account_connected_in_two_stacks(app: App) -> None:
    """To one Agent Space; to another one it may be."""
    other = AgentSpaceArn.from_arn(SPACE_ARN.replace("8f6187a7", "00000000"))
    accounts = [SecondaryAccount(account_id="222222222222"), SecondaryAccount(account_id="333333333333")]
    stacks = [stack_of(app, name, "111111111111") for name in ("First", "Second", "Third")]
    PrimaryAccountAccess(stacks[0], "Access", agent_space=SPACE, accounts=accounts)
    PrimaryAccountAccess(stacks[1], "Access", agent_space=SPACE, accounts=accounts[:1])
    PrimaryAccountAccess(stacks[2], "Access", agent_space=other, accounts=accounts[:1])
    [warning] = warnings(stacks[1], CONNECTED)
    assert warning.startswith("First/Access connects account 222222222222 to this Agent Space already.")
    assert warnings(stacks[0], CONNECTED) + warnings(stacks[2], CONNECTED) == []


def by_units(*units: str, **settings: Any) -> ServiceManagedDeployment:
    """Return a deployment to units."""
    return ServiceManagedDeployment(organizational_units=units, call_as=CallAs.DELEGATED_ADMIN, **settings)


def roll_out(app: App, name: str, deployment: Any, **arguments: Any) -> None:
    """Define a rollout in a stack of its own, by default with a StackSet of its own name."""
    stack = stack_of(app, name, "999999999999")
    settings = {"stack_set_name": name, **arguments}
    OrganizationRollout(stack, "Rollout", agent_space=SPACE, deployment=deployment, **settings)


def test_two_stack_sets_of_one_name(app: App) -> None:
    """In one account and Region CloudFormation has one of a name."""
    roll_out(app, "First", by_units(UNIT), stack_set_name="Agents")
    with pytest.raises(OnboardingInputError, match="First/Rollout has a StackSet of this name") as caught:
        roll_out(app, "Second", by_units(OTHER_UNIT), stack_set_name="Agents", role_name="Other")
    assert caught.value.field == "stack_set_name"


@pytest.mark.parametrize(
    ("first", "second", "shared"),
    [
        (by_units(UNIT), by_units(UNIT), UNIT),
        (by_units(UNIT), by_units(OTHER_UNIT, UNIT), UNIT),
        (by_units(ROOT), by_units(UNIT), UNIT),
        (by_units(UNIT), by_units(ROOT), UNIT),
        (by_units(UNIT, only_accounts=["222222222222"]), by_units(UNIT), "222222222222"),
        (by_units(UNIT), by_units(UNIT, only_accounts=["222222222222"]), "222222222222"),
        (by_units(UNIT, only_accounts=[ORDERS]), by_units(ROOT, only_accounts=[ORDERS]), ORDERS),
        (SelfManagedDeployment(accounts=[ORDERS]), SelfManagedDeployment(accounts=[ORDERS]), ORDERS),
        (
            by_units(UNIT, additional_accounts=["222222222222"], organization_root=ROOT),
            SelfManagedDeployment(accounts=["333333333333", "222222222222"]),
            "222222222222",
        ),
    ],
)  # fmt: skip
def test_one_role_twice_for_the_same_accounts(app: App, first: Any, second: Any, shared: str) -> None:
    """The second operation would fail in each of them."""
    roll_out(app, "First", first)
    with pytest.raises(OnboardingInputError, match="First/Rollout rolls out a role") as caught:
        roll_out(app, "Second", second)
    assert (caught.value.field, caught.value.value) == ("deployment", shared)
    roll_out(app, "Third", second, role_name="Other")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (by_units(UNIT), by_units(OTHER_UNIT)),
        (by_units(UNIT), by_units("r-ffff")),
        (by_units(UNIT, only_accounts=["222222222222"]), by_units(UNIT, only_accounts=["333333333333"])),
        (by_units(UNIT, only_accounts=["222222222222"]), by_units(UNIT, exclude_accounts=["222222222222"])),
        (by_units(UNIT, OTHER_UNIT, only_accounts=["222222222222"]), by_units(UNIT)),
        (by_units(UNIT), SelfManagedDeployment(accounts=["222222222222"])),
    ],
)
def test_rollouts_that_may_go_together(app: App, first: Any, second: Any) -> None:
    """Disjoint, or as far as anybody knows here."""
    roll_out(app, "First", first)
    roll_out(app, "Second", second)


@pytest.mark.parametrize(
    ("deployment", "account_id", "why"),
    [
        (by_units(UNIT, exclude_accounts=["222222222222"]), "222222222222", "it is excluded"),
        (by_units(UNIT, only_accounts=[ORDERS]), "333333333333", "the accounts to deploy to are named, and it is not"),
        (by_units(UNIT), "111111111111", "this is the primary account"),
        (
            ServiceManagedDeployment(organizational_units=[UNIT], call_as=CallAs.SELF),
            "999999999999",
            "StackSets never deploys to the management account",
        ),
        (SelfManagedDeployment(accounts=["222222222222"]), "333333333333", "it is not among the accounts"),
    ],
)  # fmt: skip
def test_secondary_accounts_without_a_role(app: App, deployment: Any, account_id: str, why: str) -> None:
    """An association with a role that nobody makes turns invalid."""
    stack = stack_of(app, "Stack", "999999999999")
    rollout = OrganizationRollout(stack, "Rollout", agent_space=SPACE, deployment=deployment)
    with pytest.raises(OnboardingInputError, match=why) as caught:
        rollout.secondary_accounts(iter([account_id]))
    assert caught.value.value == account_id


def test_secondary_accounts_with_a_role(app: App) -> None:
    """Those of the units, those that are added, and the management account where it is included."""
    stack = stack_of(app, "Stack", "999999999999")
    deployment = ServiceManagedDeployment(
        organizational_units=[UNIT],
        call_as=CallAs.SELF,
        additional_accounts=["555555555555"],
        organization_root=ROOT,
    )
    rollout = OrganizationRollout(
        stack, "Rollout", agent_space=SPACE, deployment=deployment, include_management_account=True
    )
    ids = ["222222222222", "555555555555", "999999999999"]
    assert [account.account_id for account in rollout.secondary_accounts(iter(ids))] == ids
