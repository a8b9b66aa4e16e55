"""Waiting for a validation never takes an old result for a new one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timezone

import pytest

from devops_agent_constructs.account_sync.account_association import AccountAssociation
from devops_agent_constructs.cli.agent_space_target import AgentSpaceTarget
from devops_agent_constructs.cli.aws import associations
from devops_agent_constructs.cli.aws.session import Session
from devops_agent_constructs.cli.errors import CommandError

TARGET = AgentSpaceTarget(agent_space_id="space", arn=None, session=Session())


def association(status: str, *, minute: int = 0) -> AccountAssociation:
    """Return the association of account 222222222222."""
    return AccountAssociation(
        association_id="a",
        account_id="222222222222",
        account_type="source",
        role_arn="arn:aws:iam::222222222222:role/Agent",
        external_id=None,
        elevated_role_arn=None,
        elevated_role_status=None,
        status=status,
        updated_at=datetime(2026, 10, 20, 12, minute, tzinfo=timezone.utc),
    )


class Clock:
    """A service and a clock of one's own: sleeping takes no time.

    Attributes:
        now: Seconds since the call of ValidateAwsAssociations.
        polls: When the associations were read.
    """

    def __init__(self, at: Callable[[float], list[AccountAssociation]]) -> None:
        self.now = 0.0
        self.polls: list[float] = []
        self._at = at

    def associations(self, _: AgentSpaceTarget) -> Iterator[AccountAssociation]:
        """Read the associations."""
        self.polls.append(self.now)
        return iter(self._at(self.now))

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        assert seconds > 0
        self.now += seconds


def status_after(
    monkeypatch: pytest.MonkeyPatch,
    at: Callable[[float], list[AccountAssociation]],
    *,
    before: str = "valid",
    seconds: float = 300,
) -> tuple[str, Clock]:
    """Validate; return the status that is reported, and the clock at that time."""
    clock = Clock(at)
    monkeypatch.setattr(associations, "connections", clock.associations)
    monkeypatch.setattr(associations, "validate", lambda _: None)
    monkeypatch.setattr(time, "sleep", clock.sleep)
    monkeypatch.setattr(time, "monotonic", lambda: clock.now)
    [validated] = associations.validated(TARGET, {"a": association(before)}, seconds=seconds, progress=lambda _: None)
    return validated.status, clock


def test_a_changed_status_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    """It needs no second look."""
    status, clock = status_after(monkeypatch, lambda _: [association("invalid")])
    assert (status, clock.now) == ("invalid", 0)


def test_a_later_update_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same status with a later time is a result of this validation."""
    status, clock = status_after(monkeypatch, lambda _: [association("valid", minute=1)])
    assert (status, clock.now) == ("valid", 0)


def test_an_old_valid_becomes_invalid(monkeypatch: pytest.MonkeyPatch) -> None:
    """The status from before is not reported while the service still works."""
    status, _ = status_after(monkeypatch, lambda now: [association("invalid" if now > 25 else "valid")])
    assert status == "invalid"


def test_pending_in_between(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long it takes, within the time given."""
    status, clock = status_after(
        monkeypatch, lambda now: [association("valid" if now > 200 else "pending-confirmation")]
    )
    assert status == "pending-confirmation" if clock.now < 200 else "valid"
    assert clock.now > 200


def test_unchanged_counts_after_30_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """What looks as before is believed then, and not earlier."""
    status, clock = status_after(monkeypatch, lambda _: [association("valid")])
    assert status == "valid"
    assert 30 <= clock.now < 60


def test_unchanged_within_a_short_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for less than that is told that it is pending."""
    status, clock = status_after(monkeypatch, lambda _: [association("valid")], seconds=20)
    assert (status, clock.now) == ("pending-confirmation", 20)


def test_polls_become_rarer(monkeypatch: pytest.MonkeyPatch) -> None:
    """From 2 seconds to 15, with a last one at the end of the time given."""
    _, clock = status_after(monkeypatch, lambda _: [association("pending-confirmation")], seconds=100)
    pauses = [after - before for before, after in zip(clock.polls, clock.polls[1:], strict=False)]
    assert pauses[:3] == [2, 3, 4.5]
    assert max(pauses) == 15
    assert clock.polls[-1] == 100


def test_removed_in_the_meantime(monkeypatch: pytest.MonkeyPatch) -> None:
    """An association that disappears is an error, not a success."""
    with pytest.raises(CommandError, match="account 222222222222: its association was removed during the validation"):
        status_after(monkeypatch, lambda _: [])
