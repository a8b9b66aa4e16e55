"""`wildcardSourceArn`: a pattern admits more than the Agent Spaces of one account and Region."""

from __future__ import annotations

from collections.abc import Iterator

from devops_agent_constructs.checks.callers import parse_space
from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.resources import Resources
from devops_agent_constructs.checks.rule import Rule
from devops_agent_constructs.checks.trust import EXTERNAL_ID, SOURCE_ARN, has_wildcard
from devops_agent_constructs.checks.unknown import shown


def _check(resources: Resources) -> Iterator[Problem]:
    for role in resources.roles:
        for statement in role.trust.allowed:
            for condition in [*statement.required(SOURCE_ARN), *statement.required(EXTERNAL_ID)]:
                for value in condition.values:
                    if has_wildcard(condition, value) and not _is_one_account(value):
                        message = f"{condition.key} admits {shown(value)!r}: its wildcards cover more than one account"
                        yield Problem(place=statement.place.at("Condition"), message=message)


def _is_one_account(value: str) -> bool:
    space = parse_space(value)
    return space is not None and space.is_any_in_account and "*" not in space.arn[:-1] and "?" not in space.arn


RULE = Rule(
    id="wildcardSourceArn",
    severity=Severity.ERROR,
    what="a wildcard in `aws:SourceArn` other than a whole Agent Space id",
    why=(
        "it admits Agent Spaces that nobody thought of, in other Regions, or in other accounts: "
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html"
    ),
    fix="write the ARN of the Agent Space in full",
    check=_check,
)
