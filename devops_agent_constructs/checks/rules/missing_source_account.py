"""`missingSourceAccount`: the service gets in whoever it acts for."""

from __future__ import annotations

from collections.abc import Iterator

from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.resources import Resources
from devops_agent_constructs.checks.rule import Rule
from devops_agent_constructs.checks.source import has_wildcard
from devops_agent_constructs.checks.trust import SOURCE_ACCOUNT
from devops_agent_constructs.policy_evaluation.unknown import shown


def _check(resources: Resources) -> Iterator[Problem]:
    for role, verdict in resources.judged:
        for statement in role.trust.allowed:
            if not statement.is_for_service:
                continue
            is_open = verdict.severity(statement.place) is Severity.ERROR or not role.trust.is_judgeable
            required = statement.required_values(SOURCE_ACCOUNT)
            wide = [value for value in required if has_wildcard(value)]
            if wide:
                message = f"aws:SourceAccount admits {shown(wide[0])!r}, which is more than one account"
            elif required or (role.trust.denied_without(SOURCE_ACCOUNT) and not is_open):
                continue
            elif is_open:
                message = "no condition requires aws:SourceAccount, so AWS DevOps Agent may come for any account"
            else:
                message = "no condition requires aws:SourceAccount; others keep strangers out"
            yield Problem(
                place=statement.place.at("Condition") if wide else statement.place,
                message=message,
                severity=Severity.ERROR if is_open else Severity.WARNING,
            )


RULE = Rule(
    id="missingSourceAccount",
    severity=Severity.ERROR,
    milder="others keep strangers out, such as an ARN that names the account",
    what="no condition on `aws:SourceAccount`, or one that a wildcard, `IfExists` or `ForAllValues` makes useless",
    why=(
        "the service acts for every customer of AWS; only conditions keep others from using it as a deputy: "
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html"
    ),
    fix="add 'StringEquals': {'aws:SourceAccount': '<account of the Agent Space>'}",
    check=_check,
)
