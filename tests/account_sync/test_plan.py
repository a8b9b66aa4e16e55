"""The plan by example: one account each, with the reason that a person reads; and the plan for 10,000."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from devops_agent_constructs import account_sync
from devops_agent_constructs.account_sync.account_association import AccountAssociation
from devops_agent_constructs.account_sync.plan import Action, ActionKind, Plan, plan
from devops_agent_constructs.account_sync.scope import Desired, DesiredRole
from devops_agent_constructs.account_sync.sync_limits import SyncLimits
from devops_agent_constructs.errors import OnboardingInputError
from tests.account_sync.cases import FOREIGN, OWN, PRIMARY, arn, association

LIMITS = SyncLimits(primary_account_id=PRIMARY, owned_roles=[OWN], max_removal_percentage=100)
ORDERS, BILLING = "222222222222", "333333333333"


def desired(*account_ids: str, why_left_alone: str | None = None, elevated: str | None = None) -> Desired:
    """Accounts with the usual role."""
    return Desired(
        roles={
            account_id: DesiredRole(
                role_arn=arn(account_id, OWN),
                elevated_role_arn=elevated and arn(account_id, elevated),
                why_left_alone=why_left_alone,
            )
            for account_id in account_ids
        }
    )


def only_action(made: Plan) -> Action:
    """Return the one action of a plan."""
    [action] = made.actions
    return action


def test_account_that_is_not_connected() -> None:
    """It is associated with its role."""
    assert only_action(plan(desired(ORDERS), [], LIMITS)) == Action(
        kind=ActionKind.ASSOCIATE,
        account_id="222222222222",
        reason="not connected",
        role_arn="arn:aws:iam::222222222222:role/DevOpsAgent",
    )


def test_account_in_step() -> None:
    """It is counted, and nothing is done."""
    made = plan(desired(ORDERS), [association(1, ORDERS, arn(ORDERS, OWN))], LIMITS)
    assert made == Plan(actions=(), in_step=1)


def test_another_elevated_role_is_set() -> None:
    """The association is updated; the reason says what it has now."""
    there = association(1, ORDERS, arn(ORDERS, OWN))
    action = only_action(plan(desired(ORDERS, elevated="/Elevated"), [there], LIMITS))
    assert (action.kind, action.association) == (ActionKind.UPDATE, there)
    assert action.elevated_role_arn == "arn:aws:iam::222222222222:role/Elevated"
    assert action.reason == "its role for directed actions is missing"


def test_an_elevated_role_that_nobody_asked_for_stays() -> None:
    """It was set elsewhere, and an update would take it away."""
    there = association(1, ORDERS, arn(ORDERS, FOREIGN), elevated_role_arn=arn(ORDERS, "/Elevated"))
    limits = SyncLimits(primary_account_id=PRIMARY, owned_roles=[OWN], adopted_accounts=[ORDERS])
    action = only_action(plan(desired(ORDERS), [there], limits))
    assert action.kind is ActionKind.UPDATE
    assert action.role_arn == "arn:aws:iam::222222222222:role/DevOpsAgent"
    assert action.elevated_role_arn == "arn:aws:iam::222222222222:role/Elevated"


def test_role_that_is_not_deployed_yet() -> None:
    """No association precedes its role."""
    waiting = desired(ORDERS, why_left_alone="the role's stack is OUTDATED")
    action = only_action(plan(waiting, [], LIMITS))
    assert (action.kind, action.reason) == (ActionKind.LEAVE_ALONE, "the role's stack is OUTDATED")


@pytest.mark.parametrize(
    "there",
    [
        association(1, BILLING, arn(BILLING, FOREIGN)),
        association(1, BILLING, arn(ORDERS, OWN)),
        association(1, BILLING, arn(BILLING, "/team/DevOpsAgent")),
        association(1, BILLING, arn(BILLING, "/devopsagent")),
    ],
    ids=["another name", "another account's role", "another path", "another case"],
)
def test_association_that_it_does_not_own(there: AccountAssociation) -> None:
    """It stays, and its account is not associated a second time, which AWS refuses."""
    for wanted in (desired(), desired(BILLING)):
        action = only_action(plan(wanted, [there], LIMITS))
        assert action.kind is ActionKind.LEAVE_ALONE
        assert "which is neither owned nor adopted" in action.reason


def test_role_of_a_single_account() -> None:
    """It is sync's own in that account only: a role of this name elsewhere is somebody else's."""
    there = [association(1, ORDERS, arn(ORDERS, FOREIGN)), association(2, BILLING, arn(BILLING, FOREIGN))]
    stray = association(3, "444444444444", arn(ORDERS, FOREIGN))
    limits = SyncLimits(
        primary_account_id=PRIMARY,
        owned_roles=[OWN],
        owned_role_arns=[arn(ORDERS, FOREIGN)],
        max_removal_percentage=100,
    )
    made = plan(Desired(roles={}), [*there, stray], limits)
    assert [(action.account_id, action.kind) for action in made.actions] == [
        (ORDERS, ActionKind.DISASSOCIATE),
        (BILLING, ActionKind.LEAVE_ALONE),
        ("444444444444", ActionKind.LEAVE_ALONE),
    ]


def test_account_that_is_gone() -> None:
    """Its association goes, with the reason that the reader gave."""
    there = [association(1, ORDERS, arn(ORDERS, OWN)), association(2, BILLING, arn(BILLING, OWN))]
    made = plan(Desired(roles={}, why_not={ORDERS: "suspended"}), there, LIMITS)
    assert [(one.kind, one.account_id, one.reason) for one in made.actions] == [
        (ActionKind.DISASSOCIATE, "222222222222", "suspended"),
        (ActionKind.DISASSOCIATE, "333333333333", "in none of the units"),
    ]


@pytest.mark.parametrize(
    ("numbers", "removed", "failure"),
    [
        ({"max_removals": 2}, 2, None),
        ({"max_removals": 1}, 0, "2 would be disconnected, and 1 is the most for one run"),
        ({"max_removal_percentage": 25}, 0, "and 25 % of 4, rounded up to 1, is the most for one run"),
        ({"max_removal_percentage": 26}, 2, None),
        ({"max_removal_percentage": 0}, 0, "and 0 % of 4, rounded up to 0, is the most for one run"),
    ],
)
def test_limits(numbers: dict[str, int], removed: int, failure: str | None) -> None:
    """Both count; above one of them nothing is removed, and the others are connected all the same."""
    there = [association(number, digit * 12, arn(digit * 12, OWN)) for number, digit in enumerate("2345")]
    limits = SyncLimits(
        **{"primary_account_id": PRIMARY, "owned_roles": [OWN], "max_removal_percentage": 100, **numbers}  # type: ignore[arg-type]
    )
    made = plan(desired("222222222222", "333333333333", "666666666666"), there, limits)
    assert made.counts[ActionKind.DISASSOCIATE] == removed
    assert made.counts[ActionKind.ASSOCIATE] == 1
    assert (made.failure or "").endswith(failure or "")
    assert (made.failure is None) == (failure is None)


@pytest.mark.parametrize(
    ("numbers", "updated", "removed", "failure"),
    [
        ({"max_removals": 4}, 3, 1, None),
        ({"max_removals": 3}, 0, 0, "1 would be disconnected and 3 updated, and 3 is the most for one run"),
        (
            {"max_removal_percentage": 75},
            0,
            0,
            "and 3 updated, and 75 % of 4, rounded up to 3, is the most for one run",
        ),
        ({"max_removal_percentage": 76}, 3, 1, None),
    ],
)
def test_limits_of_updates(numbers: dict[str, int], updated: int, removed: int, failure: str | None) -> None:
    """An update can end a connection as a removal does: both count together, and none is done above a limit."""
    there = [association(number, digit * 12, arn(digit * 12, OWN)) for number, digit in enumerate("2345")]
    wanted = desired("222222222222", "333333333333", "444444444444", "666666666666", elevated="/Elevated")
    limits = SyncLimits(
        **{"primary_account_id": PRIMARY, "owned_roles": [OWN], "max_removal_percentage": 100, **numbers}  # type: ignore[arg-type]
    )
    made = plan(wanted, there, limits)
    assert (made.counts[ActionKind.UPDATE], made.counts[ActionKind.DISASSOCIATE]) == (updated, removed)
    assert made.counts[ActionKind.ASSOCIATE] == 1
    assert (made.failure or "").endswith(failure or "")
    if failure is not None:
        assert (made.failure or "").startswith("nothing is disconnected or updated: ")
        held = [action for action in made.actions if action.kind is ActionKind.LEAVE_ALONE]
        assert {action.role_arn for action in held} == {one.role_arn for one in there}
        assert {action.elevated_role_arn for action in held} == {None}


def test_limits_and_an_account_that_is_adopted() -> None:
    """Its update was asked for by its id, and is not counted; above a limit it waits with the others."""
    there = [association(1, ORDERS, arn(ORDERS, OWN)), association(2, BILLING, arn(BILLING, FOREIGN))]
    for most, kinds in ((1, {ActionKind.DISASSOCIATE, ActionKind.UPDATE}), (0, {ActionKind.LEAVE_ALONE})):
        limits = SyncLimits(
            primary_account_id=PRIMARY, owned_roles=[OWN], adopted_accounts=[BILLING], max_removals=most
        )
        made = plan(desired(BILLING), there, limits)
        assert {action.kind for action in made.actions} == kinds


def test_limits_of_updates_after_an_incomplete_reading() -> None:
    """Nothing is removed then, and updates have the whole limit for themselves."""
    there = [association(number, digit * 12, arn(digit * 12, OWN)) for number, digit in enumerate("2345")]
    wanted = replace(desired("222222222222", elevated="/Elevated"), why_incomplete="throttled")
    for most, updated, failure in ((1, 1, "throttled"), (0, 0, "1 would be updated, and 0 is the most for one run")):
        limits = SyncLimits(primary_account_id=PRIMARY, owned_roles=[OWN], max_removals=most)
        made = plan(wanted, there, limits)
        assert (made.counts[ActionKind.UPDATE], made.counts[ActionKind.DISASSOCIATE]) == (updated, 0)
        assert (made.failure or "").startswith("nothing is disconnected, as not all was read: throttled")
        assert (made.failure or "").endswith(failure)


def test_primary_account_that_is_named() -> None:
    """It has the agent role for itself, and its association is never touched."""
    monitor = association(1, PRIMARY, arn(PRIMARY, OWN), account_type="monitor")
    limits = SyncLimits(primary_account_id=PRIMARY, owned_roles=[OWN], adopted_accounts=[PRIMARY])
    assert plan(desired(PRIMARY), [monitor], limits) == Plan(actions=(), in_step=0)
    assert plan(desired(PRIMARY), [], limits) == Plan(actions=(), in_step=0)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("primary_account_id", "1"),
        ("owned_roles", ["DevOpsAgent"]),
        ("owned_roles", ["/team/"]),
        ("owned_role_arns", ["/DevOpsAgent"]),
        ("adopted_accounts", ["orders"]),
        ("max_removals", -1),
        ("max_removal_percentage", 101),
    ],
)
def test_limits_that_make_no_sense(field: str, value: object) -> None:
    """Refused by name."""
    with pytest.raises(OnboardingInputError) as caught:
        SyncLimits(**{"primary_account_id": PRIMARY, "owned_roles": [OWN], field: value})  # type: ignore[arg-type]
    assert caught.value.field.startswith(field)


# The peak of the program itself: Linux counts in ru_maxrss what the process was before it became this program.
_MANY = """
import re, resource, sys, time
from pathlib import Path
from tests.account_sync.cases import OWN, PRIMARY, arn, association
from devops_agent_constructs.account_sync.scope import Desired, DesiredRole
from devops_agent_constructs.account_sync.plan import plan
from devops_agent_constructs.account_sync.sync_limits import SyncLimits
ids = [f"2{number:011d}" for number in range(10_100)]
roles = {one: DesiredRole(role_arn=arn(one, OWN)) for one in ids[100:]}
there = [association(number, one, arn(one, OWN)) for number, one in enumerate(ids[:5_000])]
limits = SyncLimits(primary_account_id=PRIMARY, owned_roles=[OWN], max_removals=1000)
began = time.process_time()
made = plan(Desired(roles=roles), there, limits)
seconds, status = time.process_time() - began, Path("/proc/self/status")
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
if status.exists():
    peak = re.search(r"VmHWM:\\s+([0-9]+) kB", status.read_text())[1]
print(seconds, peak, len(made.actions), made.in_step)
"""


def test_ten_thousand_accounts() -> None:
    """Half of them connected, 100 to remove: less than a second, and 200 MiB for the whole process."""
    result = subprocess.run([sys.executable, "-c", _MANY], capture_output=True, text=True, check=True)
    seconds, kibibytes, actions, in_step = map(float, result.stdout.split())
    assert (actions, in_step) == (5_200, 4_900)
    assert seconds < 1
    assert kibibytes < 200 * 1024


def test_no_input_or_output() -> None:
    """The plan loads neither the CDK nor boto3, and nothing that calls or reads anything."""
    heavy = "{'aws_cdk', 'boto3', 'botocore', 'constructs', 'jsii', 'socket', 'ssl', 'urllib3'}"
    code = f"import sys, devops_agent_constructs.account_sync.plan; print(sorted({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_no_module_needs_the_command_line_or_a_client() -> None:
    """A Lambda function has neither the one nor, maybe, a client that knows the service; constructs need the CDK."""
    folder = Path(str(account_sync.__file__)).parent
    banned = {"devops_agent_constructs.cli", "aws_cdk", "boto3", "botocore"}
    constructs = ("account_sync", "organization_event_rules", "organization_read_role")
    of_constructs = (*constructs, "cloudwatch_metric", "organization_place")
    admitted = {**{name: {"aws_cdk"} for name in of_constructs}, "handler": {"boto3", "botocore"}}
    for path in folder.glob("*.py"):
        text = path.read_text("utf-8")
        for name in banned - admitted.get(path.stem, set()):
            assert f"from {name}" not in text, path.name
            assert f"import {name}" not in text, path.name
