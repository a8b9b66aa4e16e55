"""Writes what a run of the function does: a line of JSON for each change, one for the run, and the metrics."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from devops_agent_constructs.account_sync.account_association import INVALID, VALID
from devops_agent_constructs.account_sync.associations_writer import Outcome, Result, entry
from devops_agent_constructs.account_sync.metrics import embedded
from devops_agent_constructs.account_sync.plan import ActionKind
from devops_agent_constructs.account_sync.retries import in_words
from devops_agent_constructs.account_sync.run import SyncRun

_SHOWN_GROUPS, _SHOWN_ACCOUNTS = 20, 5
_LEVELS = {Outcome.DONE: "INFO", Outcome.CHANGED_MEANWHILE: "WARNING", Outcome.FAILED: "ERROR"}


def write(line: Mapping[str, Any]) -> None:
    """Write a line, at once: what a run has done is told also if it is ended in the middle."""
    sys.stdout.write(f"{json.dumps(line)}\n")
    sys.stdout.flush()


def write_result(result: Result) -> None:
    """Write what came of a change, but for those that were given up: thousands would have the same reason."""
    if result.outcome is not Outcome.GIVEN_UP:
        write({"level": _LEVELS[result.outcome], "message": "change", **entry(result.action, result)})


def write_run(run: SyncRun, *, at: datetime) -> dict[str, Any]:
    """Write what a run came to, and its metrics; return the summary."""
    given_up = [result for result in run.results if result.outcome is Outcome.GIVEN_UP]
    if given_up:
        reasons = ((in_words(one.error or Exception()), one.action.account_id) for one in given_up)
        write({"level": "ERROR", "message": "given up after the same refusal of others", "changes": _groups(reasons)})
    summary = _summary(run, tried=len(run.results) - len(given_up))
    is_broken = any(INVALID in group["reason"] for group in summary["notValid"])
    level = "ERROR" if not run.is_success else "WARNING" if is_broken else "INFO"
    write({"level": level, "message": "run", **summary})
    write(embedded(run.agent_space_id, run.metrics(at), at=at))
    return summary


def _summary(run: SyncRun, *, tried: int) -> dict[str, Any]:
    """Return what a run came to; of the accounts that it left alone or found broken, the first of each reason."""
    plan, not_valid = run.plan, _groups(_not_valid(run))
    if plan is None:
        return {"successful": False, "notValid": not_valid}
    left_alone = ((action.reason, action.account_id) for action in plan.actions if not action.is_change)
    return {
        "successful": run.is_success,
        "inStep": plan.in_step,
        "totals": {kind.value: plan.counts[kind] for kind in ActionKind},
        "tried": tried,
        "leftToTheNextRun": run.not_tried,
        "failure": plan.failure,
        "leftAlone": _groups(left_alone),
        "notValid": not_valid,
    }


def _not_valid(run: SyncRun) -> Iterator[tuple[str, str]]:
    for one in run.connected or ():
        if one.status != VALID:
            yield one.status if one.status == run.status_of(one) else f"{INVALID}: {one.status}", one.account_id
        if one.elevated_role_status not in {None, VALID}:
            yield f"role for directed actions: {one.elevated_role_status}", one.account_id


def _groups(pairs: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    groups = defaultdict[str, list[str]](list)
    for reason, account_id in pairs:
        groups[reason].append(account_id)
    return [
        {"reason": reason, "accounts": len(accounts), "first": accounts[:_SHOWN_ACCOUNTS]}
        for reason, accounts in list(groups.items())[:_SHOWN_GROUPS]
    ]
