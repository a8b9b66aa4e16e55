"""What CloudFormation refuses of the template of a StackSet; where no source is given, the words are ours."""

from __future__ import annotations

from typing import Any

import yaml
from moto.cloudformation.models import Stack

from tests.emulator.resource_type import Properties
from tests.emulator.stack_sets.refusal import refuse
from tests.emulator.stack_sets.targets import as_mapping
from tests.emulator.template_needs import missing_capability, parameter_fault

_MAX_BYTES = 51_200


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
    if fault := missing_capability(resources, properties.get("Capabilities", [])):
        refuse(fault)
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


def _check_parameters(known: dict[str, Any], properties: Properties) -> None:
    given = as_mapping(properties.get("Parameters", []))
    for group in properties.get("StackInstancesGroup", []):
        overrides = as_mapping(group.get("ParameterOverrides", []))
        if fault := parameter_fault(known, given.keys() | overrides.keys()):
            refuse(fault)
    if fault := parameter_fault(known, given.keys()):
        refuse(fault)
