"""`operatorActions`: the operator app cannot tag its sessions."""

from __future__ import annotations

from devops_agent_constructs.checks.finding import Severity
from devops_agent_constructs.checks.role import Purpose
from devops_agent_constructs.checks.rule import Rule
from devops_agent_constructs.checks.session_actions import lacks_actions

RULE = Rule(
    id="operatorActions",
    severity=Severity.ERROR,
    what="a role of the operator app without `sts:AssumeRole` and `sts:TagSession`",
    why=(
        "AWS's policy confines a session to the Agent Space of its tag: https://docs.aws.amazon.com/devopsagent/latest/"
        "userguide/getting-started-with-aws-devops-agent-cli-onboarding-guide.html"
    ),
    fix="write 'Action': ['sts:AssumeRole', 'sts:TagSession']",
    check=lacks_actions(Purpose.OPERATOR, "sts:AssumeRole", "sts:TagSession", needs="the operator app needs both"),
)
