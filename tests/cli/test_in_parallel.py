"""Results in order, whatever comes first."""

from __future__ import annotations

import threading

import pytest

from devops_agent_constructs.cli.aws.other_accounts import in_order


def test_order_and_several_at_a_time() -> None:
    """The first waits for the last of eight, so that all of them must be under way."""
    last_is_there = threading.Event()

    def one(number: int) -> int:
        if number == 7:
            last_is_there.set()
        assert last_is_there.wait(timeout=60)
        return number

    assert list(in_order(one, range(20))) == list(range(20))


def test_failure_in_its_turn() -> None:
    """What comes before it is there."""

    def one(number: int) -> int:
        if number == 2:
            raise ValueError("two")
        return number

    results = in_order(one, range(5))
    assert [next(results), next(results)] == [0, 1]
    with pytest.raises(ValueError, match="two"):
        next(results)


def test_nothing() -> None:
    """No items, no results."""
    assert list(in_order(str, [])) == []
