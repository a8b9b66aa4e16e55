"""Renders a rollout as the properties of `AWS::CloudFormation::StackSet`, and warns of what these do not reach."""

from __future__ import annotations

from dataclasses import replace

from aws_cdk import Annotations, CfnStackSet, Stack
from constructs import Construct

from devops_agent_constructs._constructs.template_size import Part, as_part, warn_template_size
from devops_agent_constructs.organization.deployment import (
    ADDITIONAL,
    CallAs,
    SelfManagedDeployment,
    ServiceManagedDeployment,
)
from devops_agent_constructs.organization.rollout_settings import RolloutSettings

_Targets = CfnStackSet.DeploymentTargetsProperty
_Deployment = ServiceManagedDeployment | SelfManagedDeployment


def main(scope: Construct, rollout: RolloutSettings) -> CfnStackSet:
    """Define the StackSet of the organizational units, or of the list of accounts."""
    targets = _targets(rollout.deployment, left_out=rollout.left_out)
    return _define(scope, "Resource", rollout, rollout.deployment, name=rollout.stack_set_name, targets=targets)


def additional(scope: Construct, rollout: RolloutSettings) -> CfnStackSet | None:
    """Define the StackSet of accounts outside of the units, if there are any.

    A second one, as auto-deployment is a property of a whole StackSet and does not consider the accounts that are
    named: with the root among its targets it would reach every account that joins the organization.
    """
    deployment = rollout.deployment
    if isinstance(deployment, SelfManagedDeployment) or not deployment.additional_accounts:
        return None
    targets = _Targets(
        organizational_unit_ids=[deployment.organization_root or ""],
        accounts=sorted(deployment.additional_accounts),
        account_filter_type="INTERSECTION",
    )
    return _define(
        scope,
        "AdditionalAccounts",
        rollout,
        replace(deployment, auto_deployment=False, retain_stacks_on_account_removal=False, depends_on=()),
        name=rollout.stack_set_name + ADDITIONAL,
        targets=targets,
    )


def warn_of_management_account(construct: Construct, rollout: RolloutSettings) -> None:
    """Warn that the management account has no role although the rollout is for its organization."""
    deployment = rollout.deployment
    if rollout.is_in_primary_account or isinstance(deployment, SelfManagedDeployment) or deployment.only_accounts:
        return
    if deployment.call_as is CallAs.SELF:
        way = "Pass include_management_account=True to put the role into this stack, which is that account's"
    else:
        way = "Deploy a SecondaryAccountStack there, as this stack is a member account's"
    Annotations.of(construct).add_warning_v2(
        "devops-agent-constructs:managementAccountLeftOut",
        "StackSets never deploys to the organization's management account, although the operation succeeds; AWS "
        f"DevOps Agent will not see that account. {way}, or acknowledge this if it is meant so.",
    )


def warn_of_exclusion(construct: Construct, deployment: _Deployment) -> None:
    """Warn that automatic deployments reach excluded accounts.

    See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-manage-auto-deployment.html, read
    2026-11-26.
    """
    if isinstance(deployment, ServiceManagedDeployment) and deployment.exclude_accounts and deployment.auto_deployment:
        Annotations.of(construct).add_warning_v2(
            "devops-agent-constructs:autoDeploymentIgnoresExclusion",
            "AWS's automatic deployments do not consider which accounts are excluded: one that joins the units later, "
            "or moves between them, gets the role. Keep such accounts where they are, or outside of the units, and "
            "acknowledge this. With auto_deployment set to false it cannot happen, but then no account that joins gets "
            "the role, and none that leaves is cleaned up.",
        )


_LONG = ("template_body", "parameters", "stack_instances_group")
_SHORT_LENGTH = 700
"""Name, description, permissions and preferences, which have few words each."""


def warn_size(construct: Construct, *stack_sets: CfnStackSet | None) -> bool:
    """Warn if the StackSets are too much for an account without bootstrap; return whether it warns."""
    defined = [stack_set for stack_set in stack_sets if stack_set is not None]
    return warn_template_size(
        construct,
        map(_as_sent, defined),
        what="the role's template in " + ("a StackSet" if len(defined) == 1 else "two StackSets"),
        advice="name fewer resources or accounts, cover resources by a CustomStatement with wildcards",
    )


def _as_sent(stack_set: CfnStackSet) -> dict[str, Part]:
    """Return what makes a StackSet's resource long, as its template has it."""
    stack = Stack.of(stack_set)
    long = {name: as_part(stack.resolve(getattr(stack_set, name))) for name in _LONG}
    return {"Resource": {"Properties": {**long, "Rest": "x" * _SHORT_LENGTH}}}


def _define(
    scope: Construct,
    construct_id: str,
    rollout: RolloutSettings,
    deployment: _Deployment,
    *,
    name: str,
    targets: CfnStackSet.DeploymentTargetsProperty,
) -> CfnStackSet:
    preferences = rollout.operation_preferences
    own = deployment if isinstance(deployment, SelfManagedDeployment) else None
    managed = deployment if isinstance(deployment, ServiceManagedDeployment) else None
    return CfnStackSet(
        scope,
        construct_id,
        stack_set_name=name,
        description="The role through which AWS DevOps Agent investigates each account",
        # The role has a name of its own, which CloudFormation wants to be acknowledged.
        capabilities=["CAPABILITY_NAMED_IAM"],
        template_body=rollout.template_body,
        parameters=[
            CfnStackSet.ParameterProperty(parameter_key=key, parameter_value=value)
            for key, value in rollout.parameters.items()
        ],
        stack_instances_group=[
            CfnStackSet.StackInstancesProperty(deployment_targets=targets, regions=[rollout.region])
        ],
        operation_preferences=CfnStackSet.OperationPreferencesProperty(
            failure_tolerance_count=preferences.failure_tolerance_count,
            failure_tolerance_percentage=preferences.failure_tolerance_percentage,
            max_concurrent_count=preferences.max_concurrent_count,
            max_concurrent_percentage=preferences.max_concurrent_percentage,
            concurrency_mode=preferences.concurrency_mode.value,
        ),
        # An account that joins meanwhile waits for its turn instead of failing the deployment.
        managed_execution={"Active": True},
        permission_model="SELF_MANAGED" if own else "SERVICE_MANAGED",
        administration_role_arn=own.administration_role_arn if own else None,
        execution_role_name=own.execution_role_name if own else None,
        call_as=managed.call_as.value if managed else None,
        auto_deployment=_auto_deployment(managed) if managed else None,
    )


def _targets(deployment: _Deployment, *, left_out: str | None) -> CfnStackSet.DeploymentTargetsProperty:
    """Return which accounts to deploy to.

    The filter UNION is missing on purpose: AWS's handler of the resource refuses it, although the schema has it. See
    https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-cloudformation/issues/100
    """
    if isinstance(deployment, SelfManagedDeployment):
        return _Targets(accounts=sorted(deployment.accounts))
    units = sorted(deployment.organizational_units)
    if deployment.only_accounts:
        only = sorted(deployment.only_accounts)
        return _Targets(organizational_unit_ids=units, accounts=only, account_filter_type="INTERSECTION")
    excluded = sorted({*deployment.exclude_accounts, *([left_out] if left_out else [])})
    if not excluded:
        return _Targets(organizational_unit_ids=units)
    return _Targets(organizational_unit_ids=units, accounts=excluded, account_filter_type="DIFFERENCE")


def _auto_deployment(deployment: ServiceManagedDeployment) -> CfnStackSet.AutoDeploymentProperty:
    """Return what happens when an account joins or leaves."""
    if not deployment.auto_deployment:
        return CfnStackSet.AutoDeploymentProperty(enabled=False)
    return CfnStackSet.AutoDeploymentProperty(
        enabled=True,
        retain_stacks_on_account_removal=deployment.retain_stacks_on_account_removal,
        depends_on=sorted(deployment.depends_on) or None,
    )
