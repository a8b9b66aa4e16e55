"""Defines the stack of the primary account, with its outputs `AgentSpaceArn` and `AgentSpaceId`."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import CfnOutput, Environment, IStackSynthesizer, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from devops_agent_constructs import _validators
from devops_agent_constructs._arguments import checked
from devops_agent_constructs._constructs.stacks import synthesizers_for, undone_on_error
from devops_agent_constructs.agent_space_arn import AgentSpaceArn, AgentSpaceReference
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.primary.access import PrimaryAccountAccess
from devops_agent_constructs.secondary.account import SecondaryAccount


class PrimaryAccountStack(Stack):
    """The stack of the primary account: the associations, and the agent role's permission to assume.

    Outputs: `AgentSpaceArn` and `AgentSpaceId`.

    Attributes:
        access: The associations and the grant.
        given_synthesizer: The one that was passed or chosen; None: the app's own.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        agent_space: AgentSpaceReference,
        accounts: Sequence[SecondaryAccount],
        generation: Generation | str = Generation.GA,
        agent_role_arn: str | None = None,
        organization_id: str | None = None,
        synthesizer: IStackSynthesizer | None = None,
    ) -> None:
        """Define the stack.

        Args:
            scope: The app or a stage.
            construct_id: `DevOpsAgentPrimary` in the ready-made app; part of no logical id.
            agent_space: The Agent Space, which exists: its ARN must be known.
            accounts: The accounts to associate.
            generation: As for `PrimaryAccountAccess`.
            agent_role_arn: The existing agent role; it gets `sts:AssumeRole` on the secondary roles.
            organization_id: As for `PrimaryAccountAccess`.
            synthesizer: As for `SecondaryAccountStack`.

        Raises:
            OnboardingInputError: As `PrimaryAccountAccess` does.
        """
        _validators.construct_id(construct_id)
        space = AgentSpaceArn.of(agent_space)
        if agent_role_arn is not None and not _validators.is_token(agent_role_arn):
            _validators.role_arn(agent_role_arn, field="agent_role_arn")
        synthesizer = synthesizer or synthesizers_for(scope)()
        super().__init__(
            scope,
            construct_id,
            env=Environment(account=space.account_id, region=space.region),
            synthesizer=synthesizer,
            description="Connects secondary accounts to AWS DevOps Agent",
        )
        self.given_synthesizer = synthesizer
        with undone_on_error(self, scope):
            role = None if agent_role_arn is None else iam.Role.from_role_arn(self, "AgentRole", agent_role_arn)
            self.access = PrimaryAccountAccess(
                self,
                "Access",
                agent_space=space,
                accounts=accounts,
                generation=generation,
                agent_role=role,
                organization_id=organization_id,
            )
        CfnOutput(self, "AgentSpaceArn", value=space.arn, description="For the accounts file")
        CfnOutput(self, "AgentSpaceId", value=space.agent_space_id)
