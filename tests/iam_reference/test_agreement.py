"""The library's evaluator and the reference give the same answer, to any policy and any request."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.iam_reference import Caller
from tests.iam_reference.matching import like
from tests.iam_reference.requests_of_both import (
    CALLERS,
    IDENTITY_POLICIES,
    REQUESTS,
    TRUST_POLICIES,
    Context,
    access_answers,
    contexts,
    permission_answers,
    trust_answers,
)

ACTIONS_OF_REQUESTS = ("*", "sqs:*", "sqs:Send*", "sqs:ListQueue?", "sts:Assume*", "iam:*")
RESOURCES_OF_REQUESTS = (
    "*",
    "arn:aws:sqs:*",
    "arn:aws:sqs:us-east-1:222222222222:*",
    "arn:aws:iam::222222222222:role/*",
)
SETTINGS = settings(max_examples=150)


@SETTINGS
@given(TRUST_POLICIES, st.sampled_from(CALLERS), st.sampled_from(["sts:AssumeRole", "sts:TagSession"]), contexts())
def test_who_is_let_in(policy: dict[str, Any], caller: Caller, action: str, context: Context) -> None:
    """A trust policy: the same callers, and the same policies that are refused.

    Promise: A second opinion.
    """
    ours, expected = trust_answers(policy, caller, action=action, context=context)
    assert ours == expected


@SETTINGS
@given(
    st.lists(IDENTITY_POLICIES, max_size=2),
    st.none() | IDENTITY_POLICIES,
    st.none() | IDENTITY_POLICIES,
    st.sampled_from(REQUESTS),
    contexts(),
)
def test_what_is_allowed(
    identity: list[dict[str, Any]],
    boundary: dict[str, Any] | None,
    session: dict[str, Any] | None,
    request: tuple[str, str],
    context: Context,
) -> None:
    """Identity policies, a permissions boundary and a session policy together.

    Promise: A second opinion.
    """
    ours, expected = access_answers(*request, identity=identity, boundary=boundary, session=session, context=context)
    assert ours == expected


@SETTINGS
@given(IDENTITY_POLICIES, st.sampled_from(REQUESTS), st.sampled_from(["Allow", "Deny"]))
def test_what_a_policy_is_about(policy: dict[str, Any], request: tuple[str, str], effect: str) -> None:
    """A permissions policy: the same actions on the same resources, and the same policies that are refused.

    The library takes a policy variable as text, and NotResource without case: there it may say no to a yes.
    """
    ours, expected = permission_answers(*request, policy, effect=effect)
    is_careful = any(sign in json.dumps(policy) for sign in ("${", "NotResource"))
    assert ours == expected or (is_careful and (ours, expected) == (False, True))


@SETTINGS
@given(IDENTITY_POLICIES, st.sampled_from(ACTIONS_OF_REQUESTS), st.sampled_from(RESOURCES_OF_REQUESTS))
def test_what_a_pattern_stands_for(policy: dict[str, Any], action: str, resource: str) -> None:
    """Whatever a permission with wildcards stands for is allowed, one by one, if the library says that all of it is."""
    ours, _ = permission_answers(action, resource, policy)
    if ours is True:
        for asked in REQUESTS:
            if like(action, asked[0], None) and like(resource, asked[1], None):
                assert permission_answers(*asked, policy)[1] is True, asked
