"""`channelActions`: the service cannot tag the sessions of a chat channel."""

from __future__ import annotations

from devops_agent_constructs.checks.finding import Severity
from devops_agent_constructs.checks.role import Purpose
from devops_agent_constructs.checks.rule import Rule
from devops_agent_constructs.checks.session_actions import lacks_actions

RULE = Rule(
    id="channelActions",
    severity=Severity.ERROR,
    what="a role with `AIDevOpsChannelAccessPolicy` without `sts:AssumeRole` and `sts:TagSession`",
    why=(
        "AWS refuses it with a ValidationException (a report of 2026; AWS's page on Slack asks for both): "
        "https://docs.aws.amazon.com/devopsagent/latest/userguide/"
    ),
    fix="write 'Action': ['sts:AssumeRole', 'sts:TagSession']",
    check=lacks_actions(Purpose.CHANNEL, "sts:AssumeRole", "sts:TagSession", needs="a two-way chat channel needs both"),
)
