"""Examine the roles of many accounts, each with what can reach it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from botocore.exceptions import BotoCoreError, ClientError

from devops_agent_constructs.account_sync.account_association import SOURCE, AccountAssociation
from devops_agent_constructs.cli.agent_space_target import AgentSpaceTarget
from devops_agent_constructs.cli.aws.errors import explain
from devops_agent_constructs.cli.aws.other_accounts import OtherAccount, in_order
from devops_agent_constructs.cli.aws.role_reader import why_not
from devops_agent_constructs.cli.aws.session import Session
from devops_agent_constructs.cli.connection_report import ConnectionReport
from devops_agent_constructs.cli.errors import CommandError, ExitCode
from devops_agent_constructs.cli.examination import examine
from devops_agent_constructs.cli.expected_roles import ExpectedRoles
from devops_agent_constructs.cli.terminal.reporting import note
from devops_agent_constructs.diagnosis.diagnosis import Diagnosis
from devops_agent_constructs.diagnosis.difference import Difference
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

    def lines(self, difference: Difference) -> list[str]:
        """Return the commands of a difference; those of another account have another profile, which nobody named."""
        return [
            command.line(profile=self.profile if command.account_id == self.account_id else None)
            for command in difference.commands
        ]

    @property
    def is_association_unread(self) -> bool:
        """Whether the role was compared, but not with what the association names."""
        return self.diagnosis is not None and self.diagnosis.expected.association_role_arn is None


@dataclass(frozen=True, kw_only=True, slots=True)
class NamedRoles:
    """The roles that associations name.

    Attributes:
        arns: Account -> ARN.
        otherwise: What counts for other accounts. Empty: they have no association. None: nobody knows.
        why_not_read: Why it is not known, beside that it is in another account.
    """

    arns: Mapping[str, str] = field(default_factory=dict)
    otherwise: str | None = None
    why_not_read: str = ""


def connected_roles(roles: ExpectedRoles, session: Session, report: ConnectionReport) -> dict[str, str]:
    """Return account -> ARN of its role, of all secondary accounts; tell the report of units, and of what is unread.

    Raises:
        CommandError: There is none, or no such Agent Space. Other errors are botocore's.
    """
    associations = _associations(roles, session, report)
    arns = {entry.account_id: entry.role_arn for entry in associations if entry.account_type == SOURCE}
    if not arns:
        units = f" by itself, but {len(report.units)} organizational units" if report.units else ""
        space_id = roles.agent_space.agent_space_id
        if report.unread:
            note(f"error: {report.why_unread(space_id)}")
        why = f"it connects no secondary account{units}"
        raise CommandError(f"Agent Space {space_id}", why=why, fix="choose accounts by --account")
    return arns


def _associations(
    roles: ExpectedRoles, session: Session | OtherAccount, report: ConnectionReport
) -> list[AccountAssociation]:
    space = roles.agent_space
    # It makes clients, as a session does; an ARN has its Region, so that nothing else of a session is asked for.
    target = AgentSpaceTarget(agent_space_id=space.agent_space_id, arn=space, session=cast("Session", session))
    return list(report.accounts(target.connections()))


def _named_roles(roles: ExpectedRoles, session: Session, *, caller: str, assume_role_name: str | None) -> NamedRoles:
    """Read what the associations name, if these credentials, or the role to read with, reach the primary account."""
    primary, report = roles.agent_space.account_id, ConnectionReport()
    if caller != primary and assume_role_name is None:
        return NamedRoles()
    try:
        reader = session if caller == primary else _enter(roles, session, primary, assume_role_name)
        arns = {entry.account_id: entry.role_arn for entry in _associations(roles, reader, report)}
    except CommandError as error:
        return NamedRoles(why_not_read=f" ({error.why})")
    except (BotoCoreError, ClientError) as error:
        return NamedRoles(why_not_read=f" ({explain(error, profile=session.profile).why})")
    # AWS connects the accounts of a unit by roles of its own, and need not say which accounts those are.
    if report.units or report.unread:
        why = ", as the account has none of its own, and that of an organizational unit may connect it"
        return NamedRoles(arns=arns, why_not_read=why)
    return NamedRoles(arns=arns, otherwise="")


def examine_accounts(
    roles: ExpectedRoles, accounts: Mapping[str, str | None], session: Session, *, assume_role_name: str | None
) -> Iterator[ExaminedAccount]:
    """Examine the role of each account; a failure in one is a result like others.

    Args:
        roles: What to compare with.
        accounts: Each with the ARN that its association names. None: that is read first, if it can be.
        session: Of one of them, or of an account whose credentials may assume a role in each.
        assume_role_name: That role, with its path. None: only the account of the credentials can be read.
    """
    # What fails here would fail for each of them.
    caller = session.client("sts").get_caller_identity()["Account"]
    # boto3 makes clients in one thread at a time.
    session.client("organizations")
    named = NamedRoles()
    if None in accounts.values():
        named = _named_roles(roles, session, caller=caller, assume_role_name=assume_role_name)

    def examined(account: tuple[str, str | None]) -> ExaminedAccount:
        account_id, role_arn = account
        if role_arn is None:
            role_arn = named.arns.get(account_id, named.otherwise)
        profile = session.profile if account_id == caller else None
        try:
            expected = roles.role(account_id, role_arn)
            is_own = account_id == caller or assume_role_name is None
            other = None if is_own else _enter(roles, session, account_id, assume_role_name)
            diagnosis, not_seen = examine(session, expected, account=other)
        except CommandError as error:
            return ExaminedAccount(account_id=account_id, failure=error)
        except OnboardingInputError as error:
            failure = CommandError(f"{error.field}={error.value!r}", why=error.why, fix=error.fix)
            return ExaminedAccount(account_id=account_id, failure=failure)
        except (BotoCoreError, ClientError) as error:
            return ExaminedAccount(account_id=account_id, failure=explain(error, profile=session.profile))
        if role_arn is None:
            not_seen.insert(0, _who_reads_the_association(diagnosis, named.why_not_read))
        return ExaminedAccount(account_id=account_id, profile=profile, diagnosis=diagnosis, not_seen=tuple(not_seen))

    return in_order(examined, list(accounts.items()))


def _who_reads_the_association(diagnosis: Diagnosis, why_not_read: str) -> str:
    expected, space = diagnosis.expected, diagnosis.expected.agent_space
    arn = expected.arn if diagnosis.live is None else diagnosis.live.arn
    return (
        f"the association, which must name {arn}{why_not_read}: with credentials of account {space.account_id}, where "
        f"it is, devops-agent-accounts list {space.arn} shows what it names"
    )


def _enter(roles: ExpectedRoles, session: Session, account_id: str, assume_role_name: str | None) -> OtherAccount:
    name = (assume_role_name or "").strip("/")
    assumed = f"arn:{roles.agent_space.partition}:iam::{account_id}:role/{name}"
    try:
        return OtherAccount(session, assumed)
    except (BotoCoreError, ClientError) as error:
        why = why_not(error, assumed, profile=session.profile)
        fix = "correct --assume-role-name, or let these credentials assume it"
        raise CommandError(f"account {account_id}", why=why, fix=fix) from error
