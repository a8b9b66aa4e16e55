"""Judges what a role may do: uncapped directed actions, service-linked roles of any service, the preview's policy."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from devops_agent_constructs import service
from devops_agent_constructs._source_arn import has_wildcard
from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.policy import PolicyStatement
from devops_agent_constructs.checks.role import Role
from devops_agent_constructs.checks.rule import CLI_GUIDE, IAM_GUIDE, USER_GUIDE, Resources, Rule
from devops_agent_constructs.policy_evaluation.patterns import string_matches
from devops_agent_constructs.policy_evaluation.unknown import shown
from devops_agent_constructs.policy_evaluation.wildcards import example

_CREATE = "iam:CreateServiceLinkedRole"
_NAMED = "iam:awsservicename"
# What a pattern for Resource Explorer may become; no other service has a name like it.
_EXPLORER, _EXPLORER_ROLE = "explorer", "AWSServiceRoleForResourceExplorer"
# A service with a role of its own; no pattern makes up its name.
_SUPPORT, _SUPPORT_ROLE = "support.amazonaws.com", "AWSServiceRoleForSupport"


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
    return all(statement.is_allow for statement in statements) and any(
        statement.has_action("*") and statement.has_resource("*") and not statement.conditions
        for statement in statements
    )


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
    for role in resources.roles:
        own = {"aws:principalaccount": role.account_id}
        for policy in role.policies:
            for statement in policy.statements:
                wide = (
                    resource
                    for resource in (statement.wide_resources if statement.grants(_CREATE) else ())
                    for name, path in _other_services(resource, statement)
                    if string_matches(resource, arn := f"arn:aws:iam::{role.account_id}:{path}", own)
                    and resources.allow(policy, statement, _CREATE, arn, {**own, _NAMED: name})
                )
                for resource in islice(wide, 1):
                    message = f"{_CREATE} on {shown(resource)!r}: for other services too"
                    yield Problem(statement.place.at("Resource"), message)


def _other_services(resource: str, statement: PolicyStatement) -> Iterator[tuple[str, str]]:
    """Yield services other than Resource Explorer, with path and name of a role, where a resource leaves them open."""
    path = resource.split(":", 5)[5] if resource.count(":") > 4 else "*"  # noqa: PLR2004 (an ARN's last field)
    of_service, of_role = [*path.split("/"), "*", "*", "*"][2:4]
    if not has_wildcard(of_service):
        return
    for name in (_SUPPORT, example(of_service), *statement.examples_of(_NAMED)):
        for role in (_SUPPORT_ROLE, example(of_role)):
            if _EXPLORER not in name.lower() and not role.startswith(_EXPLORER_ROLE):
                yield name, f"role/aws-service-role/{name}/{role}"


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
