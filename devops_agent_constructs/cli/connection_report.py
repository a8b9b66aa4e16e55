"""Writes what `list` and `verify` say about accounts and units, with the exit code, and reads such a report again."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from devops_agent_constructs._plain_text import counted
from devops_agent_constructs.account_sync.account_association import (
    INVALID,
    PENDING,
    VALID,
    AccountAssociation,
    sorted_statuses,
    statuses_in_words,
)
from devops_agent_constructs.account_sync.connection import (
    UNIT_KIND,
    UPGRADE_BOTO3,
    Connection,
    UnitAssociation,
    UnreadAssociation,
)
from devops_agent_constructs.accounts_file.text_file import read_text
from devops_agent_constructs.cli.agent_space_target import AgentSpaceTarget
from devops_agent_constructs.cli.errors import ExitCode, UsageError, most_important
from devops_agent_constructs.cli.options import RowsOutput
from devops_agent_constructs.cli.terminal.console import console
from devops_agent_constructs.cli.terminal.entries import write_csv, write_json
from devops_agent_constructs.cli.terminal.reporting import note
from devops_agent_constructs.cli.terminal.text import Column, Rows, is_wide
from devops_agent_constructs.errors import OnboardingInputError

_ACCOUNT_KEYS = (
    "accountId",
    "accountName",
    "accountType",
    "assumableRoleArn",
    "externalId",
    "agentElevatedRoleArn",
    "agentElevatedRoleArnStatus",
    "serviceManagementRoleArn",
    "status",
    "updatedAt",
    "associationId",
)
_UNIT_KEYS = ("organizationalUnitId", "accountIds", "deployedAccountCount", "issues", "lastEvaluatedAt")
_STATUS_COLUMNS = (Column(title="account", width=12), Column(title="status", width=7), Column(title="role", width=32))
_UNIT_COLUMNS = (
    Column(title="unit", width=16),
    Column(title="status", width=7),
    Column(title="deployed", width=8),
    Column(title="evaluated", width=20),
    Column(title="issues", width=40),
)
# Several times 10,000 accounts with what is wrong with each.
_MOST_MEBIBYTES = 32


@dataclass(kw_only=True, slots=True)
class ConnectionReport:
    """What has been found; accounts are counted and not kept.

    Attributes:
        counts: Status -> number of accounts.
        units: Those that are connected by AWS's organization mode.
        unread: Associations that connect accounts, but that cannot be read.
    """

    counts: Counter[str] = field(default_factory=Counter)
    units: list[UnitAssociation] = field(default_factory=list)
    unread: list[UnreadAssociation] = field(default_factory=list)

    def accounts(self, connections: Iterable[Connection | UnreadAssociation]) -> Iterator[AccountAssociation]:
        """Take in what is there, one after the other, and hand on the accounts."""
        for connection in connections:
            if isinstance(connection, AccountAssociation):
                self.counts[connection.status] += 1
                yield connection
            elif isinstance(connection, UnitAssociation):
                self.units.append(connection)
            else:
                self.unread.append(connection)

    @property
    def is_empty(self) -> bool:
        """Whether nothing connects an account."""
        return not (self.counts or self.units or self.unread)

    def write_entries(self, output: RowsOutput, entries: Iterable[Mapping[str, Any]]) -> None:
        """Write JSON or CSV: the accounts' entries, each as soon as it is there, then the units."""
        if output == "json":
            write_json("associations", entries, rest=self._rest)
        else:
            write_csv((*_ACCOUNT_KEYS, *_UNIT_KEYS), self._rows(entries))

    def _rest(self) -> dict[str, Any]:
        return {
            "totals": sorted_statuses(self.counts),
            "organizationalUnits": [unit.to_json() for unit in self.units],
            "organizationalUnitTotals": sorted_statuses(Counter(unit.status for unit in self.units)),
            "unread": [{"associationId": unread.association_id, "kind": unread.kind} for unread in self.unread],
        }

    def _rows(self, entries: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        yield from entries
        for unit in self.units:
            issues = [f"{issue.reason_code}: {issue.text(is_short=False)}" for issue in unit.issues]
            yield {**unit.to_json(), "issues": "; ".join(issues)}

    def write_units(self) -> None:
        """Write a row a unit, after the accounts."""
        rows = Rows(_UNIT_COLUMNS)
        is_short = console().is_terminal
        for unit in self.units:
            rows.row(
                unit.unit_id,
                unit.short_status,
                "-" if unit.deployed_count is None else str(unit.deployed_count),
                "-" if unit.evaluated_at is None else unit.evaluated_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "; ".join(issue.text(is_short=is_short) for issue in unit.issues) or "-",
            )

    def write_totals(self, target: AgentSpaceTarget) -> None:
        """Say how many there are, on standard error, so that `grep` on the rows finds rows; and what was not read."""
        parts = [_totals("account", self.counts)] if self.counts else []
        if self.units:
            deployed = sum(unit.deployed_count or 0 for unit in self.units)
            units = _totals("unit", Counter(unit.status for unit in self.units))
            parts.append(f"{units}, {counted(deployed, 'account')} deployed")
        if parts:
            note("; ".join(parts))
        if self.is_empty:
            note("no account is connected")
        if self.unread:
            note(f"error: {self.why_unread(target.agent_space_id)}")

    def why_unread(self, agent_space_id: str) -> str:
        """Say what cannot be read, and what to do."""
        import botocore  # noqa: PLC0415  # As in `session`.

        kinds = {unread.kind for unread in self.unread}
        what = f"Agent Space {agent_space_id}: {counted(len(self.unread), 'association')} of AWS accounts"
        why = f"cannot be read ({', '.join(sorted(kinds))})"
        if kinds == {UNIT_KIND}:
            why += f": botocore {botocore.__version__} does not know AWS's organization mode"
            return f"{what} {why}; {UPGRADE_BOTO3}"
        return f"{what} {why}; a newer devops-agent-constructs may know them"

    def exit_code(self, *, has_waited: bool) -> ExitCode:
        """Decide by all that there is."""
        statuses = {*self.counts, *(unit.status for unit in self.units)}
        codes = {
            ExitCode.INVALID: INVALID in statuses,
            ExitCode.FAILED: bool(self.unread),
            ExitCode.PENDING: has_waited and PENDING in statuses,
        }
        return most_important(code for code, is_so in codes.items() if is_so)


def write_statuses(accounts: Iterable[AccountAssociation]) -> None:
    """Write a row an account, with the status that a validation has found."""
    rows, is_whole = Rows(_STATUS_COLUMNS), is_wide()
    for account in accounts:
        rows.row(account.account_id, account.short_status, account.role_arn if is_whole else account.role_name)


def _totals(noun: str, counts: Counter[str]) -> str:
    return f"{counted(sum(counts.values()), noun)}: {statuses_in_words(counts)}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What to look at, where that is not all.

    Attributes:
        roles: Account -> ARN of its role, if it is known.
        units: Ids of organizational units.
    """

    roles: Mapping[str, str | None]
    units: Collection[str] = ()


def failed_earlier(path: Path) -> Wanted:
    """Return the accounts and units that were not valid; raises UsageError if it is another file, or cannot be read."""
    try:
        document = json.loads(read_text(path, mebibytes=_MOST_MEBIBYTES, fix=""))
        accounts = [entry for entry in document["associations"] if entry["status"] != VALID]
        units = [entry for entry in document.get("organizationalUnits", []) if entry["status"] != VALID]
        return Wanted(
            roles={entry["accountId"]: entry.get("assumableRoleArn") for entry in accounts},
            units=frozenset(entry["organizationalUnitId"] for entry in units),
        )
    except OnboardingInputError as error:
        raise _not_a_report(path, error.why) from None
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        raise _not_a_report(path, "not what verify or list --output json wrote, or only a part of it") from None


def _not_a_report(path: Path, why: str) -> UsageError:
    fix = "write it with verify or list, and --output json"
    return UsageError(f"--failed-from {path}", why=why, fix=fix)
