"""`patternUnderPlainOperator`: a wildcard that is none."""

from __future__ import annotations

from collections.abc import Iterator

from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.resources import Resources
from devops_agent_constructs.checks.rule import Rule
from devops_agent_constructs.checks.source import has_wildcard
from devops_agent_constructs.policy_evaluation.unknown import shown

_PLAIN = {"StringEquals", "StringEqualsIgnoreCase", "StringNotEquals", "StringNotEqualsIgnoreCase"}


def _check(resources: Resources) -> Iterator[Problem]:
    for role, verdict in resources.judged:
        severity = Severity.WARNING if verdict.meant and verdict.admits_the_meant else Severity.ERROR
        for statement in role.trust.statements:
            for condition in statement.parsed.conditions:
                operator = condition.operator.name if condition.operator is not None else ""
                for value in condition.values:
                    # `${*}` is how a policy writes a plain asterisk.
                    if operator in _PLAIN and has_wildcard(value) and "${" not in value:
                        message = (
                            f"{operator} compares {condition.key} with {shown(value)!r}: its * is a plain character"
                        )
                        yield Problem(place=statement.place.at("Condition"), message=message, severity=severity)


RULE = Rule(
    id="patternUnderPlainOperator",
    severity=Severity.ERROR,
    milder="the Agent Space gets in all the same",
    what="a pattern under an operator that knows no patterns, such as `StringEquals`",
    why=(
        "it equals nothing that AWS sends, so nobody gets in: https://docs.aws.amazon.com/IAM/latest/UserGuide/"
        "reference_policies_elements_condition_operators.html#Conditions_String"
    ),
    fix="write the value in full, or use ArnLike (for an ARN) or StringLike",
    check=_check,
)
