"""`missingSourceArn`: any Agent Space gets in."""

from __future__ import annotations

from collections.abc import Iterator

from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.resources import Resources
from devops_agent_constructs.checks.rule import Rule
from devops_agent_constructs.checks.trust import SOURCE_ARN


def _check(resources: Resources) -> Iterator[Problem]:
    for role, verdict in resources.judged:
        for statement in role.trust.allowed:
            severity = verdict.severity(statement.place)
            is_denied = role.trust.denied_without(SOURCE_ARN) and severity is None
            if statement.is_for_service and not statement.required(SOURCE_ARN) and not is_denied:
                message = "no condition requires aws:SourceArn, so every Agent Space of the account gets in"
                yield Problem(place=statement.place, message=message, severity=severity or Severity.WARNING)


RULE = Rule(
    id="missingSourceArn",
    severity=Severity.ERROR,
    milder="another condition names the account",
    what="no condition on `aws:SourceArn`, or one that `IfExists` or `ForAllValues` makes useless",
    why=(
        "whoever may create an Agent Space in the primary account can reach this one: "
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html"
    ),
    fix="add 'ArnLike': {'aws:SourceArn': '<ARN of the Agent Space>'}",
    check=_check,
)
