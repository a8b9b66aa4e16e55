"""The text of an accounts file for the accounts of an organization."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.cli.aws.organization_accounts import OrganizationAccount, Unit
from devops_agent_constructs.cli.terminal.plain_text import plain

_ACTIVE = "ACTIVE"
ROLES_ALONE = "it makes roles alone: --primary adds the associations, for which the Agent Space needs no other stack"
MANAGEMENT_LEFT_OUT = (
    "the management account {} is in none of the units, and left out: --include-management-account adds it"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class OrganizationFile:
    """What goes into the file.

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
        found = [one.account_id for unit in self.units for one in unit.accounts if not self._why_left_out(one)]
        return found + ([self.management_account_id] if self._adds_management_account else [])

    @property
    def left_out(self) -> list[str]:
        """What a reader may miss, each with the option that adds it."""
        notes = [] if self.has_primary else [ROLES_ALONE]
        if self._misses_management_account and not self.has_management_account:
            notes.append(MANAGEMENT_LEFT_OUT.format(self.management_account_id))
        return notes

    def text(self) -> str:
        """Write the accounts unit by unit, with names as comments, and what is left out as comments, too."""
        return "".join(f"{line}\n" for line in self._lines())

    def _lines(self) -> Iterator[str]:
        yield f"# From AWS Organizations ({self.organization_id}), by devops-agent-accounts accounts."
        yield from (f"# {plain(one)}" for one in self.left_out)
        yield f"agent_space_arn: {self.agent_space.arn}"
        if self.has_primary:
            yield "primary: {}  # the associations too"
        yield "accounts:"
        if self._adds_management_account:
            yield f'  - "{self.management_account_id}"  # the management account'
        for unit in self.units:
            if unit.accounts:
                yield f"  # {' / '.join(map(plain, unit.names))} ({unit.unit_id})"
            yield from map(self._line, unit.accounts)

    def _line(self, account: OrganizationAccount) -> str:
        name = plain(account.name)
        if reason := self._why_left_out(account):
            return f"  # left out, {reason}: {account.account_id}{f'  {name}' if name else ''}"
        # In quotes: unquoted, YAML reads a number.
        return f'  - "{account.account_id}"{f"  # {name}" if name else ""}'

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
        return "" if account.state == _ACTIVE else plain(account.state.lower().replace("_", " "))
