"""Registers the commands: each is a function of a module of its own, with `EXAMPLES` for the end of its help."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from typing import Annotated

import typer

from devops_agent_constructs.cli import accounts, doctor, init, list_accounts, migrate, spaces, sync, template, verify
from devops_agent_constructs.cli.errors import Ended, ExitCode
from devops_agent_constructs.cli.terminal.reporting import reported

NAME = "devops-agent-accounts"
# 1 is for a reader that has gone away; our 1 and 2 say other things.
_TYPERS_CODES = {1: ExitCode.BROKEN_PIPE, 2: ExitCode.USAGE}

_EPILOG = """\b
Exit codes:
  0    all is well
  1    something is invalid, or needs doing
  2    something is still pending
  3    a call failed
  130  stopped by Ctrl-C
  252  wrong usage, as with the AWS CLI
"""

app = typer.Typer(
    context_settings={"help_option_names": ["-h", "--help"]},
    no_args_is_help=True,
    # Plain help: it is read in pipes too, its examples are there to be copied, and it starts in half the time.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _print_version(is_asked: bool) -> None:  # as Typer calls it
    if is_asked:
        typer.echo(f"{NAME} {version('devops-agent-constructs')}")
        raise typer.Exit


Version = Annotated[
    bool, typer.Option("--version", help="Show the version and exit.", callback=_print_version, is_eager=True)
]


@app.callback(epilog=_EPILOG)
def devops_agent_accounts(*, _version: Version = False) -> None:
    """Look after the accounts that AWS DevOps Agent is connected to."""


# Summaries of their own, where the first line of the help is longer than 80 columns have place for.
app.command("init", short_help="Write a first accounts file and its cdk.json.", epilog=init.EXAMPLES)(init.init)
app.command("list", short_help="List what an Agent Space is connected to.", epilog=list_accounts.EXAMPLES)(
    list_accounts.list_accounts
)
app.command("verify", short_help="Let AWS validate the connections, and wait for the results.", epilog=verify.EXAMPLES)(
    verify.verify
)
app.command(
    "sync", short_help="Follow the organization: connect who joins, disconnect who leaves.", epilog=sync.EXAMPLES
)(sync.sync)
app.command("spaces", epilog=spaces.EXAMPLES)(spaces.spaces)
app.command("doctor", short_help="Say why a role does not work, and what repairs it.", epilog=doctor.EXAMPLES)(
    doctor.doctor
)
app.command(
    "migrate", short_help="Print the plan from the preview set-up to the present one.", epilog=migrate.EXAMPLES
)(migrate.migrate)
app.command("accounts", short_help="Write an accounts file from AWS Organizations.", epilog=accounts.EXAMPLES)(
    accounts.accounts
)
app.command("template", short_help="Write the CloudFormation template of a role.", epilog=template.EXAMPLES)(
    template.template
)


def run(arguments: Sequence[str]) -> int:
    """Run a command, whose arguments come without the program's name; return the exit code."""
    try:
        with reported(debug=False):  # What is outside of the commands: help, and the version.
            app(list(arguments), prog_name=NAME)
    except Ended as ended:
        return int(ended.code or 0)
    except SystemExit as stopped:
        return _TYPERS_CODES.get(int(stopped.code or 0), int(stopped.code or 0))
    return ExitCode.OK
