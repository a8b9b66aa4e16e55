"""The decision about a request, and what it says."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devops_agent_constructs import Generation, OnboardingInputError
from devops_agent_constructs.policies.trust import trust_policy
from devops_agent_constructs.policy_evaluation.assume_role import AssumeRoleRequest, decide
from devops_agent_constructs.policy_evaluation.principals import IamCaller
from tests.conftest import AGENT_ROLE_ARN, GA_TRUST, SPACE, SPACE_ARN
from tests.policies.trust_requests import AGENT, CALLERS, ROLE, USER, allow, policy_of

AS_SERVICE = AssumeRoleRequest(caller=AGENT, context={"aws:SourceAccount": "111111111111", "aws:SourceArn": SPACE_ARN})


def test_given_context_comes_before_what_follows_from_the_caller() -> None:
    """Only the caller of a session knows its role's path."""
    arn = "arn:aws:iam::111111111111:role/service-role/Agent"
    policy = policy_of(allow("*", Condition={"ArnEquals": {"aws:PrincipalArn": arn}}))
    caller = IamCaller(arn="arn:aws:sts::111111111111:assumed-role/Agent/x")
    assert not decide(policy, AssumeRoleRequest(caller=caller)).is_allowed
    assert decide(policy, AssumeRoleRequest(caller=caller, context={"AWS:principalarn": arn})).is_allowed


def test_refuses_a_key_given_twice() -> None:
    """IAM sees one key where the case differs; which value it has is not for us to guess."""
    with pytest.raises(OnboardingInputError, match="differ in case only"):
        AssumeRoleRequest(caller=AGENT, context={"k": "a", "K": "b"})


def test_every_action_is_asked_for_by_itself() -> None:
    """AWS's elevated role: without sts:TagSession the agent gets no session."""
    policy = policy_of(GA_TRUST)
    assert decide(policy, AS_SERVICE).is_allowed
    decision = decide(policy, replace(AS_SERVICE, action="sts:TagSession"))
    assert decision.why == (
        "nothing allows sts:TagSession for service aidevops.amazonaws.com; "
        "Statement[0] comes nearest: it is about sts:AssumeRole, not sts:TagSession"
    )


def test_says_which_statement_allows() -> None:
    """By its Sid where it has one."""
    decision = decide(policy_of(allow({"Service": "a.amazonaws.com"}), {**GA_TRUST, "Sid": "Agent"}), AS_SERVICE)
    assert decision.why == "Agent allows sts:AssumeRole for service aidevops.amazonaws.com"


def test_explicit_deny_wins() -> None:
    """Whatever allows it, in whatever order."""
    deny = {"Sid": "No", "Effect": "Deny", "Principal": "*", "Action": "sts:*"}
    for policy in (policy_of(GA_TRUST, deny), policy_of(deny, GA_TRUST)):
        decision = decide(policy, AS_SERVICE)
        assert not decision.is_allowed
        assert decision.why == (
            "No denies sts:AssumeRole for service aidevops.amazonaws.com, and an explicit Deny wins"
        )


def test_default_is_deny() -> None:
    """A policy that denies somebody else allows nobody."""
    decision = decide(policy_of({**allow({"AWS": USER}), "Effect": "Deny"}), AS_SERVICE)
    assert not decision.is_allowed
    assert decision.nearest_miss is None
    assert decision.why.endswith("the policy has no Allow statement")


def test_nearest_miss_is_the_statement_for_the_caller() -> None:
    """A statement that names the caller is nearer than another one's, though more is wrong with it."""
    policy = trust_policy([SPACE], generation=Generation.TRANSITION, agent_role_arn=[AGENT_ROLE_ARN])
    decision = decide(
        {**policy, "Statement": [*policy["Statement"], allow({"AWS": USER})]}, replace(AS_SERVICE, context={})
    )
    assert decision.nearest_miss is not None
    assert decision.nearest_miss.reasons == (
        "key aws:SourceAccount is missing in the request",
        "key aws:SourceArn is missing in the request",
    )
    assert decision.statements[2].reasons == (
        f"the policy names no such principal as service aidevops.amazonaws.com, but {USER}",
    )


PRINCIPALS: st.SearchStrategy[object] = st.sampled_from(
    ["*", {"AWS": "111111111111"}, {"AWS": [ROLE, USER]}, {"Service": "aidevops.amazonaws.com"}]
)
CONDITIONS: st.SearchStrategy[dict[str, dict[str, object]]] = st.dictionaries(
    st.sampled_from(["StringEquals", "StringNotLike", "ArnLikeIfExists", "ForAllValues:StringEquals", "Null"]),
    st.dictionaries(
        st.sampled_from(["aws:SourceAccount", "sts:ExternalId", "aws:PrincipalArn"]),
        st.sampled_from(["true", "false"]),
        min_size=1,
    ),
    max_size=2,
)
ALLOWS = st.builds(lambda principal, condition: allow(principal, Condition=condition), PRINCIPALS, CONDITIONS)
STATEMENTS = st.lists(
    st.builds(lambda statement, effect: {**statement, "Effect": effect}, ALLOWS, st.sampled_from(["Allow", "Deny"])),
    min_size=1,
    max_size=4,
)
REQUESTS = st.builds(
    AssumeRoleRequest,
    caller=st.sampled_from(list(CALLERS.values())),
    context=st.dictionaries(
        st.sampled_from(["aws:SourceAccount", "sts:ExternalId"]), st.sampled_from(["true", "false", ""])
    ),
)


@given(STATEMENTS, REQUESTS, ALLOWS)
def test_a_deny_never_allows_more(
    statements: list[dict[str, object]], request: AssumeRoleRequest, added: dict[str, object]
) -> None:
    """Who stays out without it stays out with it."""
    before = decide(policy_of(*statements), request).is_allowed
    after = decide(policy_of(*statements, {**added, "Effect": "Deny"}), request).is_allowed
    assert before or not after


@given(ALLOWS, REQUESTS, CONDITIONS)
def test_a_condition_never_allows_more(
    statement: dict[str, object], request: AssumeRoleRequest, added: dict[str, dict[str, object]]
) -> None:
    """All conditions count, so that one more only narrows an Allow."""
    condition = statement["Condition"]
    assert isinstance(condition, dict)
    wider = {name: keys for name, keys in condition.items() if name not in added}
    before = decide(policy_of({**statement, "Condition": wider}), request).is_allowed
    after = decide(policy_of({**statement, "Condition": wider | added}), request).is_allowed
    assert before or not after


@given(STATEMENTS, REQUESTS)
def test_order_of_statements_does_not_matter(statements: list[dict[str, object]], request: AssumeRoleRequest) -> None:
    """Deny wins wherever it stands."""
    expected = decide(policy_of(*statements), request).is_allowed
    assert decide(policy_of(*statements[::-1]), request).is_allowed is expected
