"""Reads the accounts of an organization, their state, and which of them are in units."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from devops_agent_constructs.account_sync.organizational_units import (
    ROOT,
    OrganizationsClient,
    account_of,
    list_all,
    read_units,
)
from devops_agent_constructs.account_sync.retries import Retries, in_words, is_for_all_calls

ACTIVE = "ACTIVE"


@dataclass(frozen=True, kw_only=True, slots=True)
class MemberAccounts:
    """What has been read of an organization.

    Attributes:
        states: Account id -> `ACTIVE`, `SUSPENDED`, `PENDING_CLOSURE`, ... as AWS Organizations has it.
        in_units: The accounts in the units that were asked for, and below them; suspended ones too.
        errors: What could not be read, in words. Empty: it is complete.
    """

    states: Mapping[str, str]
    in_units: Collection[str]
    errors: Sequence[str] = ()


@dataclass(kw_only=True, slots=True)
class MemberAccountsReader:
    """Reads accounts and units, in the management account or in a delegated administrator of any service.

    One list of all accounts has the units above each since 2025 (`Paths`). Whether every Region and partition fills
    them in is unconfirmed: without, the units are read one by one. See
    https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html

    Attributes:
        client: Of AWS Organizations.
        retries: Of each call.
        management_account_id: Must be in the list of all accounts, or else the list is not all. None: not known.
    """

    client: OrganizationsClient
    retries: Retries
    management_account_id: str | None = None
    _states: dict[str, str] = field(default_factory=dict)
    _in_units: set[str] = field(default_factory=set)
    _errors: dict[str, None] = field(default_factory=dict)

    def read(self, units: Sequence[str], *, connected: Collection[str] = ()) -> MemberAccounts:
        """Read all accounts, and which of them are in units or below them.

        What is read beside or before an error is kept: an account that was seen in a unit is there.

        Args:
            units: Ids of units or of the root. Empty: the whole organization.
            connected: Accounts that would be disconnected if they were in none of the units. If one seems to be, all is
                read twice, as an account that joins, leaves or moves in between can let a list miss another, and one
                that moves from a unit that is not read yet into one that was is in neither.

        Raises:
            Exception: The client's, if no other call would be better.
        """
        with self._telling(""):
            self._read(units)
            if not self._in_units >= {*connected}:
                self._read(units)
        return MemberAccounts(states=self._states, in_units=self._in_units, errors=tuple(self._errors))

    def _read(self, units: Sequence[str]) -> None:
        there = self._present(units)
        if self._read_accounts(units):
            return
        for unit_id in there:
            with self._telling(f"{unit_id}: "):
                for unit in read_units(self.client, [(unit_id, "")], self.retries):
                    self._in_units.update(account.account_id for account in unit.accounts)

    def _present(self, units: Sequence[str]) -> list[str]:
        """Return the units that are there; the others have no accounts, so that all of them seem to have left."""
        there = []
        for unit_id in units:
            with self._telling(f"{unit_id}: "):
                if not unit_id.startswith(ROOT):
                    self.retries.call(self.client.describe_organizational_unit, OrganizationalUnitId=unit_id)
                there.append(unit_id)
        return there

    def _read_accounts(self, units: Sequence[str]) -> bool:
        """Read all accounts, and their units if AWS tells them; return whether it does."""
        has_paths, roots, listed = True, set[str](), set[str]()
        for account in list_all(self.client.list_accounts, "Accounts", self.retries):
            listed.add(account["Id"])
            self._states[account["Id"]] = account_of(account).state
            above = {part for path in account.get("Paths") or () for part in path.split("/")}
            has_paths = has_paths and bool(above)
            roots |= {part for part in above if part.startswith(ROOT)}
            if not units or above & {*units}:
                self._in_units.add(account["Id"])
        # AWS lists it as any other account, and an empty list without a token would be the end of one, too.
        if self.management_account_id not in {None, *listed}:
            self._errors[f"the list of accounts lacks the management account {self.management_account_id}"] = None
        for unit_id in units:
            if has_paths and unit_id.startswith(ROOT) and unit_id not in roots:
                self._errors[f"the organization has no root {unit_id}"] = None
        return has_paths

    @contextmanager
    def _telling(self, what: str) -> Iterator[None]:
        """Remember an error, and go on after it: nothing is removed then."""
        try:
            yield
        except Exception as error:
            if is_for_all_calls(error):
                raise
            self._errors[f"{what}{in_words(error)}"] = None
