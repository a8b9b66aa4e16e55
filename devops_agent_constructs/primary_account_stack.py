"""The stack of the primary account, with its outputs."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import CfnOutput, Environment, IStackSynthesizer, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from devops_agent_constructs import _checks
from devops_agent_constructs._arguments import checked
from devops_agent_constructs.agent_space_arn import AgentSpaceArn, AgentSpaceReference
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.primary_account import NewAgentSpace, PrimaryAccount, place_of
from devops_agent_constructs.primary_account_access import PrimaryAccountAccess
from devops_agent_constructs.secondary_account import SecondaryAccount
from devops_agent_constructs.stacks import synthesizer_for, undone_on_error


class PrimaryAccountStack(Stack):
    """The stack of the primary account: associations, the agent role's permission, and the Agent Space if it is new.

    Outputs: `AgentSpaceArn` and `AgentSpaceId`; for a new Agent Space also `AgentRoleArn`.

    Attributes:
        access: The associations and the grant; None without accounts.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        agent_space: AgentSpaceReference | None,
        accounts: Sequence[SecondaryAccount],
        primary: PrimaryAccount,
        generation: Generation | str = Generation.GA,
        agent_role_arn: str | None = None,
        synthesizer: IStackSynthesizer | None = None,
    ) -> None:
        """Define the stack.

        Args:
            scope: The app or a stage.
            construct_id: `DevOpsAgentPrimary` in the ready-made app; part of no logical id.
            agent_space: The existing Agent Space; None, or its ARN once it is known, for one that `primary` creates.
            accounts: The accounts to associate; none for the first deployment of a new Agent Space.
            primary: What else the stack holds.
            generation: As for `PrimaryAccountAccess`.
            agent_role_arn: The existing agent role; it gets `sts:AssumeRole` on the secondary roles.
            synthesizer: As for `SecondaryAccountStack`.

        Raises:
            OnboardingInputError: As `PrimaryAccountAccess` and `AgentSpace` do, or there is no Agent Space at all.
        """
        _checks.construct_id(construct_id)
        given = None if agent_space is None else AgentSpaceArn.of(agent_space)
        place = place_of(given, primary)
        if agent_role_arn is not None and not _checks.is_token(agent_role_arn):
            _checks.role_arn(agent_role_arn, field="agent_role_arn")
        super().__init__(
            scope,
            construct_id,
            env=Environment(account=place.account_id, region=place.region),
            synthesizer=synthesizer_for(None) if synthesizer is None else synthesizer,
            description="Connects secondary accounts to AWS DevOps Agent",
        )
        self.access: PrimaryAccountAccess | None = None
        with undone_on_error(self, scope):
            space = given if primary.new_agent_space is None else self._new_agent_space(primary.new_agent_space)
            if accounts and space is not None:
                role = None if agent_role_arn is None else iam.Role.from_role_arn(self, "AgentRole", agent_role_arn)
                self.access = PrimaryAccountAccess(
                    self,
                    "Access",
                    agent_space=space,
                    accounts=accounts,
                    generation=generation,
                    agent_role=role,
                    organization_id=primary.organization_id,
                )
        if space is not None:
            CfnOutput(self, "AgentSpaceArn", value=space.arn, description="For the accounts file")
            CfnOutput(self, "AgentSpaceId", value=space.agent_space_id)

    def _new_agent_space(self, new: NewAgentSpace) -> AgentSpaceArn:
        # Not at the top: KMS and Secrets Manager of the CDK come with it, and few stacks create a space.
        from devops_agent_constructs.agent_space import AgentSpace  # noqa: PLC0415

        space = AgentSpace(
            self,
            "AgentSpace",
            name=new.name,
            description=new.description,
            locale=new.locale,
            elevated_actions_enabled=new.elevated_actions_enabled,
        )
        CfnOutput(self, "AgentRoleArn", value=space.monitor_role.role_arn)
        return space.agent_space_arn
