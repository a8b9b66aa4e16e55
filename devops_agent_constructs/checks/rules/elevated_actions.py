"""`elevatedActions`: directed actions fail, as the service cannot say who approved them."""

from __future__ import annotations

from devops_agent_constructs.checks.finding import Severity
from devops_agent_constructs.checks.role import Purpose
from devops_agent_constructs.checks.rule import Rule
from devops_agent_constructs.checks.session_actions import lacks_actions

RULE = Rule(
    id="elevatedActions",
    severity=Severity.ERROR,
    what="a role for directed actions without `sts:AssumeRole`, `sts:SetSourceIdentity` and `sts:TagSession`",
    why=(
        "each session carries who approved it; without the three, actions fail, even while the association is valid: "
        "the page 'Working with directed actions' of https://docs.aws.amazon.com/devopsagent/latest/userguide/"
    ),
    fix="write 'Action': ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession']",
    check=lacks_actions(
        Purpose.ELEVATED,
        "sts:AssumeRole",
        "sts:SetSourceIdentity",
        "sts:TagSession",
        needs="directed actions need all three",
    ),
)
