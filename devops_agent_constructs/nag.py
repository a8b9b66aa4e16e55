"""Acknowledges what cdk-nag finds by the nature of roles and log groups, each finding by its full id with a reason.

A role that reads a whole account has an AWS managed policy and some wildcards. Nothing else is acknowledged, least of
all a statement of one's own. See https://github.com/cdklabs/cdk-nag#acknowledging-a-rule
"""

from __future__ import annotations

import json
from typing import Protocol, TypeAlias

import jsii
from aws_cdk import Acknowledgment, Stack, Validations
from constructs import IConstruct, IValidation

from devops_agent_constructs import service
from devops_agent_constructs._arguments import checked
from devops_agent_constructs.association_health.health import AssociationHealth
from devops_agent_constructs.policies.document import InlinePolicy
from devops_agent_constructs.primary.access import PrimaryAccountAccess
from devops_agent_constructs.primary.agent_space import AgentSpace
from devops_agent_constructs.secondary.access_boundary import AccessBoundary
from devops_agent_constructs.secondary.elevated_actions_role import ElevatedActionsRole
from devops_agent_constructs.secondary.role import SecondaryAccountRole

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
    "ManageAssociations": "associations have ids that AWS gives; all of them are this one Agent Space's",
    "PassRolesToDevOpsAgent": "AWS asks for it on every role of the account, and it is for AWS DevOps Agent alone",
    "ReadTheOrganization": "accounts are listed as a whole, and units are known by the settings; it reads only",
    "ReadTheStackSet": "AWS gives the StackSet's id, and whose account its ARN names is unconfirmed; it reads only",
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
_LOG_GROUP_REASONS = dict.fromkeys(
    ("HIPAA.Security-CloudWatchLogGroupEncrypted", "NIST.800.53.R5-CloudWatchLogGroupEncrypted"),
    "CloudWatch Logs encrypts every log group with a key of its own; ids of accounts and ARNs are no secrets",
)
# Of what serves the associations: the sync's function, and the like.
_SERVING_REASONS = {
    "AwsSolutions-EVB1": (
        "the bus admits one account; cdk-nag reads a deprecated property of its policy, and takes the error for a "
        "finding where JSII_DEPRECATED=fail"
    ),
    "AwsSolutions-L1": "AWS supports Python 3.13 as long as 3.14, until 2029-06-30",
    **_LOG_GROUP_REASONS,
    **dict.fromkeys(
        ("HIPAA.Security-LambdaInsideVPC", "NIST.800.53.R5-LambdaInsideVPC"),
        "the function calls AWS's APIs alone, and nothing calls it but EventBridge and CloudFormation",
    ),
    # The sync has both; of a validation there is none to keep, nor a second one at the same time.
    **dict.fromkeys(
        ("HIPAA.Security-LambdaConcurrency", "NIST.800.53.R5-LambdaConcurrency"),
        "CloudFormation alone invokes it, once for an operation of the stack",
    ),
    **dict.fromkeys(
        ("HIPAA.Security-LambdaDLQ", "NIST.800.53.R5-LambdaDLQ"),
        "CloudFormation waits for the answer to its request, and fails the operation if there is none",
    ),
}


class _ServesAssociations(IConstruct, Protocol):
    """AccountSync, AssociationValidation, OrganizationReadRole, OrganizationEventRules.

    Not by name: the CDK's Lambda takes seconds to load.
    """

    @property
    def inline_policy(self) -> InlinePolicy:
        """What its role may do."""


_OfPolicies: TypeAlias = (
    SecondaryAccountRole | ElevatedActionsRole | AgentSpace | PrimaryAccountAccess | _ServesAssociations
)


@checked
def acknowledge_findings(construct: _OfPolicies | AccessBoundary | AssociationHealth) -> None:
    """Acknowledge what cdk-nag finds in the roles, or the log group, of a construct of this library.

    It covers the rule packs `AwsSolutionsChecks`, `NIST80053R5Checks` and `HIPAASecurityChecks`, and ARNs given in any
    way but one: a dynamic reference (`{{resolve:...}}`) becomes an id that the CDK itself refuses, as cdk-nag leaves
    brackets in it that do not match. `StringParameter.value_for_string_parameter` reads the same and is covered.

    Args:
        construct: After its last `add_capability`: what comes later is not acknowledged.
    """
    if isinstance(construct, AccessBoundary):
        Validations.of(construct).acknowledge(*_of_boundary(construct))
        return
    if isinstance(construct, AssociationHealth):
        rules = [Acknowledgment(id=rule, reason=reason) for rule, reason in _LOG_GROUP_REASONS.items()]
        Validations.of(construct).acknowledge(*rules)
        return
    acknowledgments = [
        Acknowledgment(id=f"AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/{name}]", reason=reason)
        for name, reason in _MANAGED_POLICY_REASONS.items()
    ]
    if not isinstance(construct, SecondaryAccountRole | ElevatedActionsRole | AgentSpace | PrimaryAccountAccess):
        acknowledgments += [Acknowledgment(id=rule, reason=reason) for rule, reason in _SERVING_REASONS.items()]
    policies = _policies(construct)
    if policies and not isinstance(construct, PrimaryAccountAccess):  # Its policies are managed ones.
        acknowledgments += [Acknowledgment(id=rule, reason=_INLINE_POLICY_REASON) for rule in _INLINE_POLICY_RULES]
    Validations.of(construct).acknowledge(*acknowledgments)
    _acknowledge_wildcards(construct)
    construct.node.add_validation(_AcknowledgeWildcards(construct))


@jsii.implements(IValidation)
class _AcknowledgeWildcards:
    """Acknowledges wildcards once more, right before cdk-nag looks: the CDK has written references to others by then.

    A reference to another stack becomes a parameter or an import, whose name is part of the finding's id. CDK asks for
    validation after that, and before the plugins.
    """

    def __init__(self, construct: _OfPolicies) -> None:
        self._construct = construct

    def validate(self) -> list[str]:
        """Acknowledge, and find nothing wrong."""
        _acknowledge_wildcards(self._construct)
        return []


def _acknowledge_wildcards(construct: _OfPolicies) -> None:
    stack = Stack.of(construct)
    reasons: dict[str, str] = {}
    for statement in (statement for policy in _policies(construct) for statement in policy["Statement"]):
        for resource in statement["Resource"]:
            if "*" in resource and (reason := _WILDCARD_REASONS.get(statement["Sid"])):
                finding = f"AwsSolutions-IAM5[Resource::{_as_cdk_nag_writes(stack.resolve(resource))}]"
                if _is_balanced(finding):
                    reasons[finding] = reason
    Validations.of(construct).acknowledge(*(Acknowledgment(id=key, reason=reason) for key, reason in reasons.items()))


def _is_balanced(finding: str) -> bool:
    """Tell whether the CDK takes an id for an acknowledgment: it raises unless brackets are in pairs."""
    opened: list[str] = []
    for character in finding:
        if character in "[({":
            opened.append(character)
        elif character in "])}" and (not opened or opened.pop() + character not in {"[]", "()", "{}"}):
            return False
    return True


def _of_boundary(boundary: AccessBoundary) -> list[Acknowledgment]:
    [allowed, *_] = boundary.plain_document["Statement"]
    wildcards = [*(f"Action::{action}" for action in allowed["Action"]), "Resource::*"]
    rules = [*(f"AwsSolutions-IAM5[{wildcard}]" for wildcard in wildcards), *_BOUNDARY_RULES]
    return [Acknowledgment(id=rule, reason=_BOUNDARY_REASON) for rule in rules]


def _policies(construct: _OfPolicies) -> list[InlinePolicy]:
    policies: list[InlinePolicy | None]
    if isinstance(construct, AgentSpace):
        policies = [construct.agent_inline_policy, construct.operator_inline_policy]
    elif isinstance(construct, PrimaryAccountAccess):
        policies = [] if construct.assume_role_grant is None else list(construct.assume_role_grant.documents)
    else:
        policies = [construct.inline_policy]
    return [policy for policy in policies if policy]


def _as_cdk_nag_writes(resource: object) -> str:  # noqa: PLR0911 (one for each function)
    """Write a resolved ARN as cdk-nag does in the ids of its findings, like `<Logs.Arn>/*`.

    See `flattenCfnReference` in https://github.com/cdklabs/cdk-nag/blob/main/src/utils/flatten-cfn-reference.ts
    """
    match resource:
        case str(text):
            return text.replace("${", "<").replace("}", ">")
        case {"Fn::Join": [str(delimiter), list(parts)]}:
            return delimiter.join(map(_as_cdk_nag_writes, parts))
        case {"Fn::Sub": text}:
            return _as_cdk_nag_writes(text)
        case {"Fn::GetAtt": [logical_id, attribute]}:
            return f"<{_as_cdk_nag_writes(logical_id)}.{_as_cdk_nag_writes(attribute)}>"
        case {"Fn::ImportValue": name}:
            return _as_cdk_nag_writes(name)
        case {"Ref": name}:
            return f"<{_as_cdk_nag_writes(name)}>"
        case _:
            return json.dumps(resource, separators=(",", ":"), ensure_ascii=False)
