"""What CloudFormation refuses of a StackSet beyond its schema; where no source is given, the words are ours."""

from __future__ import annotations

from typing import Any

from tests.emulator.resource_type import Properties
from tests.emulator.stack_sets.refusal import refuse
from tests.emulator.stack_sets.template_checks import check_template

_MAX_UNITS = 50


def check(properties: Properties) -> None:
    """Refuse what AWS refuses, as far as the library could get it wrong."""
    is_service_managed = properties["PermissionModel"] == "SERVICE_MANAGED"
    for name, place in (("TemplateURL", properties), *(("AccountsUrl", one) for one in _all_targets(properties))):
        if name in place:
            refuse(f"the emulator reads no {name}")
    if is_service_managed:
        _check_auto_deployment(properties.get("AutoDeployment"))
    elif "AutoDeployment" in properties:
        refuse("AutoDeployment should not be specified in SELF_MANAGED mode")
    elif properties.get("CallAs") == "DELEGATED_ADMIN":
        refuse("CallAs should be SELF in SELF_MANAGED mode")
    for targets in _all_targets(properties):
        if is_service_managed:
            _check_units(targets)
        else:
            _check_accounts(targets)
    _check_preferences(properties.get("OperationPreferences", {}))
    check_template(properties)


def _all_targets(properties: Properties) -> list[dict[str, Any]]:
    return [group["DeploymentTargets"] for group in properties.get("StackInstancesGroup", [])]


def _check_auto_deployment(auto_deployment: dict[str, Any] | None) -> None:
    if auto_deployment is None:
        refuse("AutoDeployment must be specified in SERVICE_MANAGED mode")
    if not auto_deployment.get("Enabled") and "RetainStacksOnAccountRemoval" in auto_deployment:
        refuse("RetainStacksOnAccountRemoval should be specified only if Enabled is true")


def _check_units(targets: dict[str, Any]) -> None:
    # The schema has UNION as well; the handler does not take it. These words are the handler's:
    # https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-cloudformation
    units, accounts = targets.get("OrganizationalUnitIds"), targets.get("Accounts")
    account_filter = targets.get("AccountFilterType", "NONE")
    if not units:
        refuse("OrganizationalUnitIds should be specified in SERVICE_MANAGED mode")
    if account_filter == "UNION":
        refuse("UNION is not a valid AccountFilterType")
    if accounts and account_filter == "NONE":
        refuse("AccountFilterType should be specified when both OrganizationalUnitIds and Accounts are provided")
    if account_filter != "NONE" and not accounts:
        refuse("Accounts should be specified when Account-level Targeting is enabled")
    if len(units) > _MAX_UNITS:
        refuse(f"At most {_MAX_UNITS} OrganizationalUnitIds can be specified")


def _check_accounts(targets: dict[str, Any]) -> None:
    if not targets.get("Accounts") or targets.get("OrganizationalUnitIds"):
        refuse("Accounts, and nothing else, should be specified in SELF_MANAGED mode")


def _check_preferences(preferences: dict[str, Any]) -> None:
    for name in ("FailureTolerance", "MaxConcurrent"):
        if {f"{name}Count", f"{name}Percentage"} <= preferences.keys():
            refuse(f"Specify either {name}Count or {name}Percentage, but not both")
    if preferences.get("ConcurrencyMode") == "SOFT_FAILURE_TOLERANCE" or "FailureTolerancePercentage" in preferences:
        return
    if preferences.get("MaxConcurrentCount", 1) > preferences.get("FailureToleranceCount", 0) + 1:
        refuse("MaxConcurrentCount may not exceed FailureToleranceCount by more than 1")
