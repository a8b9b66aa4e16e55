"""Reads units of an organization one by one, each with the accounts directly in it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Protocol

from devops_agent_constructs.account_sync.retries import Operation, Retries

# The most that AWS lists in a call: botocore's `organizations` model, API version 2016-11-28.
PAGE = 20
ROOT = "r-"
"""What the id of a root begins with."""
STATE_SINCE = "boto3 1.40.27"
"""The first that knows an account's `State`; AWS retires `Status`, which older ones know, on 2026-09-09."""
_TOKEN = "NextToken"  # noqa: S105  # a name


class UnknownStateError(Exception):
    """An answer has an account without its state."""


class OrganizationsClient(Protocol):
    """What is called of AWS Organizations, all of it reads."""

    @property
    def describe_organization(self) -> Operation:
        """DescribeOrganization."""

    @property
    def describe_organizational_unit(self) -> Operation:
        """DescribeOrganizationalUnit."""

    @property
    def list_accounts(self) -> Operation:
        """ListAccounts."""

    @property
    def list_accounts_for_parent(self) -> Operation:
        """ListAccountsForParent."""

    @property
    def list_organizational_units_for_parent(self) -> Operation:
        """ListOrganizationalUnitsForParent."""


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
        accounts: From `read_units` they come page by page, once, and before the next unit is asked for.
    """

    unit_id: str
    names: tuple[str, ...]
    accounts: Iterable[OrganizationAccount]


def read_units(client: OrganizationsClient, beginnings: Iterable[tuple[str, str]], retries: Retries) -> Iterator[Unit]:
    """Read units and all units below them, each once, though it may be asked for and be below another that is.

    They begin with ids and names of roots and organizational units.
    """
    seen = set[str]()
    waiting = deque((unit_id, [name]) for unit_id, name in beginnings)
    while waiting:
        unit_id, names = waiting.popleft()
        if unit_id in seen:
            continue
        seen.add(unit_id)
        accounts = list_all(client.list_accounts_for_parent, "Accounts", retries, ParentId=unit_id)
        yield Unit(unit_id=unit_id, names=tuple(names), accounts=map(account_of, accounts))
        operation = client.list_organizational_units_for_parent
        below = list_all(operation, "OrganizationalUnits", retries, ParentId=unit_id)
        by_name = sorted(((unit["Id"], [*names, unit.get("Name", "")]) for unit in below), key=itemgetter(1))
        waiting.extendleft(reversed(by_name))


def list_all(operation: Operation, key: str, retries: Retries, **parameters: str) -> Iterator[Mapping[str, Any]]:
    """Yield what an operation of AWS Organizations lists under a key of its answer, page by page."""
    for page in retries.pages(operation, token=_TOKEN, MaxResults=PAGE, **parameters):
        yield from page[key]


def account_of(answer: Mapping[str, Any]) -> OrganizationAccount:
    """Read one account of an answer; raises UnknownStateError if it has no state."""
    # `Status` is the older of the two, which AWS has announced to remove.
    # https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html
    if not (state := answer.get("State") or answer.get("Status")):
        raise UnknownStateError(
            f"whether account {answer['Id']} is active is unknown: AWS tells it as State, which {STATE_SINCE} is the "
            "first to know. For the command, install a newer one; a function has what its Lambda runtime brings"
        )
    return OrganizationAccount(account_id=answer["Id"], name=answer.get("Name", ""), state=state)
