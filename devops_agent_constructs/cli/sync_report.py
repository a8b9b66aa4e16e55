"""Writes what `sync` plans, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from devops_agent_constructs._plain_text import counted
from devops_agent_constructs.account_sync.account_association import (
    INVALID,
    PENDING,
    AccountAssociation,
    statuses_in_words,
)
from devops_agent_constructs.account_sync.associations_writer import Outcome, Result, entry
from devops_agent_constructs.account_sync.plan import Action, ActionKind, Plan
from devops_agent_constructs.cli.connection_report import write_statuses
from devops_agent_constructs.cli.errors import ExitCode, most_important
from devops_agent_constructs.cli.options import Output
from devops_agent_constructs.cli.terminal.entries import write_json
from devops_agent_constructs.cli.terminal.reporting import note
from devops_agent_constructs.cli.terminal.text import Column, Rows

_PLANNED = (Column(title="account", width=12), Column(title="action", width=12), Column(title="reason", width=50))
_DONE = (*_PLANNED[:2], Column(title="result", width=7), _PLANNED[2])
_LEAVE_ALONE = ActionKind.LEAVE_ALONE
_AGAIN = "somebody else changed it meanwhile: run sync again"


@dataclass(kw_only=True, slots=True)
class SyncReport:
    """The plan, and what has come of it so far.

    Attributes:
        plan: The plan.
        fix: What to do if the plan has a failure.
        is_applied: Whether it is to be done.
        results: Of the actions that were tried, in the plan's order.
        validated: The associations after a validation; None: there was none.
    """

    plan: Plan
    fix: str
    is_applied: bool
    results: list[Result] = field(default_factory=list)
    validated: Sequence[AccountAssociation] | None = None

    def write(self, output: Output) -> None:
        """Write it, to standard output; what counts for all is said on standard error."""
        if output == "json":
            write_json("actions", (entry(*pair, explain=_explained) for pair in self._pairs()), rest=self._rest)
        else:
            rows = Rows(_DONE if self.is_applied else _PLANNED)
            for action, result in self._pairs():
                words = [_word(action, result)] if self.is_applied else []
                rows.row(action.account_id, action.kind.value, *words, _reason(action, result))
            write_statuses(self.validated or ())
        note(self._totals())
        if self.plan.failure is not None:
            note(f"error: {self.plan.failure}; {self.fix}")

    def exit_code(self) -> ExitCode:
        """Decide by the plan, or by what came of it."""
        codes = [ExitCode.FAILED] if self.plan.failure is not None else []
        if not self.is_applied:
            # A failure wins here: what was not read, or not allowed, is no plan to go by.
            return codes[0] if codes else ExitCode.INVALID if self.plan.changes else ExitCode.OK
        outcomes = {result.outcome for result in self.results}
        if Outcome.FAILED in outcomes or len(self.results) < len(self.plan.changes):
            codes.append(ExitCode.FAILED)
        if Outcome.CHANGED_MEANWHILE in outcomes:
            codes.append(ExitCode.INVALID)
        statuses = {association.status for association in self.validated or ()}
        if INVALID in statuses:
            codes.append(ExitCode.INVALID)
        if PENDING in statuses:
            codes.append(ExitCode.PENDING)
        return most_important(codes)

    def _pairs(self) -> Iterator[tuple[Action, Result | None]]:
        """Yield each action with what came of it; None: it changes nothing, or was not tried."""
        results = iter(self.results)
        for action in self.plan.actions:
            yield action, next(results, None) if action.is_change else None

    def _rest(self) -> dict[str, Any]:
        counts = self.plan.counts
        validated = [association.to_json() for association in self.validated or ()]
        return {
            "inStep": self.plan.in_step,
            "totals": {kind.value: counts[kind] for kind in ActionKind},
            "failure": self.plan.failure,
            "applied": self.is_applied,
            "associations": None if self.validated is None else validated,
        }

    def _totals(self) -> str:
        counts = self.plan.counts
        parts = [f"{counts[kind]} to {kind.value}" for kind in ActionKind if counts[kind] and kind is not _LEAVE_ALONE]
        parts += [f"{counts[_LEAVE_ALONE]} left alone"] if counts[_LEAVE_ALONE] else []
        text = f"{counted(self.plan.in_step, 'account')} in step{''.join(f', {part}' for part in parts)}"
        if self.is_applied:
            outcomes = Counter(result.outcome for result in self.results)
            text += (
                f"; {', '.join(f'{outcomes[kind]} {kind.value}' for kind in Outcome if outcomes[kind]) or 'none done'}"
            )
            left = len(self.plan.changes) - len(self.results)
            text += f", {left} not tried" if left else ""
        if self.validated is not None:
            text += f"; {statuses_in_words(Counter(association.status for association in self.validated))}"
        return text


def _reason(action: Action, result: Result | None) -> str:
    if result is None or result.error is None:
        return action.reason
    if result.outcome is Outcome.CHANGED_MEANWHILE:
        return _AGAIN
    given_up = "AWS refused others: " if result.outcome is Outcome.GIVEN_UP else ""
    return f"{given_up}{_explained(result.error)}"


def _word(action: Action, result: Result | None) -> str:
    if result is None:
        return "not tried" if action.is_change else "-"
    return result.outcome.value


def _explained(error: Exception) -> str:
    # Not at the top: it imports botocore, which `--help` does not need.
    from devops_agent_constructs.cli.aws.errors import explain  # noqa: PLC0415

    return str(explain(error))
