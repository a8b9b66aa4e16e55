"""Holds what the function of the sync is told: a file beside its code, and what only deployment knows in variables.

Not all in variables: AWS admits 4 KB of them together, and 500 excluded accounts take 8. Nothing in the file may be a
value that deployment knows, as it is written at synthesis. See
https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from devops_agent_constructs import service
from devops_agent_constructs.account_sync.scope import DesiredRole, OrganizationScope
from devops_agent_constructs.account_sync.sync_limits import MAX_REMOVAL_PERCENTAGE, MAX_REMOVALS, SyncLimits

FILE = "configuration.json"
SPACE_VARIABLE = "AGENT_SPACE_ARN"
ROLE_VARIABLE = "ORGANIZATION_READ_ROLE_ARN"


@dataclass(frozen=True, kw_only=True, slots=True)
class SyncConfiguration:
    """What is kept in step; no ARN, as the partition may be known by deployment alone.

    Attributes:
        role_name: Of the StackSet's roles.
        path: Of these roles.
        organization: None: single accounts alone.
        organization_region: The Region of the StackSet. None: the Agent Space's.
        accounts: Single accounts -> path and name of the role, together.
        elevated_role_arns: Single accounts -> the role for directed actions.
        held_accounts: Accounts that should be connected, but not by the sync -> why.
        adopted_accounts: As for `SyncLimits`.
        adopted_roles: Paths and names of further roles that are the sync's.
        max_removals: As for `SyncLimits`.
        max_removal_percentage: As for `SyncLimits`.
    """

    role_name: str = service.SECONDARY_ROLE_NAME
    path: str = "/"
    organization: OrganizationScope | None
    organization_region: str | None = None
    accounts: Mapping[str, str] = field(default_factory=dict)
    elevated_role_arns: Mapping[str, str] = field(default_factory=dict)
    held_accounts: Mapping[str, str] = field(default_factory=dict)
    adopted_accounts: Sequence[str] = ()
    adopted_roles: Sequence[str] = ()
    max_removals: int = MAX_REMOVALS
    max_removal_percentage: int = MAX_REMOVAL_PERCENTAGE

    @classmethod
    def from_json(cls, text: str) -> SyncConfiguration:
        """Read the file."""
        settings = json.loads(text)
        organization = settings.pop("organization")
        return cls(organization=None if organization is None else OrganizationScope(**organization), **settings)

    def to_json(self) -> str:
        """Write the file; the same for every order of the lists."""
        settings = asdict(self)
        for part in (settings, settings["organization"] or {}):
            for key, value in part.items():
                if isinstance(value, list | tuple):
                    part[key] = sorted(value)
        return json.dumps(settings, indent=2, sort_keys=True) + "\n"

    @property
    def changes_nothing(self) -> bool:
        """Whether a run has nothing that it could change: stacks connect all accounts, and nothing is adopted."""
        is_left_to_stacks = self.accounts.keys() <= self.held_accounts.keys()
        return self.organization is None and is_left_to_stacks and not (self.adopted_accounts or self.adopted_roles)

    @property
    def role(self) -> str:
        """Path and name of the StackSet's roles together."""
        return self.path + self.role_name

    def role_arn(self, account_id: str, partition: str) -> str:
        """Return the ARN of the StackSet's role in an account."""
        return f"arn:{partition}:iam::{account_id}:role{self.role}"

    def single_accounts(self, partition: str) -> dict[str, DesiredRole]:
        """Return account id -> its role, which whoever names it knows to be there."""
        single = {
            account_id: DesiredRole(
                role_arn=f"arn:{partition}:iam::{account_id}:role{role}",
                elevated_role_arn=self.elevated_role_arns.get(account_id),
                why_left_alone=self.held_accounts.get(account_id),
            )
            for account_id, role in self.accounts.items()
        }
        if self.organization is not None and (account_id := self.organization.management_account_id) is not None:
            # No StackSet reaches that account: the StackSet's own stack has its role.
            why = self.organization.held_accounts.get(account_id)
            single[account_id] = DesiredRole(role_arn=self.role_arn(account_id, partition), why_left_alone=why)
        return single

    def limits(self, partition: str, *, primary_account_id: str) -> SyncLimits:
        """Return what a run may touch: what it connects through, and what is adopted; raises as `SyncLimits`."""
        # Without an organization no StackSet makes a role for the sync: all it connects through is named.
        own = [] if self.organization is None else [self.role]
        return SyncLimits(
            primary_account_id=primary_account_id,
            owned_roles=[*own, *self.adopted_roles],
            owned_role_arns=[role.role_arn for role in self.single_accounts(partition).values()],
            adopted_accounts=self.adopted_accounts,
            max_removals=self.max_removals,
            max_removal_percentage=self.max_removal_percentage,
        )
