"""Judges what a role may do: uncapped directed actions, service-linked roles of any service, the preview's policy."""

from __future__ import annotations

from collections.abc import Iterator

from devops_agent_constructs import service
from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.role import Role
from devops_agent_constructs.checks.rule import CLI_GUIDE, IAM_GUIDE, USER_GUIDE, Resources, Rule
from devops_agent_constructs.policy_evaluation.patterns import string_matches
from devops_agent_constructs.policy_evaluation.permission_statements import PermissionStatement
from devops_agent_constructs.policy_evaluation.unknown import shown

_CREATE = "iam:CreateServiceLinkedRole"
# Some other service's: what covers it covers more than Resource Explorer's.
_OTHER_SERVICE = "support.amazonaws.com"
_OTHER = f"arn:aws:iam::{{}}:role/aws-service-role/{_OTHER_SERVICE}/AWSServiceRoleForSupport"


@Rule(
    id="elevatedPolicyWithoutBoundary",
    what="`AIDevOpsAgentActionsPolicy` without a permissions boundary, or with one that allows everything",
    reason=(
        "it grew from 10 actions to nearly everything outside of IAM and Organizations (v2, 2026-08-19), and AWS can "
        "widen it again"
    ),
    source=IAM_GUIDE + "access_policies_boundaries.html",
    fix="list the actions in a policy of your own, or set a permissions boundary",
).of_resources
def elevated_policy_without_boundary(resources: Resources) -> Iterator[Problem]:
    """Find roles with AWS's policy for directed actions that nothing caps."""
    for role in resources.roles:
        boundary = role.permissions_boundary
        if not role.has_aws_policy(service.ACTIONS_MANAGED_POLICY):
            continue
        if not boundary:
            message = f"the role has {service.ACTIONS_MANAGED_POLICY} and no permissions boundary"
            yield Problem(role.place.at("ManagedPolicyArns"), message)
        elif _caps_nothing(boundary, resources):
            message = f"the permissions boundary {shown(boundary)} allows everything"
            yield Problem(role.place.at("PermissionsBoundary"), message)


def _caps_nothing(boundary: str, resources: Resources) -> bool:
    if boundary.endswith(":iam::aws:policy/AdministratorAccess"):
        return True
    policies = (policy for policy in resources.policies if policy.arn == boundary)
    statements = [statement for policy in policies for statement in policy.statements]
    return any(map(_allows_everything, statements)) and all(statement.is_allow for statement in statements)


def _allows_everything(statement: PermissionStatement) -> bool:
    return statement.is_allow and statement.has_action("*") and statement.has_resource("*") and not statement.conditions


@Rule(
    id="serviceLinkedRoleOnStar",
    what="`iam:CreateServiceLinkedRole` on `*`, or on another pattern that covers more than one service",
    reason="AWS's guide asks for the role of Resource Explorer alone",
    source=CLI_GUIDE,
    fix=(
        "write the resource 'arn:aws:iam::<account>:role/aws-service-role/resource-explorer-2.amazonaws.com/"
        "AWSServiceRoleForResourceExplorer'"
    ),
).of_resources
def service_linked_role_on_star(resources: Resources) -> Iterator[Problem]:
    """Find permission to create service-linked roles of any service."""
    granted = [(role, policy) for role in resources.roles for policy in role.policies]
    for role, policy in granted:
        others = _OTHER.format(role.account_id)
        context = {"aws:principalaccount": role.account_id, "iam:awsservicename": _OTHER_SERVICE}
        for statement in policy.statements:
            wide = [resource for resource in statement.wide_resources if string_matches(resource, others, context)]
            is_open = statement.grants(_CREATE) and resources.allow(policy, statement, _CREATE, others, context)
            if is_open and wide:
                message = f"{_CREATE} on {shown(wide[0])!r}: for other services too"
                yield Problem(statement.place.at("Resource"), message)


@Rule(
    id="previewSetup",
    severity=Severity.WARNING,
    what="`AIOpsAssistantPolicy`, or an agent role as principal, as before 2026-03-30",
    reason=(
        "the policy belongs to CloudWatch investigations and lacks what the agent needs now; whether the service still "
        "accepts this trust policy alone is unconfirmed"
    ),
    source=USER_GUIDE + "aws-devops-agent-security-managed-policies.html",
    fix="attach AIDevOpsAgentAccessPolicy and let the service in; with this library: Generation.TRANSITION, then .GA",
).of_roles
def preview_setup(role: Role) -> Iterator[Problem]:
    """Find the set-up from before general availability."""
    signs = []
    if role.has_aws_policy(service.PREVIEW_MANAGED_POLICY):
        signs.append(f"has {service.PREVIEW_MANAGED_POLICY}")
    if next(role.chained_statements, None) is not None:
        signs.append("lets a role of the primary account in, with an external id")
    if signs:
        yield Problem(role.place, f"the role {' and '.join(signs)}")
