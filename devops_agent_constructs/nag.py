"""Acknowledges what cdk-nag finds in this library's roles by their nature, each finding by its full id with a reason.

A role that reads a whole account has an AWS managed policy and some wildcards. Nothing else is acknowledged, least of
all a statement of one's own. See https://github.com/cdklabs/cdk-nag#acknowledging-a-rule
"""

from __future__ import annotations

from typing import TypeAlias

from aws_cdk import Acknowledgment, Stack, Validations

from devops_agent_constructs import service
from devops_agent_constructs._arguments import checked
from devops_agent_constructs.access_boundary import AccessBoundary
from devops_agent_constructs.agent_space import AgentSpace
from devops_agent_constructs.elevated_actions_role import ElevatedActionsRole
from devops_agent_constructs.policies.document import InlinePolicy
from devops_agent_constructs.primary_account_access import PrimaryAccountAccess
from devops_agent_constructs.secondary_account_role import SecondaryAccountRole

_MANAGED_POLICY_REASONS = {
    service.GA_MANAGED_POLICY: "AWS maintains this policy for AWS DevOps Agent and widens it as the agent learns",
    service.PREVIEW_MANAGED_POLICY: "AWS's set-up from before general availability asks for this policy",
    service.OPERATOR_MANAGED_POLICY: "AWS maintains this policy; the session's tag confines it to one Agent Space",
}
_ANY_REGION = "a resource of this one name in the role's own account; a role is global, so every Region"
_PREVIEW = "AWS's set-up from before general availability asks for these actions on every resource"
_WILDCARD_REASONS = {
    "AllowAwsSupportActions": _PREVIEW,
    "AllowExpandedAIOpsAssistantPolicy": _PREVIEW,
    "AssumeSecondaryRoles": "roles of these names in any account, but of this organization only (aws:ResourceOrgID)",
    "AthenaQueries": _ANY_REGION,
    "DynamoDBItems": _ANY_REGION + "; and its indexes, which hold the same items",
    "GluePartitions": _ANY_REGION,
    "IdentityCenterInstance": "sso:ListInstances accepts no other resource than *; both actions read only",
    "IdentityCenterUser": "people's ids in Identity Center are known when they sign in, not before; it reads only",
    "KmsDecrypt": _ANY_REGION,
    "LogRecords": _ANY_REGION + "; CloudWatch Logs matches ARNs that end in :*",
    "S3Objects": "the objects of this one bucket, which the agent finds by listing it",
    "SsmParameters": _ANY_REGION,
    "SupportCommunications": "support:DescribeCommunications accepts no other resource than *",
}

_INLINE_POLICY_REASON = (
    "AWS opts a role into what its guardrail admits beyond the managed policy by an inline policy of the role; it "
    "serves this role alone and goes with it"
)
_INLINE_POLICY_RULES = ("HIPAA.Security-IAMNoInlinePolicy", "NIST.800.53.R5-IAMNoInlinePolicy")
_BOUNDARY_REASON = "a permissions boundary grants nothing: it is the most that the policies of a role can grant"
_BOUNDARY_RULES = tuple(
    f"{pack}-IAMPolicyNoStatementsWith{what}Access"
    for pack in ("HIPAA.Security", "NIST.800.53.R5")
    for what in ("Admin", "Full")
)
_Construct: TypeAlias = (
    "SecondaryAccountRole | ElevatedActionsRole | AgentSpace | PrimaryAccountAccess | AccessBoundary"
)


@checked
def acknowledge_findings(construct: _Construct) -> None:
    """Acknowledge what cdk-nag finds in the roles of a construct of this library.

    It covers the rule packs `AwsSolutionsChecks`, `NIST80053R5Checks` and `HIPAASecurityChecks`.

    Args:
        construct: After its last `add_capability`: what comes later is not acknowledged.
    """
    if isinstance(construct, AccessBoundary):
        Validations.of(construct).acknowledge(*_of_boundary(construct))
        return
    found = [
        Acknowledgment(id=f"AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/{name}]", reason=reason)
        for name, reason in _MANAGED_POLICY_REASONS.items()
    ]
    stack = Stack.of(construct)
    policies = _policies(construct)
    if policies and not isinstance(construct, PrimaryAccountAccess):  # Its policies are managed ones.
        found += [Acknowledgment(id=rule, reason=_INLINE_POLICY_REASON) for rule in _INLINE_POLICY_RULES]
    for statement in (one for policy in policies for one in policy["Statement"]):
        for resource in statement["Resource"]:
            if "*" in resource and statement["Sid"] in _WILDCARD_REASONS:
                finding = f"AwsSolutions-IAM5[Resource::{_as_cdk_nag_writes(stack.resolve(resource))}]"
                found.append(Acknowledgment(id=finding, reason=_WILDCARD_REASONS[statement["Sid"]]))
    Validations.of(construct).acknowledge(*found)


def _of_boundary(boundary: AccessBoundary) -> list[Acknowledgment]:
    [allowed, *_] = boundary.plain_document["Statement"]
    wildcards = [*(f"Action::{action}" for action in allowed["Action"]), "Resource::*"]
    rules = [*(f"AwsSolutions-IAM5[{wildcard}]" for wildcard in wildcards), *_BOUNDARY_RULES]
    return [Acknowledgment(id=rule, reason=_BOUNDARY_REASON) for rule in rules]


def _policies(
    construct: SecondaryAccountRole | ElevatedActionsRole | AgentSpace | PrimaryAccountAccess,
) -> list[InlinePolicy]:
    policies: list[InlinePolicy | None]
    if isinstance(construct, AgentSpace):
        policies = [construct.monitor_inline_policy, construct.operator_inline_policy]
    elif isinstance(construct, PrimaryAccountAccess):
        policies = [] if construct.assume_role_grant is None else list(construct.assume_role_grant.documents)
    else:
        policies = [construct.inline_policy]
    return [policy for policy in policies if policy]


def _as_cdk_nag_writes(resource: object) -> str:
    """Write a resolved ARN as cdk-nag does: `<AWS::Partition>` for a reference, `<Logs.Arn>` for an attribute."""
    match resource:
        case {"Fn::Join": ["", list(parts)]}:
            return "".join(map(_as_cdk_nag_writes, parts))
        case {"Fn::GetAtt": [str(logical_id), str(attribute)]}:
            return f"<{logical_id}.{attribute}>"
        case {"Ref": str(name)}:
            return f"<{name}>"
        case _:
            return str(resource)
