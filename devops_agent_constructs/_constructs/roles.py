"""Makes CDK's IAM objects of trust policies, policies and names, for all roles of this library."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import cast
from weakref import WeakKeyDictionary

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from devops_agent_constructs import _validators, service
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policies import partition_checks
from devops_agent_constructs.policies.document import InlinePolicy, TrustPolicy

_names: WeakKeyDictionary[Stack, set[str]] = WeakKeyDictionary()


def check_policies(*policies: iam.IManagedPolicy | str | None, stack: Stack, partition: str | None, field: str) -> None:
    """Check managed policies that are given as objects, as far as their ARNs are known: account and partition."""
    for policy in policies:
        if policy is None or isinstance(policy, str) or _validators.is_token(arn := policy.managed_policy_arn):
            continue
        _validators.policy(arn, account_id=stack.account, field=field)
        partition_checks.check(arn, partition, field=field)


def reserve_name(stack: Stack, role_name: str, *, field: str) -> None:
    """Refuse a name that another role of this library has in the stack.

    IAM compares names without their path and without case; a second role would fail after the first is created.
    """
    names = _names.setdefault(stack, set())
    if role_name.lower() in names:
        why = "another DevOps Agent role of this stack has this name"
        raise OnboardingInputError(field, role_name, why=why, fix="give each role a name of its own")
    names.add(role_name.lower())


@cache
def aws_managed_policy(name: str) -> iam.IManagedPolicy:
    """Return a policy of AWS.

    It belongs to no scope, so that all roles of an app can share it: one call into Node instead of one per role.
    """
    return iam.ManagedPolicy.from_aws_managed_policy_name(name)


def policy_object(scope: Construct, policy: iam.IManagedPolicy | str) -> iam.IManagedPolicy:
    """Return a policy given as an object, by name or by ARN."""
    if not isinstance(policy, str):
        return policy
    if policy.startswith("arn:") or _validators.is_token(policy):
        return iam.ManagedPolicy.from_managed_policy_arn(scope, policy, policy)
    return iam.ManagedPolicy.from_managed_policy_name(scope, policy, policy)


def boundary(scope: Construct, policy: iam.IManagedPolicy | str | None) -> iam.IManagedPolicy | None:
    """Return a permissions boundary given as an object, by name or by ARN, or none."""
    return None if policy is None else policy_object(scope, policy)


def inline_policies(
    document: InlinePolicy | None, *, name: str = service.INLINE_POLICY_NAME
) -> dict[str, iam.PolicyDocument]:
    """Return name -> document of a role's inline policies: one, or none."""
    return {name: iam.PolicyDocument.from_json(document)} if document else {}


def check_not_customized(scope: Construct) -> None:
    """Check that `iam.Role.customize_roles` does not replace the roles of a construct that must write their trust.

    The CDK's policy report would tell the owner of the other role to trust with `sts:AssumeRole` alone.
    """
    settings = scope.node.try_get_context("@aws-cdk/iam:customizeRoles")
    if not settings or (isinstance(settings, Mapping) and settings.get("preventSynthesis") is False):
        return
    why = "iam.Role.customize_roles replaces the roles here, and cannot write what this construct's must trust"
    fix = "define it outside of that scope, or pass prevent_synthesis=False there"
    raise OnboardingInputError("scope", scope.node.path, why=why, fix=fix)


def set_inline_policy(role: iam.Role, document: InlinePolicy | None) -> None:
    """Replace the inline policy of a role.

    CDK's role takes inline policies only when it is made; its resource takes them at any time.

    Raises:
        OnboardingInputError: `iam.Role.customize_roles` has replaced the role.
    """
    resource = cast("iam.CfnRole | None", role.node.default_child)
    if resource is None:
        why = "iam.Role.customize_roles has replaced this role by one that others made, with policies of its own"
        fix = "give all capabilities when the role is defined: the CDK's policy report tells the owner what to add"
        raise OnboardingInputError("capability", role.node.path, why=why, fix=fix)
    resource.policies = [
        iam.CfnRole.PolicyProperty(policy_name=name, policy_document=policy)
        for name, policy in inline_policies(document).items()
    ]


def principal(trust: TrustPolicy) -> iam.IPrincipal:
    """Return who may assume a role, with the conditions of each; all statements are about sts:AssumeRole."""
    return _principal(json.dumps(trust))


@lru_cache(maxsize=64)
def _principal(trust_policy: str) -> iam.IPrincipal:
    """Return the principals of a trust policy, given as JSON.

    They belong to no scope, so that all roles that trust the same share them, like `aws_managed_policy`.
    """
    trust: TrustPolicy = json.loads(trust_policy)
    principals: list[iam.IPrincipal] = []
    for statement in trust["Statement"]:
        [(kind, name)] = statement["Principal"].items()
        if kind == "Service":
            principals.append(iam.ServicePrincipal(name, conditions=statement["Condition"]))
        else:
            principals.append(iam.PrincipalWithConditions(iam.ArnPrincipal(name), statement["Condition"]))
    return principals[0] if len(principals) == 1 else iam.CompositePrincipal(*principals)
