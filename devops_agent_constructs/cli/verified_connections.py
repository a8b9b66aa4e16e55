"""Chooses the connections that `verify` reports on: all, or those of the accounts that were named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from devops_agent_constructs.account_sync.connection import Connection, UnitAssociation
from devops_agent_constructs.cli.agent_space_target import AgentSpaceTarget
from devops_agent_constructs.cli.aws.organization import parents, why_organization_is_unread
from devops_agent_constructs.cli.connection_report import ConnectionReport, Wanted
from devops_agent_constructs.cli.errors import CommandError
from devops_agent_constructs.cli.terminal.reporting import note


def chosen_connections(target: AgentSpaceTarget, wanted: Wanted | None, report: ConnectionReport) -> list[Connection]:
    """Read what to report on; every account that is wanted must be connected, by itself or by a unit.

    The report is told what cannot be read, and left without accounts and units, which have no new status yet.

    Raises:
        CommandError: Something that is wanted is not connected, or nothing is. Other errors are botocore's.
    """
    every = report.accounts(target.connections())
    accounts = [account for account in every if wanted is None or account.account_id in wanted.roles]
    units = list(report.units)
    report.counts.clear()
    report.units.clear()
    if wanted is None:
        if not accounts and not units and not report.unread:
            fix = "connect an account first, or check that this is the right Agent Space"
            raise _error(target, "no account is connected, so there is nothing to verify", fix)
        return [*accounts, *units]
    missing = sorted({*wanted.roles} - {account.account_id for account in accounts})
    chosen = {unit.unit_id: unit for unit in units if unit.unit_id in wanted.units}
    if missing_units := sorted({*wanted.units} - {*chosen}):
        raise _error(target, f"unit {', '.join(missing_units)} is not connected any more", _see(target))
    unconnected = []
    for account_id in missing:
        unit = _unit_of(target, account_id, units, report)
        if unit is None:
            unconnected.append(account_id)
            continue
        chosen[unit.unit_id] = unit
        note(f"note: account {account_id} is connected by unit {unit.unit_id}; AWS has one status for the whole unit")
    if unconnected:
        is_for_units = " nor is it in a unit that is connected" if units else ""
        fix = _see(target) if units else f"{_see(target)}, or connect it"
        raise _error(target, f"it has no association for account {', '.join(unconnected)}{is_for_units}", fix)
    return [*accounts, *chosen.values()]


def say_what_units_report(units: Iterable[UnitAssociation], accounts: Iterable[str]) -> None:
    """Say what AWS found about accounts that were asked for, now that the units are validated."""
    for unit in units:
        for account_id in sorted(accounts):
            for issue in unit.issues_of(account_id):
                message = f": {issue.message}" if issue.message else ""
                note(f"note: unit {unit.unit_id}, account {account_id}: {issue.reason}{message}")


def _unit_of(
    target: AgentSpaceTarget, account_id: str, units: Sequence[UnitAssociation], report: ConnectionReport
) -> UnitAssociation | None:
    """Return the unit that connects an account; None: none does. Raises CommandError if it cannot be told."""
    for unit in units:
        if account_id in unit.account_ids or unit.issues_of(account_id):
            return unit
    whole = {unit.unit_id: unit for unit in units if not unit.account_ids}
    why = ""
    if whole:
        above, why = _units_above(target, account_id)
        if unit_id := next((parent for parent in above if parent in whole), None):
            return whole[unit_id]
    if report.unread:
        why = why or "some associations cannot be read, see above"
        report.write_totals(target)
    if why:
        unit_ids = f" ({', '.join(whole)})" if whole else ""
        fix = "leave out --account: the report on all has the units"
        what = f"account {account_id} has no association of its own"
        raise _error(target, f"{what}, and whether a unit{unit_ids} connects it is not known: {why}", fix)
    return None


def _units_above(target: AgentSpaceTarget, account_id: str) -> tuple[list[str], str]:
    """Return the units above an account, and why they are not known, or an empty string."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415  # As in `session`.

    client = target.session.client("organizations", is_patient=False)
    try:
        return [parent_id for parent_id, _ in parents(client, account_id)], ""
    except client.exceptions.ChildNotFoundException:
        return [], ""  # It is in another organization, or in none: no unit of this one has it.
    except (BotoCoreError, ClientError) as error:
        return [], why_organization_is_unread(error, needed="organizations:ListParents")


def _error(target: AgentSpaceTarget, why: str, fix: str) -> CommandError:
    return CommandError(f"Agent Space {target.agent_space_id}", why=why, fix=fix)


def _see(target: AgentSpaceTarget) -> str:
    return f"see {target.command('list')}"
