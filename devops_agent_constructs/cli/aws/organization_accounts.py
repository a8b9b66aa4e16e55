"""Reads the accounts of an organization from AWS Organizations, unit by unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from devops_agent_constructs.cli.aws.session import Session
from devops_agent_constructs.cli.errors import CommandError
from devops_agent_constructs.cli.exit_codes import ExitCode


@dataclass(frozen=True, kw_only=True, slots=True)
class OrganizationAccount:
    """An account.

    Attributes:
        account_id: 12 digits.
        name: Any text.
        state: `ACTIVE`, `SUSPENDED`, `PENDING_CLOSURE`, ... as AWS Organizations has it.
    """

    account_id: str
    name: str
    state: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """A root or organizational unit, with the accounts directly in it.

    Attributes:
        unit_id: `r-...` or `ou-...`.
        names: Its name after those of the units above it, from the one that was asked for.
        accounts: By id.
    """

    unit_id: str
    names: tuple[str, ...]
    accounts: tuple[OrganizationAccount, ...]


class OrganizationReader:
    """Reads AWS Organizations; raises botocore's errors."""

    def __init__(self, session: Session) -> None:
        self._client = session.client("organizations")

    def ids(self) -> tuple[str, str]:
        """Return the organization's id, and its management account's."""
        organization = self._client.describe_organization()["Organization"]
        return str(organization["Id"]), str(organization["MasterAccountId"])

    def units(self, unit_ids: Sequence[str] | None) -> Iterator[Unit]:
        """Read units and all units below them, each once.

        Args:
            unit_ids: Ids of roots and organizational units. None: the whole organization.

        Raises:
            CommandError: There is no such unit.
        """
        seen: set[str] = set()
        for root_id, name in self._beginnings(unit_ids):
            for unit in self._below(root_id, (name,)):
                if unit.unit_id not in seen:  # It may be asked for, and be below another that is.
                    seen.add(unit.unit_id)
                    yield unit

    def _beginnings(self, unit_ids: Sequence[str] | None) -> Iterator[tuple[str, str]]:
        if unit_ids is None:
            for root in self._all("list_roots", "Roots"):
                yield root["Id"], root["Name"]
            return
        errors = self._client.exceptions
        for unit_id in unit_ids:
            if unit_id.startswith("r-"):
                yield unit_id, "Root"
                continue
            try:
                unit = self._client.describe_organizational_unit(OrganizationalUnitId=unit_id)["OrganizationalUnit"]
            except (errors.OrganizationalUnitNotFoundException, errors.InvalidInputException) as error:
                fix = "copy the id, like ou-a1b2-11112222, from the AWS Organizations console"
                why = "the organization has no such unit"
                raise CommandError(f"--ou {unit_id}", why=why, fix=fix, exit_code=ExitCode.USAGE) from error
            yield unit_id, unit["Name"]

    def _below(self, unit_id: str, names: tuple[str, ...]) -> Iterator[Unit]:
        accounts = sorted(map(_account, self._all("list_accounts_for_parent", "Accounts", ParentId=unit_id)), key=_id)
        yield Unit(unit_id=unit_id, names=names, accounts=tuple(accounts))
        units = self._all("list_organizational_units_for_parent", "OrganizationalUnits", ParentId=unit_id)
        for unit in sorted(units, key=lambda one: str(one["Name"])):
            yield from self._below(unit["Id"], (*names, unit["Name"]))

    def _all(self, operation: str, key: str, **parameters: str) -> Iterator[Mapping[str, Any]]:
        for page in self._client.get_paginator(operation).paginate(**parameters):
            yield from page[key]


def _id(account: OrganizationAccount) -> str:
    return account.account_id


def _account(answer: Mapping[str, Any]) -> OrganizationAccount:
    # `Status` is the older of the two, which AWS has announced to remove.
    # https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html
    state = answer.get("State") or answer["Status"]
    return OrganizationAccount(account_id=answer["Id"], name=answer.get("Name", ""), state=state)
