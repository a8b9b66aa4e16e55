"""Updates of StackSets of the emulator: who is updated, created, deleted, brought back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.example_organization import (
    EXCLUDED,
    PAYMENTS,
    PRIMARY,
    SANDBOX,
    WORKLOADS,
    ExampleOrganization,
)
from tests.emulator.live_role import LiveRole
from tests.emulator.server import Emulator
from tests.emulator.stack_set_stack import (
    NEWCOMER,
    deployed,
    described,
    given,
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


def test_an_update_keeps_the_roles(emulator: Emulator, example: ExampleOrganization) -> None:
    """The StackSet, the stacks and the roles are the same ones."""
    deployed(emulator, stack_set(example.sandbox))
    before, role = instances(emulator), LiveRole.read(emulator.client("iam", SANDBOX[0]), "Agent")
    deployed(emulator, stack_set(example.sandbox, Parameters=given("second")), again=True)
    assert {account_id: (one["StackSetId"], one.get("StackId")) for account_id, one in instances(emulator).items()} == {
        account_id: (one["StackSetId"], one.get("StackId")) for account_id, one in before.items()
    }
    assert LiveRole.read(emulator.client("iam", SANDBOX[0]), "Agent").role_id == role.role_id


def test_a_failed_update_is_undone_everywhere(emulator: Emulator, example: ExampleOrganization) -> None:
    """Also in the accounts that were updated before it failed; targets that were added are gone again."""
    deployed(emulator, stack_set(example.sandbox))
    taken(emulator, WORKLOADS[0])
    attempt = stack_set(example.sandbox, example.workloads, Parameters=given("second"))
    assert deployed(emulator, attempt, again=True) == "UPDATE_ROLLBACK_COMPLETE"
    assert described(emulator) == {**dict.fromkeys((*SANDBOX, EXCLUDED), "first"), WORKLOADS[0]: "by hand"}
    assert operations(emulator)[:3] == [("CREATE", "SUCCEEDED"), ("UPDATE", "SUCCEEDED"), ("CREATE", "FAILED")]


def test_a_refused_update_changes_nothing(emulator: Emulator, example: ExampleOrganization) -> None:
    """It is no operation either."""
    deployed(emulator, stack_set(example.sandbox))
    attempt = stack_set(example.sandbox, Parameters=given("second"), CallAs="SELF")
    assert deployed(emulator, attempt, again=True) == "UPDATE_ROLLBACK_COMPLETE"
    assert operations(emulator) == [("CREATE", "SUCCEEDED")]


def test_a_changed_filter_adds_and_removes(emulator: Emulator, example: ExampleOrganization) -> None:
    """An account that is excluded from now on loses its stack; one that no longer is gets one."""
    for excluded, expected in (
        (SANDBOX[0], {SANDBOX[1], EXCLUDED}),
        (EXCLUDED, {*SANDBOX}),
    ):
        targets = {"Accounts": [excluded], "AccountFilterType": "DIFFERENCE"}
        deployed(emulator, stack_set(example.sandbox, targets=targets), again=bool(described(emulator)))
        assert set(described(emulator)) == expected


def test_other_targets_leave_the_rest_alone(emulator: Emulator, example: ExampleOrganization) -> None:
    """What an account changed by hand is not brought back by an operation that is none of its business."""
    deployed(emulator, stack_set(example.sandbox))
    emulator.client("iam", SANDBOX[0]).update_role_description(RoleName="Agent", Description="by hand")
    deployed(emulator, stack_set(example.sandbox, example.workloads), again=True)
    assert described(emulator) == {
        **dict.fromkeys((*SANDBOX, EXCLUDED, *WORKLOADS, *PAYMENTS), "first"),
        SANDBOX[0]: "by hand",
    }


def test_a_unit_overrides_parameters(emulator: Emulator, example: ExampleOrganization) -> None:
    """Its accounts have the value of their group, also one that joins later."""
    groups: list[dict[str, Any]] = [
        {"DeploymentTargets": {"OrganizationalUnitIds": [example.workloads]}, "Regions": ["us-east-1"]},
        {
            "DeploymentTargets": {"OrganizationalUnitIds": [example.sandbox]},
            "Regions": ["us-east-1"],
            "ParameterOverrides": given("sandbox"),
        },
    ]
    deployed(emulator, stack_set(StackInstancesGroup=groups))
    example.organization.add_account(example.sandbox, account_id=NEWCOMER)
    in_sandbox = (*SANDBOX, EXCLUDED, NEWCOMER)
    others = dict.fromkeys((*WORKLOADS, *PAYMENTS), "first")
    assert described(emulator) == {**others, **dict.fromkeys(in_sandbox, "sandbox")}

    groups[1]["ParameterOverrides"] = given("play")
    deployed(emulator, stack_set(StackInstancesGroup=groups), again=True)
    assert described(emulator) == {**others, **dict.fromkeys(in_sandbox, "play")}


def test_another_name_replaces_the_stack_set(emulator: Emulator, example: ExampleOrganization) -> None:
    """The new one comes first, so that a role must have another name too; then the old one goes."""
    deployed(emulator, stack_set(example.sandbox))
    assert (
        deployed(emulator, stack_set(example.sandbox, StackSetName="Other"), again=True) == "UPDATE_ROLLBACK_COMPLETE"
    )
    assert described(emulator) == dict.fromkeys((*SANDBOX, EXCLUDED), "first")

    other = stack_set(example.sandbox, StackSetName="Other", TemplateBody=template(RoleName="OtherAgent"))
    assert deployed(emulator, other, again=True) == "UPDATE_COMPLETE"
    assert described(emulator) == {}
    assert LiveRole.find(emulator.client("iam", SANDBOX[0]), "OtherAgent") is not None
    listed: Any = emulator.client("cloudformation", PRIMARY).list_stack_sets()["Summaries"]
    assert {one["StackSetName"]: one["Status"] for one in listed if one["Status"] == "ACTIVE"} == {"Other": "ACTIVE"}
