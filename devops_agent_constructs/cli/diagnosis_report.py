"""What `doctor` writes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timezone

from devops_agent_constructs.cli.json_document import write_json
from devops_agent_constructs.cli.paragraphs import Paragraphs
from devops_agent_constructs.diagnosis.commands import Command
from devops_agent_constructs.diagnosis.diagnosis import Diagnosis
from devops_agent_constructs.diagnosis.difference import Difference, Severity
from devops_agent_constructs.diagnosis.live_role import LiveRole

_LABELS = 10
_STYLES = {Severity.NEEDS_DOING: "red", Severity.WORTH_KNOWING: "yellow"}


def write_report(diagnosis: Diagnosis, not_seen: Sequence[str], *, profile: str | None) -> None:
    """Write it for a person: who can assume the role, each difference with its fix, and the count.

    Args:
        diagnosis: What there is to say.
        not_seen: What could not be read, in words.
        profile: With credentials of the account. None: the commands name none.
    """
    paragraphs = Paragraphs(label_width=_LABELS)
    live, expected = diagnosis.live, diagnosis.expected
    paragraphs.write("account", expected.account.account_id)
    paragraphs.write("role", expected.arn if live is None else live.arn)
    paragraphs.write("expected", f"generation {expected.generation.value}, for {expected.agent_space.arn}")
    if live is not None:
        paragraphs.write("last used", _last_used(live) or "never, as far as IAM remembers (400 days)")
    paragraphs.write_each("let in", [f"{'yes' if diagnosis.is_admitted else 'no'}: {why}" for why in diagnosis.why])
    if live is not None:
        paragraphs.write_each("assumed by", diagnosis.who_can_assume or ["nobody can tell"])
    paragraphs.write_each("not seen", not_seen)
    seen: dict[tuple[Command, ...], int] = {}
    for number, difference in enumerate(diagnosis.differences, start=1):
        paragraphs.blank()
        same_as = seen.setdefault(difference.commands, number)
        _write_difference(paragraphs, number, difference, same_as=same_as, profile=profile)
    paragraphs.blank()
    paragraphs.write("", _count(diagnosis))


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


def write_report_as_json(diagnosis: Diagnosis, not_seen: Sequence[str], *, profile: str | None) -> None:
    """Write it for a program; `profile` as for `write_report`."""
    live, expected = diagnosis.live, diagnosis.expected
    entries = [
        {
            "id": one.id,
            "severity": one.severity.value,
            "what": one.what,
            "symptom": one.symptom,
            "fix": one.fix,
            "commands": [command.line(profile=profile) for command in one.commands],
        }
        for one in diagnosis.differences
    ]
    rest = {
        "accountId": expected.account.account_id,
        "roleArn": None if live is None else live.arn,
        "expectedRoleArn": expected.arn,
        "agentSpaceArn": expected.agent_space.arn,
        "generation": expected.generation.value,
        "lastUsed": None if live is None else _last_used(live),
        "isAdmitted": diagnosis.is_admitted,
        "why": list(diagnosis.why),
        "whoCanAssume": list(diagnosis.who_can_assume),
        "notSeen": list(not_seen),
    }
    write_json("differences", entries, rest=lambda: rest)


def _last_used(live: LiveRole) -> str | None:
    if live.last_used is None:
        return None
    return live.last_used.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
