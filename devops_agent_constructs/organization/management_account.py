"""Warns of the management account, which no service-managed StackSet deploys to."""

from __future__ import annotations

from aws_cdk import Annotations
from constructs import Construct

from devops_agent_constructs.organization.deployment import CallAs, SelfManagedDeployment
from devops_agent_constructs.organization.rollout_settings import RolloutSettings


def warn_left_out(construct: Construct, rollout: RolloutSettings) -> None:
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
