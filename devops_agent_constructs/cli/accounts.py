"""Defines `devops-agent-accounts accounts`: an accounts file from the accounts of an organization."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from devops_agent_constructs import _validators
from devops_agent_constructs._plain_text import counted
from devops_agent_constructs.account_sync.organizational_units import OrganizationAccount, Unit
from devops_agent_constructs.accounts_file.writer import WrittenAccount, accounts_file_text
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.cli.aws.organization import read_whole_units
from devops_agent_constructs.cli.aws.session import Session
from devops_agent_constructs.cli.errors import CommandError, UsageError
from devops_agent_constructs.cli.options import Debug, Exclude, Profile, Units
from devops_agent_constructs.cli.terminal.reporting import note, reported
from devops_agent_constructs.cli.terminal.written_file import STANDARD_OUTPUT, check_free, signed, write_file

EXAMPLES = """\b
Examples:
  devops-agent-accounts accounts --agent-space-arn ARN --profile management
  devops-agent-accounts accounts --agent-space-arn ARN --primary --output-file -
  devops-agent-accounts accounts --agent-space-arn ARN --ou ou-a1b2-11112222 --exclude 222222222222
  devops-agent-accounts accounts --agent-space-arn ARN --output-file production.yaml --force
"""

SpaceArn = Annotated[str, typer.Option(metavar="ARN", help="The Agent Space that the accounts are to trust.")]
Primary = Annotated[bool, typer.Option("--primary", help="Also connect them: `primary`, for the associations.")]
Management = Annotated[
    bool,
    typer.Option(
        "--include-management-account", help="Also the management account, which is in no organizational unit."
    ),
]
OutputFile = Annotated[Path, typer.Option(metavar="FILE", help="The file to write; - is standard output.")]
Replace = Annotated[bool, typer.Option("--force", help="Replace the file, if nobody has edited it.")]

_ACTIVE = "ACTIVE"
ROLES_ALONE = "it makes roles alone: --primary adds the associations, for which the Agent Space needs no other stack"
MANAGEMENT_LEFT_OUT = (
    "the management account {} is in none of the units, and left out: --include-management-account adds it"
)


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
        for unit_id in ou or []:
            _validators.organizational_unit(unit_id, field="--ou")
        check_free(output_file, force=force, is_signed=True)
        client = Session(profile=profile, region=space.region).client("organizations")
        organization = client.describe_organization()["Organization"]
        units = list(read_whole_units(client, ou))
        _check_excluded(exclude or [], units)
        file = OrganizationFile(
            agent_space=space,
            organization_id=organization["Id"],
            management_account_id=organization["MasterAccountId"],
            units=units,
            exclude=set(exclude or []),
            has_primary=primary,
            has_management_account=include_management_account,
        )
        if not (count := len(file.connected)):
            why = "there is no active account to connect"
            raise CommandError(str(output_file), why=why, fix="choose other units, or exclude fewer accounts")
        write_file(output_file, signed(file.text()), force=force, is_signed=True)
        written = "standard output" if output_file == STANDARD_OUTPUT else output_file
        note(f"wrote {written}: {counted(count, 'account')} of {file.organization_id}")
        for line in file.left_out:
            note(f"note: {line}")


def _check_excluded(exclude: Sequence[str], units: Sequence[Unit]) -> None:
    """A slip in an id would connect the account that was to be left out."""
    there = {account.account_id for unit in units for account in unit.accounts}
    for account_id in exclude:
        if account_id not in there:
            fix = "correct the id, or leave the option out"
            raise UsageError(f"--exclude {account_id}", why="the account is in none of the units", fix=fix)


@dataclass(frozen=True, kw_only=True, slots=True)
class OrganizationFile:
    """The accounts of an organization, for an accounts file.

    Attributes:
        agent_space: The Agent Space that the accounts are to trust; its own account is left out.
        organization_id: For the first line.
        management_account_id: Of the organization.
        units: With their accounts.
        exclude: Accounts to leave out.
        has_primary: Whether to write `primary: {}`.
        has_management_account: Whether the management account is added where no unit has it.
    """

    agent_space: AgentSpaceArn
    organization_id: str
    management_account_id: str
    units: Sequence[Unit]
    exclude: Collection[str] = ()
    has_primary: bool = False
    has_management_account: bool = False

    @property
    def connected(self) -> list[str]:
        """The accounts that the file connects."""
        lines = [account for account in self._accounts() if isinstance(account, WrittenAccount)]
        return [account.account_id for account in lines if not account.why_left_out]

    @property
    def left_out(self) -> list[str]:
        """What a reader may miss, each with the option that adds it."""
        notes = [] if self.has_primary else [ROLES_ALONE]
        if self._misses_management_account and not self.has_management_account:
            notes.append(MANAGEMENT_LEFT_OUT.format(self.management_account_id))
        return notes

    def text(self) -> str:
        """Write the accounts unit by unit, with names as comments, and what is left out as comments, too."""
        first = f"From AWS Organizations ({self.organization_id}), by devops-agent-accounts accounts."
        return accounts_file_text(
            self._accounts(),
            agent_space=self.agent_space,
            comments=[first, *self.left_out],
            has_primary=self.has_primary,
        )

    def _accounts(self) -> Iterator[WrittenAccount | str]:
        if self.has_management_account and self._misses_management_account:
            yield WrittenAccount(account_id=self.management_account_id, name="the management account")
        for unit in self.units:
            if unit.accounts:
                yield f"{' / '.join(unit.names)} ({unit.unit_id})"
            for account in unit.accounts:
                why = self._why_left_out(account)
                yield WrittenAccount(account_id=account.account_id, name=account.name, why_left_out=why)

    @property
    def _misses_management_account(self) -> bool:
        there = {account.account_id for unit in self.units for account in unit.accounts}
        return self.management_account_id not in {*there, self.agent_space.account_id}

    def _why_left_out(self, account: OrganizationAccount) -> str:
        if account.account_id == self.agent_space.account_id:
            return "the primary account"
        if account.account_id in self.exclude:
            return "excluded"
        return "" if account.state == _ACTIVE else account.state.lower().replace("_", " ")
