"""Defines `devops-agent-accounts list`: what an Agent Space is connected to, as AWS last saw it."""

from __future__ import annotations

from collections.abc import Iterator

from devops_agent_constructs.account_sync.account_association import AccountAssociation
from devops_agent_constructs.cli.agent_space_target import AgentSpaceTarget
from devops_agent_constructs.cli.aws.organization import AccountNames
from devops_agent_constructs.cli.aws.session import Session
from devops_agent_constructs.cli.connection_report import ConnectionReport
from devops_agent_constructs.cli.errors import Ended
from devops_agent_constructs.cli.options import AgentSpace, Debug, Profile, Region, RowsOutputFormat
from devops_agent_constructs.cli.terminal.reporting import reported
from devops_agent_constructs.cli.terminal.text import Column, Rows, is_wide

EXAMPLES = """\b
Examples:
  devops-agent-accounts list AGENT_SPACE --profile operations
  devops-agent-accounts list AGENT_SPACE --output json | jq -r '.associations[].accountId'
  devops-agent-accounts list AGENT_SPACE --output csv > accounts.csv
  devops-agent-accounts list AGENT_SPACE | grep invalid

\b
Exit codes:
  0  nothing is invalid, as AWS last saw it
  1  an account or a unit is invalid
  3  a call failed, or something that connects accounts cannot be read
"""


def list_accounts(
    agent_space: AgentSpace = None,
    *,
    profile: Profile = None,
    region: Region = None,
    output: RowsOutputFormat = "table",
    debug: Debug = False,
) -> None:
    """List the accounts and organizational units that an Agent Space is connected to.

    The status is what AWS's last validation found; `verify` asks for a new one.
    """
    with reported(debug=debug, profile=profile):
        target = AgentSpaceTarget.parse(agent_space, Session(profile=profile, region=region))
        report = ConnectionReport()
        named = _named(target, report)
        if output == "table":
            _write_table(named)
            report.write_units()
        else:
            entries = (
                {"accountId": association.account_id, "accountName": name, **association.to_json()}
                for association, name in named
            )
            report.write_entries(output, entries)
        report.write_totals(target)
    raise Ended(report.exit_code(has_waited=False))


def _named(target: AgentSpaceTarget, report: ConnectionReport) -> Iterator[tuple[AccountAssociation, str | None]]:
    """Read the associations of accounts with the accounts' names."""
    names: AccountNames | None = None
    for association in report.accounts(target.connections()):
        # Only once there is an account: an error about the Agent Space comes first.
        names = names or AccountNames(target.session)
        yield association, names.name_of(association.account_id)


def _write_table(named: Iterator[tuple[AccountAssociation, str | None]]) -> None:
    wide = is_wide()
    columns = (
        Column(title="account", width=12),
        Column(title="status", width=7),
        Column(title="changed", width=20 if wide else 10),
        Column(title="role", width=64 if wide else 32),
        Column(title="name", width=24 if wide else 11, is_cut=True),
    )
    rows = Rows(columns)
    for association, name in named:
        rows.row(
            association.account_id,
            association.short_status,
            association.updated_at.strftime("%Y-%m-%dT%H:%M:%SZ" if wide else "%Y-%m-%d"),
            association.role_arn if wide else association.role_name,
            name or "-",
        )
