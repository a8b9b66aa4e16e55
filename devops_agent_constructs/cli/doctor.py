"""Say why roles do not work, and how to repair them: `devops-agent-accounts doctor`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from devops_agent_constructs import _validators, service
from devops_agent_constructs.cli.agent_space_target import FILE, agent_space_of_environment
from devops_agent_constructs.cli.aws.other_accounts import check_role_name
from devops_agent_constructs.cli.aws.session import Session
from devops_agent_constructs.cli.connection_report import ConnectionReport, failed_earlier
from devops_agent_constructs.cli.errors import CommandError, Ended, ExitCode, UsageError, most_important
from devops_agent_constructs.cli.junit_cases import examined_case, unread_cases
from devops_agent_constructs.cli.options import AgentRole, Debug, DoctorOutputFormat, Profile
from devops_agent_constructs.cli.terminal.junit import Case, junit
from devops_agent_constructs.cli.terminal.reporting import note, reported
from devops_agent_constructs.generation import Generation

if TYPE_CHECKING:
    from devops_agent_constructs.cli.examined_accounts import ExaminedAccount
    from devops_agent_constructs.cli.expected_roles import ExpectedRoles

EXAMPLES = """\b
Examples:
  devops-agent-accounts doctor --account 222222222222 --profile orders
  devops-agent-accounts doctor AGENT_SPACE_ARN --account 222222222222 --role-name Agent
  devops-agent-accounts doctor AGENT_SPACE_ARN --all --assume-role-name OrganizationAccountAccessRole
  devops-agent-accounts doctor AGENT_SPACE_ARN --failed-from results.json --assume-role-name Audit
  devops-agent-accounts doctor AGENT_SPACE_ARN --all --assume-role-name Audit --output junit > doctor.xml
  devops-agent-accounts doctor --account 222222222222 --output json | jq '.accounts[].differences[].id'

\b
Exit codes:
  0  nothing needs doing in what was read; "not seen" says what was not
  1  something needs doing, even if an account was not read
  3  a call failed, or an account was not read; the others are reported on all the same
"""

SpaceArn = Annotated[
    str | None,
    typer.Argument(
        metavar="[AGENT_SPACE_ARN]",
        help="The Agent Space that the role is to trust. Default: DEVOPS_AGENT_SPACE, or else the accounts file's.",
        show_default=False,
    ),
]
Accounts = Annotated[
    list[str] | None,
    typer.Option(
        "--account",
        metavar="ID",
        help="A secondary account; may be repeated. The credentials are of it, or may assume --assume-role-name.",
    ),
]
Every = Annotated[
    bool, typer.Option("--all", help="All secondary accounts of the Agent Space, with credentials of the primary one.")
]
FailedFrom = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="The accounts that were not valid in FILE, which verify or list wrote with --output json."
    ),
]
AssumeRoleName = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="A role in each account to read with, that these credentials may assume. Default: read as they are.",
    ),
]
Config = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help=f"The accounts file. Default: {FILE}, if it is for this Agent Space"),
]
RoleName = Annotated[
    str | None, typer.Option(metavar="NAME", help=f"Name of the role. Default: {service.SECONDARY_ROLE_NAME}")
]
RolePath = Annotated[str | None, typer.Option(metavar="PATH", help="Path of the role. Default: /")]
Gen = Annotated[Generation | None, typer.Option(help="Which of AWS's two set-ups to compare with. Default: ga")]


def doctor(
    agent_space: SpaceArn = None,
    *,
    account: Accounts = None,
    every: Every = False,
    failed_from: FailedFrom = None,
    assume_role_name: AssumeRoleName = None,
    config: Config = None,
    role_name: RoleName = None,
    path: RolePath = None,
    generation: Gen = None,
    agent_role_arn: AgentRole = None,
    profile: Profile = None,
    output: DoctorOutputFormat = "table",
    debug: Debug = False,
) -> None:
    """Say why roles in secondary accounts do not work, what differs from what this library would make, and the fix.

    It changes nothing. It also says who can assume the role.
    """
    # Not at the top: `--help` of any command would wait for them.
    from devops_agent_constructs.cli.examined_accounts import connected_roles, examine_accounts  # noqa: PLC0415

    is_junit = output == "junit"
    with reported(debug=debug, profile=profile), junit("doctor", is_wanted=is_junit, profile=profile) as cases:
        _check_choice(account, every=every, failed_from=failed_from)
        check_role_name(assume_role_name)
        given = {
            "--role-name": role_name,
            "--path": path,
            "--generation": generation and generation.value,
            "--agent-role-arn": agent_role_arn,
        }
        roles = _roles(agent_space, config, given)
        session = Session(profile=profile, region=roles.agent_space.region)
        connected = ConnectionReport()
        chosen: dict[str, str | None] = dict.fromkeys(account or ())
        for account_id in chosen:
            roles.role(account_id, None)  # So does an account that the file lacks.
        if failed_from is not None:
            chosen |= failed_earlier(failed_from).roles
        if every:
            chosen |= connected_roles(roles, session, connected)
        if not chosen:
            note("note: all accounts in the file were valid; nothing to do")
        examined = examine_accounts(roles, chosen, session, assume_role_name=assume_role_name)
        space_id = roles.agent_space.agent_space_id
        if is_junit:
            code = _add_cases(cases, examined, space_id, connected)
        else:
            is_one = len(chosen) == 1
            code = _write(examined, is_json=output == "json", is_one=is_one, must_be_read=bool(account))
        code = most_important([code, _note_what_is_left_out(connected, space_id)])
    raise Ended(code)


def _add_cases(
    cases: list[Case], examined: Iterator[ExaminedAccount], agent_space_id: str, connected: ConnectionReport
) -> ExitCode:
    codes = list[ExitCode]()
    for account in examined:
        cases.append(examined_case(agent_space_id, account))
        codes.append(account.exit_code)
    cases.extend(unread_cases(f"doctor.{agent_space_id}", agent_space_id, connected))
    return most_important(codes)


def _write(examined: Iterator[ExaminedAccount], *, is_json: bool, is_one: bool, must_be_read: bool) -> ExitCode:
    from devops_agent_constructs.cli import diagnosis_report  # noqa: PLC0415  # As above.

    if is_one and must_be_read:
        examined = iter([only := next(examined)])
        if only.failure is not None:
            raise only.failure
    if is_json:
        return diagnosis_report.write_accounts_as_json(examined)
    return diagnosis_report.write_account(next(examined)) if is_one else diagnosis_report.write_accounts(examined)


def _note_what_is_left_out(connected: ConnectionReport, agent_space_id: str) -> ExitCode:
    if connected.units:
        note("note: roles in accounts of organizational units are AWS's own and left out; verify reports on units")
    if not connected.unread:
        return ExitCode.OK
    note(f"error: {connected.why_unread(agent_space_id)}")
    return ExitCode.FAILED


def _check_choice(accounts: Sequence[str] | None, *, every: bool, failed_from: Path | None) -> None:
    """Check that there is one way to say which accounts."""
    if (bool(accounts), every, failed_from is not None).count(True) != 1:
        why = "one of --account, --all and --failed-from says which accounts"
        raise UsageError("doctor", why=why, fix="give one of the three")
    for account_id in accounts or ():
        _validators.account_id(account_id, field="--account")


def _roles(agent_space: str | None, config: Path | None, given: Mapping[str, str | None]) -> ExpectedRoles:
    """Return what to compare with: the accounts file, or the options."""
    from devops_agent_constructs.cli.expected_roles import (  # noqa: PLC0415  # As above.
        RolesByDefault,
        RolesOfFile,
        agent_space_of,
    )

    if agent_space is None and config is None:
        agent_space = agent_space_of_environment()
    # An id alone is too little, unless the file has the rest.
    if config is not None or agent_space is None or (":" not in agent_space and FILE.exists()):
        return RolesOfFile.read(config or FILE, given={"AGENT_SPACE_ARN": agent_space, **given})
    generation = given["--generation"]
    roles = RolesByDefault(
        agent_space=agent_space_of(agent_space),
        role_name=given["--role-name"],
        path=given["--path"],
        generation=None if generation is None else Generation(generation),
        agent_role_arn=given["--agent-role-arn"],
    )
    roles.role(roles.agent_space.account_id, None)  # A slip in an option ends it before any call.
    if not FILE.exists():
        return roles
    try:
        return RolesOfFile.read(FILE, given={"AGENT_SPACE_ARN": agent_space}, otherwise=roles)
    except CommandError as error:
        note(f"note: compared with this library's defaults, and not with {FILE}: {error}")
        return roles
