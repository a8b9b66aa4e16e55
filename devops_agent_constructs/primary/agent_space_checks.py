"""Checks of an Agent Space's arguments: what the schema of AWS::DevOpsAgent::AgentSpace of 2026-10-20 refuses."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from devops_agent_constructs import _validators, service
from devops_agent_constructs._constructs import placement, tag_checks
from devops_agent_constructs._constructs.roles import check_not_customized, check_policies
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policies import partition_checks
from devops_agent_constructs.primary.agent_space_values import check_texts
from devops_agent_constructs.primary.operator_app import OperatorSignIn, arns_of


def space(
    *, name: str, description: str | None, locale: str | None, tags: Mapping[str, str], removal_policy: RemovalPolicy
) -> None:
    """Check what describes the space; tokens pass."""
    check_texts(name=name, description=description, locale=locale)
    tag_checks.check_resource(tags, field="tags")
    if removal_policy is RemovalPolicy.SNAPSHOT:
        why = "an Agent Space has no snapshots"
        raise OnboardingInputError("removal_policy", removal_policy, why=why, fix="choose RETAIN or DESTROY")


def roles(
    scope: Construct,
    *,
    agent_role: iam.IRole | None,
    agent_role_name: str,
    has_capabilities: bool,
    operator_app: OperatorSignIn | None,
    permissions_boundary: iam.IManagedPolicy | str | None,
    encryption_key: kms.IKey | None,
) -> str | None:
    """Check an existing agent role, or what describes a new one; and that the boundary has a role to bound.

    Returns:
        The stack's partition, of which all of them are; None if only deployment knows it.
    """
    stack = Stack.of(scope)
    _validators.role_name(agent_role_name, field="agent_role_name")
    if isinstance(permissions_boundary, str):
        _validators.policy(permissions_boundary, account_id=stack.account, field="permissions_boundary")
    if agent_role is not None:
        _existing_role(agent_role.role_arn, account_id=stack.account)
        if has_capabilities or agent_role_name != service.AGENT_ROLE_NAME:
            why = "an existing role has its own name and permissions"
            fix = "leave out agent_role_name and capabilities, or agent_role"
            raise OnboardingInputError("agent_role", agent_role.role_arn, why=why, fix=fix)
        if permissions_boundary is not None and operator_app is None:
            why = "no role is made that it could bound"
            raise OnboardingInputError("permissions_boundary", str(permissions_boundary), why=why, fix="leave it out")
    check_not_customized(scope)
    partition = placement.partition_of(stack)
    check_policies(permissions_boundary, stack=stack, partition=partition, field="permissions_boundary")
    places = {
        "encryption_key": None if encryption_key is None else encryption_key.key_arn,
        "agent_role": None if agent_role is None else agent_role.role_arn,
        **arns_of(operator_app),
        "permissions_boundary": permissions_boundary,
    }
    partition_checks.check_all(places, partition)
    return partition


def _existing_role(arn: str, *, account_id: str) -> None:
    if _validators.is_token(arn):
        return
    owner = _validators.role_arn(arn, field="agent_role").account_id
    if owner != account_id and not _validators.is_token(account_id):
        # "Cross-account pass role is not allowed", says the service.
        why = f"the agent role must be in the Agent Space's own account, {account_id}"
        raise OnboardingInputError("agent_role", arn, why=why, fix="connect other accounts with SecondaryAccountRole")
