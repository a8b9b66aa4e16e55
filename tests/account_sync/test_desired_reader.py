"""Which accounts should be connected, and which of them can be: the organization and its StackSet, also half read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from devops_agent_constructs.account_sync.configuration import SyncConfiguration
from devops_agent_constructs.account_sync.desired_reader import read_desired
from devops_agent_constructs.account_sync.retries import Retries
from devops_agent_constructs.account_sync.scope import Desired, DesiredRole, OrganizationScope
from tests.account_sync.fake_clients import FOR_ALL_CALLS, FakeCloudFormation, FakeOrganizations, making, refusal

ROOT, WORKLOADS, PAYMENTS, SANDBOX = "r-a1b2", "ou-a1b2-11112222", "ou-a1b2-77778888", "ou-a1b2-33334444"
ORDERS, BILLING, CARDS, LAB, MANAGEMENT, NEW = (digit * 12 for digit in "234567")
UNITS = {
    WORKLOADS: ROOT,
    PAYMENTS: WORKLOADS,
    SANDBOX: ROOT,
    ORDERS: WORKLOADS,
    BILLING: WORKLOADS,
    CARDS: PAYMENTS,
    LAB: SANDBOX,
    MANAGEMENT: ROOT,
}
DONE = ("CURRENT", "SUCCEEDED")
OTHER_ROLE = (
    "the StackSet DevOpsAgentSecondary makes the role Former, and not ops/Agent: deploy it, or correct the name"
)
UNREACHED = "it is the management account, to which no StackSet deploys: it is connected if it is named"
NOT_DEPLOYED = "its role is not deployed: the StackSet has no stack in it"
WITHOUT_PAUSE = Retries(attempts=3, sleep=lambda _: None)


class Scene:
    """An organization of five accounts, all with the role but the management account."""

    def __init__(self, *, has_paths: bool = True) -> None:
        self.organizations = FakeOrganizations(units=dict(UNITS), has_paths=has_paths, management_account_id=MANAGEMENT)
        instances = dict.fromkeys([ORDERS, BILLING, CARDS, LAB], DONE)
        self.cloudformation = FakeCloudFormation(instances={"DevOpsAgentSecondary": instances})

    def read(self, *units: str, connected: tuple[str, ...] = (), **settings: Any) -> Desired:
        """Read what should be connected of units; `single_accounts` have roles, the rest is the organization's."""
        names, single = settings.pop("stack_set_names", ("DevOpsAgentSecondary",)), settings.pop("single_accounts", {})
        accounts = {account_id: role.role_arn.partition(":role")[2] for account_id, role in single.items()}
        organization = OrganizationScope(
            organizational_units=units,
            stack_set_names=names,
            **settings,
        )
        return read_desired(
            SyncConfiguration(role_name="Agent", path="/ops/", organization=organization, accounts=accounts),
            partition="aws",
            organizations=self.organizations,
            sts=self.organizations,
            cloudformation=self.cloudformation,
            retries=WITHOUT_PAUSE,
            connected=connected,
        )


def ready(desired: Desired) -> list[str]:
    """Return the accounts that can be connected now."""
    return sorted(account_id for account_id, role in desired.roles.items() if role.why_left_alone is None)


def left_alone(desired: Desired) -> dict[str, str]:
    """Return the others, with the reason."""
    return {key: role.why_left_alone for key, role in desired.roles.items() if role.why_left_alone is not None}


@pytest.fixture(params=[True, False], ids=["paths", "tree"])
def scene(request: pytest.FixtureRequest) -> Scene:
    """Return one in which accounts tell their units, and one in which they do not."""
    return Scene(has_paths=request.param)


def test_accounts_of_units(scene: Scene) -> None:
    """Those of the unit and of the units below it, though a page in the middle is empty."""
    desired = scene.read(WORKLOADS)
    assert desired == Desired(
        roles={
            account_id: DesiredRole(role_arn=f"arn:aws:iam::{account_id}:role/ops/Agent")
            for account_id in ("222222222222", "333333333333", "444444444444")
        }
    )


@pytest.mark.parametrize("units", [(), (ROOT,)], ids=["none named", "the root"])
def test_whole_organization(scene: Scene, units: tuple[str, ...]) -> None:
    """All accounts; the management account waits for no role, as no StackSet gives it one."""
    desired = scene.read(*units)
    assert ready(desired) == [ORDERS, BILLING, CARDS, LAB]
    assert left_alone(desired) == {MANAGEMENT: UNREACHED}
    assert [account_id for account_id, role in desired.roles.items() if not role.is_expected] == [MANAGEMENT]
    del scene.cloudformation.instances["DevOpsAgentSecondary"][LAB]
    assert left_alone(scene.read(*units))[LAB] == NOT_DEPLOYED


def test_requests_are_what_aws_takes(scene: Scene) -> None:
    """At most 20 accounts in a page; a delegated administrator says that it is one."""
    scene.read(WORKLOADS)
    for operation, parameters in scene.organizations.calls:
        assert not operation.startswith("List") or parameters["MaxResults"] == 20
    assert [parameters["CallAs"] for _, parameters in scene.cloudformation.calls] == ["DELEGATED_ADMIN"] * 4


def test_one_list_is_enough() -> None:
    """Where accounts tell their units, no unit is read but to see that it is there."""
    scene = Scene()
    scene.read(WORKLOADS)
    assert [operation for operation, _ in scene.organizations.calls] == [
        "DescribeOrganization",
        "GetCallerIdentity",
        "DescribeOrganizationalUnit",
        *["ListAccounts"] * 4,
    ]


@pytest.mark.parametrize("state", ["SUSPENDED", "PENDING_CLOSURE", "CLOSED", "PENDING_ACTIVATION"])
@pytest.mark.parametrize("has_state", [True, False])
def test_account_that_is_not_active(scene: Scene, state: str, *, has_state: bool) -> None:
    """It is not to be connected, with the state as the reason; also where AWS has `Status` for it."""
    scene.organizations.states, scene.organizations.has_state = {ORDERS: state}, has_state
    desired = scene.read(WORKLOADS)
    assert ready(desired) == [BILLING, CARDS]
    assert desired.why_not == {ORDERS: state.lower().replace("_", " ")}


def test_chosen_accounts(scene: Scene) -> None:
    """Excluded ones, those that are not named, and additional ones outside of the units."""
    assert scene.read(WORKLOADS, exclude_accounts=[ORDERS]).why_not == {ORDERS: "excluded"}
    assert ready(scene.read(WORKLOADS, exclude_accounts=[ORDERS])) == [BILLING, CARDS]
    only = scene.read(WORKLOADS, only_accounts=[CARDS], additional_accounts=[LAB])
    assert ready(only) == [CARDS, LAB]
    assert only.why_not == dict.fromkeys([ORDERS, BILLING], "not among the accounts that are named")
    gone = scene.read(WORKLOADS, additional_accounts=[NEW])
    assert gone.why_not == {NEW: "not in the organization"}


def test_single_accounts(scene: Scene) -> None:
    """They win over exclusions, keep their own role, and need no stack of the StackSet; a suspended one has no use."""
    own = DesiredRole(role_arn=f"arn:aws:iam::{ORDERS}:role/Own")
    outside = DesiredRole(role_arn=f"arn:aws:iam::{NEW}:role/Own")
    desired = scene.read(WORKLOADS, exclude_accounts=[ORDERS], single_accounts={ORDERS: own, NEW: outside})
    assert (desired.roles[ORDERS], desired.roles[NEW], desired.why_not) == (own, outside, {})
    scene.organizations.states = {ORDERS: "SUSPENDED"}
    desired = scene.read(WORKLOADS, single_accounts={ORDERS: own})
    assert (ORDERS in desired.roles, desired.why_not) == (False, {ORDERS: "suspended"})


def test_without_an_organization() -> None:
    """Single accounts alone need no call."""
    scene, own = Scene(), {NEW: DesiredRole(role_arn=f"arn:aws:iam::{NEW}:role/Own")}
    desired = read_desired(
        SyncConfiguration(organization=None, accounts={NEW: "/Own"}),
        partition="aws",
        organizations=scene.organizations,
        sts=scene.organizations,
        cloudformation=scene.cloudformation,
        retries=WITHOUT_PAUSE,
    )
    assert desired == Desired(roles=own)
    assert scene.organizations.calls + scene.cloudformation.calls == []


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (("OUTDATED", "FAILED"), "its role may not be deployed: its stack is OUTDATED (FAILED)"),
        (("OUTDATED", "RUNNING"), "its role may not be deployed: its stack is OUTDATED (RUNNING)"),
        (("CURRENT", "RUNNING"), "its role may not be deployed: its stack is CURRENT (RUNNING)"),
        (("CURRENT", "PENDING"), "its role may not be deployed: its stack is CURRENT (PENDING)"),
        (("INOPERABLE", "INOPERABLE"), "its role may not be deployed: its stack is INOPERABLE"),
    ],
)
def test_stack_that_is_not_current(scene: Scene, status: tuple[str, str], reason: str) -> None:
    """The account waits, and is not taken for one that left."""
    scene.cloudformation.instances["DevOpsAgentSecondary"][ORDERS] = status
    desired = scene.read(WORKLOADS)
    assert ready(desired) == [BILLING, CARDS]
    assert left_alone(desired) == {ORDERS: reason}


def test_stack_without_a_detailed_status(scene: Scene) -> None:
    """AWS may leave it out."""
    scene.cloudformation.instances["DevOpsAgentSecondary"] |= {ORDERS: ("CURRENT", ""), BILLING: ("OUTDATED", "")}
    assert ready(scene.read(WORKLOADS)) == [ORDERS, CARDS]


def test_account_that_somebody_else_connects(scene: Scene) -> None:
    """It should be connected, but not by the sync."""
    desired = scene.read(WORKLOADS, held_accounts={ORDERS: "a stack connects it", LAB: "a stack connects it"})
    assert left_alone(desired) == {ORDERS: "a stack connects it"}
    assert LAB not in desired.roles


def test_second_stack_set(scene: Scene) -> None:
    """A stack that is current in one of them is enough."""
    scene.cloudformation.instances["Second"] = {ORDERS: ("OUTDATED", "FAILED"), MANAGEMENT: DONE}
    names = ("Second", "DevOpsAgentSecondary")
    assert ready(scene.read(stack_set_names=names)) == [ORDERS, BILLING, CARDS, LAB, MANAGEMENT]
    scene.cloudformation.described["DevOpsAgentSecondary"] = making("Former")
    desired = scene.read(WORKLOADS, stack_set_names=names)
    assert ready(desired) == []
    assert left_alone(desired) == dict.fromkeys([ORDERS, BILLING, CARDS], OTHER_ROLE)


def test_stack_set_that_makes_another_role(scene: Scene) -> None:
    """All stacks are CURRENT, and their role has the name from before: no association precedes its role."""
    scene.cloudformation.described["DevOpsAgentSecondary"] = making("Former")
    desired = scene.read(WORKLOADS)
    assert left_alone(desired) == dict.fromkeys([ORDERS, BILLING, CARDS], OTHER_ROLE)
    assert desired.why_incomplete is None


def test_name_that_is_a_parameter(scene: Scene) -> None:
    """A stack can have a value of its own for it, which AWS tells of one stack at a time; else nobody asks."""
    scene.read(WORKLOADS)
    described = making({"Ref": "Name"}, path="/ops/", Parameters={"Name": {"Type": "String", "Default": "Agent"}})
    scene.cloudformation.described["DevOpsAgentSecondary"] = described
    scene.cloudformation.overrides[ORDERS] = [{"ParameterKey": "Name", "ParameterValue": "Former"}]
    scene.cloudformation.instances["DevOpsAgentSecondary"][CARDS] = ("OUTDATED", "FAILED")
    assert "DescribeStackInstance" not in dict(scene.cloudformation.calls)
    desired = scene.read(WORKLOADS)
    assert ready(desired) == [BILLING]
    assert left_alone(desired)[ORDERS] == OTHER_ROLE.replace("Former", "ops/Former")
    asked = [parameters for operation, parameters in scene.cloudformation.calls if operation == "DescribeStackInstance"]
    assert [(parameters["StackInstanceAccount"], parameters["CallAs"]) for parameters in asked] == [
        (account_id, "DELEGATED_ADMIN") for account_id in (ORDERS, BILLING, LAB)
    ]
    described["Parameters"] = [{"ParameterKey": "Name", "ParameterValue": "Former"}]
    scene.cloudformation.overrides = {ORDERS: [{"ParameterKey": "Name", "ParameterValue": "Agent"}]}
    assert ready(scene.read(WORKLOADS)) == [ORDERS]


def test_template_is_read_before_its_stacks(scene: Scene) -> None:
    """In the other order a stack that was CURRENT for the former template would count for the present one."""
    scene.read(WORKLOADS)
    assert [operation for operation, _ in scene.cloudformation.calls][:2] == ["DescribeStackSet", "ListStackInstances"]


def test_management_account(scene: Scene) -> None:
    """Its role is in the StackSet's own stack, so that the StackSet tells the name; other single accounts know."""
    of_management = DesiredRole(role_arn=f"arn:aws:iam::{MANAGEMENT}:role/ops/Agent")
    own = DesiredRole(role_arn=f"arn:aws:iam::{NEW}:role/Own")
    settings: dict[str, Any] = {
        "single_accounts": {MANAGEMENT: of_management, NEW: own},
        "management_account_id": MANAGEMENT,
    }
    assert ready(scene.read(WORKLOADS, **settings)) == [ORDERS, BILLING, CARDS, MANAGEMENT, NEW]
    scene.cloudformation.described["DevOpsAgentSecondary"] = making("Former")
    desired = scene.read(WORKLOADS, **settings)
    assert (ready(desired), left_alone(desired)[MANAGEMENT]) == ([NEW], OTHER_ROLE)
    scene.cloudformation.instances.clear()
    desired = scene.read(WORKLOADS, **settings)
    assert ready(desired) == [NEW]
    assert left_alone(desired)[MANAGEMENT] == "whether its role is deployed could not be read"


def failing(operation: str, *, after: int = 0, code: str = "AccessDeniedException") -> Callable[[str, Any], None]:
    """Return what lets an operation fail after some calls of it."""
    left = [after]

    def before(called: str, _parameters: Any) -> None:
        if called == operation:
            left[0] -= 1
            if left[0] < 0:
                raise refusal(operation, code, "not today")

    return before


@pytest.mark.parametrize(
    ("operation", "after"),
    [("ListAccounts", 0), ("ListAccounts", 2), ("ListAccountsForParent", 1), ("ListOrganizationalUnitsForParent", 1)],
)
def test_organization_that_cannot_be_read(operation: str, after: int) -> None:
    """It is said, nobody is taken for gone, and who was seen can still be connected."""
    scene = Scene(has_paths=False)
    scene.organizations.before = failing(operation, after=after)
    desired = scene.read(WORKLOADS)
    where = "" if operation == "ListAccounts" else f"{WORKLOADS}: "
    assert desired.why_incomplete == f"AWS Organizations: {where}AccessDeniedException: not today"
    assert set(ready(desired)) <= {ORDERS, BILLING, CARDS}


def test_half_of_the_accounts_with_units() -> None:
    """What the first pages told is true."""
    scene = Scene()
    scene.organizations.before = failing("ListAccounts", after=2)
    desired = scene.read(WORKLOADS)
    assert ready(desired) == [ORDERS, BILLING]
    assert desired.why_incomplete is not None


@pytest.mark.parametrize("error", FOR_ALL_CALLS, ids=lambda error: error.__class__.__name__)
def test_error_that_every_call_would_have(scene: Scene, error: Exception) -> None:
    """It is no half of an organization that was read: the run ends, with the first call or in the middle."""
    scene.cloudformation.before = raising(error)
    with pytest.raises(type(error)):
        scene.read(WORKLOADS)
    scene.organizations.before = raising(error)
    scene.cloudformation.calls.clear()
    with pytest.raises(type(error)):
        scene.read(WORKLOADS)
    assert scene.cloudformation.calls == []


def raising(error: Exception) -> Callable[[str, Any], None]:
    """Return what lets every call fail."""

    def before(_operation: str, _parameters: Any) -> None:
        raise error

    return before


@pytest.mark.parametrize("unit", ["ou-a1b2-99999999", "r-zzzz"])
def test_unit_that_is_not_there(scene: Scene, unit: str) -> None:
    """Deleted, or a slip: its accounts have not left it all at once."""
    desired = scene.read(unit)
    assert desired.roles == {}
    assert (desired.why_incomplete or "").startswith("AWS Organizations: ")


def test_stack_set_that_is_not_there(scene: Scene) -> None:
    """Nobody is connected on a guess, and nobody taken for gone."""
    desired = scene.read(WORKLOADS, stack_set_names=("Other",))
    assert desired.why_incomplete == "StackSet Other: StackSetNotFoundException: StackSet not found"
    assert left_alone(desired) == dict.fromkeys(
        [ORDERS, BILLING, CARDS], "whether its role is deployed could not be read"
    )


def test_throttling(scene: Scene) -> None:
    """A call that is throttled twice is good the third time."""
    refusals = {"ListAccounts": 2, "ListStackInstances": 2, "DescribeStackSet": 2}

    def before(operation: str, _parameters: Any) -> None:
        if refusals.get(operation):
            refusals[operation] -= 1
            raise refusal(operation, "TooManyRequestsException")

    scene.organizations.before = scene.cloudformation.before = before
    assert ready(scene.read(WORKLOADS)) == [ORDERS, BILLING, CARDS]


def test_account_that_a_list_misses(scene: Scene) -> None:
    """While accounts come and go a page can begin too late; only who is missed twice is gone."""
    hidden = dict[str, str]()

    def before(operation: str, parameters: Any) -> None:
        if operation == "ListAccounts" and not hidden and "NextToken" not in parameters:
            hidden[CARDS] = scene.organizations.units.pop(CARDS)
        elif operation == "DescribeOrganizationalUnit" and hidden:
            scene.organizations.units[CARDS] = PAYMENTS

    scene.organizations.before = before
    assert ready(scene.read(WORKLOADS)) == [ORDERS, BILLING]
    hidden.clear()
    scene.organizations.units[CARDS] = PAYMENTS
    assert ready(scene.read(WORKLOADS, connected=(CARDS,))) == [ORDERS, BILLING, CARDS]


def test_reads_once_if_nobody_is_missing(scene: Scene) -> None:
    """Accounts that are connected by other means do not count."""
    scene.read(WORKLOADS)
    who_asks, once = 2, len(scene.organizations.calls)
    own = {NEW: DesiredRole(role_arn=f"arn:aws:iam::{NEW}:role/Own")}
    scene.read(WORKLOADS, connected=(ORDERS, NEW, LAB), single_accounts=own, additional_accounts=[LAB])
    assert len(scene.organizations.calls) == 2 * once
    scene.read(WORKLOADS, connected=(LAB,))
    assert len(scene.organizations.calls) == 4 * once - who_asks


def test_account_that_moves_while_units_are_read() -> None:
    """From a unit that is not read yet into one that was: the second reading finds it."""
    scene, moved = Scene(has_paths=False), list[str]()

    def before(operation: str, parameters: Any) -> None:
        if operation == "ListAccountsForParent" and parameters["ParentId"] == PAYMENTS and not moved:
            moved.append(scene.organizations.units.pop(CARDS))
            scene.organizations.units[CARDS] = WORKLOADS

    scene.organizations.before = before
    desired = scene.read(WORKLOADS, connected=(CARDS,))
    assert moved
    assert ready(desired) == [ORDERS, BILLING, CARDS]
