"""Read the elements that trust policies and permissions policies have in common.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policy_evaluation.comparisons import OPERATORS, Operator
from devops_agent_constructs.policy_evaluation.conditions import Condition
from devops_agent_constructs.policy_evaluation.patterns import string_matches
from devops_agent_constructs.policy_evaluation.unknown import is_unknown

VERSION = "2012-10-17"
_OLD_VERSION = "2008-10-17"
_QUALIFIED = re.compile(r"(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?", re.IGNORECASE | re.ASCII)
_POLICY_ELEMENTS = {"Version", "Id", "Statement"}


@dataclass(frozen=True, kw_only=True, slots=True)
class StatementElements:
    """What every statement has.

    Attributes:
        name: Its Sid, or `Statement[0]`.
        is_allow: False: Deny.
        actions: Of Action or NotAction.
        is_not_action: Whether it is about every action but these.
        conditions: All must be met.
        has_variables: Whether the policy's version knows policy variables.
    """

    name: str
    is_allow: bool
    actions: tuple[str, ...]
    is_not_action: bool
    conditions: tuple[Condition, ...]
    has_variables: bool

    def is_about(self, action: str) -> bool:
        """Tell whether the statement is about an action; case does not matter."""
        is_named = any(string_matches(pattern, action, None, ignore_case=True) for pattern in self.actions)
        return is_named is not self.is_not_action


def raw_statements(document: Mapping[str, Any]) -> list[Any]:
    """Return the statements of a policy as they are written: one may stand outside of a list."""
    element = document.get("Statement", [])
    return element if isinstance(element, list) else [element]


def parsed_statements(
    policy: Mapping[str, object], elements: set[str], *, kind: str
) -> Iterator[tuple[str, Mapping[str, object], dict[str, Any]]]:
    """Yield for each statement its place, like `Statement[0]`, itself, and the values of `StatementElements`.

    `elements` are what a statement may have, `kind` is what an error calls the document, like `a trust policy`.
    """
    _check_elements(policy, _POLICY_ELEMENTS, field="policy", kind=kind)
    # Without a version IAM takes the old one, where `${aws:username}` is plain text.
    version = policy.get("Version", _OLD_VERSION)
    if version not in (VERSION, _OLD_VERSION):  # A tuple: what somebody wrote may be a list, which no set can hold.
        raise OnboardingInputError("Version", version, why="IAM has no such version", fix=f"write {VERSION!r}")
    element = policy.get("Statement")
    statements = element if isinstance(element, list | tuple) else [element]
    if not statements:
        raise OnboardingInputError("Statement", element, why="IAM refuses an empty list", fix="write a statement")
    for index, written in enumerate(statements):
        field = f"Statement[{index}]"
        statement = mapping(written, field)
        _check_elements(statement, elements, field=field, kind=kind)
        yield field, statement, _parse_elements(statement, field, has_variables=version == VERSION)


def _parse_elements(statement: Mapping[str, object], field: str, *, has_variables: bool) -> dict[str, Any]:
    """Read Sid, Effect, Action or NotAction, and Condition."""
    effect = statement.get("Effect")
    if effect not in ("Allow", "Deny"):  # A tuple, as above.
        raise OnboardingInputError(f"{field}.Effect", effect, why="neither Allow nor Deny", fix="write one of them")
    if ("Action" in statement) is ("NotAction" in statement):
        why = "a statement has either Action or NotAction"
        example = "sts:AssumeRole" if "Principal" in statement else "s3:GetObject"
        raise OnboardingInputError(field, dict(statement), why=why, fix=f"write 'Action': '{example}'")
    verb = "NotAction" if "NotAction" in statement else "Action"
    condition = {
        operator: {
            key: strings(values, f"{field}.Condition.{operator}.{key}", scalars=True)
            for key, values in mapping(keys, f"{field}.Condition.{operator}").items()
        }
        for operator, keys in mapping(statement.get("Condition", {}), f"{field}.Condition").items()
    }
    return {
        "name": str(statement.get("Sid") or field),
        "is_allow": effect == "Allow",
        "actions": strings(statement[verb], f"{field}.{verb}"),
        "is_not_action": verb == "NotAction",
        "conditions": _parse_conditions(condition, field=f"{field}.Condition", has_variables=has_variables),
        "has_variables": has_variables,
    }


def _parse_conditions(
    element: Mapping[str, Mapping[str, tuple[str, ...]]], *, field: str, has_variables: bool
) -> tuple[Condition, ...]:
    """Read a Condition element: operator -> key -> values. Names of operators and keys may have any case."""
    conditions = []
    for name, keys in element.items():
        set_operator, operator, if_exists = _parse_operator(name, field=field)
        for key, values in keys.items():
            known = {value.lower() for value in values if not is_unknown(value)}
            if operator is None and not known <= {"true", "false"}:
                why = "Null asks whether a key is missing"
                raise OnboardingInputError(f"{field}.{name}.{key}", values, why=why, fix="write 'true' or 'false'")
            condition = Condition(
                field=f"{field}.{name}",
                key=key,
                values=values,
                operator=operator,
                set_operator=set_operator,
                if_exists=if_exists,
                has_variables=has_variables,
            )
            conditions.append(condition)
    return tuple(conditions)


def _parse_operator(name: str, *, field: str) -> tuple[str, Operator | None, bool]:
    match = _QUALIFIED.fullmatch(name)
    set_operator, base, if_exists = (match[1] or "", match[2], bool(match[3])) if match else ("", "", False)
    if base.lower() == "null" and not set_operator and not if_exists:
        return "", None, False
    if base.lower() not in OPERATORS:
        why = "IAM has no such condition operator"
        fix = (
            "write one of its own, e.g. 'StringEquals' or 'ArnLike' ('Null' takes neither a set operator nor IfExists)"
        )
        raise OnboardingInputError(field, name, why=why, fix=fix)
    return set_operator.lower(), OPERATORS[base.lower()], if_exists


def _check_elements(written: Mapping[str, object], known: set[str], *, field: str, kind: str) -> None:
    """Refuse elements that a kind of policy does not have; ignored, a misspelt Condition would admit everybody."""
    for name in written:
        if name == "NotPrincipal" and "Principal" in known:
            # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
            why = "IAM refuses NotPrincipal in a trust policy"
            # A service has no such ARN, so ArnNotEquals alone would keep every service out.
            fix = (
                "name whom you allow; or deny 'Principal': {'AWS': '*'} under 'ArnNotEquals': {'aws:PrincipalArn': …} "
                "and 'Bool': {'aws:PrincipalIsAWSService': 'false'}"
            )
            raise OnboardingInputError(field, name, why=why, fix=fix)
        if name not in known:
            why, fix = f"{kind} has no such element", f"write one of {', '.join(sorted(known))}"
            raise OnboardingInputError(field, name, why=why, fix=fix)


def mapping(value: object, field: str) -> Mapping[str, object]:
    """Read a JSON object."""
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return value
    raise OnboardingInputError(field, value, why="must be a JSON object", fix="write {…}")


def strings(value: object, field: str, *, scalars: bool = False) -> tuple[str, ...]:
    """Read one value or a list of them; `scalars` admits numbers and truth values, as conditions do."""
    values = value if isinstance(value, list | tuple) else [value]
    if scalars:
        values = [scalar_as_text(member) for member in values]
    if not values or not all(isinstance(member, str) for member in values):
        raise OnboardingInputError(field, value, why="must be text or a list of texts", fix="write it in quotes")
    return tuple(values)


def scalar_as_text(value: object) -> object:
    """Return a number or a truth value as JSON writes it, and anything else as it is."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value
