"""Merging statements: nothing is lost, nothing is added, the order of the input leaves no trace."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devops_agent_constructs import OnboardingInputError
from devops_agent_constructs.policies.capabilities import allow
from devops_agent_constructs.policies.document import Statement, merge

ACTIONS = {"Athena": ["athena:StopQueryExecution", "athena:StartQueryExecution"], "Logs": ["logs:GetLogRecord"]}
STATEMENTS = st.lists(
    st.builds(
        lambda sid, resources: allow(sid, list(ACTIONS[sid]), resources),
        st.sampled_from(sorted(ACTIONS)),
        st.lists(st.text("abc*", min_size=1, max_size=3), min_size=1, max_size=4),
    ),
    max_size=8,
)


def permissions(statements: list[Statement]) -> set[tuple[str, str]]:
    """Return every (action, resource) that the statements allow."""
    return {
        (action, resource)
        for statement in statements
        for action in statement["Action"]
        for resource in statement["Resource"]
    }


@given(STATEMENTS)
def test_merging_changes_no_permission(statements: list[Statement]) -> None:
    """What may be done afterwards is what could be done before."""
    assert permissions(merge(statements)) == permissions(statements)


@given(STATEMENTS, st.randoms(use_true_random=False))
def test_order_of_input_leaves_no_trace(statements: list[Statement], shuffle: random.Random) -> None:
    """A reordered list of capabilities must not redeploy."""
    shuffled = [
        allow(statement["Sid"], statement["Action"][::-1], statement["Resource"][::-1]) for statement in statements
    ]
    shuffle.shuffle(shuffled)
    assert merge(shuffled) == merge(statements)


@given(STATEMENTS)
def test_each_sid_and_resource_once(statements: list[Statement]) -> None:
    """IAM refuses a repeated Sid; a repeated resource only costs characters."""
    merged = merge(statements)
    sids = [statement["Sid"] for statement in merged]
    assert sids == sorted(set(sids))
    assert all(statement["Resource"] == sorted(set(statement["Resource"])) for statement in merged)


def test_input_is_left_alone() -> None:
    """Capabilities are shared between accounts; a merge for one must not change them for the next."""
    statements = [allow("Logs", ["logs:GetLogRecord"], ["b"]), allow("Logs", ["logs:GetLogRecord"], ["a"])]
    merge(statements)
    assert statements == [allow("Logs", ["logs:GetLogRecord"], ["b"]), allow("Logs", ["logs:GetLogRecord"], ["a"])]


@pytest.mark.parametrize(
    "other",
    [
        allow("Logs", ["logs:GetLogEvents"], ["a"]),
        {**allow("Logs", ["logs:GetLogRecord"], ["a"]), "Effect": "Deny"},
        {**allow("Logs", ["logs:GetLogRecord"], ["a"]), "Condition": {"Bool": {"aws:SecureTransport": "true"}}},
    ],
)
def test_one_sid_for_different_statements_is_refused(other: Statement) -> None:
    """Uniting them would grant, or drop, what nobody wrote."""
    with pytest.raises(OnboardingInputError, match="sid='Logs': another statement of the policy has this Sid"):
        merge([allow("Logs", ["logs:GetLogRecord"], ["a"]), other])


def test_tokens_keep_the_order_in_which_they_were_given() -> None:
    """CDK numbers tokens as they are made: sorted as text, number 10 would stand before number 9."""
    resources = ["arn:aws:s3:::${Token[Bucket.9]}", "arn:aws:s3:::${Token[Bucket.10]}", "arn:aws:s3:::"]
    [statement] = merge([allow("S3Buckets", ["s3:ListBucket"], resources)])
    assert statement["Resource"] == resources
