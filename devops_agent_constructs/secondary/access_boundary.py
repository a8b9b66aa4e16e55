"""Defines a permissions boundary (`AWS::IAM::ManagedPolicy`) from the same limits as a role's."""

from __future__ import annotations

from aws_cdk import aws_iam as iam
from constructs import Construct

from devops_agent_constructs._arguments import checked
from devops_agent_constructs._constructs import placement
from devops_agent_constructs.policies import partition_checks
from devops_agent_constructs.policies.access_limits import AccessLimits
from devops_agent_constructs.policies.document import InlinePolicy
from devops_agent_constructs.policies.resources import RoleAccount


class AccessBoundary(iam.ManagedPolicy):
    """Customer managed policy that caps a role of AWS DevOps Agent, whatever policies are attached to it.

    `SecondaryAccountRole(access_limits=...)` suffices to narrow what AWS's policy allows: its Denies win over it, and
    over policies that somebody attaches later. A boundary is for whoever must prove a cap that the role's own policies
    cannot change, such as a security team that lets others make roles only with a boundary, and for
    `ElevatedActionsRole`. It grants nothing. Pass it as `permissions_boundary` of a role of the same account.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        access_limits: AccessLimits,
        managed_policy_name: str | None = None,
    ) -> None:
        """Define the policy.

        Args:
            scope: Something inside a stack of the roles' account.
            construct_id: Part of the logical id.
            access_limits: With `allowed_services` it allows these, otherwise everything; the other limits are denied.
                `deny_data_reads` is a list of actions, which no list of AWS's reads of data can be complete in; where
                nothing else may be read, name `allowed_services`.
            managed_policy_name: 1-128 characters. None: CloudFormation makes one up. A change replaces the policy.

        Raises:
            OnboardingInputError: The policy would be longer than 6,144 characters, or a Region of the limits is of
                another partition than the stack's.

        See https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
        """
        stack = placement.stack_of(scope, construct_id)
        partition_checks.check_all(partition_checks.regions_of(access_limits), placement.partition_of(stack))
        boundary = access_limits.boundary(RoleAccount(partition=stack.partition, account_id=stack.account))
        super().__init__(
            scope,
            construct_id,
            document=iam.PolicyDocument.from_json(boundary),
            description="The most that AWS DevOps Agent may do in this account",
            managed_policy_name=managed_policy_name,
        )
        self._plain_document = boundary

    @property
    def plain_document(self) -> InlinePolicy:
        """The document as plain data, with CDK tokens in it."""
        return self._plain_document
