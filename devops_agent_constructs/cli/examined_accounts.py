"""Examines the roles of many accounts, each with what can reach it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from devops_agent_constructs.cli.agent_space_target import AgentSpaceTarget
from devops_agent_constructs.cli.aws.associations import SOURCE, connections
from devops_agent_constructs.cli.aws.connected_role_reader import why_not
from devops_agent_constructs.cli.aws.errors import explain
from devops_agent_constructs.cli.aws.in_parallel import in_order
from devops_agent_constructs.cli.aws.other_account import OtherAccount
from devops_agent_constructs.cli.aws.session import Session
from devops_agent_constructs.cli.connection_report import ConnectionReport
from devops_agent_constructs.cli.errors import CommandError
from devops_agent_constructs.cli.examination import examine
from devops_agent_constructs.cli.exit_codes import ExitCode
from devops_agent_constructs.cli.expected_roles import RolesByDefault, RolesOfFile
from devops_agent_constructs.cli.terminal.reporting import note
from devops_agent_constructs.diagnosis.diagnosis import Diagnosis
from devops_agent_constructs.diagnosis.expected_role import ExpectedRole
from devops_agent_constructs.errors import OnboardingInputError


@dataclass(frozen=True, kw_only=True, slots=True)
class ExaminedAccount:
    """What came out for an account.

    Attributes:
        account_id: 12 digits.
        profile: With credentials of the account. None: none is known.
        diagnosis: None: there is none.
        not_seen: What could not be read, in words.
        failure: Why there is no diagnosis.
    """

    account_id: str
    profile: str | None = None
    diagnosis: Diagnosis | None = None
    not_seen: tuple[str, ...] = ()
    failure: CommandError | None = None

    @property
    def result(self) -> str:
        """`ok`, `needs doing` or `not read`."""
        if self.diagnosis is None:
            return "not read"
        return "needs doing" if self.diagnosis.needs_doing else "ok"

    @property
    def exit_code(self) -> ExitCode:
        """What it alone means for the command."""
        return {"not read": ExitCode.FAILED, "needs doing": ExitCode.INVALID, "ok": ExitCode.OK}[self.result]


def connected_roles(
    roles: RolesOfFile | RolesByDefault, session: Session, report: ConnectionReport | None = None
) -> dict[str, str]:
    """Return account -> ARN of its role, of all secondary accounts of the Agent Space.

    Args:
        roles: Of the Agent Space.
        session: Of the primary account.
        report: Is told of units, and of what cannot be read.

    Raises:
        CommandError: There is none, or no such Agent Space. Other errors are botocore's.
    """
    target = AgentSpaceTarget.parse(roles.agent_space.arn, session)
    report = report or ConnectionReport()
    every = report.accounts(connections(target))
    found = {one.account_id: one.role_arn for one in every if one.account_type == SOURCE}
    if not found:
        units = f" by itself, but {len(report.units)} organizational units" if report.units else ""
        why = f"it connects no secondary account{units}"
        if report.unread:
            note(f"error: {report.why_unread(target.agent_space_id)}")
        raise CommandError(f"Agent Space {target.agent_space_id}", why=why, fix="choose accounts by --account")
    return found


def known_roles(roles: RolesOfFile | RolesByDefault, session: Session) -> dict[str, str]:
    """Return what `connected_roles` does, or nothing if these credentials may not read it."""
    try:
        return connected_roles(roles, session)
    except (CommandError, BotoCoreError, ClientError):
        return {}  # The role is judged all the same; `list` says what the association names.


def examine_accounts(
    roles: RolesOfFile | RolesByDefault,
    accounts: Sequence[tuple[str, str | None]],
    session: Session,
    *,
    assume_role_name: str | None,
) -> Iterator[ExaminedAccount]:
    """Examine the role of each account; a failure in one is a result like others.

    Args:
        roles: What to compare with.
        accounts: Each with the ARN of its role, if that is known.
        session: Of one of them, or of an account whose credentials may assume a role in each.
        assume_role_name: That role, with its path. None: only the account of the credentials can be read.
    """
    # What fails here would fail for each of them.
    caller = session.client("sts").get_caller_identity()["Account"]
    # boto3 makes clients in one thread at a time.
    session.client("organizations")

    def one(account: tuple[str, str | None]) -> ExaminedAccount:
        account_id, role_arn = account
        profile = session.profile if account_id == caller else None
        try:
            expected = roles.role(account_id, role_arn)
            if account_id == caller or assume_role_name is None:
                diagnosis, not_seen = examine(session, expected)
            else:
                other = _enter(session, expected, assume_role_name)
                diagnosis, not_seen = examine(session, expected, account=other)
        except CommandError as error:
            return ExaminedAccount(account_id=account_id, failure=error)
        except OnboardingInputError as error:
            failure = CommandError(f"{error.field}={error.value!r}", why=error.why, fix=error.fix)
            return ExaminedAccount(account_id=account_id, failure=failure)
        except (BotoCoreError, ClientError) as error:
            return ExaminedAccount(account_id=account_id, failure=explain(error, profile=session.profile))
        return ExaminedAccount(account_id=account_id, profile=profile, diagnosis=diagnosis, not_seen=tuple(not_seen))

    return in_order(one, accounts)


def _enter(session: Session, expected: ExpectedRole, assume_role_name: str) -> OtherAccount:
    account_id = expected.account.account_id
    assumed = f"arn:{expected.agent_space.partition}:iam::{account_id}:role/{assume_role_name.strip('/')}"
    try:
        return OtherAccount(session, assumed)
    except (BotoCoreError, ClientError) as error:
        fix = "correct --assume-role-name, or let these credentials assume it"
        raise CommandError(
            f"account {account_id}", why=why_not(error, assumed, profile=session.profile), fix=fix
        ) from error
