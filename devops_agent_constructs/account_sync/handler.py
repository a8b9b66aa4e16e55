"""Runs the sync in a Lambda function, and writes what came of it: metrics, and a line of JSON for each change.

A run that was carried through returns a summary, also if AWS refused a change. One that was not, as something could not
be read, raises after its metrics: Lambda counts an error then, and keeps the event in the dead-letter queue. Nothing of
it has to be done again by hand, as the next run does all that there is to do.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import boto3
from botocore.config import Config

from devops_agent_constructs._functions.agent_client import AgentClient
from devops_agent_constructs.account_sync.associations_writer import Outcome, Result, entry
from devops_agent_constructs.account_sync.call_as import with_call_as
from devops_agent_constructs.account_sync.configuration import FILE, ROLE_VARIABLE, SPACE_VARIABLE, SyncConfiguration
from devops_agent_constructs.account_sync.desired import Desired
from devops_agent_constructs.account_sync.desired_reader import read_desired
from devops_agent_constructs.account_sync.metrics import embedded
from devops_agent_constructs.account_sync.plan import ActionKind
from devops_agent_constructs.account_sync.retries import Retries, in_words
from devops_agent_constructs.account_sync.run import SyncRun
from devops_agent_constructs.account_sync.scope import SyncScope
from devops_agent_constructs.agent_space_arn import AgentSpaceArn

# Beside the library's folder, as `package` puts it there.
CONFIGURATION = Path(__file__).parents[2] / FILE
# What AWS lists can be seconds behind the event that tells of it, and the time of an event has whole seconds.
_SETTLED = timedelta(seconds=30)
# A call is not given up as soon as for a person who waits.
_ATTEMPTS = 8
_SESSION_NAME, _SESSION_SECONDS = "devops-agent-account-sync", 900
_SHOWN_REASONS, _SHOWN_ACCOUNTS = 20, 5
_LEVELS = {Outcome.DONE: "INFO", Outcome.CHANGED_MEANWHILE: "WARNING", Outcome.FAILED: "ERROR"}


class Context(Protocol):
    """What Lambda says of an invocation."""

    def get_remaining_time_in_millis(self) -> int:
        """Return how long it may go on, in milliseconds."""


@dataclass(slots=True)
class _Process:
    """What a warm process remembers.

    Attributes:
        last_start: When the last run began that was carried through and left nothing to the next. None: there is none.
    """

    last_start: datetime | None = None


_PROCESS = _Process()


def handle(event: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Run once, unless the last run has seen already what this event tells of.

    A rollout to 500 accounts emits 500 events, and one run may be at work at a time: Lambda queues the others, and
    invokes with them one after the other. A run reads everything, so that it has seen what happened before it began;
    an event of an earlier time would find nothing to do, by hundreds of calls. Another process does not know of that
    run, and does it all the same.
    """
    start = datetime.now(timezone.utc)
    if _has_been_seen(event):
        _write({"level": "INFO", "message": "nothing to do: the last run began after this event", "event": event["id"]})
        return {"skipped": True}
    _PROCESS.last_start = None
    space = AgentSpaceArn.from_arn(os.environ[SPACE_VARIABLE])
    configuration = SyncConfiguration.from_json(CONFIGURATION.read_text(encoding="utf-8"))
    scope, retries = configuration.scope(space.partition), Retries(attempts=_ATTEMPTS)
    run = SyncRun(
        agent_space_id=space.agent_space_id,
        limits=configuration.limits(scope, primary_account_id=space.account_id),
        retries=retries,
    )
    try:
        run.do(
            AgentClient(space.region),
            partial(_read_desired, scope, configuration.organization_region or space.region, retries),
            seconds_left=_seconds_left(context),
            tell=_tell,
        )
    except Exception as error:
        _write({"level": "ERROR", "message": f"the run ended early: {in_words(error)}"})
        raise
    finally:
        summary = _summary(run)
        _write({"level": "INFO" if run.is_success else "ERROR", "message": "run", **summary})
        at = datetime.now(timezone.utc)
        _write(embedded(space.agent_space_id, run.metrics(at), at=at))
    if not run.not_tried:
        _PROCESS.last_start = start
    return summary


def _has_been_seen(event: Mapping[str, Any]) -> bool:
    if _PROCESS.last_start is None or "time" not in event:  # Somebody invoked it by hand.
        return False
    happened = datetime.fromisoformat(str(event["time"]).replace("Z", "+00:00"))
    return happened < _PROCESS.last_start - _SETTLED


def _read_desired(scope: SyncScope, region: str, retries: Retries, connected: list[str]) -> Desired:
    session = _organization_session(retries) if scope.organization is not None else boto3.Session()
    # Standard, as the CLI's: botocore's default of old repeats less.
    config = Config(retries={"mode": "standard", "total_max_attempts": 3}, connect_timeout=5, read_timeout=30)
    organizations = session.client("organizations", region_name=region, config=config)
    sts = session.client("sts", region_name=region, config=config)
    return read_desired(
        with_call_as(scope, organizations=organizations, sts=sts, retries=retries),
        organizations=organizations,
        cloudformation=session.client("cloudformation", region_name=region, config=config),
        retries=retries,
        connected=connected,
    )


def _organization_session(retries: Retries) -> boto3.Session:
    """Return a session that may read the organization: the function's own, or that of the role for it."""
    if not (role_arn := os.environ.get(ROLE_VARIABLE)):
        return boto3.Session()
    answer = retries.call(
        boto3.client("sts").assume_role,
        RoleArn=role_arn,
        RoleSessionName=_SESSION_NAME,
        DurationSeconds=_SESSION_SECONDS,
    )
    credentials = answer["Credentials"]
    return boto3.Session(
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )


def _seconds_left(context: Context) -> Callable[[], float]:
    return lambda: context.get_remaining_time_in_millis() / 1000


def _tell(result: Result) -> None:
    _write({"level": _LEVELS[result.outcome], "message": "change", **entry(result.action, result)})


def _summary(run: SyncRun) -> dict[str, Any]:
    """Return what a run came to; of the accounts that it left alone, the reasons with the first accounts of each."""
    plan = run.plan
    if plan is None:
        return {"successful": False}
    left_alone: dict[str, list[str]] = {}
    for action in plan.actions:
        if not action.is_change:
            left_alone.setdefault(action.reason, []).append(action.account_id)
    reasons = [
        {"reason": reason, "accounts": len(accounts), "first": accounts[:_SHOWN_ACCOUNTS]}
        for reason, accounts in list(left_alone.items())[:_SHOWN_REASONS]
    ]
    return {
        "successful": run.is_success,
        "inStep": plan.in_step,
        "totals": {kind.value: plan.counts[kind] for kind in ActionKind},
        "tried": len(run.results),
        "leftToTheNextRun": run.not_tried,
        "failure": plan.failure,
        "leftAlone": reasons,
    }


def _write(line: Mapping[str, Any]) -> None:
    # One line each, at once: what a run has done is told also if it is ended in the middle.
    sys.stdout.write(f"{json.dumps(line)}\n")
    sys.stdout.flush()
