"""`channelActions`: the service cannot tag the sessions of a chat channel."""

from __future__ import annotations

from collections.abc import Iterator

from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.resources import Resources
from devops_agent_constructs.checks.role import Purpose
from devops_agent_constructs.checks.rule import Rule


def _check(resources: Resources) -> Iterator[Problem]:
    for role in resources.roles:
        if role.purpose is Purpose.CHANNEL and (missing := role.trust.lacks("sts:AssumeRole", "sts:TagSession")):
            message = f"the service is not let in for {', '.join(missing)}; a two-way chat channel needs both"
            yield Problem(place=role.trust.place, message=message)


RULE = Rule(
    id="channelActions",
    severity=Severity.ERROR,
    what="a role with `AIDevOpsChannelAccessPolicy` without `sts:AssumeRole` and `sts:TagSession`",
    why=(
        "AWS refuses it with a ValidationException (a report of 2026; AWS's page on Slack asks for both): "
        "https://docs.aws.amazon.com/devopsagent/latest/userguide/"
    ),
    fix="write 'Action': ['sts:AssumeRole', 'sts:TagSession']",
    check=_check,
)
