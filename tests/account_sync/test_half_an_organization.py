"""What is not there, or does not tell enough, makes the answer incomplete; what was read beside it still counts."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from tests.account_sync.test_desired_reader import (
    BILLING,
    CARDS,
    DONE,
    LAB,
    MANAGEMENT,
    ORDERS,
    ROOT,
    SANDBOX,
    UNREACHED,
    WORKLOADS,
    Scene,
    failing,
    left_alone,
    ready,
    scene,
)

__all__ = ["scene"]


@pytest.mark.parametrize("gone", ["ou-a1b2-99999999", "r-zzzz"])
def test_one_unit_of_several_is_gone(scene: Scene, gone: str) -> None:
    """The others' accounts are connected; nothing is disconnected, and the unit is named."""
    desired = scene.read(gone, WORKLOADS, SANDBOX)
    assert ready(desired) == [ORDERS, BILLING, CARDS, LAB]
    assert gone in (desired.why_incomplete or "")


def test_units_that_are_gone_are_named() -> None:
    """Each once, though all is read twice; of many the first."""
    gone, words = (
        [f"ou-a1b2-{number}9999999" for number in range(7)],
        "OrganizationalUnitNotFoundException: no such unit",
    )
    said = [f"{unit}: {words}" for unit in gone]
    assert Scene().read(*gone[:2], connected=(ORDERS,)).why_incomplete == f"AWS Organizations: {said[0]}; {said[1]}"
    assert Scene().read(*gone).why_incomplete == f"AWS Organizations: {'; '.join([*said[:5], '2 more'])}"


def test_list_that_lacks_the_management_account(scene: Scene) -> None:
    """An empty list without a token to go on looks like its end: the only account would be disconnected."""
    scene.organizations.units.clear()
    desired = scene.read(connected=(ORDERS,))
    assert desired.roles == {}
    said = f"AWS Organizations: the list of accounts lacks the management account {MANAGEMENT}"
    assert desired.why_incomplete == said


def test_list_that_misses_the_management_account_once(scene: Scene) -> None:
    """The second reading has it, but what was missed once is said: the next run is minutes away."""
    above = scene.organizations.units.pop(MANAGEMENT)
    seen = list[str]()

    def before(operation: str, parameters: Any) -> None:
        if operation == "ListAccounts" and "NextToken" not in parameters:
            seen.append(operation)
            if len(seen) > 1:
                scene.organizations.units[MANAGEMENT] = above

    scene.organizations.before = before
    assert scene.read(ROOT, connected=("111111111111",)).why_incomplete is not None


def test_boto3_that_drops_the_state(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Older than the member, after AWS has retired the former one: it says which boto3 knows it."""
    account = scene.organizations._account
    monkeypatch.setattr(
        scene.organizations,
        "_account",
        lambda account_id: {key: value for key, value in account(account_id).items() if key != "State"},
    )
    desired = scene.read(WORKLOADS, connected=(ORDERS,))
    assert desired.roles == {}
    assert "which boto3 1.40.27 is the first to know" in (desired.why_incomplete or "")
    assert "KeyError" not in (desired.why_incomplete or "")


def test_template_that_cannot_be_read(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as one in YAML where PyYAML is missing: nobody can be connected, so that the run is no success."""
    monkeypatch.setitem(sys.modules, "yaml", None)
    scene.cloudformation.described["DevOpsAgentSecondary"] = {"TemplateBody": "Resources: {}", "Parameters": []}
    desired = scene.read(WORKLOADS)
    assert ready(desired) == []
    assert "reads no YAML" in (desired.why_incomplete or "")
    scene.cloudformation.described["Second"] = scene.cloudformation.described.pop("DevOpsAgentSecondary")
    scene.cloudformation.instances["Second"] = {LAB: DONE}
    desired = scene.read(WORKLOADS, stack_set_names=("Second", "DevOpsAgentSecondary"))
    assert ready(desired) == [ORDERS, BILLING, CARDS]
    assert desired.why_incomplete is not None


def test_management_account_that_is_not_to_be_connected(scene: Scene) -> None:
    """It is no missing one; as soon as a stack of a StackSet is in it, it is like any other."""
    assert left_alone(scene.read())[MANAGEMENT] == UNREACHED
    scene.cloudformation.instances["DevOpsAgentSecondary"][MANAGEMENT] = ("OUTDATED", "FAILED")
    assert scene.read().roles[MANAGEMENT].is_expected
    held = scene.read(held_accounts={MANAGEMENT: "a stack connects it"}).roles[MANAGEMENT]
    assert (held.is_expected, held.why_left_alone) == (True, "a stack connects it")


def test_unit_that_may_not_be_described(scene: Scene) -> None:
    """Where accounts tell their units, they are known all the same."""
    scene.organizations.before = failing("DescribeOrganizationalUnit")
    desired = scene.read(WORKLOADS)
    assert ready(desired) == ([ORDERS, BILLING, CARDS] if scene.organizations.has_paths else [])
    assert desired.why_incomplete == f"AWS Organizations: {WORKLOADS}: AccessDeniedException: not today"
