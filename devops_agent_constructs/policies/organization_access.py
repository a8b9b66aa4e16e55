"""Computes who may read an organization and its StackSets for the sync, and what that takes."""

from __future__ import annotations

from collections.abc import Sequence

from devops_agent_constructs.policies.capabilities import allow
from devops_agent_constructs.policies.document import Conditions, Statement, TrustPolicy, TrustPolicyStatement
from devops_agent_constructs.policy_evaluation.policy_elements import VERSION

FUNCTION_ROLE_NAME = "DevOpsAgentAccountSync"
"""The role of the sync's function, by default: fixed, so that a role of another account can admit it beforehand."""

READ_ROLE_NAME = "DevOpsAgentOrganizationRead"
"""The role that reads the organization for it, by default."""


def stack_set_arns(names: Sequence[str], *, partition: str, region: str) -> list[str]:
    """Return patterns of the ARNs of StackSets.

    Of any account: those of a delegated administrator are in the management account, and whose account their ARN names
    is unconfirmed. See
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html
    """
    return [f"arn:{partition}:cloudformation:{region}:*:stackset/{name}:*" for name in names]


def organization_read_statements(
    stack_sets: Sequence[str], *, is_delegated_administrator: bool = True
) -> list[Statement]:
    """Compute what the sync reads, and no more: nothing of it changes anything.

    The accounts of an organization are listed as a whole, and units are known by ids that change with the settings, so
    the reads of AWS Organizations are on `*`. See
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html

    Args:
        stack_sets: ARNs of the StackSets, which may be patterns.
        is_delegated_administrator: Whether the account is a member: StackSets then look up who administers them.
    """
    organization = [
        "organizations:DescribeOrganization",
        "organizations:DescribeOrganizationalUnit",
        "organizations:ListAccounts",
        "organizations:ListAccountsForParent",
        "organizations:ListOrganizationalUnitsForParent",
    ]
    if is_delegated_administrator:
        organization = sorted([*organization, "organizations:ListDelegatedAdministrators"])
    stack_set = [
        "cloudformation:DescribeStackInstance",
        "cloudformation:DescribeStackSet",
        "cloudformation:ListStackInstances",
    ]
    return [allow("ReadTheOrganization", organization, ["*"]), allow("ReadTheStackSet", stack_set, [*stack_sets])]


def event_rules_trust(rule_arns: str, *, account_id: str) -> TrustPolicy:
    """Compute the trust policy of the role by which rules of EventBridge forward events: theirs, and nobody else's.

    See
    https://docs.aws.amazon.com/eventbridge/latest/userguide/cross-service-confused-deputy-prevention.html,
    read 2026-11-26: "the value of aws:SourceArn must be the rule ARN". `rule_arns` is a pattern, as
    CloudFormation names the rules, which name the role.
    """
    condition: Conditions = {"StringEquals": {"aws:SourceAccount": account_id}, "ArnLike": {"aws:SourceArn": rule_arns}}
    return _trust("EventRules", {"Service": "events.amazonaws.com"}, condition)


def read_role_trust(function_role_arn: str, *, root_arn: str) -> TrustPolicy:
    """Compute the trust policy of the role that reads for the sync: one role of one account, and nobody else.

    IAM refuses a principal that does not exist, and the function can be deployed later: so the principal is the account
    (`root_arn`), and the condition names the role. See
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
    """
    return _trust("AccountSync", {"AWS": root_arn}, {"ArnEquals": {"aws:PrincipalArn": function_role_arn}})


def _trust(sid: str, principal: dict[str, str], condition: Conditions) -> TrustPolicy:
    statement: TrustPolicyStatement = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": principal,
        "Action": "sts:AssumeRole",
        "Condition": condition,
    }
    return {"Version": VERSION, "Statement": [statement]}
