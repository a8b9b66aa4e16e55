"""The time that it is in the emulator: the machine's, and however much a test has let pass since it started.

What is due by then happens on the way, in its order: schedules, retries of events, evaluations of alarms. A handler's
`time.sleep` lets time pass here instead of waiting. Not everything goes by this clock: moto's own dates and the end of
sessions are the machine's.
"""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Callable
from datetime import datetime, timedelta, timezone


class Clock:
    """A clock that a test can advance."""

    def __init__(self) -> None:
        self._passed = timedelta()
        self._due: list[tuple[datetime, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        # A handler that sleeps while something due is running lets time pass within it: in the same thread, if it is
        # what is running; in another one, if it was invoked by a request of that. The latter must not wait.
        self._advancing, self._lock = threading.RLock(), threading.Lock()

    @property
    def passed(self) -> timedelta:
        """How much the clock is ahead of the machine's."""
        return self._passed

    def now(self) -> datetime:
        """The time, with its zone."""
        return datetime.now(timezone.utc) + self._passed

    def utcnow(self) -> datetime:
        """The time in UTC without a zone, as moto has it."""
        return self.now().replace(tzinfo=None)

    def call_at(self, when: datetime, call: Callable[[], None]) -> None:
        """Call something when it is due, which is the next time that the clock is advanced."""
        with self._lock:
            heapq.heappush(self._due, (when, next(self._numbers), call))

    def call_in(self, wait: timedelta, call: Callable[[], None]) -> None:
        """Call something after a while."""
        self.call_at(self.now() + wait, call)

    def call_every(self, interval: timedelta, call: Callable[[], None]) -> None:
        """Call something at each multiple of an interval since midnight."""

        def again() -> None:
            call()
            self.call_every(interval, call)

        self.call_at(self.next_whole(interval), again)

    def next_whole(self, unit: timedelta) -> datetime:
        """The next multiple of a unit since midnight, such as an hour."""
        now = self.now()
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight + ((now - midnight) // unit + 1) * unit

    def advance(self, by: timedelta) -> None:
        """Let time pass, and let happen what is due on the way; if another thread is at it, that does it."""
        if not self._advancing.acquire(blocking=False):
            with self._lock:
                self._passed += by
            return
        try:
            self._advance_to(self.now() + by)
        finally:
            self._advancing.release()

    def advance_to_whole(self, unit: timedelta) -> None:
        """Advance to the next multiple of a unit since midnight, such as an hour, so that a test knows where it is."""
        self.advance(self.next_whole(unit) - self.now())

    def reset(self) -> None:
        """Be the machine's clock again; nothing is due."""
        with self._lock:
            self._passed = timedelta()
            self._due.clear()

    def _advance_to(self, target: datetime) -> None:
        while due := self._next_due(target):
            when, call = due
            self._wait_until(when)
            call()
        self._wait_until(target)

    def _next_due(self, target: datetime) -> tuple[datetime, Callable[[], None]] | None:
        with self._lock:
            if not self._due or self._due[0][0] > target:
                return None
            when, _, call = heapq.heappop(self._due)
            return when, call

    def _wait_until(self, when: datetime) -> None:
        with self._lock:
            self._passed += max(when - self.now(), timedelta())


CLOCK = Clock()
"""The one of the emulator, of which there is one in a process."""
