"""What StackSets of the emulator do by themselves: who joins, moves, leaves."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.emulator.example_organization import (
    EXCLUDED,
    MANAGEMENT,
    PRIMARY,
    SANDBOX,
    SUSPENDED,
    WORKLOADS,
    ExampleOrganization,
)
from tests.emulator.server import Emulator
from tests.emulator.stack import deploy
from tests.emulator.stack_set_stack import (
    NEWCOMER,
    deployed,
    described,
    instances,
    operations,
    stack_set,
    taken,
    template,
)


@pytest.fixture
def example(emulator: Emulator) -> ExampleOrganization:
    """Thirteen accounts; account 111111111111 is a delegated administrator."""
    return ExampleOrganization.create(emulator)


def test_a_root_reaches_whoever_joins(emulator: Emulator, example: ExampleOrganization) -> None:
    """A new account lands in the root, before anybody moves it."""
    deployed(emulator, stack_set(example.organization.root_id))
    emulator.client("organizations", MANAGEMENT).create_account(AccountName="new", Email="new@example.com")
    [account_id] = set(instances(emulator)) - {*described(emulator), SUSPENDED}
    [stack] = emulator.client("cloudformation", account_id).describe_stacks()["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"


def test_an_account_between_two_targets_keeps_its_stack(emulator: Emulator, example: ExampleOrganization) -> None:
    """From a unit to one below it, too."""
    deployed(emulator, stack_set(example.sandbox, example.workloads))
    before = instances(emulator)[SANDBOX[0]]["StackId"]
    example.organization.move(SANDBOX[0], "ou-a1b2-77778888")
    assert instances(emulator)[SANDBOX[0]]["StackId"] == before
    assert instances(emulator)[SANDBOX[0]]["OrganizationalUnitId"] == example.workloads


@pytest.mark.parametrize(
    ("filter_type", "account_id", "before"),
    [
        ("DIFFERENCE", NEWCOMER, {*SANDBOX, EXCLUDED}),
        ("DIFFERENCE", SANDBOX[0], {SANDBOX[1], EXCLUDED}),
        ("INTERSECTION", SANDBOX[0], {SANDBOX[0]}),
    ],
)
def test_filters_do_not_hold_for_whoever_joins(
    emulator: Emulator, example: ExampleOrganization, filter_type: str, account_id: str, before: set[str]
) -> None:
    """Automatic deployments do not consider them: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-manage-auto-deployment.html."""
    targets = {"Accounts": [account_id], "AccountFilterType": filter_type}
    deployed(emulator, stack_set(example.sandbox, targets=targets))
    assert set(described(emulator)) == before
    example.organization.add_account(example.sandbox, account_id=NEWCOMER)
    assert set(described(emulator)) == {*before, NEWCOMER}


def test_an_excluded_account_that_moves_is_excluded_no_longer(emulator: Emulator, example: ExampleOrganization) -> None:
    """From one targeted unit to another, which an automatic deployment follows; where it stays, it has nothing."""
    targets = {"Accounts": [SANDBOX[0]], "AccountFilterType": "DIFFERENCE"}
    deployed(emulator, stack_set(example.sandbox, example.workloads, targets=targets))
    assert SANDBOX[0] not in described(emulator)
    example.organization.move(SANDBOX[0], example.workloads)
    assert SANDBOX[0] in described(emulator)


def test_a_suspended_account_gets_nothing(emulator: Emulator, example: ExampleOrganization) -> None:
    """Wherever it moves; and what it had stays there when it leaves, out of reach."""
    deployed(emulator, stack_set(example.sandbox))
    example.organization.close(WORKLOADS[0])
    example.organization.move(WORKLOADS[0], example.sandbox)
    example.organization.close(SANDBOX[0])
    example.organization.move(SANDBOX[0], example.organization.root_id)
    assert set(described(emulator)) == {*SANDBOX, EXCLUDED}
    assert set(instances(emulator)) == {SANDBOX[1], EXCLUDED, SUSPENDED, WORKLOADS[0]}


def test_whoever_moves_an_account_is_not_told_of_failures(emulator: Emulator, example: ExampleOrganization) -> None:
    """The operation failed, and the instance says why."""
    deployed(emulator, stack_set(example.sandbox))
    taken(emulator, NEWCOMER)
    example.organization.add_account(example.sandbox, account_id=NEWCOMER)
    assert described(emulator)[NEWCOMER] == "by hand"
    assert instances(emulator)[NEWCOMER]["StackInstanceStatus"] == {"DetailedStatus": "FAILED"}
    assert operations(emulator) == [("CREATE", "SUCCEEDED"), ("CREATE", "FAILED")]


def test_a_removed_administrator_leaves_the_stack_set_behind(emulator: Emulator, example: ExampleOrganization) -> None:
    """It is the management account's, and goes on."""
    deployed(emulator, stack_set(example.sandbox))
    example.organization.remove(PRIMARY)
    example.organization.add_account(example.sandbox, account_id=NEWCOMER)
    assert NEWCOMER in described(emulator)


def two_stack_sets(example: ExampleOrganization, arn: str) -> dict[str, Any]:
    """Return two StackSets: the first in the order of names reads the role of the second, which it depends on."""
    waiting = {"Enabled": True, "RetainStacksOnAccountRemoval": False, "DependsOn": [arn]}
    body = json.loads(template(RoleName="Dependent"))
    dependent = stack_set(example.sandbox, StackSetName="A", AutoDeployment=waiting, TemplateBody=json.dumps(body))
    return {"First": dependent["Set"], "Second": stack_set(example.sandbox)["Set"]}


@pytest.mark.parametrize("is_taken", [False, True])
def test_dependencies_come_first(emulator: Emulator, example: ExampleOrganization, is_taken: bool) -> None:
    """What waits for a StackSet is not deployed where that failed."""
    deployed(emulator, {"Second": stack_set(example.sandbox)["Set"]})
    client = emulator.client("cloudformation", PRIMARY)
    arn = client.describe_stack_set(StackSetName="Agent", CallAs="DELEGATED_ADMIN")["StackSet"]["StackSetARN"]
    assert deploy(client, two_stack_sets(example, arn), change="UPDATE") == "UPDATE_COMPLETE"
    if is_taken:
        taken(emulator, NEWCOMER)
    example.organization.add_account(example.sandbox, account_id=NEWCOMER)
    stacks = emulator.client("cloudformation", NEWCOMER).describe_stacks()["Stacks"]
    names = [stack["StackName"].split("-")[1] for stack in stacks]
    assert names == (["Agent"] if is_taken else ["Agent", "A"])
