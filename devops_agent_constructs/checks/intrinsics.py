"""Resolves CloudFormation's intrinsic functions, as far as a template tells.

What it does not tell stays an explicit unknown (`unknown`): a parameter without a value, an attribute of a resource,
`Fn::If`. See
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from devops_agent_constructs.checks.template import Scope, is_expanded
from devops_agent_constructs.policy_evaluation.policy_elements import scalar_as_text
from devops_agent_constructs.policy_evaluation.unknown import is_unknown, without_dynamic_references

_VARIABLE = re.compile(r"\$\{(!?)([^{}]*)\}")
_NO_VALUE = {"Ref": "AWS::NoValue"}
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html#cfn-pseudo-param-urlsuffix
_URL_SUFFIXES = {"aws": "amazonaws.com", "aws-cn": "amazonaws.com.cn", "aws-us-gov": "amazonaws.com"}


def resolve(value: object, scope: Scope) -> Any:  # noqa: ANN401 (a template's values are of any type)
    """Return a value of the template with what is known in the places of its functions."""
    if isinstance(value, str):
        return without_dynamic_references(value)
    if isinstance(value, list):
        return [resolve(item, scope) for item in value if item != _NO_VALUE]
    if isinstance(value, date):
        return value.isoformat()  # What PyYAML makes of `Version: 2012-10-17` without quotes.
    if not isinstance(value, Mapping):
        return value
    name = next(filter(is_expanded, value), next(iter(value), None))
    if is_expanded(name):
        scope.problems.append(f"CloudFormation expands {name}")  # What it becomes may have more than what is beside it.
    if is_expanded(name) or (len(value) == 1 and (name == "Ref" or str(name).startswith("Fn::"))):
        result = _FUNCTIONS[name](value[name], scope) if name in _FUNCTIONS else None
        # By content: the same function written twice is the same unknown.
        return scope.unknown(f"{name} {zlib.crc32(repr(value).encode())}") if result is None else result
    return {key: resolve(item, scope) for key, item in value.items() if item != _NO_VALUE}


def possible_items(value: object, scope: Scope) -> list[Any]:
    """Return the items of a list, and with them those that a condition may put there."""
    match value:
        case {"Fn::If": [_, *parts]} | [*parts]:
            return [item for part in parts for item in possible_items(part, scope)]
    items: list[Any] = resolve([value], scope)
    return items[0] if items and isinstance(items[0], list) else items


def role_name(logical_id: str, scope: Scope) -> str:
    """Return the name of a role of the template; an unknown text if CloudFormation chooses it."""
    return _text(logical_id, "RoleName", scope, scope.unknown(logical_id))


def role_path(logical_id: str, scope: Scope) -> str:
    """Return the path of a role of the template."""
    return _text(logical_id, "Path", scope, "/")


def policy_arn(logical_id: str, scope: Scope) -> str:
    """Return the ARN of a managed policy of the template."""
    name = _text(logical_id, "ManagedPolicyName", scope, scope.unknown(logical_id))
    return f"arn:{scope.partition}:iam::{scope.account_id}:policy{_text(logical_id, 'Path', scope, '/')}{name}"


def _text(logical_id: str, name: str, scope: Scope, default: str) -> str:
    """Return a property of a resource, unless it leads back to itself."""
    _, properties = scope.resource(logical_id)
    with scope.once(f"{logical_id}.{name}") as is_open:
        value = resolve(properties.get(name), scope) if is_open else scope.unknown(logical_id, name)
    return value if isinstance(value, str) else default


def _ref(argument: object, scope: Scope) -> object:
    name = str(argument)
    known = {"AWS::AccountId": scope.account_id, "AWS::Region": scope.region, "AWS::Partition": scope.partition}
    if scope.partition in _URL_SUFFIXES:
        known["AWS::URLSuffix"] = _URL_SUFFIXES[scope.partition]
    if name in known:
        return known[name]
    parameter = scope.section("Parameters").get(name)
    if name in scope.parameters or isinstance(parameter, Mapping):
        return _parameter(name, parameter if isinstance(parameter, Mapping) else {}, scope)
    return _attribute(name, "Ref", scope)


def _parameter(name: str, parameter: Mapping[str, object], scope: Scope) -> object:
    """Return the value that is given, or the default: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html."""
    kind = str(parameter.get("Type"))
    is_list = kind == "CommaDelimitedList" or kind.startswith("List<")
    # An account id may be a number to YAML.
    value = scalar_as_text(scope.parameters.get(name, parameter.get("Default", "")))
    is_plain = isinstance(value, str) and (is_list or kind in ("String", "Number"))
    # An empty default waits to be filled in. That of an SSM parameter, and what is given, is the name of another.
    is_known = name in scope.parameters or (is_plain and value != "")
    if not is_known or kind.startswith("AWS::SSM::Parameter::Value<"):
        return scope.unknown(name)
    if not is_list or not isinstance(value, str):
        return value
    return scope.unknown(name) if is_unknown(value) else [item.strip() for item in value.split(",")]


def _get_att(argument: object, scope: Scope) -> object:
    parts = argument if isinstance(argument, list) else str(argument).split(".", 1)
    logical_id, name = (str(part) for part in (*parts, "", "")[:2])
    return _attribute(logical_id, name, scope)


def _attribute(logical_id: str, name: str, scope: Scope) -> str:
    """Return an attribute of a resource, or what `Ref` returns of it."""
    kind, _ = scope.resource(logical_id)
    match kind, name:
        case "AWS::IAM::Role", "Ref":
            return role_name(logical_id, scope)
        case "AWS::IAM::Role", "Arn":
            path_and_name = role_path(logical_id, scope) + role_name(logical_id, scope)
            return f"arn:{scope.partition}:iam::{scope.account_id}:role{path_and_name}"
        case "AWS::IAM::ManagedPolicy", "Ref" | "PolicyArn":
            return policy_arn(logical_id, scope)
        case "AWS::DevOpsAgent::AgentSpace", "Arn":
            return scope.space_arn(scope.unknown(logical_id))
        case (_, "Ref") | ("AWS::DevOpsAgent::AgentSpace", "AgentSpaceId"):
            return scope.unknown(logical_id)  # Of an Agent Space both are its id, the type's primary identifier.
        case _:
            return scope.unknown(f"{logical_id}.{name}")


def _join(argument: object, scope: Scope) -> object:
    match argument:
        case [str(separator), parts]:
            texts = resolve(parts, scope)
            is_plain = isinstance(texts, list) and not any(isinstance(text, list) for text in texts)
            return separator.join(map(str, texts)) if is_plain else None
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
            found = resolve(variables[name], scope)
        else:
            found = _get_att(name, scope) if "." in name else _ref(name, scope)
        return scope.unknown(name) if isinstance(found, list) else str(found)  # CloudFormation takes no list here.

    return _VARIABLE.sub(value, without_dynamic_references(text))


def _select(argument: object, scope: Scope) -> object:
    match resolve(argument, scope):
        case [index, list(values)] if str(index) in (numbers := [*map(str, range(len(values)))]):
            return values[numbers.index(str(index))]
    return None


def _split(argument: object, scope: Scope) -> object:
    match resolve(argument, scope):
        case ["", _]:
            scope.problems.append("Fn::Split has an empty delimiter")
            return None
        case [str(separator), str(text)] if not is_unknown(text):  # An unknown part may contain the separator.
            return text.split(separator)
    return None


def _find_in_map(argument: object, scope: Scope) -> object:
    match resolve(argument, scope):
        case [str(name), str(first), str(second), *options] if not any(map(is_unknown, (name, first, second))):
            value: object = scope.section("Mappings")
            for key in (name, first, second):
                if not isinstance(value, Mapping) or key not in value:
                    # The key may be what is expanded, or what YAML took for a number.
                    is_whole = not isinstance(value, Mapping) or all(
                        isinstance(other, str) and not is_expanded(other) for other in value
                    )
                    match options:
                        case [{"DefaultValue": default}] if is_whole:
                            return default
                    return None
                value = value[key]
            return resolve(value, scope)
    return None


def _if(argument: object, scope: Scope) -> object:
    """Return what both values of a condition have in common: all, or, of statements of one effect, this effect."""
    match resolve(argument, scope):
        case [_, value, other] if value == other:
            return value
    # Which of them a policy has, only deployment knows; but an Allow takes nothing back that another gives.
    branches = [branch for branch in argument[1:] if branch != _NO_VALUE] if isinstance(argument, list) else []
    effects = [branch.get("Effect") if isinstance(branch, Mapping) else None for branch in branches]
    if not effects or effects[0] not in ("Allow", "Deny") or effects != effects[:1] * len(effects):
        return None
    hidden = scope.unknown(f"Fn::If {zlib.crc32(repr(argument).encode())}")
    return {"Effect": effects[0], "Principal": hidden, "Action": hidden}


_FUNCTIONS: dict[str, Callable[[object, Scope], object]] = {
    "Ref": _ref,
    "Fn::FindInMap": _find_in_map,
    "Fn::GetAtt": _get_att,
    "Fn::If": _if,
    "Fn::ImportValue": lambda argument, scope: scope.imported(str(resolve(argument, scope))),
    "Fn::Join": _join,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::Sub": _sub,
    "Fn::ToJsonString": lambda argument, scope: json.dumps(resolve(argument, scope), default=str, skipkeys=True),
}
