"""Print the way from AWS's preview set-up to the present one: `devops-agent-accounts migrate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from devops_agent_constructs import _validators
from devops_agent_constructs.cli.agent_space_target import FILE, AgentSpaceTarget
from devops_agent_constructs.cli.aws.other_accounts import check_role_name
from devops_agent_constructs.cli.aws.session import Session
from devops_agent_constructs.cli.errors import Ended, ExitCode, UsageError
from devops_agent_constructs.cli.options import AgentSpace, Debug, OutputFormat, Profile, Region
from devops_agent_constructs.cli.terminal.reporting import reported
from devops_agent_constructs.cli.terminal.written_file import ANOTHER_FILE, STANDARD_OUTPUT, check_free

EXAMPLES = """\b
Examples:
  devops-agent-accounts migrate AGENT_SPACE --assume-role-name OrganizationAccountAccessRole
  devops-agent-accounts migrate AGENT_SPACE --assume-role-name Audit --account 222222222222
  devops-agent-accounts migrate AGENT_SPACE --assume-role-name Audit --config devops-agent.yaml

\b
Exit codes:
  0  the plan is written, for every account
  3  a call failed, or an account was not read; the plan leaves it out
"""

Accounts = Annotated[
    list[str] | None,
    typer.Option("--account", metavar="ID", help="Plan for this account only; may be repeated. Default: for all."),
]
AssumeRoleName = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="A role in each secondary account to read with, that these credentials may assume. Default: read none.",
    ),
]
Config = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write an accounts file here that adopts the roles as they are.")
]
Replace = Annotated[bool, typer.Option("--force", help="Replace the accounts file, if nobody has edited it.")]


def migrate(
    agent_space: AgentSpace = None,
    *,
    account: Accounts = None,
    assume_role_name: AssumeRoleName = None,
    config: Config = None,
    force: Replace = False,
    profile: Profile = None,
    region: Region = None,
    output: OutputFormat = "table",
    debug: Debug = False,
) -> None:
    """Print the plan from AWS's preview set-up to the present one: steps, and permissions that are lost and gained.

    It changes nothing in AWS. The credentials are those of the primary account.
    """
    # Not at the top: `--help` of any command would wait for them.
    from devops_agent_constructs.cli import migration_reader, migration_report  # noqa: PLC0415

    with reported(debug=debug, profile=profile):
        if config == STANDARD_OUTPUT:
            why = "the plan goes to standard output"
            raise UsageError("--config -", why=why, fix="name a file")
        if config is not None:
            check_free(config, force=force, is_signed=True, another=ANOTHER_FILE)
        elif force:
            raise UsageError("--force", why="no file is written without --config", fix="add --config, or leave it out")
        for account_id in account or ():
            _validators.account_id(account_id, field="--account")
        check_role_name(assume_role_name)
        target = AgentSpaceTarget.parse(agent_space, Session(profile=profile, region=region))
        migration = migration_reader.read_migration(
            target, account, assume_role_name=assume_role_name, accounts_file=str(config or FILE)
        )
        comparison = migration_reader.compare_policies(target.session, migration.agent_space.partition)
        if output == "json":
            migration_report.write_plan_as_json(migration, comparison, profile=profile)
        else:
            migration_report.write_plan(migration, comparison, profile=profile)
        if config is not None:
            migration_reader.write_accounts_file(migration, config, force=force)
    raise Ended(ExitCode.FAILED if any(role.is_unread for role in migration.roles) else ExitCode.OK)
