"""What an accounts file says, as one checked value; it needs no extra."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.onboarding.stack_names import StackNames, stage_name_of
from devops_agent_constructs.organization.organization import Organization
from devops_agent_constructs.primary.account import PrimaryAccount
from devops_agent_constructs.secondary.account import SecondaryAccount

if TYPE_CHECKING:
    from constructs import Construct

    from devops_agent_constructs.onboarding.connect import ConnectedAccounts


@dataclass(frozen=True, kw_only=True, slots=True)
class Onboarding:
    """What an accounts file says, checked.

    Attributes:
        agent_space: The Agent Space that every account trusts; None as long as it is to be created and not deployed.
        generation: Which of AWS's two set-ups the roles follow.
        agent_role_arn: The agent role in the primary account, if given.
        accounts: The secondary accounts with stacks of their own, in the file's order.
        primary: The primary account's side; None if the file leaves it out.
        organization: The organization to roll out to; None if the file leaves it out.
        bootstrap_qualifier: Deploy through the roles of `cdk bootstrap` with it; None: with the caller's credentials.
        stack_prefix: What the names of the stacks begin with.
        stage_name: The stage for which the outputs of a new Agent Space were looked up; empty: the app itself.
    """

    agent_space: AgentSpaceArn | None
    generation: Generation
    agent_role_arn: str | None
    accounts: tuple[SecondaryAccount, ...]
    primary: PrimaryAccount | None = None
    organization: Organization | None = None
    bootstrap_qualifier: str | None = None
    stack_prefix: str = ""
    stage_name: str = ""

    @property
    def stack_names(self) -> StackNames:
        """What the stacks are called."""
        return StackNames(prefix=self.stack_prefix)

    def connect(self, scope: Construct) -> ConnectedAccounts:
        """Define the stacks of the file, with all that it says.

        Args:
            scope: The app or the stage for which the file was read.

        Raises:
            OnboardingInputError: As `connect_accounts` does; or a new Agent Space is to be connected in another stage
                than the one for which the file was read, so that its ARN would never be found.
        """
        # Not at the top: the command line reads files, and does not wait for Node.
        from aws_cdk import Stage  # noqa: PLC0415

        from devops_agent_constructs.onboarding.connect import connect_accounts  # noqa: PLC0415

        creates = self.primary is not None and self.primary.new_agent_space is not None
        if creates and not (Stage.is_stage(scope) and stage_name_of(scope) == self.stage_name):
            read_for = f"stage {self.stage_name}" if self.stage_name else "the app"
            why = f"the file was read for {read_for}, where the ARN of its new Agent Space is looked up"
            fix = "read it for the app or the stage that it is connected in, like config.from_context(stage)"
            raise OnboardingInputError("scope", scope.node.path, why=why, fix=fix)
        return connect_accounts(
            scope,
            agent_space=self.agent_space,
            accounts=self.accounts,
            generation=self.generation,
            agent_role_arn=self.agent_role_arn,
            primary=self.primary,
            organization=self.organization,
            bootstrap_qualifier=self.bootstrap_qualifier,
            stack_prefix=self.stack_prefix,
        )
