"""Defines the role through which the sync of another account reads the organization."""

from __future__ import annotations

from aws_cdk import aws_iam as iam
from constructs import Construct

from devops_agent_constructs import _validators
from devops_agent_constructs._arguments import checked
from devops_agent_constructs._constructs import placement, roles, taken
from devops_agent_constructs.account_sync import sync_settings
from devops_agent_constructs.account_sync.organization_place import check_account, stack_set_patterns
from devops_agent_constructs.agent_space_arn import AgentSpaceArn, AgentSpaceReference, known
from devops_agent_constructs.organization.organization import Organization
from devops_agent_constructs.policies.document import InlinePolicy
from devops_agent_constructs.policies.organization_access import (
    FUNCTION_ROLE_NAME,
    READ_ROLE_NAME,
    organization_read_statements,
    read_role_trust,
)
from devops_agent_constructs.policy_evaluation.policy_elements import VERSION


class OrganizationReadRole(Construct):
    """Lets the function of `AccountSync` read the organization, and the StackSet, where the primary account may not.

    For a stack of the organization's own: the management account, or the delegated administrator that has the StackSet.
    The role reads, and changes nothing; nobody but that one function's role may assume it, also before it exists.

    Attributes:
        role: The role.
        inline_policy: What it may do, as plain data.
        role_arn: For `AccountSync(organization_read_role_arn=...)`; known before deployment.

    Warnings; `Validations.of(x).acknowledge(Acknowledgment(id="Annotation::<id>", reason=...))` silences one:
        devops-agent-constructs:roleNameTaken: Another stack of the app makes a role of this name in this account.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        agent_space: AgentSpaceReference,
        organization: Organization,
        stack_set_name: str = "DevOpsAgentSecondary",
        sync_name: str = FUNCTION_ROLE_NAME,
        role_name: str = READ_ROLE_NAME,
    ) -> None:
        """Define the role.

        Args:
            scope: Something inside a stack of `organization.account_id`; the Region does not matter.
            construct_id: Part of the logical id; a change cannot deploy, as the name is taken.
            agent_space: The Agent Space that is kept in step; its account has the function.
            organization: As for `AccountSync`.
            stack_set_name: As for `AccountSync`.
            sync_name: The `name` of the `AccountSync`.
            role_name: 1-64 characters. A change replaces the role.

        Raises:
            OnboardingInputError: A stack of another account; an Agent Space that only deployment knows; a malformed
                name.

        See https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-user.html
        """
        stack = placement.stack_of(scope, construct_id)
        fix = "deploy the Agent Space first, and pass its ARN from the outputs"
        space = known(AgentSpaceArn.of(agent_space), why="the role's trust policy names its account", fix=fix)
        check_account(stack, organization)
        sync_settings.sync_name(sync_name, field="sync_name")
        _validators.role_name(role_name, field="role_name")
        roles.reserve_name(stack, role_name, field="role_name")

        super().__init__(scope, construct_id)
        primary = f"arn:{space.partition}:iam::{space.account_id}"
        patterns = stack_set_patterns(organization, space, stack_set_name=stack_set_name)
        reads = organization_read_statements(
            patterns, is_delegated_administrator=organization.management_account_id is None
        )
        self.inline_policy: InlinePolicy = {"Version": VERSION, "Statement": reads}
        self.role = iam.Role(
            self,
            "Resource",
            role_name=role_name,
            description="Lets the sync of AWS DevOps Agent's accounts read the organization",
            assumed_by=roles.principal(read_role_trust(f"{primary}:role/{sync_name}", root_arn=f"{primary}:root")),
            inline_policies=roles.inline_policies(self.inline_policy, name="ReadTheOrganization"),
        )
        # The name's, and not the role's own, which another account cannot know.
        self.role_arn = f"arn:{space.partition}:iam::{organization.account_id}:role/{role_name}"
        taken.warn_of_roles(self, [organization.account_id], role_name=role_name)
