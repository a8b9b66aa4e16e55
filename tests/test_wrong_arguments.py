"""Every argument refuses every value of another type, by the one exception, and nothing is defined then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import Stack

import devops_agent_constructs as package
from devops_agent_constructs import OnboardingInputError, SecondaryAccount, SecondaryAccountRole
from tests.conftest import SPACE
from tests.wrong_arguments import FUNCTIONS, Wrong, exported
from tests.wrong_arguments_table import CASES, STACK, Case

ARGUMENTS = [(name, argument) for name, case in CASES.items() for argument in case.accepts]


def test_no_argument_is_forgotten() -> None:
    """Whatever the package exports is in the table, with all its arguments."""
    found = {name: set(arguments) for name, arguments in exported()}
    assert {name: set(case.accepts) for name, case in CASES.items()} == found


@pytest.fixture(scope="module")
def wrong() -> Wrong:
    """Return one value of each kind."""
    made = Wrong()
    for make in made.values.values():
        make()
    return made


def called(name: str, case: Case, stack: Stack) -> Callable[..., Any]:
    """Return what is called."""
    if case.on is not None:
        return getattr(case.on(stack), name.partition(".")[2])  # type: ignore[no-any-return]
    found: Callable[..., Any] = FUNCTIONS[name] if name in FUNCTIONS else getattr(package, name)
    return found


@pytest.mark.parametrize(("name", "argument"), ARGUMENTS, ids=[".".join(words) for words in ARGUMENTS])
def test_refused_by_the_one_error(name: str, argument: str, wrong: Wrong) -> None:
    """It names the argument, the value, why and the fix; whatever is defined afterwards was there before.

    Promise: Misuse raises first.
    """
    case = CASES[name]
    function = called(name, case, wrong.stack)
    place: dict[str, object] = {}
    if "scope" in case.accepts:
        place["scope"] = wrong.stack if case.accepts["scope"] == STACK else wrong.app
    if "construct_id" in case.accepts:
        place["construct_id"] = "Refused"
    before = len(wrong.app.node.find_all())
    for kind in wrong.values.keys() - case.accepts[argument]:
        value = wrong.values[kind]()
        with pytest.raises(OnboardingInputError) as caught:
            function(**{**place, **case.good, argument: value})
        assert caught.value.field.startswith(argument), kind
        assert caught.value.why, kind
        assert caught.value.fix, kind
    assert len(wrong.app.node.find_all()) == before


def test_a_number_is_told_what_fits() -> None:
    """An account id has lost its quotes; where a name, an object or a value of a list is meant, quotes are no help."""
    arguments: dict[str, Any] = {"account_id": 222222222222}
    with pytest.raises(OnboardingInputError, match="leading zeros included, like '222222222222'"):
        SecondaryAccount(**arguments)
    stack = Stack()
    for argument, fix in (
        ("agent_space", "give an AgentSpaceArn or an AgentSpace or a string or a list"),
        ("generation", "write Generation.GA or Generation.PREVIEW or Generation.TRANSITION"),
        ("permissions_boundary", "give a ManagedPolicy or a string"),
    ):
        values: dict[str, Any] = {"agent_space": SPACE, argument: 7}
        with pytest.raises(OnboardingInputError) as caught:
            SecondaryAccountRole(stack, "Role", **values)
        assert caught.value.fix == fix
