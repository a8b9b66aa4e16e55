"""What IAM would answer of the roles of a template, once it is deployed: its intrinsics with their values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

PSEUDO = {"AWS::AccountId": "111111111111", "AWS::Region": "us-east-1", "AWS::Partition": "aws"}
_VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")


class UnknownUntilDeployment(Exception):  # noqa: N818 - a fact, not an error
    """Only a deployment tells the value."""


def roles_of(template: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield logical id and IAM's answer, for each role that lets DevOps Agent in and whose values are known."""
    for logical_id, resource in template["Resources"].items():
        if not isinstance(resource, dict) or resource.get("Type") != "AWS::IAM::Role":
            continue
        try:
            properties = _value(resource["Properties"], template)
        except UnknownUntilDeployment:
            continue
        trust = properties["AssumeRolePolicyDocument"]
        if "aidevops.amazonaws.com" in str(trust):
            inline = {policy["PolicyName"]: policy["PolicyDocument"] for policy in properties.get("Policies", [])}
            yield (
                logical_id,
                {
                    "RoleArn": f"arn:aws:iam::{PSEUDO['AWS::AccountId']}:role/{properties.get('RoleName', logical_id)}",
                    "AssumeRolePolicyDocument": trust,
                    "AttachedPolicies": properties.get("ManagedPolicyArns", []),
                    "RolePolicies": inline,
                },
            )


def _value(node: Any, template: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_value(item, template) for item in node]
    if isinstance(node, date):
        return node.isoformat()  # CloudFormation reads it as the text that it is.
    if not isinstance(node, dict):
        return node
    [name, *others] = node or [""]
    if (name != "Ref" and not name.startswith("Fn::")) or others:
        return {key: _value(child, template) for key, child in node.items()}
    return _intrinsic(name, node[name], template)


def _intrinsic(name: str, argument: Any, template: dict[str, Any]) -> str:
    if name == "Ref":
        return _reference(argument, template)
    if name == "Fn::Sub" and isinstance(argument, str):
        return _VARIABLE.sub(lambda match: _reference(match[1], template), argument)
    if name == "Fn::Join":
        return str(argument[0]).join(_value(item, template) for item in argument[1])
    raise UnknownUntilDeployment(name)


def _reference(name: str, template: dict[str, Any]) -> str:
    if name in PSEUDO:
        return PSEUDO[name]
    default = template.get("Parameters", {}).get(name, {}).get("Default")
    if default is None:
        raise UnknownUntilDeployment(name)
    return str(default)
