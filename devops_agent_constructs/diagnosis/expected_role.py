"""Compute the role that this library would make for an account, which a live role is compared with."""

from __future__ import annotations

from dataclasses import dataclass, replace

from devops_agent_constructs import _validators, service
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.checks.finding import Severity
from devops_agent_constructs.checks.live_role import LiveRole
from devops_agent_constructs.checks.role import Purpose, Role
from devops_agent_constructs.diagnosis.commands import Command
from devops_agent_constructs.diagnosis.difference import KINDS, Difference
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.policies.document import InlinePolicy, TrustPolicy
from devops_agent_constructs.policies.resources import RoleAccount
from devops_agent_constructs.policies.trust import trust_policy
from devops_agent_constructs.secondary.role_settings import RoleSettings


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpectedRole:
    """The role that this library would make for an account.

    Attributes:
        account_id: The account of the role.
        settings: Of the role.
        agent_space: The Agent Space that the role is to trust.
        generation: Which of AWS's two set-ups the role is to follow.
        agent_role_arn: The agent role in the primary account; None in GA, unless it is known.
        deployment: What makes the role. None: nobody said what does.
        removal: What deletes the stack of this one role. None: it has none of its own, or a protected one.
        accounts_file: Which file asks for it. None: it is the library's default, but for what options say.
        association_role_arn: What the association names; empty if there is none. None: it was not read.

    Raises:
        OnboardingInputError: No account has such an id; or PREVIEW and TRANSITION need the agent role, and it is
            missing or of another account.
    """

    account_id: str
    settings: RoleSettings
    agent_space: AgentSpaceArn
    generation: Generation = Generation.GA
    agent_role_arn: str | None = None
    deployment: Command | None = None
    removal: Command | None = None
    accounts_file: str | None = None
    association_role_arn: str | None = None

    def __post_init__(self) -> None:
        """Check that there can be such a role."""
        _validators.account_id(self.account_id, field="account_id")
        # Both are computed when they are asked for: an error would come in the middle of a diagnosis.
        _ = self.trust_policy, self.inline_policy

    @property
    def arn(self) -> str:
        """The ARN that the association is to name."""
        return self.settings.role_arn(self._role_account)

    @property
    def is_of_primary_account(self) -> bool:
        """Whether it is the agent role: the role of the Agent Space's own account."""
        return self.account_id == self.agent_space.account_id

    @property
    def trust_policy(self) -> TrustPolicy:
        """Who may assume it."""
        return trust_policy([self.agent_space], generation=self.generation, agent_role_arn=self.agent_role_arn)

    @property
    def inline_policy(self) -> InlinePolicy | None:
        """What `DevOpsAgentInlinePolicy` allows; None if there is to be none."""
        # Trust does not cross partitions, so that the Agent Space's is the role's as well.
        partition = self.agent_space.partition
        return self.settings.inline_policy(self._role_account, generation=self.generation, partition=partition)

    @property
    def managed_policy_arns(self) -> tuple[str, ...]:
        """What is to be attached."""
        return self.settings.managed_policy_arns(self._role_account, generation=self.generation)

    @property
    def permissions_boundary_arn(self) -> str | None:
        """None: no boundary."""
        return self.settings.permissions_boundary_arn(self._role_account)

    @property
    def max_session_seconds(self) -> int:
        """The longest session."""
        # IAM's default: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
        return self.settings.max_session_seconds or service.DEFAULT_SESSION_SECONDS

    def role_of(self, live: LiveRole) -> Role:
        """Return a live role as the rules look at it, with those for whom it is meant."""
        # Left to itself, the role says who must get in: whom its trust policy names, rightly or wrongly.
        return replace(
            live.role(purpose=Purpose.READ, agent_space=self.agent_space),
            must_admit_service=self.generation is not Generation.PREVIEW,
            agent_role_arn=self.agent_role_arn if self.generation.needs_agent_role else None,
        )

    def difference(self, kind_id: str, what: str, *commands: Command, symptom: str = "", fix: str = "") -> Difference:
        """Return a difference from this role.

        Without an accounts file nobody asked for the library's defaults: only an error has commands then, as what is
        beyond the defaults may be meant. An empty symptom or fix is what the kind says.
        """
        # Options say which role is looked at; what it is to be, only a file asks for.
        kind, is_asked_for = KINDS[kind_id], self.accounts_file is not None
        severity = kind.severity or (Severity.ERROR if is_asked_for else Severity.WARNING)
        return Difference(
            id=kind_id,
            severity=severity,
            what=what,
            symptom=symptom or kind.symptom,
            fix=fix or kind.fix,
            # A command for what nobody asked for could take away what somebody meant.
            commands=commands if is_asked_for or severity is Severity.ERROR else (),
        )

    @property
    def _role_account(self) -> RoleAccount:
        return RoleAccount(partition=self.agent_space.partition, account_id=self.account_id)
