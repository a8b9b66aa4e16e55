"""Say in plain words what a condition asks for, and why a request fails it."""

from __future__ import annotations

from devops_agent_constructs.policy_evaluation.conditions import Condition
from devops_agent_constructs.policy_evaluation.patterns import Context, is_whole_arn

_POSITIVE = {"StringEquals", "StringEqualsIgnoreCase", "ArnEquals", "ArnLike", "StringLike", "Bool", "IpAddress"}


def condition_in_words(condition: Condition) -> str:
    """Say what a condition asks for, e.g. `aws:SourceAccount is '111111111111'`."""
    values = one_of(condition.values)
    if condition.operator is None:
        states = ["missing" if value.lower() == "true" else "present" for value in condition.values]
        return f"{condition.key} is {' or '.join(states)}"
    prefix = {"forallvalues": "each ", "foranyvalue": "some "}.get(condition.set_operator, "")
    may_be_missing = condition.if_exists or condition.set_operator == "forallvalues"
    # A negated operator is true of a missing key: said too, as nobody expects it.
    if condition.operator.is_negated and condition.set_operator != "foranyvalue":
        may_be_missing = True
    has_pattern = any(map(condition.is_pattern, condition.values))
    verb = f"is {condition.operator.name}"
    if condition.operator.name in _POSITIVE:
        verb = "is like" if has_pattern else "is"
    elif condition.operator.is_negated:
        verb = "is not like" if has_pattern else "is not"
    return f"{prefix}{condition.key} {verb} {values}{' or missing' if may_be_missing else ''}"


def why_not_met(condition: Condition, context: Context) -> str:
    """Say why a request does not meet a condition; the wording of a condition that it meets would be wrong."""
    key, given = condition.key, condition.given(context)
    if variable := condition.missing_variable(context):
        return f"{key} is compared with the policy variable {variable}, which is missing in the request"
    if condition.operator is None:
        return f"key {key} is present in the request" if any(given) else f"key {key} is missing in the request"
    if not given or (condition.set_operator and not any(given)):
        return f"key {key} is missing in the request"
    values, name = one_of(condition.values), condition.operator.name
    verb = "does not admit" if condition.operator.is_negated else "admits"
    if condition.operator.name not in _POSITIVE and not condition.operator.is_negated:
        verb = f"admits {name}"
    return f"{key} is {' and '.join(map(repr, given))}, but the policy {verb} {values}{_hint(condition, context)}"


def one_of(values: tuple[str, ...]) -> str:
    """Join values as alternatives."""
    return " or ".join(repr(value) for value in values)


def _hint(condition: Condition, context: Context) -> str:
    """Return the usual mistake behind a condition that nobody meets."""
    name = condition.operator.name if condition.operator else ""
    if name.startswith("StringEquals") and any("*" in value or "?" in value for value in condition.values):
        return f" (under {name} the * is a plain character; StringLike and ArnLike take it as a wildcard)"
    if name in {"ArnEquals", "ArnLike"}:
        variables = context if condition.has_variables else None
        if not all(is_whole_arn(value, variables) for value in condition.values):
            return f" ({name} takes ARNs with all of their six fields)"
    return ""
