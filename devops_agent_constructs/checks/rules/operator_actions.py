"""`operatorActions`: the operator app cannot tag its sessions."""

from __future__ import annotations

from collections.abc import Iterator

from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.resources import Resources
from devops_agent_constructs.checks.role import Purpose
from devops_agent_constructs.checks.rule import Rule


def _check(resources: Resources) -> Iterator[Problem]:
    for role in resources.roles:
        if role.purpose is Purpose.OPERATOR and (missing := role.trust.lacks("sts:AssumeRole", "sts:TagSession")):
            message = f"the service is not let in for {', '.join(missing)}; the operator app needs both"
            yield Problem(place=role.trust.place, message=message)


RULE = Rule(
    id="operatorActions",
    severity=Severity.ERROR,
    what="a role of the operator app without `sts:AssumeRole` and `sts:TagSession`",
    why=(
        "AWS's policy confines a session to the Agent Space of its tag: https://docs.aws.amazon.com/devopsagent/latest/"
        "userguide/getting-started-with-aws-devops-agent-cli-onboarding-guide.html"
    ),
    fix="write 'Action': ['sts:AssumeRole', 'sts:TagSession']",
    check=_check,
)
