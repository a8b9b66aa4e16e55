"""Runs the sync in a Lambda function, and writes what came of it: metrics, and a line of JSON for each change.

A run that was carried through returns a summary, also if AWS refused a change. One that was not, as something could not
be read, raises after its metrics: Lambda counts an error then, and keeps the event in the dead-letter queue. Nothing of
it has to be done again by hand, as the next run does all that there is to do.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import boto3
from botocore.config import Config

from devops_agent_constructs._functions.agent_client import AgentClient
from devops_agent_constructs.account_sync.configuration import FILE, ROLE_VARIABLE, SPACE_VARIABLE, SyncConfiguration
from devops_agent_constructs.account_sync.desired_reader import read_desired
from devops_agent_constructs.account_sync.retries import Retries, in_words
from devops_agent_constructs.account_sync.run import SyncRun
from devops_agent_constructs.account_sync.run_log import write, write_result, write_run
from devops_agent_constructs.account_sync.scope import Desired
from devops_agent_constructs.agent_space_arn import AgentSpaceArn

# Beside the library's folder, as `package` puts it there.
CONFIGURATION = Path(__file__).parents[2] / FILE
# What AWS lists can be seconds behind the event that tells of it, and the time of an event has whole seconds.
_SETTLED = timedelta(seconds=30)
# A call is not given up as soon as for a person who waits.
_ATTEMPTS = 8
_SESSION_NAME, _SESSION_SECONDS = "devops-agent-account-sync", 900


class Context(Protocol):
    """What Lambda says of an invocation."""

    def get_remaining_time_in_millis(self) -> int:
        """Return how long it may go on, in milliseconds."""


@dataclass(slots=True)
class _Process:
    """What a warm process remembers.

    Attributes:
        last_start: When the last run began, if it succeeded and left nothing to the next. None: it did not.
        invalid: Associations that were invalid when a run last saw a result of theirs.
    """

    last_start: datetime | None = None
    invalid: frozenset[str] = frozenset()


_PROCESS = _Process()


def handle(event: object, context: Context) -> dict[str, Any]:
    """Run once, unless the last run has seen already what this event tells of.

    A rollout to 500 accounts emits 500 events, and one run may be at work at a time: Lambda queues the others, and
    invokes with them one after the other. A run reads everything, so that it has seen what happened before it began;
    an event of an earlier time would find nothing to do, by hundreds of calls. Another process does not know of that
    run, and does it all the same. Whoever invokes it by hand may give it anything.
    """
    start, told = datetime.now(timezone.utc), event if isinstance(event, Mapping) else {}
    if _has_been_seen(told):
        message = "nothing to do: the last run began after this event"
        write({"level": "INFO", "message": message, "event": told.get("id")})
        return {"skipped": True}
    _PROCESS.last_start = None
    space = AgentSpaceArn.from_arn(os.environ[SPACE_VARIABLE])
    configuration = SyncConfiguration.from_json(CONFIGURATION.read_text(encoding="utf-8"))
    retries = Retries(attempts=_ATTEMPTS)
    run = SyncRun(
        agent_space_id=space.agent_space_id,
        limits=configuration.limits(space.partition, primary_account_id=space.account_id),
        retries=retries,
        last_invalid=_PROCESS.invalid,
    )
    try:
        run.do(
            AgentClient(space.region),
            partial(_read_desired, configuration, space, retries),
            seconds_left=lambda: context.get_remaining_time_in_millis() / 1000,
            tell=write_result,
        )
    except Exception as error:
        write({"level": "ERROR", "message": f"the run ended early: {in_words(error)}"})
        raise
    finally:
        summary = write_run(run, at=datetime.now(timezone.utc))
        if run.connected is not None:
            _PROCESS.invalid = run.invalid
    if run.is_all_done:
        _PROCESS.last_start = start
    return summary


def _has_been_seen(event: Mapping[str, Any]) -> bool:
    if _PROCESS.last_start is None:
        return False
    try:
        happened = datetime.fromisoformat(str(event.get("time")).replace("Z", "+00:00"))
    except ValueError:  # It is not EventBridge's.
        return False
    return happened.tzinfo is not None and happened < _PROCESS.last_start - _SETTLED


def _read_desired(
    configuration: SyncConfiguration, space: AgentSpaceArn, retries: Retries, connected: list[str]
) -> Desired:
    region = configuration.organization_region or space.region
    session = _organization_session(retries) if configuration.organization is not None else boto3.Session()
    # Standard, as the CLI's: botocore's default of old repeats less.
    config = Config(retries={"mode": "standard", "total_max_attempts": 3}, connect_timeout=5, read_timeout=30)
    return read_desired(
        configuration,
        partition=space.partition,
        organizations=session.client("organizations", region_name=region, config=config),
        sts=session.client("sts", region_name=region, config=config),
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
