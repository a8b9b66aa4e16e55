"""Defines the stack that rolls out to an organization, with its outputs."""

from __future__ import annotations

from aws_cdk import CfnOutput, Duration, Environment, IStackSynthesizer, Stack
from constructs import Construct

from devops_agent_constructs import _validators
from devops_agent_constructs._arguments import checked
from devops_agent_constructs._constructs.stacks import synthesizers_for, undone_on_error
from devops_agent_constructs.agent_space_arn import AgentSpaceArn, AgentSpaceReference, known
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.organization.organization import Organization
from devops_agent_constructs.organization.rollout import OrganizationRollout


class OrganizationStack(Stack):
    """The stack of the management account or of a delegated administrator: the secondary role as a StackSet.

    Outputs: `StackSetId`, and `RoleName`, the same in every account.

    Attributes:
        given_synthesizer: The one that was passed or chosen; None: the app's own.
        rollout: The StackSet, and the role in this stack if the management account is included.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        organization: Organization,
        agent_space: AgentSpaceReference,
        generation: Generation | str = Generation.GA,
        agent_role_arn: str | None = None,
        stack_set_name: str = "DevOpsAgentSecondary",
        synthesizer: IStackSynthesizer | None = None,
    ) -> None:
        """Define the stack.

        Args:
            scope: The app or a stage.
            construct_id: `DevOpsAgentOrganization` in the ready-made app; part of no logical id.
            organization: Which accounts, and their role.
            agent_space: The only Agent Space that the roles trust. Its Region is the default for the stack.
            generation: As for `OrganizationRollout`.
            agent_role_arn: As for `OrganizationRollout`.
            stack_set_name: As for `OrganizationRollout`.
            synthesizer: As for `SecondaryAccountStack`.

        Raises:
            OnboardingInputError: As `OrganizationRollout` does.
        """
        _validators.construct_id(construct_id)
        space, region = AgentSpaceArn.of(agent_space), organization.region
        if region is None:
            fix = "give a Region of its own: Organization(region=...)"
            region = known(space, why="the stack is in its Region", fix=fix).region
        synthesizer = synthesizer or synthesizers_for(scope)()
        super().__init__(
            scope,
            construct_id,
            env=Environment(account=organization.account_id, region=region),
            synthesizer=synthesizer,
            description="Rolls out the role of AWS DevOps Agent to the accounts of an organization",
        )
        self.given_synthesizer = synthesizer
        with undone_on_error(self, scope):
            seconds = organization.max_session_seconds
            self.rollout = OrganizationRollout(
                self,
                "Rollout",
                agent_space=space,
                deployment=organization.deployment,
                generation=generation,
                agent_role_arn=agent_role_arn,
                role_name=organization.role_name,
                path=organization.path,
                description=organization.description,
                capabilities=organization.capabilities,
                access_limits=organization.access_limits,
                managed_policies=organization.managed_policies,
                permissions_boundary=organization.permissions_boundary,
                max_session=None if seconds is None else Duration.seconds(seconds),
                include_management_account=organization.include_management_account,
                stack_set_name=stack_set_name,
                operation_preferences=organization.operation_preferences,
            )
        CfnOutput(self, "StackSetId", value=self.rollout.stack_set.attr_stack_set_id)
        CfnOutput(self, "RoleName", value=organization.role_name, description="In every account")
