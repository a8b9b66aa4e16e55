"""Defines the stack of a secondary account, with its outputs."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import CfnOutput, Environment, IStackSynthesizer, Stack
from constructs import Construct

from devops_agent_constructs import _validators
from devops_agent_constructs._arguments import checked
from devops_agent_constructs._constructs.placement import StackEnvironment
from devops_agent_constructs._constructs.stacks import add_tags, synthesizers_for, undone_on_error
from devops_agent_constructs.agent_space_arn import AgentSpaceReference, all_of, known
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.secondary.account import SecondaryAccount
from devops_agent_constructs.secondary.role import RoleFromSettings, SecondaryAccountRole

_REGION = "give a Region of its own: SecondaryAccount(region=...)"


class SecondaryAccountStack(Stack):
    """The stack of one secondary account: its role, and the outputs `RoleArn` and `RoleName`."""

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        account: SecondaryAccount,
        agent_space: AgentSpaceReference | Sequence[AgentSpaceReference],
        generation: Generation | str = Generation.GA,
        agent_role_arn: str | Sequence[str] | None = None,
        synthesizer: IStackSynthesizer | None = None,
    ) -> None:
        """Define the stack.

        Args:
            scope: The app or a stage.
            construct_id: `DevOpsAgentSecondary-<account id>` in the ready-made app.
            account: The account, its stack's Region and its role.
            agent_space: As for `SecondaryAccountRole`. The first one's Region is the default for the stack.
            generation: As for `SecondaryAccountRole`.
            agent_role_arn: As for `SecondaryAccountRole`.
            synthesizer: None: that of `App(default_stack_synthesizer=...)`. If the app has none, the account needs no
                `cdk bootstrap`, and whoever deploys acts with their own credentials (`LegacyStackSynthesizer`).

        Raises:
            OnboardingInputError: As `SecondaryAccountRole` does, or the account is that of an Agent Space.
        """
        _validators.construct_id(construct_id)
        spaces = all_of(agent_space)
        if account.account_id in [space.account_id for space in spaces]:
            why = "this is the primary account, where the Agent Space lives; it has the agent role for itself"
            fix = "give this stack to another account, or remove it"
            raise OnboardingInputError("account.account_id", account.account_id, why=why, fix=fix)
        region = account.region or known(spaces[0], why="the stack is in its Region", fix=_REGION).region
        super().__init__(
            scope,
            construct_id,
            env=Environment(account=account.account_id, region=region),
            synthesizer=synthesizer or synthesizers_for(scope)(),
            description="The role through which AWS DevOps Agent investigates this account",
        )
        with undone_on_error(self, scope):
            self.secondary_role: SecondaryAccountRole = RoleFromSettings(
                self,
                "Role",
                account.role_settings,
                environment=StackEnvironment.of_new(self, scope, account_id=account.account_id, region=region),
                agent_spaces=spaces,
                generation=Generation(generation),
                agent_role_arn=agent_role_arn,
            )
        add_tags(self, account.tags)
        CfnOutput(self, "RoleArn", value=self.secondary_role.role_arn, description="For the association")
        CfnOutput(self, "RoleName", value=self.secondary_role.role_name)
