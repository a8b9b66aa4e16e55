"""Holds how fast a StackSet goes through accounts, and how many may fail, as a checked value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from devops_agent_constructs._arguments import checked_fields
from devops_agent_constructs.errors import OnboardingInputError


class ConcurrencyMode(Enum):
    """What failures do to the number of accounts that are deployed at a time.

    See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/concurrency-mode.html
    """

    SOFT_FAILURE_TOLERANCE = "SOFT_FAILURE_TOLERANCE"
    """Nothing, until more have failed than are tolerated; then those under way are finished."""

    STRICT_FAILURE_TOLERANCE = "STRICT_FAILURE_TOLERANCE"
    """It sinks with each failure, and never exceeds the tolerated failures by more than one."""


@checked_fields
@dataclass(frozen=True, kw_only=True, slots=True)
class OperationPreferences:
    """How fast a StackSet goes through the accounts, and how many may fail before it stops.

    An account can fail for reasons of its own, as a role of the same name that somebody made by hand; it must not stop
    the others, nor roll back what they have. A template that fails everywhere must stop soon.

    Attributes:
        failure_tolerance_percentage: 0-100 percent of the accounts, rounded down. None: 10, unless a count is given.
        failure_tolerance_count: A number of accounts instead.
        max_concurrent_percentage: 1-100 percent of the accounts at a time. None: 25, unless a count is given.
        max_concurrent_count: A number of accounts instead, at least 1.
        concurrency_mode: What failures do to that number.

    Raises:
        OnboardingInputError: A number out of range, a count beside a percentage, or a strict mode whose counts AWS
            would refuse.

    See https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackSetOperationPreferences.html
    """

    failure_tolerance_percentage: int | None = None
    failure_tolerance_count: int | None = None
    max_concurrent_percentage: int | None = None
    max_concurrent_count: int | None = None
    concurrency_mode: ConcurrencyMode = ConcurrencyMode.SOFT_FAILURE_TOLERANCE

    def __post_init__(self) -> None:
        """Check the numbers, and fill in what is not given."""
        for name, least in (("failure_tolerance", 0), ("max_concurrent", 1)):
            percentage, count = getattr(self, f"{name}_percentage"), getattr(self, f"{name}_count")
            if percentage is not None and count is not None:
                why = f"there is {name}_percentage={percentage} already"
                raise OnboardingInputError(f"{name}_count", count, why=why, fix="give one of the two")
            _in_range(percentage, least, 100, field=f"{name}_percentage")
            _in_range(count, least, None, field=f"{name}_count")
            if percentage is None and count is None:
                object.__setattr__(self, f"{name}_percentage", 10 if name == "failure_tolerance" else 25)
        tolerated, at_a_time = self.failure_tolerance_count, self.max_concurrent_count
        is_strict = self.concurrency_mode is ConcurrencyMode.STRICT_FAILURE_TOLERANCE
        if is_strict and tolerated is not None and at_a_time is not None and at_a_time > tolerated + 1:
            why = f"in strict mode at most {tolerated + 1} at a time, one more than the failures tolerated"
            fix = "lower it, or choose ConcurrencyMode.SOFT_FAILURE_TOLERANCE"
            raise OnboardingInputError("max_concurrent_count", at_a_time, why=why, fix=fix)


def _in_range(value: int | None, least: int, most: int | None, *, field: str) -> None:
    if value is None or (least <= value and (most is None or value <= most)):
        return
    why = f"must be {least} or more" if most is None else f"must be {least} to {most}"
    raise OnboardingInputError(field, value, why=why, fix="correct the number")
