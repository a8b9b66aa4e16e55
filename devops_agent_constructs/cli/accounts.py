"""`devops-agent-accounts accounts`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from devops_agent_constructs import _validators
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.cli.aws.organization_accounts import Organization, Unit
from devops_agent_constructs.cli.aws.session import Session
from devops_agent_constructs.cli.errors import CommandError
from devops_agent_constructs.cli.exit_codes import ExitCode
from devops_agent_constructs.cli.options import Debug, Profile
from devops_agent_constructs.cli.organization_file import OrganizationFile
from devops_agent_constructs.cli.terminal.reporting import note, reported
from devops_agent_constructs.cli.terminal.written_file import STANDARD_OUTPUT, check_free, signed, write_file

EXAMPLES = """\b
Examples:
  devops-agent-accounts accounts --agent-space-arn ARN --profile management
  devops-agent-accounts accounts --agent-space-arn ARN --primary --output-file -
  devops-agent-accounts accounts --agent-space-arn ARN --ou ou-a1b2-11112222 --exclude 222222222222
  devops-agent-accounts accounts --agent-space-arn ARN --primary --output-file -
  devops-agent-accounts accounts --agent-space-arn ARN --output-file production.yaml --force
"""

SpaceArn = Annotated[str, typer.Option(metavar="ARN", help="The Agent Space that the accounts are to trust.")]
Units = Annotated[
    list[str] | None,
    typer.Option(
        "--ou",
        metavar="ID",
        help="An organizational unit, with all units below it; may be repeated. Default: the whole organization.",
    ),
]
Exclude = Annotated[list[str] | None, typer.Option(metavar="ID", help="An account to leave out; may be repeated.")]
Primary = Annotated[bool, typer.Option("--primary", help="Also connect them: `primary`, for the associations.")]
Management = Annotated[
    bool,
    typer.Option(
        "--include-management-account", help="Also the management account, which is in no organizational unit."
    ),
]
OutputFile = Annotated[Path, typer.Option(metavar="FILE", help="The file to write; - is standard output.")]
Replace = Annotated[bool, typer.Option("--force", help="Replace the file, if nobody has edited it.")]


def accounts(
    *,
    agent_space_arn: SpaceArn,
    ou: Units = None,
    exclude: Exclude = None,
    primary: Primary = False,
    include_management_account: Management = False,
    output_file: OutputFile = Path("devops-agent.yaml"),
    force: Replace = False,
    profile: Profile = None,
    debug: Debug = False,
) -> None:
    """Write an accounts file with the active accounts of the organization.

    Names and units become comments; so do the accounts that are left out, with the reason.
    """
    with reported(debug=debug, profile=profile):
        space = AgentSpaceArn.from_arn(agent_space_arn, field="--agent-space-arn")
        for account_id in exclude or []:
            _validators.account_id(account_id, field="--exclude")
        check_free(output_file, force=force, is_signed=True)
        organization = Organization(Session(profile=profile, region=space.region))
        organization_id, management_account_id = organization.ids()
        units = list(organization.units(ou))
        _check_excluded(exclude or [], units)
        file = OrganizationFile(
            agent_space=space,
            organization_id=organization_id,
            management_account_id=management_account_id,
            units=units,
            exclude=set(exclude or []),
            has_primary=primary,
            has_management_account=include_management_account,
        )
        if not (count := len(file.connected)):
            why = "there is no active account to connect"
            raise CommandError(str(output_file), why=why, fix="choose other units, or exclude fewer accounts")
        write_file(output_file, signed(file.text()), force=force, is_signed=True)
        place = "standard output" if output_file == STANDARD_OUTPUT else output_file
        note(f"wrote {place}: {count} account{'' if count == 1 else 's'} of {organization_id}")
        for line in file.left_out:
            note(f"note: {line}")


def _check_excluded(exclude: Sequence[str], units: Sequence[Unit]) -> None:
    """A slip in an id would connect the account that was to be left out."""
    there = {account.account_id for unit in units for account in unit.accounts}
    for account_id in exclude:
        if account_id not in there:
            why = "the account is in none of the units"
            fix = "correct the id, or leave the option out"
            raise CommandError(f"--exclude {account_id}", why=why, fix=fix, exit_code=ExitCode.USAGE)
