"""Defines `devops-agent-accounts spaces`: the Agent Spaces of an account, with their ARNs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import typer

from devops_agent_constructs import service
from devops_agent_constructs.cli.aws.session import Session, list_all
from devops_agent_constructs.cli.errors import Ended, ExitCode, UsageError
from devops_agent_constructs.cli.options import Debug, Profile, RowsOutputFormat, SpacesRegion
from devops_agent_constructs.cli.terminal.entries import write_csv, write_json
from devops_agent_constructs.cli.terminal.reporting import note, reported
from devops_agent_constructs.cli.terminal.text import Column, Rows

EXAMPLES = """\b
Examples:
  devops-agent-accounts spaces --profile operations
  devops-agent-accounts spaces --all-regions --output json | jq -r '.agentSpaces[].arn'

\b
Exit codes:
  0  all Regions have answered
  3  a call failed
"""

_KEYS = ("agentSpaceId", "region", "arn", "awsSourceMode", "name")
# The ARN is never split, so that it can be copied.
_COLUMNS = (
    Column(title="region", width=14),
    Column(title="arn", width=87, is_whole=True),
    Column(title="name", width=20),
)

AllRegions = Annotated[bool, typer.Option("--all-regions", help="Ask all Regions that have AWS DevOps Agent.")]


def spaces(
    *,
    region: SpacesRegion = None,
    all_regions: AllRegions = False,
    profile: Profile = None,
    output: RowsOutputFormat = "table",
    debug: Debug = False,
) -> None:
    """List the Agent Spaces of the account, with their ARNs."""
    with reported(debug=debug, profile=profile):
        session = Session(profile=profile, region=region)
        if region and all_regions:
            why, fix = "--all-regions asks that one, too", "leave out one of the two"
            raise UsageError("--region", why=why, fix=fix)
        if not all_regions and session.region_name is None:
            why = "none is given, and neither the environment nor the profile has one"
            raise UsageError("--region", why=why, fix="add it, or --all-regions, which asks them all")
        unread: list[str] = []
        regions = sorted(service.AGENT_SPACE_REGIONS) if all_regions else [session.region_name]
        entries = _entries(session, regions, unread)
        count = 0
        if output == "table":
            rows = Rows(_COLUMNS)
            for entry in entries:
                rows.row(entry["region"], entry["arn"], entry["name"])
                count += 1
        else:
            known = list(entries)
            count = len(known)
            if output == "json":
                write_json("agentSpaces", known, rest=lambda: {"unreadRegions": unread})
            else:
                write_csv(_KEYS, known)
        if not count:
            more = "" if all_regions else "; --all-regions asks the others, too"
            note(f"no Agent Space in {'any Region that answered' if all_regions else regions[0]}{more}")
    raise Ended(ExitCode.FAILED if unread else ExitCode.OK)


def _entries(session: Session, regions: Sequence[str | None], unread: list[str]) -> Iterator[dict[str, Any]]:
    """Read the Agent Spaces of each Region; of several, one that does not answer is named and left out."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415  # As in `session`.

    from devops_agent_constructs.cli.aws.errors import explain  # noqa: PLC0415

    caller: dict[str, str] = {}
    for region in regions:
        try:
            client = session.client("devops-agent", region=region, is_patient=len(regions) == 1)
            for space in list_all(client, "list_agent_spaces", "agentSpaces"):
                caller = caller or session.client("sts", region=client.meta.region_name).get_caller_identity()
                yield _entry(space, caller, client.meta.region_name)
        except (BotoCoreError, ClientError) as error:  # noqa: PERF203  # there are eleven
            if len(regions) == 1:
                raise
            unread.append(str(region))
            note(f"error: Region {region}: {explain(error, profile=session.profile)}")


def _entry(space: dict[str, Any], caller: dict[str, str], region: str) -> dict[str, Any]:
    partition, account_id = caller["Arn"].split(":")[1], caller["Account"]
    return {
        "agentSpaceId": space["agentSpaceId"],
        "region": region,
        "arn": f"arn:{partition}:aidevops:{region}:{account_id}:agentspace/{space['agentSpaceId']}",
        "awsSourceMode": space.get("awsSourceMode"),
        "name": space["name"],
    }
