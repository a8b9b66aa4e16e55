"""Says as test cases what `verify` and `doctor` have found: a case for each account.

A failure is what exit code 1 stands for, an error what 2 and 3 stand for: a pipeline's report and its job agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from devops_agent_constructs.account_sync.account_association import INVALID, PENDING, AccountAssociation
from devops_agent_constructs.cli.connection_report import ConnectionReport
from devops_agent_constructs.cli.errors import ExitCode
from devops_agent_constructs.cli.terminal.junit import Case, Problem

if TYPE_CHECKING:
    from devops_agent_constructs.cli.examined_accounts import ExaminedAccount
    from devops_agent_constructs.diagnosis.difference import Difference

WAIT_LONGER = "verify again, with a longer --wait; a result that has not changed counts after 30 seconds"


def verified_cases(
    agent_space_id: str,
    accounts: Iterable[AccountAssociation],
    report: ConnectionReport,
    *,
    next_step: Callable[[AccountAssociation], str],
) -> Iterator[Case]:
    """Yield a case for each account and unit; `next_step` says what to do about an account that is invalid."""
    suite = f"verify.{agent_space_id}"
    for account in accounts:
        why = [f"invalid: AWS DevOps Agent cannot assume {account.role_arn}"]
        why += [next_step(account)] if account.status == INVALID else []
        elevated = f"its role for directed actions is invalid: {account.elevated_role_arn}"
        yield Case(
            suite=suite,
            name=account.label,
            problem=_status_problem(account.status, account.role_arn, why),
            notes=[elevated] if account.elevated_role_status == INVALID else [],
        )
    for unit in report.units:
        issues = [issue.text(is_short=False) for issue in unit.issues]
        why = [f"invalid: AWS does not reach every account of {unit.label}", *issues]
        problem = _status_problem(unit.status, unit.label, why)
        yield Case(suite=suite, name=unit.label, problem=problem, notes=issues if problem is None else [])
    yield from unread_cases(suite, agent_space_id, report)


def _status_problem(status: str, what: str, why_invalid: Sequence[str]) -> Problem | None:
    if status == INVALID:
        return Problem(code=ExitCode.INVALID, kind=INVALID, lines=why_invalid)
    if status == PENDING:
        lines = [f"AWS has not validated {what} yet", WAIT_LONGER]
        return Problem(code=ExitCode.PENDING, kind=PENDING, lines=lines)
    return None


def unread_cases(suite: str, agent_space_id: str, report: ConnectionReport) -> Iterator[Case]:
    """Yield a case if something that connects accounts cannot be read."""
    if report.unread:
        problem = Problem(code=ExitCode.FAILED, kind="not read", lines=[report.why_unread(agent_space_id)])
        yield Case(suite=suite, name="all associations can be read", problem=problem)


def examined_case(agent_space_id: str, account: ExaminedAccount) -> Case:
    """Return the case of an account: all that needs doing is one failure, what is worth knowing stands beside it."""
    notes = [f"not seen: {text}" for text in account.not_seen]
    problem = None
    if account.diagnosis is None:
        problem = Problem(code=ExitCode.FAILED, kind=account.result, lines=[str(account.failure)])
    else:
        doing = account.diagnosis.needs_doing
        knowing = [difference for difference in account.diagnosis.differences if difference not in doing]
        notes = [*_lines(account, knowing), *notes]
        if doing:
            ids = ", ".join(dict.fromkeys(difference.id for difference in doing))
            lines = [f"needs doing: {ids}", *_lines(account, doing)]
            problem = Problem(code=ExitCode.INVALID, kind=account.result, lines=lines)
    return Case(suite=f"doctor.{agent_space_id}", name=f"account {account.account_id}", problem=problem, notes=notes)


def _lines(account: ExaminedAccount, differences: Iterable[Difference]) -> Iterator[str]:
    written = set[str]()
    for difference in differences:
        yield f"{difference.severity.value}: {difference.what} ({difference.id})"
        yield f"symptom: {difference.symptom}"
        commands = account.lines(difference)
        # As in the report for people: one command repairs all that is wrong with a policy.
        is_above = bool(commands) and written.issuperset(commands)
        yield f"fix: {difference.fix}{', by the command above' if is_above else ''}"
        if not is_above:
            written.update(commands)
            yield from commands
