"""Policies as IAM stores them: its grammar, and what it refuses.

reference_policies_grammar.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.iam_reference.conditions import is_operator

_COMMON = {"Sid", "Effect", "Action", "NotAction", "Condition"}
_TRUST = _COMMON | {"Principal"}
_IDENTITY = _COMMON | {"Resource", "NotResource"}


class MalformedPolicyError(Exception):
    """IAM refuses the policy."""


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement, with a list wherever IAM takes one value or many.

    `others` is Principal's kind -> values in a trust policy.
    """

    is_allow: bool
    actions: list[str]
    is_not_action: bool
    principals: list[tuple[str, str]]
    resources: list[str]
    is_not_resource: bool
    condition: dict[str, dict[str, list[str]]]
    has_variables: bool


def trust_statements(policy: object) -> list[Statement]:
    """Read a trust policy, which has principals and no resources: reference_policies_elements_principal.html."""
    return [_statement(statement, version, _TRUST) for statement, version in _statements(policy)]


def identity_statements(policy: object) -> list[Statement]:
    """Read an identity policy, a permissions boundary or a session policy: resources, and no principals."""
    return [_statement(statement, version, _IDENTITY) for statement, version in _statements(policy)]


def _statements(policy: object) -> list[tuple[Mapping[str, Any], str]]:
    document = _object(policy)
    _require(set(document) <= {"Version", "Id", "Statement"}, f"unknown elements in {sorted(document)}")
    # The default is the older version, which knows no variables: reference_policies_elements_version.html
    version = document.get("Version", "2008-10-17")
    _require(version in ("2012-10-17", "2008-10-17"), f"Version {version!r}")
    found = document.get("Statement")
    statements = list(found) if isinstance(found, list | tuple) else [found]
    _require(bool(statements), "no statement")
    return [(_object(statement), version) for statement in statements]


def _statement(statement: Mapping[str, Any], version: str, known: set[str]) -> Statement:
    # NotPrincipal is refused in both kinds of policy: reference_policies_elements_notprincipal.html
    _require(set(statement) <= known, f"unknown elements in {sorted(statement)}")
    # "The Effect value is case sensitive": reference_policies_elements_effect.html
    _require(statement.get("Effect") in ("Allow", "Deny"), f"Effect {statement.get('Effect')!r}")
    _require(("Action" in statement) is not ("NotAction" in statement), "either Action or NotAction")
    resources: list[str] = []
    principals: list[tuple[str, str]] = []
    if known is _IDENTITY:
        _require(("Resource" in statement) is not ("NotResource" in statement), "either Resource or NotResource")
        resources = _texts(statement.get("Resource", statement.get("NotResource")))
    else:
        principals = _principals(statement.get("Principal"))
    return Statement(
        is_allow=statement["Effect"] == "Allow",
        actions=_texts(statement.get("Action", statement.get("NotAction"))),
        is_not_action="NotAction" in statement,
        principals=principals,
        resources=resources,
        is_not_resource="NotResource" in statement,
        condition=_condition(statement.get("Condition", {})),
        has_variables=version == "2012-10-17",
    )


def _principals(element: object) -> list[tuple[str, str]]:
    # "Principal": "*" and {"AWS": "*"} are equivalent: reference_policies_elements_principal.html#principal-anonymous
    if element == "*":
        return [("AWS", "*")]
    found = [(kind, value) for kind, values in _object(element).items() for value in _texts(values)]
    _require(bool(found), "nobody is named")
    for kind, value in found:
        _require(kind in ("AWS", "Service", "Federated"), f"Principal {kind!r}")
        _require(kind != "Service" or not set("*?") & set(value), f"{value!r} is no service")
    return found


def _condition(element: object) -> dict[str, dict[str, list[str]]]:
    found = {
        operator: {key: [_scalar(scalar) for scalar in _list(values)] for key, values in _object(tested).items()}
        for operator, tested in _object(element).items()
    }
    for operator, tested in found.items():
        _require(is_operator(operator), f"no operator {operator!r}")
        for values in tested.values():
            _require(bool(values), "no value to compare with")
            if operator.lower() == "null":
                _require({value.lower() for value in values} <= {"true", "false"}, "Null takes true or false")
    return found


def _scalar(value: object) -> str:
    # Numbers and truth values may stand without quotes: reference_policies_grammar.html
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    _require(isinstance(value, str), f"{value!r} is no text")
    return str(value)


def _texts(value: object) -> list[str]:
    values = _list(value)
    _require(bool(values) and all(isinstance(text, str) for text in values), f"{value!r} is no text")
    return [str(text) for text in values]


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _object(value: object) -> Mapping[str, Any]:
    _require(isinstance(value, Mapping) and all(isinstance(key, str) for key in value), f"{value!r} is no object")
    return value  # type: ignore[return-value]


def _require(holds: bool, why: str) -> None:
    if not holds:
        raise MalformedPolicyError(why)
