"""CloudFormation's intrinsic functions, resolved as far as a template tells.

What it does not tell stays an explicit unknown (`unknown`): a parameter without a value, an attribute of a resource,
`Fn::If`. See
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from devops_agent_constructs.checks.unknown import is_unknown, unknown, without_dynamic_references

_VARIABLE = re.compile(r"\$\{(!?)([^{}]*)\}")
_NO_VALUE = {"Ref": "AWS::NoValue"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """What the functions of one template can refer to.

    Attributes:
        template: Its name; two templates' unknowns must not be taken for the same.
        body: The template.
        account_id: Of the stack; an unknown text if nobody said.
        region: Likewise.
        parameters: Name -> value; a parameter that is not here has its default, unless that is empty.
        imported: Returns what another stack of the app exports under a name; an unknown text if none does.
    """

    template: str
    body: Mapping[str, Any]
    account_id: str
    region: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    imported: Callable[[str], object] = lambda name: unknown("Fn::ImportValue", name)

    @property
    def partition(self) -> str:
        """The partition that the Region is in; `aws` for an unknown one, as DevOps Agent exists there only."""
        prefixes = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}
        return next((name for prefix, name in prefixes.items() if self.region.startswith(prefix)), "aws")

    def resource(self, logical_id: str) -> tuple[str, Mapping[str, Any]]:
        """Return type and properties of a resource; both empty if the template has none of this name."""
        resource = self.body.get("Resources", {}).get(logical_id, {})
        properties = resource.get("Properties")
        return str(resource.get("Type", "")), properties if isinstance(properties, Mapping) else {}

    def unknown(self, *names: str) -> str:
        """Return an unknown text of this template."""
        return unknown(self.template, *names)


def resolve(value: object, scope: Scope) -> Any:  # noqa: ANN401 (a template's values are of any type)
    """Return a value of the template with what is known in the places of its functions."""
    if isinstance(value, str):
        return without_dynamic_references(value)
    if isinstance(value, list):
        return [resolve(one, scope) for one in value if one != _NO_VALUE]
    if not isinstance(value, Mapping):
        return value
    if len(value) == 1:
        [(name, argument)] = value.items()
        if name == "Ref" or name.startswith("Fn::"):
            found = _FUNCTIONS[name](argument, scope) if name in _FUNCTIONS else None
            return _unknown_result(value, scope) if found is None else found
    return {key: resolve(one, scope) for key, one in value.items() if one != _NO_VALUE}


def role_name(logical_id: str, scope: Scope) -> str:
    """Return the name of a role of the template; an unknown text if CloudFormation chooses it."""
    _, properties = scope.resource(logical_id)
    name = resolve(properties.get("RoleName"), scope)
    return name if isinstance(name, str) else scope.unknown(logical_id)


def role_path(logical_id: str, scope: Scope) -> str:
    """Return the path of a role of the template."""
    _, properties = scope.resource(logical_id)
    return str(resolve(properties.get("Path", "/"), scope))


def policy_arn(logical_id: str, scope: Scope) -> str:
    """Return the ARN of a managed policy of the template."""
    _, properties = scope.resource(logical_id)
    name, path = (resolve(properties.get(key), scope) for key in ("ManagedPolicyName", "Path"))
    name = name if isinstance(name, str) else scope.unknown(logical_id)
    return f"arn:{scope.partition}:iam::{scope.account_id}:policy{path if isinstance(path, str) else '/'}{name}"


def _ref(argument: object, scope: Scope) -> object:
    name = str(argument)
    known = {"AWS::AccountId": scope.account_id, "AWS::Region": scope.region, "AWS::Partition": scope.partition}
    if name in known:
        return known[name]
    if name in scope.parameters:
        return scope.parameters[name]
    if (parameter := scope.body.get("Parameters", {}).get(name)) is not None:
        # An empty default waits to be filled in; that of an SSM parameter is the parameter's name.
        default = parameter.get("Default", "")
        return default if default and parameter.get("Type") in {"String", "Number"} else scope.unknown(name)
    kind, _ = scope.resource(name)
    if kind == "AWS::IAM::Role":
        return role_name(name, scope)
    if kind == "AWS::IAM::ManagedPolicy":
        return policy_arn(name, scope)
    return scope.unknown(name)


def _get_att(argument: object, scope: Scope) -> object:
    parts = argument if isinstance(argument, list) else str(argument).split(".", 1)
    logical_id, attribute = (str(part) for part in (*parts, "", "")[:2])
    kind, _ = scope.resource(logical_id)
    match kind, attribute:
        case "AWS::IAM::Role", "Arn":
            path_and_name = role_path(logical_id, scope) + role_name(logical_id, scope)
            return f"arn:{scope.partition}:iam::{scope.account_id}:role{path_and_name}"
        case "AWS::IAM::ManagedPolicy", "PolicyArn":
            return policy_arn(logical_id, scope)
        case "AWS::DevOpsAgent::AgentSpace", "AgentSpaceId":
            return scope.unknown(logical_id)  # What Ref returns too: it is the type's primary identifier.
        case "AWS::DevOpsAgent::AgentSpace", "Arn":
            place = f"arn:{scope.partition}:aidevops:{scope.region}:{scope.account_id}"
            return f"{place}:agentspace/{scope.unknown(logical_id)}"
        case _:
            return scope.unknown(f"{logical_id}.{attribute}")


def _join(argument: object, scope: Scope) -> object:
    match argument:
        case [str(separator), parts]:
            texts = resolve(parts, scope)
            return separator.join(map(str, texts)) if isinstance(texts, list) else None
        case _:
            return None


def _sub(argument: object, scope: Scope) -> object:
    match argument:
        case str(text):
            variables: Mapping[str, object] = {}
        case [str(text), dict(variables)]:
            pass
        case _:
            return None

    def value(match: re.Match[str]) -> str:
        is_literal, name = match[1], match[2].strip()
        if is_literal:
            return f"${{{name}}}"
        if name in variables:
            return str(resolve(variables[name], scope))
        return str(_get_att(name, scope) if "." in name else _ref(name, scope))

    return _VARIABLE.sub(value, without_dynamic_references(text))


def _select(argument: object, scope: Scope) -> object:
    match resolve(argument, scope):
        case [index, list(values)] if str(index).isdecimal() and int(index) < len(values):
            return values[int(index)]
        case _:
            return None


def _split(argument: object, scope: Scope) -> object:
    match resolve(argument, scope):
        case [str(separator), str(text)] if not is_unknown(text):  # An unknown part may contain the separator.
            return text.split(separator)
        case _:
            return None


def _find_in_map(argument: object, scope: Scope) -> object:
    match resolve(argument, scope):
        case [str(name), str(first), str(second)]:
            return scope.body.get("Mappings", {}).get(name, {}).get(first, {}).get(second)
        case _:
            return None


def _import_value(argument: object, scope: Scope) -> object:
    return scope.imported(str(resolve(argument, scope)))


def _unknown_result(value: object, scope: Scope) -> str:
    # By content: the same function written twice is the same unknown.
    text = json.dumps(value, sort_keys=True, default=str)
    return scope.unknown(f"{next(iter(json.loads(text)))} {zlib.crc32(text.encode())}")


_FUNCTIONS: dict[str, Callable[[object, Scope], object]] = {
    "Ref": _ref,
    "Fn::FindInMap": _find_in_map,
    "Fn::GetAtt": _get_att,
    "Fn::ImportValue": _import_value,
    "Fn::Join": _join,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::Sub": _sub,
}
