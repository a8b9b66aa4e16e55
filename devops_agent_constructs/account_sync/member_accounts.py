"""Reads the accounts of an organization, their state, and which of them are in units."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from devops_agent_constructs.account_sync.organizational_units import (
    ROOT,
    UnitsClient,
    account_of,
    list_all,
    read_units,
)
from devops_agent_constructs.account_sync.retries import Operation, Retries, is_for_all_calls

ACTIVE = "ACTIVE"


class OrganizationsClient(UnitsClient, Protocol):
    """What is called of AWS Organizations, all of it reads."""

    @property
    def describe_organizational_unit(self) -> Operation:
        """DescribeOrganizationalUnit."""

    @property
    def list_accounts(self) -> Operation:
        """ListAccounts."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MemberAccounts:
    """What has been read of an organization.

    Attributes:
        states: Account id -> `ACTIVE`, `SUSPENDED`, `PENDING_CLOSURE`, ... as AWS Organizations has it.
        in_units: The accounts in the units that were asked for, and below them; suspended ones too.
        error: What ended the reading early; None: it is complete.
    """

    states: Mapping[str, str]
    in_units: Collection[str]
    error: Exception | None = None


@dataclass(kw_only=True, slots=True)
class MemberAccountsReader:
    """Reads accounts and units, in the management account or in a delegated administrator of any service.

    One list of all accounts has the units above each since 2025 (`Paths`). Whether every Region and partition fills
    them in is unconfirmed: without, the units are read one by one. See
    https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html

    Attributes:
        client: Of AWS Organizations.
        retries: Of each call.
    """

    client: OrganizationsClient
    retries: Retries
    _states: dict[str, str] = field(default_factory=dict)
    _in_units: set[str] = field(default_factory=set)

    def read(self, units: Sequence[str], *, connected: Collection[str] = ()) -> MemberAccounts:
        """Read all accounts, and which of them are in units or below them.

        What is read before an error is kept: an account that was seen in a unit is there.

        Args:
            units: Ids of units or of the root. Empty: the whole organization.
            connected: Accounts that would be disconnected if they were in none of the units. If one seems to be, all is
                read twice, as an account that joins, leaves or moves in between can let a list miss another, and one
                that moves from a unit that is not read yet into one that was is in neither.

        Raises:
            Exception: The client's, if no other call would be better.
        """
        error = None
        try:
            self._read(units)
            if not self._in_units >= {*connected}:
                self._read(units)
        except Exception as raised:  # What it was is told; nothing is removed then.
            if is_for_all_calls(raised):
                raise
            error = raised
        return MemberAccounts(states=self._states, in_units=self._in_units, error=error)

    def _read(self, units: Sequence[str]) -> None:
        if not self._read_accounts(units) and units:
            for unit in read_units(self.client, [(unit_id, "") for unit_id in units], self.retries):
                self._in_units.update(account.account_id for account in unit.accounts)

    def _read_accounts(self, units: Sequence[str]) -> bool:
        """Read all accounts, and their units if AWS tells them; return whether it does."""
        for unit_id in units:
            # A unit that is not there has no accounts: all of them would seem to have left it.
            if not unit_id.startswith(ROOT):
                self.retries.call(self.client.describe_organizational_unit, OrganizationalUnitId=unit_id)
        has_paths, roots = True, set[str]()
        for account in list_all(self.client.list_accounts, "Accounts", self.retries):
            self._states[account["Id"]] = account_of(account).state
            above = {part for path in account.get("Paths") or () for part in path.split("/")}
            has_paths = has_paths and bool(above)
            roots |= {part for part in above if part.startswith(ROOT)}
            if not units or above & {*units}:
                self._in_units.add(account["Id"])
        for unit_id in units:
            if has_paths and unit_id.startswith(ROOT) and unit_id not in roots:
                raise LookupError(f"the organization has no root {unit_id}")
        return has_paths
