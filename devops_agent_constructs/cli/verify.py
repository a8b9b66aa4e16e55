"""Defines `devops-agent-accounts verify`: AWS validates the connections, and the results are awaited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from devops_agent_constructs import _validators
from devops_agent_constructs.account_sync.account_association import INVALID, MONITOR, PENDING, AccountAssociation
from devops_agent_constructs.account_sync.connection import Connection
from devops_agent_constructs.cli.agent_space_target import AgentSpaceTarget
from devops_agent_constructs.cli.aws.session import Session
from devops_agent_constructs.cli.connection_report import ConnectionReport, Wanted, failed_earlier, write_statuses
from devops_agent_constructs.cli.errors import Ended, UsageError
from devops_agent_constructs.cli.junit_cases import WAIT_LONGER, verified_cases
from devops_agent_constructs.cli.options import (
    AgentSpace,
    Debug,
    Profile,
    Region,
    VerifyOutputFormat,
)
from devops_agent_constructs.cli.terminal.junit import junit
from devops_agent_constructs.cli.terminal.reporting import note, reported
from devops_agent_constructs.cli.verified_connections import chosen_connections, say_what_units_report

EXAMPLES = """\b
Examples:
  devops-agent-accounts verify AGENT_SPACE --profile operations
  devops-agent-accounts verify AGENT_SPACE --account 222222222222 --account 333333333333
  devops-agent-accounts verify AGENT_SPACE --wait 15 --output json > results.json
  devops-agent-accounts verify AGENT_SPACE --failed-from results.json
  devops-agent-accounts verify AGENT_SPACE --output junit > verify.xml

\b
Exit codes:
  0  every account and unit is valid
  1  one is invalid
  2  none is invalid, but one is still pending after --wait minutes
  3  a call failed, or something that connects accounts cannot be read
"""

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
    agent_space: AgentSpace = None,
    *,
    account: Accounts = None,
    wait: Wait = 5,
    failed_from: FailedFrom = None,
    profile: Profile = None,
    region: Region = None,
    output: VerifyOutputFormat = "table",
    debug: Debug = False,
) -> None:
    """Validate the connections, wait for the results, and say which accounts work.

    Valid means: AWS DevOps Agent can assume the role. AWS does not test what the role may do; doctor compares that.
    AWS validates the whole Agent Space, whichever accounts are reported on.
    """
    is_junit = output == "junit"
    with reported(debug=debug, profile=profile), junit("verify", is_wanted=is_junit, profile=profile) as cases:
        target = AgentSpaceTarget.parse(agent_space, Session(profile=profile, region=region))
        wanted = _wanted(account, failed_from)
        report = ConnectionReport()
        nothing_failed = wanted is not None and not (wanted.roles or wanted.units)
        if nothing_failed:
            note("note: all accounts in the file were valid; nothing to do")
            results = list[Connection]()
        else:
            before = {chosen.association_id: chosen for chosen in chosen_connections(target, wanted, report)}
            results = target.validated(before, seconds=wait * 60) if before else []
        accounts = list(report.accounts(results))
        if output == "junit":
            step = partial(_next_step, target)
            cases.extend(verified_cases(target.agent_space_id, accounts, report, next_step=step))
        elif output == "table":
            write_statuses(accounts)
            report.write_units()
        else:
            report.write_entries(output, (account.to_json() for account in accounts))
        if not nothing_failed:
            report.write_totals(target)
        _say_what_to_do_next(target, accounts, report)
        say_what_units_report(report.units, wanted.roles if wanted else ())
    raise Ended(report.exit_code(has_waited=True))


def _wanted(accounts: Sequence[str] | None, failed_from: Path | None) -> Wanted | None:
    """Return what to report on; None for all."""
    if accounts and failed_from:
        why = "--failed-from chooses the accounts, too"
        raise UsageError("--account", why=why, fix="leave out one of the two")
    if accounts:
        for account_id in accounts:
            _validators.account_id(account_id, field="--account")
        return Wanted(roles=dict.fromkeys(accounts))
    return None if failed_from is None else failed_earlier(failed_from)


def _say_what_to_do_next(
    target: AgentSpaceTarget, results: Sequence[AccountAssociation], report: ConnectionReport
) -> None:
    for account in results:
        if account.elevated_role_status == INVALID:
            note(f"note: account {account.account_id}: its role for directed actions is invalid")
    # The options for a role of another name or path are those of all accounts in a command.
    broken: dict[str, list[str]] = {}
    for account in results:
        if account.status == INVALID and account.account_type == MONITOR:
            note(f"note: {_next_step(target, account)}")
        elif account.status == INVALID:
            broken.setdefault(account.role_options, []).append(account.account_id)
    if broken:
        ids = [account_id for same in broken.values() for account_id in same]
        if len(ids) == 1:
            whose, credentials = f"with credentials of account {ids[0]}", ""
        else:
            whose = "with NAME of a role in each of these accounts that your credentials may assume"
            credentials = f" --assume-role-name=NAME{replace(target.session, region=None).options}"
        note(f"next, for the reason, {whose}:")
        space = _space_in_command(target)
        for options, account_ids in broken.items():
            chosen = "".join(f" --account {account_id}" for account_id in account_ids)
            note(f"devops-agent-accounts doctor {space}{chosen}{options}{credentials}")
    statuses = {*report.counts, *(unit.status for unit in report.units)}
    if PENDING in statuses:
        note(f"next: {WAIT_LONGER}")


def _next_step(target: AgentSpaceTarget, account: AccountAssociation) -> str:
    if account.account_type == MONITOR:
        return f"{account.role_arn} is the agent role; doctor is for the roles of secondary accounts"
    command = f"devops-agent-accounts doctor {_space_in_command(target)} --account {account.account_id}"
    return f"for the reason, with credentials of account {account.account_id}: {command}{account.role_options}"


def _space_in_command(target: AgentSpaceTarget) -> str:
    """Return the Agent Space's ARN, or what stands for it where that cannot be found out."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415  # As in `session`.

    try:
        return target.full_arn(is_patient=False).arn
    except (BotoCoreError, ClientError):
        return "AGENT_SPACE_ARN"
