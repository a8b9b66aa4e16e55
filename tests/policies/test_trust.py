"""The trust policy: exactly one caller in, in each generation."""

import itertools

import pytest

from devops_agent_constructs import AgentSpaceArn, Generation, OnboardingInputError
from devops_agent_constructs.policies.trust import trust_policy
from tests.conftest import AGENT_ROLE_ARN, GA_TRUST, PREVIEW_TRUST, SPACE

OTHER_SPACE = AgentSpaceArn.from_arn("arn:aws:aidevops:eu-west-1:111111111111:agentspace/other")
OTHER_ACCOUNT = AgentSpaceArn.from_arn("arn:aws:aidevops:us-east-1:999999999999:agentspace/another")


@pytest.mark.parametrize(
    ("generation", "statements"),
    [
        (Generation.GA, [GA_TRUST]),
        (Generation.PREVIEW, [PREVIEW_TRUST]),
        (Generation.TRANSITION, [GA_TRUST, PREVIEW_TRUST]),
    ],
)
def test_whole_document_of_each_generation(generation: Generation, statements: list[dict[str, object]]) -> None:
    """The document is AWS's, to the letter; a statement more would fail this.

    Promise: AWS's words.
    """
    document = trust_policy([SPACE], generation=generation, agent_role_arn=[AGENT_ROLE_ARN])
    assert document == {"Version": "2012-10-17", "Statement": statements}


def test_spaces_of_one_account_share_a_statement() -> None:
    """One `aws:SourceArn` list, sorted, each ARN once."""
    [statement] = trust_policy([SPACE, OTHER_SPACE, SPACE])["Statement"]
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "111111111111"},
        "ArnLike": {
            "aws:SourceArn": [
                "arn:aws:aidevops:eu-west-1:111111111111:agentspace/other",
                "arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c",
            ]
        },
    }


def test_each_primary_account_has_its_own_statement() -> None:
    """One statement for two accounts would admit a space of one that claims to act for the other."""
    statements = trust_policy([SPACE, OTHER_ACCOUNT])["Statement"]
    assert [statement["Condition"] for statement in statements] == [
        GA_TRUST["Condition"],
        {
            "StringEquals": {"aws:SourceAccount": "999999999999"},
            "ArnLike": {"aws:SourceArn": "arn:aws:aidevops:us-east-1:999999999999:agentspace/another"},
        },
    ]


def test_each_primary_account_has_its_own_agent_role() -> None:
    """In the preview set-up, the agent role of an account names that account's spaces only."""
    other_role = "arn:aws:iam::999999999999:role/Agent"
    document = trust_policy(
        [OTHER_ACCOUNT, SPACE], generation=Generation.PREVIEW, agent_role_arn=[other_role, AGENT_ROLE_ARN]
    )
    assert document["Statement"] == [
        PREVIEW_TRUST,
        {
            "Effect": "Allow",
            "Principal": {"AWS": other_role},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"sts:ExternalId": OTHER_ACCOUNT.arn}},
        },
    ]


def test_order_of_spaces_does_not_matter() -> None:
    """The same set gives the same document: a reordered list must not redeploy."""
    orders = itertools.permutations([SPACE, OTHER_SPACE, OTHER_ACCOUNT])
    assert len({str(trust_policy(order)) for order in orders}) == 1


def test_any_space_uses_operators_that_know_patterns() -> None:
    """`*` under StringEquals would be a plain character, and the role one that nobody can assume."""
    any_space = AgentSpaceArn.any_in_account("111111111111", region="us-east-1")
    document = trust_policy([any_space], generation=Generation.TRANSITION, agent_role_arn=[AGENT_ROLE_ARN])
    pattern = "arn:aws:aidevops:us-east-1:111111111111:agentspace/*"
    assert [statement["Condition"] for statement in document["Statement"]] == [
        {"StringEquals": {"aws:SourceAccount": "111111111111"}, "ArnLike": {"aws:SourceArn": pattern}},
        {"StringLike": {"sts:ExternalId": pattern}},
    ]


@pytest.mark.parametrize("generation", [Generation.PREVIEW, Generation.TRANSITION])
def test_agent_role_is_needed(generation: Generation) -> None:
    """Without it the role would trust nobody."""
    with pytest.raises(OnboardingInputError, match="trusts the agent role of account 111111111111, which is not given"):
        trust_policy([SPACE], generation=generation)


@pytest.mark.parametrize("generation", list(Generation))
@pytest.mark.parametrize(
    ("arn", "why"),
    [
        ("arn:aws:iam::222222222222:role/Agent", "in account 111111111111"),
        ("arn:aws-cn:iam::111111111111:role/Agent", "in the partition 'aws-cn'"),
        ("arn:aws:iam::111111111111:user/Agent", "not the ARN of an IAM role"),
        ("arn:aws:iam::111111111111:root", "not the ARN of an IAM role"),
        ("arn:aws:iam::111111111111:role/*", "not the ARN of an IAM role"),
        (AGENT_ROLE_ARN + "\n", "not the ARN of an IAM role"),
        ("arn:aws:iam::111111111111:role/" + "a" * 225, "256 characters; DevOps Agent admits 255"),
    ],
)
def test_refuses_an_agent_role_that_cannot_be_right(generation: Generation, arn: str, why: str) -> None:
    """Also where the generation does not use it yet: the next one will."""
    with pytest.raises(OnboardingInputError, match=why) as caught:
        trust_policy([SPACE], generation=generation, agent_role_arn=[arn])
    assert caught.value.field == "agent_role_arn"


def test_refuses_two_agent_roles_of_one_account() -> None:
    """Which of them is the agent's is not for us to guess."""
    second = "arn:aws:iam::111111111111:role/Second"
    with pytest.raises(OnboardingInputError, match="has the agent role"):
        trust_policy([SPACE], generation=Generation.PREVIEW, agent_role_arn=[AGENT_ROLE_ARN, second])


def test_refuses_no_agent_space() -> None:
    """IAM refuses an empty list of statements, and an empty condition value matches nobody."""
    with pytest.raises(OnboardingInputError, match="nobody could assume the role"):
        trust_policy([])
