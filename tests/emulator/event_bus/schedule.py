"""When a schedule is due: `rate(15 minutes)` and `cron(0 12 * * ? *)`, in UTC.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

_RATE = re.compile(r"rate\(([1-9][0-9]*) (minute|minutes|hour|hours|day|days)\)")
_CRON = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)")
_MINUTE, _HOURS, _MINUTES = timedelta(minutes=1), 24, 60


class InvalidScheduleError(ValueError):
    """EventBridge takes no such expression, or the emulator does not know it."""


def next_time(expression: str) -> Callable[[datetime], datetime]:
    """Return what tells of a time when the schedule is due next; raises `InvalidScheduleError`."""
    if match := _RATE.fullmatch(expression):
        number, unit = int(match[1]), match[2]
        # "A unit of 1 is singular": rate(1 minutes) is not valid.
        if (number == 1) is unit.endswith("s"):
            raise InvalidScheduleError(expression)
        interval = timedelta(**{unit.rstrip("s") + "s": number})
        return lambda after: after + interval
    if match := _CRON.fullmatch(expression):
        minutes, hours = _numbers(match[1], _MINUTES), _numbers(match[2], _HOURS)
        if match[6] != "*" or match[4] != "*" or {match[3], match[5]} != {"*", "?"}:
            raise InvalidScheduleError(f"the emulator knows schedules of each day only, not {expression}")
        return lambda after: _next_in(minutes, hours, after)
    raise InvalidScheduleError(expression)


def _next_in(minutes: set[int], hours: set[int], after: datetime) -> datetime:
    time = after.replace(second=0, microsecond=0) + _MINUTE
    while time.minute not in minutes or time.hour not in hours:
        time += _MINUTE
    return time


def _numbers(field: str, many: int) -> set[int]:
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        begin = 0 if first == "*" else int(first)
        end = many - 1 if first == "*" or step else int(last or first)
        found |= set(range(begin, (int(last) if last else end) + 1, int(step or 1)))
    return found
