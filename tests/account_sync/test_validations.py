"""Waiting for a validation never takes an old result for a new one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any

import pytest

from devops_agent_constructs._functions.agent_client import AgentClient
from devops_agent_constructs.account_sync.account_association import association_of
from devops_agent_constructs.account_sync.retries import Retries
from devops_agent_constructs.account_sync.validations import AssociationRemovedError, Validations
from devops_agent_constructs.cli.agent_space_target import AgentSpaceTarget
from devops_agent_constructs.cli.aws.session import Session
from devops_agent_constructs.cli.errors import CommandError

Entry = Mapping[str, Any]


def association(status: str, *, minute: int = 0) -> Entry:
    """Return the association of account 222222222222 as the API has it."""
    settings = {
        "accountId": "222222222222",
        "accountType": "source",
        "assumableRoleArn": "arn:aws:iam::222222222222:role/Agent",
    }
    return {
        "associationId": "a",
        "serviceId": "aws",
        "configuration": {"sourceAws": settings},
        "status": status,
        "updatedAt": datetime(2026, 10, 20, 12, minute, tzinfo=timezone.utc),
    }


class Clock(AgentClient):
    """A service and a clock of one's own: sleeping takes no time.

    Attributes:
        now: Seconds since the call of ValidateAwsAssociations.
        polls: When the associations were read.
    """

    class exceptions:  # noqa: N801  # boto3's name
        """What a client of boto3 has, as far as it is looked at."""

        ResourceNotFoundException = AccessDeniedException = RuntimeError

    def __init__(self, at: Callable[[float], list[Entry]]) -> None:
        self.now = 0.0
        self.polls: list[float] = []
        self._at = at

    def list_associations(self, **_: Any) -> Mapping[str, Any]:
        """Read the associations."""
        self.polls.append(self.now)
        return {"associations": self._at(self.now)}

    def validate_aws_associations(self, **_: Any) -> Mapping[str, Any]:
        """Begin."""
        return {}

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        assert seconds > 0
        self.now += seconds


def status_after(
    at: Callable[[float], list[Entry]], *, before: str = "valid", seconds: float = 300
) -> tuple[str, Clock]:
    """Validate; return the status that is reported, and the clock at that time."""
    clock = Clock(at)
    validations = Validations(
        client=clock, agent_space_id="space", retries=Retries(), sleep=clock.sleep, clock=lambda: clock.now
    )
    connection = association_of(association(before))
    assert connection is not None
    [one] = validations.validate({"a": connection}, seconds=seconds)
    return one.status, clock


def test_a_changed_status_is_new() -> None:
    """It needs no second look."""
    status, clock = status_after(lambda _: [association("invalid")])
    assert (status, clock.now) == ("invalid", 0)


def test_a_later_update_is_new() -> None:
    """The same status with a later time is a result of this validation."""
    status, clock = status_after(lambda _: [association("valid", minute=1)])
    assert (status, clock.now) == ("valid", 0)


def test_an_old_valid_becomes_invalid() -> None:
    """The status from before is not reported while the service still works."""
    status, _ = status_after(lambda now: [association("invalid" if now > 25 else "valid")])
    assert status == "invalid"


def test_pending_in_between() -> None:
    """However long it takes, within the time given."""
    status, clock = status_after(lambda now: [association("valid" if now > 200 else "pending-confirmation")])
    assert status == "pending-confirmation" if clock.now < 200 else "valid"
    assert clock.now > 200


def test_unchanged_counts_after_30_seconds() -> None:
    """What looks as before is believed then, and not earlier."""
    status, clock = status_after(lambda _: [association("valid")])
    assert status == "valid"
    assert 30 <= clock.now < 60


def test_unchanged_within_a_short_wait() -> None:
    """Whoever waits for less than that is told that it is pending."""
    status, clock = status_after(lambda _: [association("valid")], seconds=20)
    assert (status, clock.now) == ("pending-confirmation", 20)


def test_polls_become_rarer() -> None:
    """From 2 seconds to 15, with a last one at the end of the time given."""
    _, clock = status_after(lambda _: [association("pending-confirmation")], seconds=100)
    pauses = [after - before for before, after in zip(clock.polls, clock.polls[1:], strict=False)]
    assert pauses[:3] == [2, 3, 4.5]
    assert max(pauses) == 15
    assert clock.polls[-1] == 100


def test_removed_in_the_meantime(monkeypatch: pytest.MonkeyPatch) -> None:
    """An association that disappears is an error, not a success; verify says what to do."""
    words = "account 222222222222: its association was removed during the validation"
    with pytest.raises(AssociationRemovedError, match=words):
        status_after(lambda _: [])
    target = AgentSpaceTarget(agent_space_id="space", arn=None, session=Session())
    monkeypatch.setattr(AgentSpaceTarget, "client", lambda _: Clock(lambda _: []))
    before = association_of(association("valid"))
    assert before is not None
    with pytest.raises(CommandError, match=f"{words}; run verify again"):
        target.validated({"a": before}, seconds=300)
