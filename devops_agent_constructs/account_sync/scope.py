"""Says which accounts a sync is for, as it was told: units of an organization, and single accounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from devops_agent_constructs import service
from devops_agent_constructs.account_sync.desired import DesiredRole


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
            is invisible to a delegated administrator that does not say so.
    """

    organizational_units: Iterable[str] = ()
    exclude_accounts: Iterable[str] = ()
    only_accounts: Iterable[str] = ()
    additional_accounts: Iterable[str] = ()
    held_accounts: Mapping[str, str] = field(default_factory=dict)
    management_account_id: str | None = None
    stack_set_names: tuple[str, ...]
    call_as: Literal["SELF", "DELEGATED_ADMIN"]


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
