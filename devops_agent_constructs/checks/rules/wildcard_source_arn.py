"""`wildcardSourceArn`: a pattern admits more than the Agent Spaces of one account."""

from __future__ import annotations

from collections.abc import Iterator

from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.resources import Resources
from devops_agent_constructs.checks.rule import Rule
from devops_agent_constructs.checks.source import parse_source
from devops_agent_constructs.checks.trust import EXTERNAL_ID, SOURCE_ARN
from devops_agent_constructs.policy_evaluation.unknown import shown


def _check(resources: Resources) -> Iterator[Problem]:
    for role, verdict in resources.judged:
        for statement in role.trust.allowed:
            for condition in [*statement.required(SOURCE_ARN), *statement.required(EXTERNAL_ID)]:
                for value in condition.values:
                    if condition.is_pattern(value) and not _is_one_account(value):
                        severity = verdict.severity(statement.place) or Severity.WARNING
                        others = "more than one account" if severity is Severity.ERROR else "more than one Agent Space"
                        message = f"{condition.key} admits {shown(value)!r}: its wildcards cover {others}"
                        yield Problem(place=statement.place.at("Condition"), message=message, severity=severity)


def _is_one_account(value: str) -> bool:
    source = parse_source(value)
    return source is not None and source.is_of_one_account


RULE = Rule(
    id="wildcardSourceArn",
    severity=Severity.ERROR,
    milder="another condition names the account",
    what="a wildcard in `aws:SourceArn` other than a whole Agent Space id or a Region",
    why=(
        "it admits Agent Spaces that nobody thought of, also in other accounts: "
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html"
    ),
    fix="write the ARN of the Agent Space in full",
    check=_check,
)
