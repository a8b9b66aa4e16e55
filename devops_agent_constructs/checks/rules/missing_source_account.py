"""`missingSourceAccount`: the service gets in whoever it acts for."""

from __future__ import annotations

from collections.abc import Iterator

from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.resources import Resources
from devops_agent_constructs.checks.rule import Rule
from devops_agent_constructs.checks.trust import SOURCE_ACCOUNT, has_wildcard


def _check(resources: Resources) -> Iterator[Problem]:
    for role in resources.roles:
        # A Deny may keep the others out as well: then only the evaluator can tell (`othersAdmitted`).
        for statement in role.trust.allowed if not role.trust.has_deny else ():
            if not statement.is_for_service:
                continue
            conditions = statement.required(SOURCE_ACCOUNT)
            values = [value for condition in conditions for value in condition.values if has_wildcard(condition, value)]
            if not conditions:
                message = "no condition requires aws:SourceAccount, so AWS DevOps Agent may come for any account"
                yield Problem(place=statement.place, message=message)
            elif values:
                message = f"aws:SourceAccount admits {values[0]!r}, which is more than one account"
                yield Problem(place=statement.place.at("Condition"), message=message)


RULE = Rule(
    id="missingSourceAccount",
    severity=Severity.ERROR,
    what="no condition on `aws:SourceAccount`, or one that a wildcard, `IfExists` or `ForAllValues` makes useless",
    why=(
        "the service acts for every customer of AWS; only conditions keep others from using it as a deputy: "
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html"
    ),
    fix="add 'StringEquals': {'aws:SourceAccount': '<account of the Agent Space>'}",
    check=_check,
)
