"""Say in plain words whom a trust policy admits."""

from __future__ import annotations

from collections.abc import Mapping

from devops_agent_constructs.policy_evaluation.conditions import Condition
from devops_agent_constructs.policy_evaluation.principals import Principal
from devops_agent_constructs.policy_evaluation.trust_document import ParsedStatement, parse_trust_policy
from devops_agent_constructs.policy_evaluation.wording import condition_in_words

_BY_KEY = ("sts:AssumeRole",)
_BY_PROVIDER = ("sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity")
_SOURCES = {"aws:sourceaccount": "account ", "aws:sourcearn": ""}
_SOURCE_KEYS = {*_SOURCES, "aws:sourceorgid", "aws:sourceorgpaths"}
_POSITIVE = {"StringEquals", "StringLike", "ArnEquals", "ArnLike"}


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
