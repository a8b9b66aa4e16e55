"""StackSets of the emulator: whom they reach, what fails, who comes and goes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.emulator.example_organization import (
    EXCLUDED,
    MANAGEMENT,
    PAYMENTS,
    PRIMARY,
    SANDBOX,
    WORKLOADS,
    ExampleOrganization,
)
from tests.emulator.live_role import LiveRole
from tests.emulator.organization import Organization
from tests.emulator.server import Emulator
from tests.emulator.stack import TRUST
from tests.emulator.stack_set_stack import (
    MEMBERS,
    NEWCOMER,
    deployed,
    described,
    given,
    stack_set,
    taken,
    template,
    why,
)

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackInstanceSummaryTypeDef


@pytest.fixture
def example(emulator: Emulator) -> ExampleOrganization:
    """Thirteen accounts; account 111111111111 is a delegated administrator."""
    return ExampleOrganization.create(emulator)


def listed_instances(emulator: Emulator) -> list[StackInstanceSummaryTypeDef]:
    """Return what ListStackInstances says to the delegated administrator."""
    client = emulator.client("cloudformation", PRIMARY)
    return client.list_stack_instances(StackSetName="Agent", CallAs="DELEGATED_ADMIN")["Summaries"]


def test_a_delegated_administrator_says_that_it_is_one(emulator: Emulator, example: ExampleOrganization) -> None:
    """Without, the StackSet is not there for it; the management account is no delegated administrator."""
    deployed(emulator, stack_set(example.sandbox))
    wrong: list[tuple[str, Any]] = [(PRIMARY, {}), (MANAGEMENT, {"CallAs": "DELEGATED_ADMIN"})]
    for account_id, settings in wrong:
        client = emulator.client("cloudformation", account_id)
        with pytest.raises(client.exceptions.StackSetNotFoundException):
            client.list_stack_instances(StackSetName="Agent", **settings)
        with pytest.raises(client.exceptions.StackSetNotFoundException):
            client.describe_stack_set(StackSetName="Agent", **settings)
    described = emulator.client("cloudformation", PRIMARY).describe_stack_set(
        StackSetName="Agent", CallAs="DELEGATED_ADMIN"
    )["StackSet"]
    assert (described["TemplateBody"], described["Parameters"]) == (template(), given("first"))
    of_management = emulator.client("cloudformation", MANAGEMENT).list_stack_instances(StackSetName="Agent")
    assert of_management["Summaries"] == listed_instances(emulator)


def test_instances_come_page_by_page(emulator: Emulator, example: ExampleOrganization) -> None:
    """As many as were asked for, and a token while there are more."""
    deployed(emulator, stack_set(example.workloads))
    client: Any = emulator.client("cloudformation", PRIMARY)
    parameters = {"StackSetName": "Agent", "CallAs": "DELEGATED_ADMIN", "MaxResults": 3}
    first = client.list_stack_instances(**parameters)
    second = client.list_stack_instances(**parameters, NextToken=first["NextToken"])
    last = client.list_stack_instances(**parameters, NextToken=second["NextToken"])
    assert "NextToken" not in last
    pages = [first["Summaries"], second["Summaries"], last["Summaries"]]
    assert [len(page) for page in pages] == [3, 3, 1]
    assert [one for page in pages for one in page] == listed_instances(emulator)


def test_units_are_reached_with_those_below(emulator: Emulator, example: ExampleOrganization) -> None:
    """Nested accounts too; each has a stack of its own, and the API lists the instances."""
    assert deployed(emulator, stack_set(example.workloads)) == "CREATE_COMPLETE"
    assert described(emulator) == dict.fromkeys((*WORKLOADS, *PAYMENTS), "first")
    [stack] = emulator.client("cloudformation", WORKLOADS[0]).describe_stacks()["Stacks"]
    assert stack["StackName"].startswith("StackSet-Agent-")
    listed = listed_instances(emulator)
    assert [(one["Account"], one["Status"]) for one in listed] == [
        (account_id, "CURRENT") for account_id in sorted((*WORKLOADS, *PAYMENTS))
    ]


def test_management_and_suspended_accounts_are_skipped(emulator: Emulator, example: ExampleOrganization) -> None:
    """Also if the root is the target; the operation succeeds all the same."""
    assert deployed(emulator, stack_set(example.organization.root_id)) == "CREATE_COMPLETE"
    assert set(described(emulator)) == {*MEMBERS, PRIMARY}


@pytest.mark.parametrize(
    ("filter_type", "expected"),
    [("INTERSECTION", {WORKLOADS[0]}), ("DIFFERENCE", {*WORKLOADS[1:], *PAYMENTS})],
)
def test_accounts_are_filtered(
    emulator: Emulator, example: ExampleOrganization, filter_type: str, expected: set[str]
) -> None:
    """An account that is named but not in the units is not reached."""
    targets = {"Accounts": [WORKLOADS[0], SANDBOX[0]], "AccountFilterType": filter_type}
    deployed(emulator, stack_set(example.workloads, targets=targets))
    assert set(described(emulator)) == expected


def test_accounts_come_and_go(emulator: Emulator, example: ExampleOrganization) -> None:
    """A newcomer gets the stack, and whoever leaves loses it; below the root nothing happens to others."""
    deployed(emulator, stack_set(example.sandbox))
    example.organization.add_account(example.sandbox, account_id=NEWCOMER)
    example.organization.move(SANDBOX[0], example.organization.root_id)
    example.organization.remove(SANDBOX[1])
    assert set(described(emulator)) == {EXCLUDED, NEWCOMER}
    example.organization.move(SANDBOX[0], example.sandbox)
    assert set(described(emulator)) == {SANDBOX[0], EXCLUDED, NEWCOMER}


def test_without_auto_deployment_nothing_moves(emulator: Emulator, example: ExampleOrganization) -> None:
    """Neither then nor at an update of what stands there."""
    deployed(emulator, stack_set(example.sandbox, AutoDeployment={"Enabled": False}))
    example.organization.add_account(example.sandbox, account_id=NEWCOMER)
    example.organization.move(SANDBOX[0], example.organization.root_id)
    assert set(described(emulator)) == {*SANDBOX, EXCLUDED}
    second = given("second")
    updated = stack_set(example.sandbox, AutoDeployment={"Enabled": False}, Parameters=second)
    assert deployed(emulator, updated, again=True) == "UPDATE_COMPLETE"
    assert described(emulator) == dict.fromkeys((*SANDBOX, EXCLUDED), "second")


def test_stacks_can_be_retained(emulator: Emulator, example: ExampleOrganization) -> None:
    """The role stays in the account that left; the StackSet knows it no longer."""
    retaining = {"Enabled": True, "RetainStacksOnAccountRemoval": True}
    deployed(emulator, stack_set(example.sandbox, AutoDeployment=retaining))
    example.organization.move(SANDBOX[0], example.organization.root_id)
    assert SANDBOX[0] in described(emulator)
    listed = listed_instances(emulator)
    assert SANDBOX[0] not in [one["Account"] for one in listed]


def test_an_update_reaches_all(emulator: Emulator, example: ExampleOrganization) -> None:
    """Parameters, the template, and other targets; also an account that joined in between."""
    deployed(emulator, stack_set(example.sandbox))
    example.organization.add_account(example.sandbox, account_id=NEWCOMER)
    second = given("second")
    deployed(emulator, stack_set(example.sandbox, Parameters=second), again=True)
    assert described(emulator) == dict.fromkeys((*SANDBOX, EXCLUDED, NEWCOMER), "second")
    body = template(MaxSessionDuration=7200)
    deployed(emulator, stack_set(example.workloads, Parameters=second, TemplateBody=body), again=True)
    assert described(emulator) == dict.fromkeys((*WORKLOADS, *PAYMENTS), "second")
    assert LiveRole.read(emulator.client("iam", PAYMENTS[0]), "Agent").max_session_seconds == 7200


def test_a_tolerated_failure_stops_nothing(emulator: Emulator, example: ExampleOrganization) -> None:
    """The account that has a role of this name keeps it, and its instance says why it is not up to date."""
    taken(emulator, WORKLOADS[0])
    preferences = {"FailureTolerancePercentage": 15}
    assert deployed(emulator, stack_set(example.workloads, OperationPreferences=preferences)) == "CREATE_COMPLETE"
    assert described(emulator) == {
        **dict.fromkeys((*WORKLOADS, *PAYMENTS), "first"),
        WORKLOADS[0]: "by hand",
    }
    listed = listed_instances(emulator)
    [failed] = [one for one in listed if one["Status"] != "CURRENT"]
    assert failed["Account"] == WORKLOADS[0]
    assert "already exists" in failed["StatusReason"]


def test_more_failures_stop_it(emulator: Emulator, example: ExampleOrganization) -> None:
    """The parent stack is rolled back, and nothing is left of the StackSet."""
    taken(emulator, WORKLOADS[0], WORKLOADS[1])
    preferences = {"FailureToleranceCount": 1}
    assert "unexpectedly stopped" in why(emulator, stack_set(example.workloads, OperationPreferences=preferences))
    assert described(emulator) == dict.fromkeys(WORKLOADS[:2], "by hand")


def test_a_soft_tolerance_lifts_the_limit(emulator: Emulator, example: ExampleOrganization) -> None:
    """More accounts at a time than failures are tolerated."""
    preferences = {"MaxConcurrentCount": 10, "ConcurrencyMode": "SOFT_FAILURE_TOLERANCE"}
    assert deployed(emulator, stack_set(example.workloads, OperationPreferences=preferences)) == "CREATE_COMPLETE"


def test_deleted_with_its_stacks(emulator: Emulator, example: ExampleOrganization) -> None:
    """Nothing is left, and nobody who joins gets anything."""
    deployed(emulator, stack_set(example.sandbox))
    emulator.client("cloudformation", PRIMARY).delete_stack(StackName="Stack")
    example.organization.add_account(example.sandbox, account_id=NEWCOMER)
    assert described(emulator) == {}


@pytest.mark.parametrize(
    ("account_id", "call_as", "expected"),
    [
        (PRIMARY, "SELF", "You must be the management account"),
        (WORKLOADS[0], "DELEGATED_ADMIN", "Account used is not a delegated administrator"),
        (MANAGEMENT, "DELEGATED_ADMIN", "Account used is not a delegated administrator"),
        ("200000000000", "SELF", "You must be the management account or delegated admin"),
    ],
)
def test_only_an_administrator_deploys(
    emulator: Emulator, example: ExampleOrganization, account_id: str, call_as: str, expected: str
) -> None:
    """In the part that it says it plays."""
    assert expected in why(emulator, stack_set(example.workloads, CallAs=call_as), account_id)


def test_self_managed_needs_both_roles(emulator: Emulator) -> None:
    """Without the execution role in the account, or the administration role beside the StackSet, it fails."""
    settings = {
        "PermissionModel": "SELF_MANAGED",
        "CallAs": None,
        "AutoDeployment": None,
        "StackInstancesGroup": [{"DeploymentTargets": {"Accounts": ["222222222222"]}, "Regions": ["us-east-1"]}],
    }
    roles = {PRIMARY: "AWSCloudFormationStackSetAdministrationRole", "222222222222": "Executor"}
    for account_id, name in roles.items():
        assert name in why(emulator, stack_set(ExecutionRoleName="Executor", **settings))
        emulator.client("iam", account_id).create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))
    assert deployed(emulator, stack_set(ExecutionRoleName="Executor", **settings)) == "CREATE_COMPLETE"
    assert described(emulator) == {"222222222222": "first"}


def test_trusted_access_is_needed(emulator: Emulator) -> None:
    """An organization does not let StackSets in by itself."""
    organization = Organization(emulator, management_account_id=MANAGEMENT)
    unit = organization.add_unit("Workloads", unit_id="ou-a1b2-11112222")
    api = emulator.client("organizations", MANAGEMENT)
    api.disable_aws_service_access(ServicePrincipal="member.org.stacksets.cloudformation.amazonaws.com")
    assert "enable organizations access" in why(emulator, stack_set(unit, CallAs="SELF"), MANAGEMENT)
