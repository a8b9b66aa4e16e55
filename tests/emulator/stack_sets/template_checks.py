"""What CloudFormation refuses of the template of a StackSet; where no source is given, the words are ours."""

from __future__ import annotations

from typing import Any

import yaml
from moto.cloudformation.models import Stack

from tests.emulator.resource_type import Properties
from tests.emulator.stack_sets.refusal import refuse
from tests.emulator.stack_sets.targets import as_mapping

_MAX_BYTES = 51_200
_NAMES = {
    "AWS::IAM::Group": "GroupName",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::User": "UserName",
}
"""Of the types that can be named, the property that does it."""


def check_template(properties: Properties) -> None:
    """Refuse a template that no instance could be created from."""
    body = properties["TemplateBody"]
    if len(body.encode()) > _MAX_BYTES:  # the schema counts characters
        refuse(f"TemplateBody is longer than {_MAX_BYTES} bytes")
    template = _parsed(body)
    if _has_macro(template):
        # With self-managed permissions AWS takes them; moto does not know any.
        refuse("Macros are not supported in StackSets with service-managed permissions, nor by the emulator")
    if not template.get("Resources"):
        refuse("Template format error: At least one Resources member must be defined.")
    resources = list(template["Resources"].values())
    _check_types({resource["Type"] for resource in resources}, permission_model=properties["PermissionModel"])
    _check_capabilities(resources, set(properties.get("Capabilities", [])))
    _check_parameters(template.get("Parameters", {}), properties)


def _parsed(body: str) -> dict[str, Any]:
    try:
        template: Any = Stack.parse_template(body)
    except (yaml.YAMLError, ValueError):
        refuse("Template format error: neither JSON nor YAML")
    if not isinstance(template, dict):
        refuse("Template format error: unsupported structure.")
    return template


def _check_types(types: set[str], *, permission_model: str) -> None:
    # The words of the handler: https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-cloudformation
    stack_set = "AWS::CloudFormation::StackSet"
    if stack_set in types:
        refuse(f"Nested {stack_set} is not supported in {stack_set}")
    if "AWS::CloudFormation::Stack" in types and permission_model == "SERVICE_MANAGED":
        refuse(f"Nested AWS::CloudFormation::Stack is not supported in service managed {stack_set}")


def _has_macro(part: Any) -> bool:
    if isinstance(part, list):
        return any(map(_has_macro, part))
    if isinstance(part, dict):
        return bool({"Transform", "Fn::Transform"} & part.keys()) or any(map(_has_macro, part.values()))
    return False


def _check_capabilities(resources: list[dict[str, Any]], given: set[str]) -> None:
    iam = [resource for resource in resources if resource["Type"].startswith("AWS::IAM::")]
    if any(_NAMES.get(resource["Type"]) in resource.get("Properties", {}) for resource in iam):
        if "CAPABILITY_NAMED_IAM" not in given:
            refuse("Requires capabilities : [CAPABILITY_NAMED_IAM]")
    elif iam and not {"CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"} & given:
        refuse("Requires capabilities : [CAPABILITY_IAM]")


def _check_parameters(known: dict[str, Any], properties: Properties) -> None:
    given = set(as_mapping(properties.get("Parameters", [])))
    for group in properties.get("StackInstancesGroup", []):
        if unknown := as_mapping(group.get("ParameterOverrides", [])).keys() - known.keys():
            refuse(f"Parameters: [{', '.join(sorted(unknown))}] do not exist in the template")
    if unknown := given - known.keys():
        refuse(f"Parameters: [{', '.join(sorted(unknown))}] do not exist in the template")
    if missing := {name for name, parameter in known.items() if "Default" not in parameter} - given:
        refuse(f"Parameters: [{', '.join(sorted(missing))}] must have values")
