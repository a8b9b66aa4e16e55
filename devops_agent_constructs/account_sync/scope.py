"""Says which accounts a sync is for, as it was told: units of an organization, and single accounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from devops_agent_constructs import service
from devops_agent_constructs.account_sync.desired import DesiredRole
from devops_agent_constructs.account_sync.sync_limits import MAX_REMOVAL_PERCENTAGE, MAX_REMOVALS, SyncLimits


@dataclass(frozen=True, kw_only=True, slots=True)
class OrganizationScope:
    """The accounts of an organization whose role comes from a StackSet.

    Attributes:
        organizational_units: Ids of units, with all units below them, or of the root. Empty: the whole organization.
        exclude_accounts: Accounts of these units to leave out.
        only_accounts: Only these accounts of the units. Empty: all.
        additional_accounts: Accounts outside of the units.
        held_accounts: Accounts that should be connected, but not by the sync -> why, e.g. that a stack does it.
        management_account_id: The management account, if the StackSet's own stack makes its role. None: it does not.
        stack_set_names: The StackSets that make the role: an account is connected once its stack is CURRENT in one.
        call_as: What the account of the credentials is to the organization: a StackSet of service-managed permissions
            is invisible to a delegated administrator that does not say so. `SELF` or `DELEGATED_ADMIN`, as
            `with_call_as` finds out.
        unreached_account_id: The management account as AWS names it, to which no StackSet deploys. None: not asked yet.
    """

    organizational_units: Iterable[str] = ()
    exclude_accounts: Iterable[str] = ()
    only_accounts: Iterable[str] = ()
    additional_accounts: Iterable[str] = ()
    held_accounts: Mapping[str, str] = field(default_factory=dict)
    management_account_id: str | None = None
    stack_set_names: tuple[str, ...]
    call_as: str = "SELF"
    unreached_account_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SyncScope:
    """The accounts that should be connected.

    Attributes:
        partition: Of the roles' ARNs.
        role_name: Of the StackSet's roles.
        path: Of these roles.
        organization: None: single accounts alone.
        single_accounts: Account id -> its role, which whoever names it knows to be there.
    """

    partition: str
    role_name: str = service.SECONDARY_ROLE_NAME
    path: str = "/"
    organization: OrganizationScope | None
    single_accounts: Mapping[str, DesiredRole] = field(default_factory=dict)

    @property
    def role(self) -> str:
        """Path and name of the StackSet's roles together."""
        return self.path + self.role_name

    def role_arn(self, account_id: str) -> str:
        """Return the ARN of the StackSet's role in an account."""
        return f"arn:{self.partition}:iam::{account_id}:role{self.role}"

    def with_management_account(self) -> SyncScope:
        """Return a scope with the management account among the single ones, if the StackSet's own stack has its role.

        No StackSet reaches that account.
        """
        if self.organization is None or (account_id := self.organization.management_account_id) is None:
            return self
        why = self.organization.held_accounts.get(account_id)
        role = DesiredRole(role_arn=self.role_arn(account_id), why_left_alone=why)
        return replace(self, single_accounts={**self.single_accounts, account_id: role})

    def limits(
        self,
        *,
        primary_account_id: str,
        adopted_accounts: Iterable[str] = (),
        adopted_roles: Iterable[str] = (),
        max_removals: int = MAX_REMOVALS,
        max_removal_percentage: int = MAX_REMOVAL_PERCENTAGE,
    ) -> SyncLimits:
        """Return what a run may touch: what the scope connects through, and what is adopted.

        Args:
            primary_account_id: The account of the Agent Space.
            adopted_accounts: As for `SyncLimits`.
            adopted_roles: Paths and names of further roles that are the sync's.
            max_removals: As for `SyncLimits`.
            max_removal_percentage: As for `SyncLimits`.

        Raises:
            OnboardingInputError: As `SyncLimits` does.
        """
        # Without an organization no StackSet makes a role for the sync: all it connects through is named.
        own = [] if self.organization is None else [self.role]
        return SyncLimits(
            primary_account_id=primary_account_id,
            owned_roles=[*own, *adopted_roles],
            owned_role_arns=[role.role_arn for role in self.single_accounts.values()],
            adopted_accounts=adopted_accounts,
            max_removals=max_removals,
            max_removal_percentage=max_removal_percentage,
        )
