"""The library's evaluator and the reference give the same answer, to any policy and any request."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.iam_reference import Caller
from tests.iam_reference.requests_of_both import (
    CALLERS,
    IDENTITY_POLICIES,
    REQUESTS,
    TRUST_POLICIES,
    Context,
    access_answers,
    contexts,
    trust_answers,
)

# Derandomized: the same policies every time, so that a failure is one for everybody.
SETTINGS = settings(derandomize=True, max_examples=150, deadline=None, database=None)


@SETTINGS
@given(TRUST_POLICIES, st.sampled_from(CALLERS), st.sampled_from(["sts:AssumeRole", "sts:TagSession"]), contexts())
def test_who_is_let_in(policy: dict[str, Any], caller: Caller, action: str, context: Context) -> None:
    """A trust policy: the same callers, and the same policies that are refused."""
    ours, expected = trust_answers(policy, caller, action=action, context=context)
    assert ours == expected


@SETTINGS
@given(
    st.lists(IDENTITY_POLICIES, max_size=2),
    st.none() | IDENTITY_POLICIES,
    st.none() | IDENTITY_POLICIES,
    REQUESTS,
    contexts(),
)
def test_what_is_allowed(
    identity: list[dict[str, Any]],
    boundary: dict[str, Any] | None,
    session: dict[str, Any] | None,
    request: tuple[str, str],
    context: Context,
) -> None:
    """Identity policies, a permissions boundary and a session policy together."""
    ours, expected = access_answers(*request, identity=identity, boundary=boundary, session=session, context=context)
    assert ours == expected
