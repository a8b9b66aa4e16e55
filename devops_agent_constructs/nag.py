"""Acknowledges what cdk-nag finds in a secondary role by its nature, each finding by its full id with a reason.

A role that reads a whole account has an AWS managed policy and some wildcards. Nothing else is acknowledged, least of
all a statement of one's own. See https://github.com/cdklabs/cdk-nag#acknowledging-a-rule
"""

from __future__ import annotations

from aws_cdk import Acknowledgment, Stack, Validations

from devops_agent_constructs import service
from devops_agent_constructs.secondary_account_role import SecondaryAccountRole

_MANAGED_POLICY_REASONS = {
    service.GA_MANAGED_POLICY: "AWS maintains this policy for AWS DevOps Agent and widens it as the agent learns",
    service.PREVIEW_MANAGED_POLICY: "AWS's set-up from before general availability asks for this policy",
}
_ANY_REGION = "a resource of this one name in the role's own account; a role is global, so every Region"
_PREVIEW = "AWS's set-up from before general availability asks for these actions on every resource"
_WILDCARD_REASONS = {
    "AllowAwsSupportActions": _PREVIEW,
    "AllowExpandedAIOpsAssistantPolicy": _PREVIEW,
    "AthenaQueries": _ANY_REGION,
    "DynamoDBItems": _ANY_REGION + "; and its indexes, which hold the same items",
    "GluePartitions": _ANY_REGION,
    "KmsDecrypt": _ANY_REGION,
    "LogRecords": _ANY_REGION + "; CloudWatch Logs matches ARNs that end in :*",
    "S3Objects": "the objects of this one bucket, which the agent finds by listing it",
    "SsmParameters": _ANY_REGION,
    "SupportCommunications": "support:DescribeCommunications accepts no other resource than *",
}


def acknowledge_findings(role: SecondaryAccountRole) -> None:
    """Acknowledge what the rule pack `AwsSolutionsChecks` finds in a role of this library.

    Args:
        role: After its last `add_capability`: what comes later is not acknowledged.
    """
    found = [
        Acknowledgment(id=f"AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/{name}]", reason=reason)
        for name, reason in _MANAGED_POLICY_REASONS.items()
    ]
    stack = Stack.of(role)
    for statement in (role.inline_policy or {"Statement": []})["Statement"]:
        for resource in statement["Resource"]:
            if "*" in resource and statement["Sid"] in _WILDCARD_REASONS:
                finding = f"AwsSolutions-IAM5[Resource::{_as_cdk_nag_writes(stack.resolve(resource))}]"
                found.append(Acknowledgment(id=finding, reason=_WILDCARD_REASONS[statement["Sid"]]))
    Validations.of(role).acknowledge(*found)


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
