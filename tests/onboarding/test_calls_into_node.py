"""connect_accounts: as fast as the CDK by hand, counted in calls into Node, which a busy machine does not change."""

from collections.abc import Callable, Sequence

import jsii
import pytest
from aws_cdk import App, Stage

from benchmarks import associations_by_hand, associations_by_library
from benchmarks.by_hand import secondary_stack
from devops_agent_constructs import Onboarding, SecondaryAccount, connect_accounts
from tests.conftest import SPACE
from tests.python_calls import python_calls

# What of jsii talks to Node; there is no public way to count.
PROVIDER = type(jsii._kernel.Kernel().provider)
CALLS = ("create", "get", "set", "sget", "sset", "invoke", "sinvoke")


def by_hand(app: App, account_ids: Sequence[str]) -> None:
    """Define the stacks with the CDK alone."""
    for account_id in account_ids:
        secondary_stack(app, account_id)


def by_library(app: App, account_ids: Sequence[str]) -> None:
    """Define the same with this library."""
    accounts = [SecondaryAccount(account_id=account_id) for account_id in account_ids]
    connect_accounts(app, Onboarding(agent_space=SPACE, accounts=accounts))


def in_a_stage(app: App, account_ids: Sequence[str]) -> None:
    """Define the same in a stage, where the names of the stacks are longer."""
    accounts = [SecondaryAccount(account_id=account_id) for account_id in account_ids]
    connect_accounts(Stage(app, "Production"), Onboarding(agent_space=SPACE, accounts=accounts))


@pytest.fixture
def calls_of(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[App, Sequence[str]], None], int], int]:
    """Return a function that counts the calls into Node with so many accounts."""
    calls: list[str] = []

    def counted(name: str) -> Callable[..., object]:
        original = getattr(PROVIDER, name)

        def call(*args: object, **kwargs: object) -> object:
            calls.append(name)
            return original(*args, **kwargs)

        return call

    for name in CALLS:
        monkeypatch.setattr(PROVIDER, name, counted(name))

    def count(define: Callable[[App, Sequence[str]], None], accounts: int) -> int:
        app = App(analytics_reporting=False)
        calls.clear()
        define(app, [f"{200_000_000_000 + number}" for number in range(accounts)])
        return len(calls)

    return count


@pytest.mark.parametrize("define", [by_library, in_a_stage])
def test_an_account_takes_fewer_calls_than_by_hand(
    define: Callable[[App, Sequence[str]], None],
    calls_of: Callable[[Callable[[App, Sequence[str]], None], int], int],
) -> None:
    """A stack with role, outputs, parameter and rule; what is known already is not asked for.

    Promise: As fast as by hand.
    """
    calls_of(define, 1)  # What all stacks of a process share is made.
    further = {way: calls_of(way, 12) - calls_of(way, 2) for way in (by_hand, define)}
    assert further == {by_hand: 120, define: 110}


def test_each_account_costs_the_same() -> None:
    """Counted in calls within Python, those into Node among them: the sixth five take as many as the second.

    Promise: Linear.
    """

    def calls(accounts: int) -> int:
        app, account_ids = App(analytics_reporting=False), [f"{200_000_000_000 + number}" for number in range(accounts)]
        return python_calls(lambda: by_library(app, account_ids))

    calls(1)  # What is loaded and remembered at first is no part of it.
    assert calls(30) - calls(25) == pytest.approx(calls(10) - calls(5), rel=0.01)


def associations(primary_stack: Callable[[App, int, list[str]], None]) -> Callable[[App, Sequence[str]], None]:
    """Return what defines associations in one way."""
    return lambda app, account_ids: primary_stack(app, 1, list(account_ids))


def test_an_association_takes_fewer_calls_than_by_hand(
    calls_of: Callable[[Callable[[App, Sequence[str]], None], int], int],
) -> None:
    """The resource, and what it waits for."""
    ways = [associations(module.primary_stack) for module in (associations_by_hand, associations_by_library)]
    assert [calls_of(way, 12) - calls_of(way, 2) for way in ways] == [30, 20]
