"""What `doctor` writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import timezone
from typing import Any

from devops_agent_constructs.checks.finding import Severity
from devops_agent_constructs.checks.live_role import LiveRole
from devops_agent_constructs.cli.examined_accounts import ExaminedAccount
from devops_agent_constructs.cli.exit_codes import ExitCode, most_important
from devops_agent_constructs.cli.terminal.json_document import write_json
from devops_agent_constructs.cli.terminal.paragraphs import Paragraphs
from devops_agent_constructs.cli.terminal.rows import Column, Rows
from devops_agent_constructs.diagnosis.commands import Command
from devops_agent_constructs.diagnosis.diagnosis import Diagnosis
from devops_agent_constructs.diagnosis.difference import Difference

_LABELS = 10
_COLUMNS = (Column(title="account", width=12), Column(title="result", width=11), Column(title="why", width=32))
_STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


def write_accounts(examined: Iterable[ExaminedAccount]) -> ExitCode:
    """Write a line for each account as it comes, the report on each that needs doing, and the totals."""
    rows, found = Rows(_COLUMNS), list[ExaminedAccount]()
    for one in examined:
        found.append(one)
        rows.row(one.account_id, one.result, _in_short(one))
    for one in found:
        if one.result == "needs doing":
            rows.text("")
            write_account(one)
    if found:
        rows.text("")
        rows.text(_totals_in_words(found))
    return most_important(one.exit_code for one in found)


def _in_short(one: ExaminedAccount) -> str:
    if one.diagnosis is None:
        return str(one.failure)
    return ", ".join(dict.fromkeys(difference.id for difference in one.diagnosis.differences)) or "-"


def _totals_in_words(found: Sequence[ExaminedAccount]) -> str:
    parts = ", ".join(f"{count} {result}" for result, count in _totals(found).items())
    unread = sum(examined.is_association_unread for examined in found)
    not_compared = f"; {unread} association{'' if unread == 1 else 's'} not read" if unread else ""
    return f"{len(found)} account{'' if len(found) == 1 else 's'}: {parts}{not_compared}"


def _totals(found: Iterable[ExaminedAccount]) -> dict[str, int]:
    counts = Counter(one.result for one in found)
    return {result: counts[result] for result in ("ok", "needs doing", "not read")}


def write_account(one: ExaminedAccount) -> ExitCode:
    """Write the report on an account: who can assume the role, each difference with its fix, and the count."""
    if one.diagnosis is None:
        Paragraphs(label_width=_LABELS).write(one.result, str(one.failure))
    else:
        _write_report(one, one.diagnosis)
    return one.exit_code


def _write_report(one: ExaminedAccount, diagnosis: Diagnosis) -> None:
    paragraphs = Paragraphs(label_width=_LABELS)
    live, expected = diagnosis.live, diagnosis.expected
    paragraphs.write("account", expected.account.account_id)
    paragraphs.write("role", expected.arn if live is None else live.arn)
    by = expected.accounts_file or "this library's defaults"
    paragraphs.write("expected", f"generation {expected.generation.value}, for {expected.agent_space.arn}, by {by}")
    if live is not None:
        paragraphs.write("last used", _last_used(live) or "never, as far as IAM remembers (400 days)")
    paragraphs.write_each("let in", [f"{'yes' if diagnosis.is_admitted else 'no'}: {why}" for why in diagnosis.why])
    if live is not None:
        paragraphs.write_each("assumed by", diagnosis.who_can_assume or ["nobody can tell"])
    paragraphs.write_each("not seen", one.not_seen)
    seen: dict[tuple[Command, ...], int] = {}
    for number, difference in enumerate(diagnosis.differences, start=1):
        paragraphs.blank()
        same_as = seen.setdefault(difference.commands, number)
        _write_difference(paragraphs, number, difference, same_as=same_as, profile=one.profile)
    paragraphs.blank()
    unread = ", but the association was not read" if one.is_association_unread else ""
    paragraphs.write("", f"{_count(diagnosis)}{unread}")


def _write_difference(
    paragraphs: Paragraphs, number: int, difference: Difference, *, same_as: int, profile: str | None
) -> None:
    label = f"{number}".ljust(_LABELS)
    paragraphs.write(label, f"{difference.severity.value}: {difference.what}", style=_STYLES[difference.severity])
    paragraphs.write("  symptom", difference.symptom)
    if difference.commands and same_as != number:
        paragraphs.write("  fix", f"{difference.fix}, by the command of {same_as}")
        return
    paragraphs.write("  fix", difference.fix)
    for command in difference.commands:
        paragraphs.command(command.line(profile=profile))


def _count(diagnosis: Diagnosis) -> str:
    doing = len(diagnosis.needs_doing)
    knowing = len(diagnosis.differences) - doing
    things = "nothing needs" if not doing else "1 thing needs" if doing == 1 else f"{doing} things need"
    return f"{things} doing, {knowing} worth knowing" if knowing else f"{things} doing"


def write_accounts_as_json(examined: Iterable[ExaminedAccount]) -> ExitCode:
    """Write one document with an account a line, as they come."""
    results, codes = list[ExaminedAccount](), [ExitCode.OK]

    def entries() -> Iterator[dict[str, Any]]:
        for one in examined:
            results.append(one)
            codes.append(one.exit_code)
            yield _as_json(one)

    write_json("accounts", entries(), rest=lambda: {"totals": _totals(results)})
    return most_important(codes)


def _as_json(one: ExaminedAccount) -> dict[str, Any]:
    diagnosis = one.diagnosis
    if diagnosis is None:
        return {"accountId": one.account_id, "result": one.result, "error": str(one.failure)}
    live, expected = diagnosis.live, diagnosis.expected
    entries = [
        {
            "id": difference.id,
            "severity": difference.severity.value,
            "what": difference.what,
            "symptom": difference.symptom,
            "fix": difference.fix,
            "commands": [command.line(profile=one.profile) for command in difference.commands],
        }
        for difference in diagnosis.differences
    ]
    return {
        "accountId": one.account_id,
        "result": one.result,
        "roleArn": None if live is None else live.arn,
        "expectedRoleArn": expected.arn,
        "associationRoleArn": expected.association_role_arn,
        "agentSpaceArn": expected.agent_space.arn,
        "generation": expected.generation.value,
        "accountsFile": expected.accounts_file,
        "lastUsed": None if live is None else _last_used(live),
        "isAdmitted": diagnosis.is_admitted,
        "why": list(diagnosis.why),
        "whoCanAssume": list(diagnosis.who_can_assume),
        "notSeen": list(one.not_seen),
        "differences": entries,
    }


def _last_used(live: LiveRole) -> str | None:
    if live.last_used is None:
        return None
    return live.last_used.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
