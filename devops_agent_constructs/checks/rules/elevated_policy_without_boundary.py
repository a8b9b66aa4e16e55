"""`elevatedPolicyWithoutBoundary`: nothing caps AWS's policy for directed actions."""

from __future__ import annotations

from collections.abc import Iterator

from devops_agent_constructs import service
from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.resources import Resources
from devops_agent_constructs.checks.rule import Rule


def _check(resources: Resources) -> Iterator[Problem]:
    for role in resources.roles:
        if role.has_aws_policy(service.ACTIONS_MANAGED_POLICY) and not role.permissions_boundary:
            message = f"the role has {service.ACTIONS_MANAGED_POLICY} and no permissions boundary"
            yield Problem(place=role.place.at("ManagedPolicyArns"), message=message)


RULE = Rule(
    id="elevatedPolicyWithoutBoundary",
    severity=Severity.ERROR,
    what="`AIDevOpsAgentActionsPolicy` without a permissions boundary",
    why=(
        "it grew from 10 actions to nearly everything outside of IAM and Organizations (v2, 2026-08-19), and AWS can "
        "widen it again: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html"
    ),
    fix="list the actions in a policy of your own, or set a permissions boundary",
    check=_check,
)
