"""Waits until the service has validated associations, without taking an old result for a new one."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace

from devops_agent_constructs.cli.agent_space_target import AgentSpaceTarget
from devops_agent_constructs.cli.associations import INVALID, PENDING, VALID, Association, associations, validate

# The call returns at once, and AWS says neither how long a validation takes nor whether the status is `pending` in the
# meantime, nor whether `updatedAt` changes when the result is the same as before. What has not changed at all counts
# after this time, if it stood so at two polls.
SETTLE_SECONDS = 30.0
FIRST_PAUSE_SECONDS = 2.0
LONGEST_PAUSE_SECONDS = 15.0


@dataclass(kw_only=True, slots=True)
class Validation:
    """A validation of some associations of an Agent Space.

    Attributes:
        target: The Agent Space.
        before: Id of the association -> the association as it stood before.
        now: The same, as it stood at the last poll, in the service's order.
        decided: The ids of those whose result is known to be new.
        settle_seconds: After how long an unchanged result counts as new.
    """

    target: AgentSpaceTarget
    before: dict[str, Association]
    now: dict[str, Association] = field(default_factory=dict)
    decided: set[str] = field(default_factory=set)
    settle_seconds: float = field(default_factory=lambda: SETTLE_SECONDS)

    def run(self, seconds: float, *, progress: Callable[[int, int], None]) -> list[Association]:
        """Ask for the validation and wait for its results.

        Args:
            seconds: How long to wait at most; the last poll is at the end of this time.
            progress: Is told after every poll how many associations are decided, and of how many.

        Returns:
            The associations; `pending-confirmation` is the status of those that are not decided.
        """
        validate(self.target)
        started = time.monotonic()
        pause = FIRST_PAUSE_SECONDS
        while True:
            elapsed = time.monotonic() - started
            self._poll(is_settled=elapsed >= self.settle_seconds)
            progress(len(self.decided), len(self.now))
            if len(self.decided) == len(self.now) or elapsed >= seconds:
                break
            time.sleep(min(pause, max(seconds - elapsed, 0)))
            pause = min(pause * 1.5, LONGEST_PAUSE_SECONDS)
        return [one if one.association_id in self.decided else replace(one, status=PENDING) for one in self._results()]

    def _results(self) -> Collection[Association]:
        return self.now.values()

    def _poll(self, *, is_settled: bool) -> None:
        last, self.now = self.now, {}
        for one in associations(self.target):
            key = one.association_id
            if key not in self.before:
                continue
            self.now[key] = one
            is_new = _state(one) != _state(self.before[key])
            stood_so_before = key in last and _state(last[key]) == _state(one)
            if one.status in {VALID, INVALID} and (is_new or (is_settled and stood_so_before)):
                self.decided.add(key)
            else:
                self.decided.discard(key)


def _state(association: Association) -> tuple[str, object]:
    return association.status, association.updated_at
