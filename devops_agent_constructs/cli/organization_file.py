"""Chooses what of an organization stands in an accounts file: units as comments, accounts, and what is left out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from devops_agent_constructs.accounts_file.writer import WrittenAccount, accounts_file_text
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.cli.aws.organization_accounts import OrganizationAccount, Unit

_ACTIVE = "ACTIVE"
ROLES_ALONE = "it makes roles alone: --primary adds the associations, for which the Agent Space needs no other stack"
MANAGEMENT_LEFT_OUT = (
    "the management account {} is in none of the units, and left out: --include-management-account adds it"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class OrganizationFile:
    """The accounts of an organization, for an accounts file.

    Attributes:
        agent_space: The Agent Space that the accounts are to trust; its own account is left out.
        organization_id: For the first line.
        management_account_id: Of the organization.
        units: With their accounts.
        exclude: Accounts to leave out.
        has_primary: Whether to write `primary: {}`.
        has_management_account: Whether the management account is added where no unit has it.
    """

    agent_space: AgentSpaceArn
    organization_id: str
    management_account_id: str
    units: Sequence[Unit]
    exclude: Collection[str] = ()
    has_primary: bool = False
    has_management_account: bool = False

    @property
    def connected(self) -> list[str]:
        """The accounts that the file connects."""
        lines = [account for account in self._accounts() if isinstance(account, WrittenAccount)]
        return [account.account_id for account in lines if not account.why_left_out]

    @property
    def left_out(self) -> list[str]:
        """What a reader may miss, each with the option that adds it."""
        notes = [] if self.has_primary else [ROLES_ALONE]
        if self._misses_management_account and not self.has_management_account:
            notes.append(MANAGEMENT_LEFT_OUT.format(self.management_account_id))
        return notes

    def text(self) -> str:
        """Write the accounts unit by unit, with names as comments, and what is left out as comments, too."""
        first = f"From AWS Organizations ({self.organization_id}), by devops-agent-accounts accounts."
        return accounts_file_text(
            self._accounts(),
            agent_space=self.agent_space,
            comments=[first, *self.left_out],
            has_primary=self.has_primary,
        )

    def _accounts(self) -> Iterator[WrittenAccount | str]:
        if self._adds_management_account:
            yield WrittenAccount(account_id=self.management_account_id, name="the management account")
        for unit in self.units:
            if unit.accounts:
                yield f"{' / '.join(unit.names)} ({unit.unit_id})"
            for account in unit.accounts:
                why = self._why_left_out(account)
                yield WrittenAccount(account_id=account.account_id, name=account.name, why_left_out=why)

    @property
    def _misses_management_account(self) -> bool:
        there = {account.account_id for unit in self.units for account in unit.accounts}
        return self.management_account_id not in {*there, self.agent_space.account_id}

    @property
    def _adds_management_account(self) -> bool:
        return self.has_management_account and self._misses_management_account

    def _why_left_out(self, account: OrganizationAccount) -> str:
        if account.account_id == self.agent_space.account_id:
            return "the primary account"
        if account.account_id in self.exclude:
            return "excluded"
        return "" if account.state == _ACTIVE else account.state.lower().replace("_", " ")
