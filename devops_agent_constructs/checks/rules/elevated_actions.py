"""`elevatedActions`: directed actions fail, as the service cannot say who approved them."""

from __future__ import annotations

from collections.abc import Iterator

from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.resources import Resources
from devops_agent_constructs.checks.role import Purpose
from devops_agent_constructs.checks.rule import Rule

_ACTIONS = ("sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession")


def _check(resources: Resources) -> Iterator[Problem]:
    for role in resources.roles:
        if role.purpose is Purpose.ELEVATED and (missing := role.trust.lacks(*_ACTIONS)):
            message = f"the service is not let in for {', '.join(missing)}; directed actions need all three"
            yield Problem(place=role.trust.place, message=message)


RULE = Rule(
    id="elevatedActions",
    severity=Severity.ERROR,
    what="a role for directed actions without `sts:AssumeRole`, `sts:SetSourceIdentity` and `sts:TagSession`",
    why=(
        "each session carries who approved it; without the three, actions fail, even while the association is valid: "
        "the page 'Working with directed actions' of https://docs.aws.amazon.com/devopsagent/latest/userguide/"
    ),
    fix="write 'Action': ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession']",
    check=_check,
)
