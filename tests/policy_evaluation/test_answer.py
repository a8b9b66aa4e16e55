"""Three answers: yes, no, and that it cannot be told, with the key that decides."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devops_agent_constructs.policy_evaluation.assume_role import AssumeRoleRequest, decide
from devops_agent_constructs.policy_evaluation.principals import IamCaller, ServiceCaller
from devops_agent_constructs.policy_evaluation.unknown import NO, UNKNOWN_TEXT, YES, Answer, unknown

AGENT = ServiceCaller(service="aidevops.amazonaws.com")
ALLOW = {"Effect": "Allow", "Principal": {"Service": "aidevops.amazonaws.com"}, "Action": "sts:AssumeRole"}
MFA = Answer(None, frozenset({"aws:MultiFactorAuthPresent"}))


def answer(*statements: dict[str, Any], is_whole: bool = False, texts_differ: bool = False, **context: Any) -> Answer:
    """Ask for the service, of whose request only these keys are known."""
    given_keys = {f"aws:{name}": value for name, value in context.items()}
    policy = {"Version": "2012-10-17", "Statement": list(statements)}
    request = AssumeRoleRequest(caller=AGENT, context=given_keys, is_whole=is_whole, texts_differ=texts_differ)
    return decide(policy, request).answer


def under(condition: dict[str, Any]) -> dict[str, Any]:
    """Allow under a condition."""
    return {**ALLOW, "Condition": condition}


@pytest.mark.parametrize(
    ("answers", "every", "some"),
    [
        ([], YES, NO),
        ([YES, NO], NO, YES),
        ([YES, MFA], MFA, YES),
        ([NO, MFA], NO, MFA),
        ([MFA, UNKNOWN_TEXT], MFA, MFA),
    ],
)
def test_logic(answers: list[Answer], every: Answer, some: Answer) -> None:
    """Kleene's: what cannot be told matters only where nothing else decides."""
    assert (Answer.all_of(answers), Answer.any_of(answers)) == (every, some)


CANNOT_BE_TOLD = [
    ({"StringEquals": {"aws:SourceOrgID": "o-a"}}, "aws:SourceOrgID"),
    ({"StringNotEquals": {"aws:SourceOrgID": "o-a"}}, "aws:SourceOrgID"),
    ({"StringEqualsIfExists": {"aws:SourceOrgID": "o-a"}}, "aws:SourceOrgID"),
    ({"Null": {"aws:SourceOrgID": "true"}}, "aws:SourceOrgID"),
    ({"ForAllValues:StringEquals": {"aws:TagKeys": "a"}}, "aws:TagKeys"),
    ({"StringEquals": {"aws:SourceAccount": "${aws:SourceOrgID}"}}, "aws:sourceorgid"),
]


@pytest.mark.parametrize(("condition", "key"), CANNOT_BE_TOLD)
def test_a_key_that_the_request_may_have(condition: dict[str, Any], key: str) -> None:
    """It decides; a request that is known as a whole lacks it."""
    assert answer(under(condition), SourceAccount="1") == Answer(None, frozenset({key}))
    assert answer(under(condition), SourceAccount="1", is_whole=True).value is not None


def test_whatever_the_key_is() -> None:
    """Any value and none are met alike."""
    assert answer(under({"StringLikeIfExists": {"aws:SourceOrgID": "*"}})).is_yes
    assert answer(under({"Null": {"aws:SourceOrgID": ["true", "false"]}})).is_yes
    assert answer(under({"StringLike": {"aws:SourceOrgID": "*"}})).value is None


@pytest.mark.parametrize(
    "key", ["aws:PrincipalOrgID", "aws:PrincipalTag/a", "aws:MultiFactorAuthPresent", "aws:Misspelt"]
)
def test_keys_that_no_service_has(key: str) -> None:
    """Those of roles and users, and those that AWS does not have."""
    assert answer(under({"StringEquals": {key: "x"}})).is_no
    role = IamCaller(arn="arn:aws:iam::111111111111:role/Agent")
    policy = {"Statement": {**under({"StringEquals": {key: "x"}}), "Principal": {"AWS": role.arn}}}
    found = decide(policy, AssumeRoleRequest(caller=role, is_whole=False)).answer
    assert found.is_no is (key == "aws:Misspelt")


def test_a_deny_that_may_apply() -> None:
    """An Allow beside it decides nothing."""
    deny = {**under({"StringEquals": {"aws:SourceOrgID": "o-a"}}), "Effect": "Deny"}
    assert answer(ALLOW, deny) == Answer(None, frozenset({"aws:SourceOrgID"}))
    assert answer(ALLOW, deny, SourceOrgID="o-b").is_yes
    assert answer(ALLOW, deny, SourceOrgID="o-a").is_no


def test_texts_that_are_not_known() -> None:
    """The same unknown is equal to itself; another may be equal, but to a stranger's value it is not."""
    account, other = unknown("T", "Account"), unknown("T", "Other")
    statement = under({"StringEquals": {"aws:SourceAccount": account}})
    assert answer(statement, SourceAccount=account).is_yes
    assert answer(statement, SourceAccount=other) == UNKNOWN_TEXT
    assert answer(statement, SourceAccount="111111111111") == UNKNOWN_TEXT
    assert answer(statement, SourceAccount="111111111111", texts_differ=True).is_no
    one_character = under({"StringLike": {"aws:SourceAccount": "?"}})
    assert answer(one_character, SourceAccount=account) == UNKNOWN_TEXT
    arn = under({"ArnLike": {"aws:SourceArn": f"arn:aws:aidevops:us-east-1:{account}:agentspace/*"}})
    assert answer(arn, SourceArn=f"arn:aws:aidevops:us-east-1:{account}:agentspace/a").is_yes
    assert answer(arn, SourceArn="arn:aws:aidevops:us-east-1:111111111111:agentspace/a") == UNKNOWN_TEXT
    assert answer(arn, SourceArn="arn:aws:aidevops:eu-west-1:111111111111:agentspace/a").is_no


KEYS = ("aws:SourceOrgID", "aws:RequestedRegion")
CONDITIONS = st.dictionaries(
    st.sampled_from(
        ["StringEquals", "StringNotEquals", "StringLike", "StringEqualsIfExists", "ForAnyValue:StringEquals"]
    ),
    st.dictionaries(st.sampled_from(KEYS), st.sampled_from(["a", "b", "*", "a*"]), min_size=1),
    max_size=2,
)


@given(st.lists(st.tuples(st.booleans(), CONDITIONS), min_size=1, max_size=3))
def test_a_sure_answer_holds_whatever_the_keys_are(statements: list[tuple[bool, dict[str, Any]]]) -> None:
    """Every request that has the keys or not, with any value, gets it."""
    written = [{**under(condition), "Effect": "Allow" if allows else "Deny"} for allows, condition in statements]
    sure = answer(*written)
    for values in product(("a", "ab", "z", ()), repeat=len(KEYS)):
        policy = {"Version": "2012-10-17", "Statement": written}
        request = AssumeRoleRequest(caller=AGENT, context=dict(zip(KEYS, values, strict=True)))
        assert sure.value in {None, decide(policy, request).is_allowed}
