"""`previewSetup`: the set-up from before general availability."""

from __future__ import annotations

from collections.abc import Iterator

from devops_agent_constructs import service
from devops_agent_constructs.checks.callers import chained_statements
from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.resources import Resources
from devops_agent_constructs.checks.rule import Rule


def _check(resources: Resources) -> Iterator[Problem]:
    for role in resources.roles:
        signs = []
        if role.has_aws_policy(service.PREVIEW_MANAGED_POLICY):
            signs.append(f"has {service.PREVIEW_MANAGED_POLICY}")
        if next(chained_statements(role), None) is not None:
            signs.append("lets a role of the primary account in, with an external id")
        if signs:
            yield Problem(place=role.place, message=f"the role {' and '.join(signs)}")


RULE = Rule(
    id="previewSetup",
    severity=Severity.WARNING,
    what="`AIOpsAssistantPolicy`, or an agent role as principal, as before 2026-03-30",
    why=(
        "the policy belongs to CloudWatch investigations and lacks what the agent needs now; whether the service still "
        "accepts this trust policy alone is unconfirmed: https://docs.aws.amazon.com/devopsagent/latest/userguide/"
        "aws-devops-agent-security-managed-policies.html"
    ),
    fix="attach AIDevOpsAgentAccessPolicy and let the service in; with this library: Generation.TRANSITION, then .GA",
    check=_check,
)
