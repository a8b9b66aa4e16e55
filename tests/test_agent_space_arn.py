"""AgentSpaceArn: one accepted form, and everything around it refused with a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devops_agent_constructs import AgentSpaceArn, OnboardingInputError
from tests.conftest import SPACE_ARN


def test_parses_region_and_account() -> None:
    """The Region and the primary account come from the ARN, so that nobody can give others.

    Promise: Values parse once.
    """
    space = AgentSpaceArn.from_arn(SPACE_ARN)
    assert (space.arn, space.partition, space.region, space.account_id, space.is_any_in_account) == (
        SPACE_ARN,
        "aws",
        "us-east-1",
        "111111111111",
        False,
    )


@pytest.mark.parametrize(
    ("arn", "why"),
    [
        ("arn:aws:iam::111111111111:role/DevOpsAgentRole", "not the ARN of an Agent Space"),
        ("arn:aws:aiops:us-east-1:111111111111:agentspace/abc", "not the ARN of an Agent Space"),
        ("arn:aws:aidevops:us-east-1:111111111111:agentspace/", "not the ARN of an Agent Space"),
        ("arn:aws:aidevops:us-east-1:111111111111:agentspace/a/association/b", "not the ARN of an Agent Space"),
        ("arn:aws:aidevops:us-east-1:111111111111:agentspace/" + "a" * 65, "not the ARN of an Agent Space"),
        ("arn:aws:aidevops:us-east-1:111111111111:agentspace/*", "a wildcard would admit other Agent Spaces"),
        ("arn:aws:aidevops:*:111111111111:agentspace/abc", "a wildcard would admit other Agent Spaces"),
        ("arn:aws:aidevops:us-east-1:111111111111:agentspace/ab?", "a wildcard would admit other Agent Spaces"),
        (SPACE_ARN + "\n", "no white space or line break"),
        (" " + SPACE_ARN, "no white space or line break"),
        ("arn:aws:aidevops:us_east_1:111111111111:agentspace/abc", "not the name of an AWS Region"),
        ("arn:aws:aidevops:useast1:111111111111:agentspace/abc", "not the name of an AWS Region"),
        ("arn:aws:aidevops::111111111111:agentspace/abc", "not the name of an AWS Region"),
        ("arn:aws:aidevops:us-east-1:11111111111:agentspace/abc", "12 digits"),
        ("arn:aws:aidevops:us-east-1:" + "\N{FULLWIDTH DIGIT ONE}" * 12 + ":agentspace/abc", "12 digits"),
        ("", "not the ARN of an Agent Space"),
    ],
)
def test_refuses_what_is_not_one_agent_space(arn: str, why: str) -> None:
    """An ARN of something else, a pattern, or a typing slip would make a role that nobody, or anybody, can assume."""
    with pytest.raises(OnboardingInputError) as caught:
        AgentSpaceArn.from_arn(arn)
    assert caught.value.field == "agent_space_arn"
    assert caught.value.value == arn
    assert why in caught.value.why


def test_any_in_account_is_a_choice_by_name() -> None:
    """The wildcard exists only behind its own constructor."""
    space = AgentSpaceArn.any_in_account("111111111111", region="eu-west-1")
    assert space.arn == "arn:aws:aidevops:eu-west-1:111111111111:agentspace/*"
    assert space.is_any_in_account


@pytest.mark.parametrize(("account", "region"), [("1", "us-east-1"), ("111111111111", "*"), ("*", "us-east-1")])
def test_any_in_account_still_pins_account_and_region(account: str, region: str) -> None:
    """Any Agent Space of one account and Region, not of more."""
    with pytest.raises(OnboardingInputError):
        AgentSpaceArn.any_in_account(account, region=region)


@given(
    region=st.from_regex(r"[a-z]{2}-[a-z]{3,9}-[0-9]", fullmatch=True),
    account=st.from_regex(r"[0-9]{12}", fullmatch=True),
    space_id=st.from_regex(r"[A-Za-z0-9-]{1,64}", fullmatch=True),
)
def test_round_trip(region: str, account: str, space_id: str) -> None:
    """What was parsed stands in the value, to the letter."""
    arn = f"arn:aws:aidevops:{region}:{account}:agentspace/{space_id}"
    space = AgentSpaceArn.from_arn(arn)
    assert (space.arn, space.region, space.account_id) == (arn, region, account)


@given(st.text(max_size=120) | st.builds(SPACE_ARN.replace, st.sampled_from(SPACE_ARN), st.text(max_size=2)))
def test_never_accepts_more_than_the_plain_characters(text: str) -> None:
    """Whatever is accepted has no pattern character, no white space and no digit of another script."""
    try:
        arn = AgentSpaceArn.from_arn(text).arn
    except OnboardingInputError:
        return
    assert arn == text
    assert arn.isascii()
    assert not set(arn) & set("*?$ \t\r\n")
