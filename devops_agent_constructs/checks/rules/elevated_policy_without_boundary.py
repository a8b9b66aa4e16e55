"""`elevatedPolicyWithoutBoundary`: nothing caps AWS's policy for directed actions."""

from __future__ import annotations

from collections.abc import Iterator

from devops_agent_constructs import service
from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.resources import Resources
from devops_agent_constructs.checks.rule import Rule
from devops_agent_constructs.policy_evaluation.permission_statements import PermissionStatement
from devops_agent_constructs.policy_evaluation.unknown import shown


def _check(resources: Resources) -> Iterator[Problem]:
    for role in resources.roles:
        if not role.has_aws_policy(service.ACTIONS_MANAGED_POLICY):
            continue
        boundary = role.permissions_boundary
        if not boundary:
            message = f"the role has {service.ACTIONS_MANAGED_POLICY} and no permissions boundary"
            yield Problem(place=role.place.at("ManagedPolicyArns"), message=message)
        elif _caps_nothing(boundary, resources):
            message = f"the permissions boundary {shown(boundary)} allows everything"
            yield Problem(place=role.place.at("PermissionsBoundary"), message=message)


def _caps_nothing(boundary: str, resources: Resources) -> bool:
    if boundary.endswith(":iam::aws:policy/AdministratorAccess"):
        return True
    statements = [one for policy in resources.policies if policy.arn == boundary for one in policy.parsed]
    return any(map(_allows_everything, statements)) and all(one.is_allow for one in statements)


def _allows_everything(statement: PermissionStatement) -> bool:
    return statement.is_allow and statement.has_action("*") and statement.has_resource("*") and not statement.conditions


RULE = Rule(
    id="elevatedPolicyWithoutBoundary",
    severity=Severity.ERROR,
    what="`AIDevOpsAgentActionsPolicy` without a permissions boundary, or with one that allows everything",
    why=(
        "it grew from 10 actions to nearly everything outside of IAM and Organizations (v2, 2026-08-19), and AWS can "
        "widen it again: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html"
    ),
    fix="list the actions in a policy of your own, or set a permissions boundary",
    check=_check,
)
