"""`devops-agent-accounts list`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from devops_agent_constructs.cli.account_names import AccountNames
from devops_agent_constructs.cli.agent_space_target import AgentSpaceTarget
from devops_agent_constructs.cli.associations import Association, associations, sorted_statuses, totals
from devops_agent_constructs.cli.json_document import write_json
from devops_agent_constructs.cli.options import AgentSpace, Debug, Output, OutputFormat, Profile, Region
from devops_agent_constructs.cli.reporting import reported
from devops_agent_constructs.cli.rows import Column, Rows, is_wide
from devops_agent_constructs.cli.session import Session

EXAMPLES = """\b
Examples:
  devops-agent-accounts list AGENT_SPACE --profile operations
  devops-agent-accounts list AGENT_SPACE --output json | jq -r '.associations[].accountId'
  devops-agent-accounts list AGENT_SPACE | grep invalid
"""

_NARROW = (
    Column(title="account", width=12),
    Column(title="name", width=11),
    Column(title="status", width=7),
    Column(title="changed", width=10),
    Column(title="role", width=32),
)
_WIDE = (
    Column(title="account", width=12),
    Column(title="name", width=24),
    Column(title="status", width=7),
    Column(title="changed (UTC)", width=19),
    Column(title="role", width=64),
)


def list_accounts(
    agent_space: AgentSpace,
    *,
    profile: Profile = None,
    region: Region = None,
    output: OutputFormat = Output.TABLE,
    debug: Debug = False,
) -> None:
    """List the accounts that an Agent Space is connected to."""
    with reported(debug=debug):
        target = AgentSpaceTarget.parse(agent_space, Session(profile=profile, region=region))
        counts: Counter[str] = Counter()
        named = _named(target, counts)
        if output is Output.JSON:
            entries = (
                {"accountId": association.account_id, "accountName": name, **association.to_json()}
                for association, name in named
            )
            write_json("associations", entries, rest=lambda: {"totals": sorted_statuses(counts)})
        else:
            _write_table(named, counts)


def _named(target: AgentSpaceTarget, counts: Counter[str]) -> Iterator[tuple[Association, str | None]]:
    """Read the associations with the accounts' names, and count the statuses."""
    names: AccountNames | None = None
    for association in associations(target):
        # Only once there is an account: an error about the Agent Space comes first.
        names = names or AccountNames(target.session)
        counts[association.status] += 1
        yield association, names.name_of(association.account_id)


def _write_table(named: Iterator[tuple[Association, str | None]], counts: Counter[str]) -> None:
    wide = is_wide()
    rows = Rows(_WIDE if wide else _NARROW)
    for association, name in named:
        rows.row(
            association.account_id,
            name or "-",
            association.short_status,
            association.updated_at.strftime("%Y-%m-%d %H:%M:%S" if wide else "%Y-%m-%d"),
            association.role_arn if wide else association.role_name,
        )
    rows.text(totals(counts))
