"""`devops-agent-accounts verify`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from devops_agent_constructs import service
from devops_agent_constructs.cli.agent_space_target import AgentSpaceTarget
from devops_agent_constructs.cli.associations import (
    INVALID,
    PENDING,
    Association,
    associations,
    sorted_statuses,
    totals,
)
from devops_agent_constructs.cli.earlier_results import failed_accounts
from devops_agent_constructs.cli.errors import CommandError
from devops_agent_constructs.cli.exit_codes import Ended, ExitCode
from devops_agent_constructs.cli.json_document import write_json
from devops_agent_constructs.cli.options import AgentSpace, Debug, Output, OutputFormat, Profile, Region
from devops_agent_constructs.cli.progress import progress_bar
from devops_agent_constructs.cli.reporting import note, reported
from devops_agent_constructs.cli.rows import Column, Rows, is_wide
from devops_agent_constructs.cli.session import Session
from devops_agent_constructs.cli.validation import validated

EXAMPLES = """\b
Examples:
  devops-agent-accounts verify AGENT_SPACE --profile operations
  devops-agent-accounts verify AGENT_SPACE --account 222222222222 --account 333333333333
  devops-agent-accounts verify AGENT_SPACE --wait 15 --output json > results.json
  devops-agent-accounts verify AGENT_SPACE --failed-from results.json

\b
Exit codes:
  0  every account is valid
  1  an account is invalid
  2  none is invalid, but one is still pending after --wait minutes
  3  a call failed
"""

_COLUMNS = (Column(title="account", width=12), Column(title="status", width=7), Column(title="role", width=32))

Accounts = Annotated[
    list[str] | None,
    typer.Option("--account", metavar="ID", help="Report on this account only; may be repeated. Default: on all."),
]
Wait = Annotated[float, typer.Option(metavar="MINUTES", min=0, help="How long to wait for results at most.")]
FailedFrom = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Report only on the accounts that were not valid in FILE, which verify or list wrote with --output json.",
    ),
]


def verify(
    agent_space: AgentSpace,
    *,
    account: Accounts = None,
    wait: Wait = 5,
    failed_from: FailedFrom = None,
    profile: Profile = None,
    region: Region = None,
    output: OutputFormat = Output.TABLE,
    debug: Debug = False,
) -> None:
    """Validate the connections, wait for the results, and say which accounts work.

    AWS validates the whole Agent Space, whichever accounts are reported on.
    """
    with reported(debug=debug):
        target = AgentSpaceTarget.parse(agent_space, Session(profile=profile, region=region))
        wanted = _wanted(account, failed_from)
        before = {one.association_id: one for one in _chosen(target, wanted)}
        results = _validate(target, before, seconds=wait * 60) if before else []
        counts = Counter(one.status for one in results)
        if output is Output.JSON:
            entries = (one.to_json() for one in results)
            write_json("associations", entries, rest=lambda: {"totals": sorted_statuses(counts)})
        else:
            _write_table(results, counts)
        _say_what_to_do_next(target, results, counts)
    raise Ended(_exit_code(counts))


def _wanted(accounts: Sequence[str] | None, failed_from: Path | None) -> set[str] | None:
    """Return the accounts to report on; None for all."""
    if accounts and failed_from:
        fix = "leave out one of the two"
        raise CommandError(
            "--account", why="--failed-from chooses the accounts, too", fix=fix, exit_code=ExitCode.USAGE
        )
    return set(accounts) if accounts else None if failed_from is None else failed_accounts(failed_from)


def _chosen(target: AgentSpaceTarget, wanted: set[str] | None) -> list[Association]:
    """Read the associations to report on; every account that is wanted must have one."""
    if wanted == set():
        note("note: all accounts in the file were valid; nothing to do")
        return []
    found = [one for one in associations(target) if wanted is None or one.account_id in wanted]
    missing = sorted((wanted or set()) - {one.account_id for one in found})
    what = f"Agent Space {target.agent_space_id}"
    if missing:
        fix = f"see devops-agent-accounts list {target.agent_space_id}, or connect it"
        raise CommandError(what, why=f"it has no association for account {', '.join(missing)}", fix=fix)
    if not found:
        fix = "connect an account first, or check that this is the right Agent Space"
        raise CommandError(what, why="no account is connected, so there is nothing to verify", fix=fix)
    return found


def _validate(target: AgentSpaceTarget, before: dict[str, Association], *, seconds: float) -> list[Association]:
    task = f"validating {len(before)} account{'' if len(before) == 1 else 's'}, up to {seconds / 60:g} min"
    with progress_bar(task, total=len(before)) as progress:
        return validated(target, before, seconds=seconds, progress=progress)


def _write_table(results: Sequence[Association], counts: Counter[str]) -> None:
    wide = is_wide()
    rows = Rows(_COLUMNS)
    for one in results:
        rows.row(one.account_id, one.short_status, one.role_arn if wide else one.role_name)
    rows.text(totals(counts))


def _say_what_to_do_next(target: AgentSpaceTarget, results: Sequence[Association], counts: Counter[str]) -> None:
    for one in results:
        if one.elevated_role_status == INVALID:
            note(f"note: account {one.account_id}: its role for directed actions is invalid")
    if broken := next((one for one in results if one.status == INVALID), None):
        note(f"next, for the reason, with credentials of account {broken.account_id}:")
        note(f"devops-agent-accounts doctor {target.text} --account {broken.account_id}{_role_options(broken)}")
    if counts[PENDING]:
        note("next: verify again, with a longer --wait; a result that has not changed counts after 30 seconds")


def _role_options(association: Association) -> str:
    """Name the role for doctor, unless it has the usual name."""
    path, _, name = f"/{association.role_name}".rpartition("/")
    options = "" if name == service.SECONDARY_ROLE_NAME else f" --role-name {name}"
    return f"{options} --path {path}/" if path else options


def _exit_code(counts: Counter[str]) -> ExitCode:
    if counts[INVALID]:
        return ExitCode.INVALID
    return ExitCode.PENDING if counts[PENDING] else ExitCode.OK
