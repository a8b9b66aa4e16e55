"""Decides over how many runs of a sync an alarm looks, within what CloudWatch admits."""

from __future__ import annotations

import math
from dataclasses import dataclass

from devops_agent_constructs import service
from devops_agent_constructs.errors import OnboardingInputError

HEARTBEAT_RUNS = 3
_MINUTE, _HOUR = 60, 3_600
# AWS publishes no time. Users saw minutes in good cases, and 12 to 20 hours in which the role was never assumed:
# reports of February 2026, of the preview.
_PENDING_SECONDS = 3 * _HOUR


@dataclass(frozen=True, kw_only=True, slots=True)
class Evaluation:
    """What the alarms look at; one period is one run.

    Attributes:
        period_seconds: The sync's schedule.
        broken_runs: In how many runs in a row something must be broken before an alarm says so.
        pending_runs: In how many an account must be pending.
    """

    period_seconds: int
    broken_runs: int
    pending_runs: int

    @classmethod
    def of(cls, *, schedule_seconds: float, broken_seconds: float | None) -> Evaluation:
        """Compute them.

        Args:
            schedule_seconds: From one run of the sync to the next.
            broken_seconds: How long something is broken before an alarm says so. None: an hour, at least two runs.

        Raises:
            OnboardingInputError: CloudWatch has no such period, `broken_seconds` is not a number of whole runs, or one
                of the two is too long for CloudWatch.
        """
        period = _period(schedule_seconds)
        if broken_seconds is None:
            # A role or a trust policy that has just changed is invalid for minutes: IAM propagates. A status is read by
            # the run after the one that asked for it, so two runs are the least that is more than one look.
            runs = max(2, math.ceil(_HOUR / period))
        else:
            most = _longest(period) // period * period
            if broken_seconds > most:
                back = _minutes(_longest(period))
                why = f"with a period of {_minutes(period)} an alarm of CloudWatch looks back {back}"
                fix = f"write {_minutes(most)}, which is the most, or less"
                raise OnboardingInputError("invalid_for", _minutes(broken_seconds), why=why, fix=fix)
            if broken_seconds <= 0 or broken_seconds % period:
                why = f"accounts are looked at every {_minutes(period)}, so it can only be a multiple of that"
                # Less than two runs is one look, as above: nobody is told to write that.
                runs = min(max(2, round(broken_seconds / period)), most // period)
                fix = f"the nearest that is more than one look is {_minutes(runs * period)}"
                raise OnboardingInputError("invalid_for", _minutes(broken_seconds), why=why, fix=fix)
            runs = int(broken_seconds // period)
        return cls(
            period_seconds=period, broken_runs=runs, pending_runs=max(runs, math.ceil(_PENDING_SECONDS / period))
        )


def _period(seconds: float) -> int:
    if seconds < _MINUTE or seconds % _MINUTE:
        why = "a period of CloudWatch is a number of whole minutes"
        raise OnboardingInputError(
            "schedule", f"{seconds:g} seconds", why=why, fix="write it like Duration.minutes(15)"
        )
    if HEARTBEAT_RUNS * seconds > _longest(seconds):
        back = _minutes(_longest(seconds))
        why = f"{HEARTBEAT_RUNS} runs are missed before an alarm says so, and CloudWatch looks back {back}"
        fix = f"let the sync run every {_longest(seconds) // HEARTBEAT_RUNS // _HOUR} hours or more often"
        raise OnboardingInputError("schedule", _minutes(seconds), why=why, fix=fix)
    return int(seconds)


def _longest(period: float) -> int:
    return service.MAX_ALARM_SECONDS_SHORT_PERIOD if period < _HOUR else service.MAX_ALARM_SECONDS


def _minutes(seconds: float) -> str:
    return f"{seconds / _MINUTE:g} minutes"
