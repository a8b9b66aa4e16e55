"""Read trust policies as people write them, refuse what IAM would refuse, and say in words whom they admit.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policy_evaluation.conditions import Condition, condition_in_words
from devops_agent_constructs.policy_evaluation.policy_elements import (
    StatementElements,
    mapping,
    parsed_statements,
    strings,
)
from devops_agent_constructs.policy_evaluation.principals import Principal

_BY_KEY = ("sts:AssumeRole",)
_BY_PROVIDER = ("sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity")
_SOURCES = {"aws:sourceaccount": "account ", "aws:sourcearn": ""}
_SOURCE_KEYS = {*_SOURCES, "aws:sourceorgid", "aws:sourceorgpaths"}
_POSITIVE = {"StringEquals", "StringLike", "ArnEquals", "ArnLike"}
_ELEMENTS = {"Sid", "Effect", "Principal", "Action", "NotAction", "Condition"}


@dataclass(frozen=True, kw_only=True, slots=True)
class ParsedStatement(StatementElements):
    """One statement of a trust policy.

    Attributes:
        principals: Whom it names.
    """

    principals: tuple[Principal, ...]


def parse_trust_policy(policy: Mapping[str, object]) -> list[ParsedStatement]:
    """Read a trust policy."""
    return [
        ParsedStatement(**elements, principals=_parse_principals(statement, field))
        for field, statement, elements in parsed_statements(policy, _ELEMENTS, kind="a trust policy")
    ]


def _parse_principals(statement: Mapping[str, object], field: str) -> tuple[Principal, ...]:
    element = statement.get("Principal")
    if element == "*":
        return (Principal(kind="AWS", value="*"),)
    field = f"{field}.Principal"
    principals = []
    for kind, values in mapping(element, field).items():
        if kind not in {"AWS", "Service", "Federated"}:
            why = "a trust policy names AWS, Service or Federated principals"
            raise OnboardingInputError(field, kind, why=why, fix="write 'AWS' or 'Service'")
        principals += [Principal(kind=kind, value=value) for value in strings(values, f"{field}.{kind}")]
    if not principals:
        raise OnboardingInputError(field, element, why="it names nobody", fix="write {'Service': …} or {'AWS': …}")
    for principal in principals:
        if principal.kind == "Service" and "*" in principal.value:
            why, fix = "AWS does not say whom a wildcard covers here", "name the service"
            raise OnboardingInputError(f"{field}.Service", principal.value, why=why, fix=fix)
    return tuple(principals)


def who_can_assume(policy: Mapping[str, object]) -> list[str]:
    """Describe the callers that a trust policy admits.

    Args:
        policy: The role's trust policy, also a hand-written one.

    Returns:
        A line for each principal of each Allow statement, e.g. `service aidevops.amazonaws.com for account
        111111111111 and for arn:aws:aidevops:…`; then for each principal of each Deny statement one that begins with
        `except`.
        What `assume_role` does not model is not described either.

    Raises:
        OnboardingInputError: IAM would refuse the policy, or AWS does not say what it means.
    """
    statements = parse_trust_policy(policy)
    admitted = [line for statement in statements if statement.is_allow for line in _lines(statement)]
    denied = [f"except {line}" for statement in statements if not statement.is_allow for line in _lines(statement)]
    return admitted + denied


def _lines(statement: ParsedStatement) -> list[str]:
    return [
        f"{principal}{_limits(principal, statement.conditions)}"
        for principal in statement.principals
        if any(statement.is_about(action) for action in _ways_in(principal))
    ]


def _ways_in(principal: Principal) -> tuple[str, ...]:
    if principal.value == "*":
        return _BY_KEY + _BY_PROVIDER
    return _BY_PROVIDER if principal.kind == "Federated" else _BY_KEY


def _limits(principal: Principal, conditions: tuple[Condition, ...]) -> str:
    sources = [condition for condition in conditions if principal.kind == "Service" and _is_source(condition)]
    limits = [f"for {_SOURCES[condition.key.lower()]}{' or '.join(condition.values)}" for condition in sources]
    if principal.kind == "Service" and not {condition.key.lower() for condition in conditions} & _SOURCE_KEYS:
        limits = ["for any source"]
    others = [condition_in_words(condition) for condition in conditions if condition not in sources]
    text = f" {' and '.join(limits)}" if limits else ""
    return text + (f", if {' and '.join(others)}" if others else "")


def _is_source(condition: Condition) -> bool:
    name = condition.operator.name if condition.operator else "Null"
    is_plain = not condition.set_operator and not condition.if_exists
    return is_plain and condition.key.lower() in _SOURCES and name in _POSITIVE
