"""The role that this library would make."""

from __future__ import annotations

from dataclasses import dataclass, replace

from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.checks.live_role import LiveRole
from devops_agent_constructs.checks.role import Purpose, Role
from devops_agent_constructs.diagnosis.commands import Command
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.policies.document import InlinePolicy, TrustPolicy
from devops_agent_constructs.policies.resources import RoleAccount
from devops_agent_constructs.policies.trust import trust_policy
from devops_agent_constructs.secondary.account import SecondaryAccount

_DEFAULT_SESSION_SECONDS = 3600  # IAM's own.


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpectedRole:
    """The role that this library would make for an account.

    Attributes:
        account: The account and the settings of its role.
        agent_space: The Agent Space that the role is to trust.
        generation: Which of AWS's two set-ups the role is to follow.
        agent_role_arn: The agent role in the primary account; None in GA, unless it is known.
        trust_policy: Who may assume it.
        inline_policy: What `DevOpsAgentInlinePolicy` allows; None if there is to be none.
        managed_policy_arns: What is attached.
        permissions_boundary_arn: None: no boundary.
        deployment: What makes the role. None: nobody said what does.
        accounts_file: Which file asks for it. None: it is the library's default, but for what options say.
        association_role_arn: What the association names. None: it was not read.
    """

    account: SecondaryAccount
    agent_space: AgentSpaceArn
    generation: Generation
    agent_role_arn: str | None
    trust_policy: TrustPolicy
    inline_policy: InlinePolicy | None
    managed_policy_arns: tuple[str, ...]
    permissions_boundary_arn: str | None
    deployment: Command | None = None
    accounts_file: str | None = None
    association_role_arn: str | None = None

    @classmethod
    def of(
        cls,
        account: SecondaryAccount,
        *,
        agent_space: AgentSpaceArn,
        generation: Generation = Generation.GA,
        agent_role_arn: str | None = None,
        deployment: Command | None = None,
        accounts_file: str | None = None,
        association_role_arn: str | None = None,
    ) -> ExpectedRole:
        """Compute the role.

        Raises:
            OnboardingInputError: PREVIEW and TRANSITION need the agent role, and it is missing or of another account.
        """
        place = RoleAccount(partition=agent_space.partition, account_id=account.account_id)
        settings = account.role_settings
        return cls(
            account=account,
            agent_space=agent_space,
            generation=generation,
            agent_role_arn=agent_role_arn,
            trust_policy=trust_policy(
                [agent_space],
                generation=generation,
                agent_role_arns=[] if agent_role_arn is None else [agent_role_arn],
            ),
            inline_policy=settings.inline_policy(place, generation=generation, partition=place.partition),
            managed_policy_arns=settings.managed_policy_arns(place, generation=generation),
            permissions_boundary_arn=settings.permissions_boundary_arn(place),
            deployment=deployment,
            accounts_file=accounts_file,
            association_role_arn=association_role_arn,
        )

    @property
    def is_of_primary_account(self) -> bool:
        """Whether it is the agent role: the role of the Agent Space's own account."""
        return self.account.account_id == self.agent_space.account_id

    def role_of(self, live: LiveRole) -> Role:
        """Return a live role as the rules look at it, with those for whom it is meant."""
        return replace(
            live.role(purpose=Purpose.READ, agent_space=self.agent_space),
            must_admit_service=self.generation is not Generation.PREVIEW,
            agent_role_arn=self.agent_role_arn if self.generation.needs_agent_role else None,
        )

    @property
    def arn(self) -> str:
        """The ARN that the association names."""
        return self.account.role_arn(self.agent_space.partition)

    @property
    def max_session_seconds(self) -> int:
        """The longest session."""
        return self.account.max_session_seconds or _DEFAULT_SESSION_SECONDS
