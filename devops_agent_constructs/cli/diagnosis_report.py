"""Write what `doctor` has found: a report an account, a table of many, or JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timezone
from typing import Any

from devops_agent_constructs._plain_text import counted
from devops_agent_constructs.checks.finding import Severity
from devops_agent_constructs.checks.live_role import LiveRole
from devops_agent_constructs.cli.errors import ExitCode, most_important
from devops_agent_constructs.cli.examined_accounts import ExaminedAccount
from devops_agent_constructs.cli.terminal.entries import write_json
from devops_agent_constructs.cli.terminal.text import Column, Paragraphs, Rows
from devops_agent_constructs.diagnosis.commands import Command
from devops_agent_constructs.diagnosis.diagnosis import Diagnosis

_LABELS = 10
_COLUMNS = (Column(title="account", width=12), Column(title="result", width=11), Column(title="why", width=32))
_STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


def write_accounts(examined: Iterable[ExaminedAccount]) -> ExitCode:
    """Write a line for each account as it comes, the report on each that needs doing, and the totals."""
    rows, accounts = Rows(_COLUMNS), list[ExaminedAccount]()
    for account in examined:
        accounts.append(account)
        rows.row(account.account_id, account.result, _in_short(account))
    for account in accounts:
        if account.result == "needs doing":
            rows.text("")
            write_account(account)
    if accounts:
        parts = ", ".join(f"{count} {result}" for result, count in _totals(accounts).items())
        unread = sum(account.is_association_unread for account in accounts)
        not_read = f"; {counted(unread, 'association')} not read" if unread else ""
        rows.text("")
        rows.text(f"{counted(len(accounts), 'account')}: {parts}{not_read}")
    return most_important(account.exit_code for account in accounts)


def _in_short(account: ExaminedAccount) -> str:
    if account.diagnosis is None:
        return str(account.failure)
    return ", ".join(dict.fromkeys(difference.id for difference in account.diagnosis.differences)) or "-"


def _totals(accounts: Iterable[ExaminedAccount]) -> dict[str, int]:
    counts = Counter(account.result for account in accounts)
    return {result: counts[result] for result in ("ok", "needs doing", "not read")}


def write_account(account: ExaminedAccount) -> ExitCode:
    """Write the report on an account: who can assume the role, each difference with its fix, and the count."""
    paragraphs = Paragraphs(label_width=_LABELS)
    if account.diagnosis is None:
        paragraphs.write(account.result, str(account.failure))
        return account.exit_code
    diagnosis, live, expected = account.diagnosis, account.diagnosis.live, account.diagnosis.expected
    paragraphs.write("account", expected.account_id)
    paragraphs.write("role", expected.arn if live is None else live.arn)
    by = expected.accounts_file or "this library's defaults"
    paragraphs.write("expected", f"generation {expected.generation.value}, for {expected.agent_space.arn}, by {by}")
    if live is not None:
        paragraphs.write("last used", _last_used(live) or "never, as far as IAM remembers (400 days)")
    paragraphs.write_each("let in", [f"{'yes' if diagnosis.is_admitted else 'no'}: {why}" for why in diagnosis.why])
    if live is not None:
        paragraphs.write_each("assumed by", diagnosis.who_can_assume or ["nobody can tell"])
    paragraphs.write_each("not seen", account.not_seen)
    _write_differences(paragraphs, account, diagnosis)
    paragraphs.blank()
    paragraphs.write("", _count(account, diagnosis))
    return account.exit_code


def _write_differences(paragraphs: Paragraphs, account: ExaminedAccount, diagnosis: Diagnosis) -> None:
    first: dict[tuple[Command, ...], int] = {}
    for number, difference in enumerate(diagnosis.differences, start=1):
        what, style = f"{difference.severity.value}: {difference.what}", _STYLES[difference.severity]
        paragraphs.blank()
        paragraphs.write(f"{number}".ljust(_LABELS), what, style=style)
        paragraphs.write("  symptom", difference.symptom)
        # One command repairs all that is wrong with a policy; it is printed once.
        same_as = first.setdefault(difference.commands, number)
        is_printed = bool(difference.commands) and same_as != number
        paragraphs.write("  fix", difference.fix + (f", by the command of {same_as}" if is_printed else ""))
        for line in () if is_printed else account.lines(difference):
            paragraphs.command(line)


def _count(account: ExaminedAccount, diagnosis: Diagnosis) -> str:
    doing = len(diagnosis.needs_doing)
    knowing = len(diagnosis.differences) - doing
    things = "nothing needs" if not doing else "1 thing needs" if doing == 1 else f"{doing} things need"
    unread = ", but the association was not read" if account.is_association_unread else ""
    return f"{things} doing{f', {knowing} worth knowing' if knowing else ''}{unread}"


def write_accounts_as_json(examined: Iterable[ExaminedAccount]) -> ExitCode:
    """Write one document with an account a line, as they come."""
    accounts = list[ExaminedAccount]()

    def entries() -> Iterator[dict[str, Any]]:
        for account in examined:
            accounts.append(account)
            yield _as_json(account)

    write_json("accounts", entries(), rest=lambda: {"totals": _totals(accounts)})
    return most_important(account.exit_code for account in accounts)


def _as_json(account: ExaminedAccount) -> dict[str, Any]:
    entry = {"accountId": account.account_id, "result": account.result}
    if account.diagnosis is None:
        return {**entry, "error": str(account.failure)}
    diagnosis, live, expected = account.diagnosis, account.diagnosis.live, account.diagnosis.expected
    return {
        **entry,
        "roleArn": live and live.arn,
        "expectedRoleArn": expected.arn,
        "associationRoleArn": expected.association_role_arn,
        "agentSpaceArn": expected.agent_space.arn,
        "generation": expected.generation.value,
        "accountsFile": expected.accounts_file,
        "lastUsed": live and _last_used(live),
        "isAdmitted": diagnosis.is_admitted,
        "why": list(diagnosis.why),
        "whoCanAssume": list(diagnosis.who_can_assume),
        "notSeen": list(account.not_seen),
        "differences": [
            {
                "id": difference.id,
                "severity": difference.severity.value,
                "what": difference.what,
                "symptom": difference.symptom,
                "fix": difference.fix,
                "commands": account.lines(difference),
            }
            for difference in diagnosis.differences
        ],
    }


def _last_used(live: LiveRole) -> str | None:
    """Return the time in UTC; None: never, or longer ago than IAM remembers."""
    if live.last_used is None:
        return None
    return live.last_used.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
