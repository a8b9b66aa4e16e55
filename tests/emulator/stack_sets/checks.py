"""What CloudFormation refuses of a StackSet beyond its schema."""

from __future__ import annotations

import json
from typing import Any

import yaml
from moto.cloudformation.exceptions import ValidationError

from tests.emulator.resource_type import Properties

_NAMED = {"AWS::IAM::Role": "RoleName", "AWS::IAM::ManagedPolicy": "ManagedPolicyName", "AWS::IAM::User": "UserName"}
_MAX_UNITS = 50


def check(properties: Properties) -> None:
    """Refuse what AWS refuses, as far as the library could get it wrong."""
    if properties["PermissionModel"] == "SERVICE_MANAGED":
        _check_service_managed(properties)
    elif "AutoDeployment" in properties:
        _refuse("AutoDeployment should not be specified in SELF_MANAGED mode")
    for group in properties.get("StackInstancesGroup", []):
        _check_targets(group["DeploymentTargets"], permission_model=properties["PermissionModel"])
    preferences = properties.get("OperationPreferences", {})
    at_a_time, tolerated = preferences.get("MaxConcurrentCount"), preferences.get("FailureToleranceCount", 0)
    is_soft = preferences.get("ConcurrencyMode") == "SOFT_FAILURE_TOLERANCE"
    if at_a_time is not None and at_a_time > tolerated + 1 and not is_soft:
        _refuse("MaxConcurrentCount may not exceed FailureToleranceCount by more than 1")
    _check_template(properties)


def _check_service_managed(properties: Properties) -> None:
    auto_deployment = properties.get("AutoDeployment")
    if auto_deployment is None:
        _refuse("AutoDeployment must be specified in SERVICE_MANAGED mode")
    elif not auto_deployment.get("Enabled") and "RetainStacksOnAccountRemoval" in auto_deployment:
        _refuse("RetainStacksOnAccountRemoval should be specified only if Enabled is true")


def _check_targets(targets: dict[str, Any], *, permission_model: str) -> None:
    units, accounts = targets.get("OrganizationalUnitIds"), targets.get("Accounts")
    if permission_model == "SELF_MANAGED":
        if units or not accounts:
            _refuse("Accounts, and nothing else, should be specified in SELF_MANAGED mode")
        return
    if not units:
        _refuse("OrganizationalUnitIds should be specified in SERVICE_MANAGED mode")
    elif len(units) > _MAX_UNITS:
        _refuse(f"At most {_MAX_UNITS} OrganizationalUnitIds can be specified")
    # The schema has UNION as well; the handler does not take it:
    # https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-cloudformation/issues/100
    if accounts and targets.get("AccountFilterType") not in {"INTERSECTION", "DIFFERENCE"}:
        _refuse("AccountFilterType should be specified when both OrganizationalUnitIds and Accounts are provided")


def _check_template(properties: Properties) -> None:
    template = parsed(properties["TemplateBody"])
    resources = template.get("Resources", {}).values()
    if "Transform" in template or any(resource["Type"] == "AWS::CloudFormation::Stack" for resource in resources):
        _refuse("Macros and nested stacks are not supported in StackSets with service-managed permissions")
    named = [one for one in resources if _NAMED.get(one["Type"], "") in one.get("Properties", {})]
    capabilities = set(properties.get("Capabilities", []))
    if named and "CAPABILITY_NAMED_IAM" not in capabilities:
        _refuse("Requires capabilities : [CAPABILITY_NAMED_IAM]")
    if any(one["Type"].startswith("AWS::IAM::") for one in resources) and not capabilities:
        _refuse("Requires capabilities : [CAPABILITY_IAM]")


def parsed(template: str) -> dict[str, Any]:
    """Read a template as CloudFormation does: JSON, or YAML without its short forms."""
    found: dict[str, Any] = json.loads(template) if template.lstrip().startswith("{") else yaml.safe_load(template)
    return found


def _refuse(why: str) -> None:
    raise ValidationError(message=f"Invalid request provided: {why}")
