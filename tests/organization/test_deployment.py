"""Where a StackSet deploys, and how fast: what is accepted, and one clear error for what is not."""

from __future__ import annotations

from typing import Any

import pytest

from devops_agent_constructs import (
    CallAs,
    ConcurrencyMode,
    OnboardingInputError,
    OperationPreferences,
    SelfManagedDeployment,
    ServiceManagedDeployment,
)

UNIT, ROOT = "ou-a1b2-11112222", "r-a1b2"
STACK_SET = "arn:aws:cloudformation:us-east-1:111111111111:stackset/Base:8f6187a7-0388-4926-8217-3a0fe32f757c"


def service_managed(**arguments: Any) -> ServiceManagedDeployment:
    """Return a deployment to one unit, with other arguments."""
    return ServiceManagedDeployment(**{"organizational_units": [UNIT], "call_as": CallAs.SELF, **arguments})


def refused(field: str, **arguments: Any) -> str:
    """Return the message about arguments, after checking which one it blames."""
    with pytest.raises(OnboardingInputError) as caught:
        service_managed(**arguments)
    assert caught.value.field == field
    return str(caught.value)


@pytest.mark.parametrize(
    "arguments",
    [
        {"organizational_units": [ROOT]},
        {"organizational_units": [f"ou-a1b2-{number:08}" for number in range(50)]},
        {"exclude_accounts": ["222222222222"], "additional_accounts": ["333333333333"], "organization_root": ROOT},
        {"only_accounts": ["222222222222"]},
        {"retain_stacks_on_account_removal": True, "depends_on": [STACK_SET] * 10},
    ],
)
def test_accepted(arguments: dict[str, Any]) -> None:
    """What AWS takes."""
    service_managed(**arguments)


@pytest.mark.parametrize(
    ("field", "arguments"),
    [
        ("organizational_units", {"organizational_units": []}),
        ("organizational_units", {"organizational_units": UNIT}),
        ("organizational_units", {"organizational_units": [f"ou-a1b2-{number:08}" for number in range(51)]}),
        ("organizational_units", {"organizational_units": [ROOT, UNIT]}),
        ("organizational_units[0]", {"organizational_units": ["ou-a1b2-11112222\n"]}),
        ("organizational_units[0]", {"organizational_units": ["OU-a1b2-11112222"]}),
        ("organizational_units[0]", {"organizational_units": ["Workloads"]}),
        ("organizational_units[0]", {"organizational_units": ["ou-a1b2-1111"]}),
        ("organizational_units[1]", {"organizational_units": [UNIT, UNIT]}),
        ("exclude_accounts", {"exclude_accounts": "222222222222"}),
        ("exclude_accounts[0]", {"exclude_accounts": ["22222222222"]}),
        ("exclude_accounts[0]", {"exclude_accounts": ["22222222222\uff11"]}),
        ("exclude_accounts[1]", {"exclude_accounts": ["222222222222", "222222222222"]}),
        ("exclude_accounts", {"exclude_accounts": ["222222222222"], "only_accounts": ["333333333333"]}),
        ("organization_root", {"additional_accounts": ["222222222222"]}),
        ("organization_root", {"additional_accounts": ["222222222222"], "organization_root": UNIT}),
        (
            "additional_accounts",
            {"additional_accounts": ["222222222222"], "organization_root": ROOT, "organizational_units": [ROOT]},
        ),
        (
            "additional_accounts[0]",
            {
                "additional_accounts": ["222222222222"],
                "organization_root": ROOT,
                "exclude_accounts": ["222222222222"],
            },
        ),
        ("auto_deployment", {"only_accounts": ["222222222222"], "auto_deployment": True}),
        ("retain_stacks_on_account_removal", {"auto_deployment": False, "retain_stacks_on_account_removal": True}),
        ("depends_on", {"auto_deployment": False, "depends_on": [STACK_SET]}),
        ("depends_on", {"depends_on": [STACK_SET] * 11}),
        ("depends_on[0]", {"depends_on": ["Base"]}),
    ],
)
def test_refused(field: str, arguments: dict[str, Any]) -> None:
    """What AWS refuses, or what could not be meant."""
    refused(field, **arguments)


def test_auto_deployment_by_default() -> None:
    """On for whole units, off for a list of accounts, where nobody follows."""
    assert service_managed().auto_deployment is True
    assert service_managed(only_accounts=["222222222222"]).auto_deployment is False
    assert service_managed(auto_deployment=False).auto_deployment is False


def test_call_as_is_never_guessed() -> None:
    """There is no default."""
    with pytest.raises(TypeError, match="call_as"):
        ServiceManagedDeployment(organizational_units=[UNIT])  # type: ignore[call-arg]


def test_an_error_says_what_to_do() -> None:
    """Field, value, why and fix."""
    assert refused("organizational_units[0]", organizational_units=["Workloads"]) == (
        "organizational_units[0]='Workloads': neither the id of an organizational unit nor of a root; "
        "write it like 'ou-a1b2-11112222', or 'r-a1b2' for the root"
    )


@pytest.mark.parametrize(
    ("field", "arguments"),
    [
        ("accounts", {"accounts": []}),
        ("accounts[0]", {"accounts": ["2"]}),
        ("accounts[1]", {"accounts": ["222222222222", "222222222222"]}),
        ("administration_role_arn", {"administration_role_arn": "Admin"}),
        ("execution_role_name", {"execution_role_name": "Execution Role"}),
    ],
)
def test_self_managed_refuses(field: str, arguments: dict[str, Any]) -> None:
    """Malformed values, and no account."""
    with pytest.raises(OnboardingInputError) as caught:
        SelfManagedDeployment(**{"accounts": ["222222222222"], **arguments})
    assert caught.value.field == field


def test_preferences_by_default() -> None:
    """A tenth may fail, a quarter at a time; a count takes the place of a percentage."""
    default = OperationPreferences()
    assert (default.failure_tolerance_percentage, default.max_concurrent_percentage) == (10, 25)
    counts = OperationPreferences(failure_tolerance_count=0, max_concurrent_count=1)
    assert (counts.failure_tolerance_percentage, counts.max_concurrent_percentage) == (None, None)


@pytest.mark.parametrize(
    ("field", "arguments"),
    [
        ("failure_tolerance_percentage", {"failure_tolerance_percentage": 101}),
        ("failure_tolerance_percentage", {"failure_tolerance_percentage": -1}),
        ("failure_tolerance_count", {"failure_tolerance_count": -1}),
        ("failure_tolerance_count", {"failure_tolerance_percentage": 10, "failure_tolerance_count": 1}),
        ("max_concurrent_percentage", {"max_concurrent_percentage": 0}),
        ("max_concurrent_count", {"max_concurrent_count": 0}),
        (
            "max_concurrent_count",
            {
                "failure_tolerance_count": 1,
                "max_concurrent_count": 3,
                "concurrency_mode": ConcurrencyMode.STRICT_FAILURE_TOLERANCE,
            },
        ),
    ],
)
def test_preferences_refuse(field: str, arguments: dict[str, Any]) -> None:
    """Numbers out of range, both ways at once, and what the strict mode cannot keep."""
    with pytest.raises(OnboardingInputError) as caught:
        OperationPreferences(**arguments)
    assert caught.value.field == field
