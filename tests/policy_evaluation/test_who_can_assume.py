"""Whom a trust policy admits, for a person to read."""

from collections.abc import Mapping

import pytest

from devops_agent_constructs import AgentSpaceArn, Generation
from devops_agent_constructs.policies.trust import trust_policy
from devops_agent_constructs.policy_evaluation.trust_document import who_can_assume
from tests.conftest import AGENT_ROLE_ARN, SPACE

SPACE_ARN = "arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c"


def lines(*statements: Mapping[str, object]) -> list[str]:
    """Describe a policy of these statements, which allow sts:AssumeRole unless they say otherwise."""
    defaults = {"Effect": "Allow", "Action": "sts:AssumeRole"}
    whole = [
        {**({"Effect": "Allow"} if "NotAction" in statement else defaults), **statement} for statement in statements
    ]
    return who_can_assume({"Version": "2012-10-17", "Statement": whole})


def test_our_own_policy_admits_two_callers() -> None:
    """In TRANSITION: the service for one Agent Space, and the agent role with that space as its external id."""
    policy = trust_policy([SPACE], generation=Generation.TRANSITION, agent_role_arn=[AGENT_ROLE_ARN])
    assert who_can_assume(policy) == [
        f"service aidevops.amazonaws.com for account 111111111111 and for {SPACE_ARN}",
        f"arn:aws:iam::111111111111:role/DevOpsAgentRole-AgentSpace, if sts:ExternalId is '{SPACE_ARN}'",
    ]


def test_any_space_shows_as_a_pattern() -> None:
    """A reader sees that the space is not one."""
    policy = trust_policy([AgentSpaceArn.any_in_account("111111111111", region="us-east-1")])
    pattern = "arn:aws:aidevops:us-east-1:111111111111:agentspace/*"
    assert who_can_assume(policy) == [f"service aidevops.amazonaws.com for account 111111111111 and for {pattern}"]


@pytest.mark.parametrize(
    ("principal", "line"),
    [
        ("*", "anybody in any AWS account, and any AWS service"),
        ({"AWS": "*"}, "anybody in any AWS account, and any AWS service"),
        ({"AWS": "222222222222"}, "every principal of account 222222222222"),
        ({"AWS": "arn:aws-cn:iam::222222222222:root"}, "every principal of account 222222222222"),
        ({"AWS": "arn:aws:iam::222222222222:user/Ann"}, "arn:aws:iam::222222222222:user/Ann"),
        (
            {"AWS": "arn:aws:iam::222222222222:role/*"},
            "nobody: IAM knows no wildcard within a principal (arn:aws:iam::222222222222:role/*)",
        ),
        (
            {"AWS": "AROAEXAMPLEEXAMPLE123"},
            "nobody: AROAEXAMPLEEXAMPLE123 is the id of a role or user that was deleted",
        ),
        ({"Service": "ec2.amazonaws.com"}, "service ec2.amazonaws.com for any source"),
    ],
)
def test_each_kind_of_principal(principal: object, line: str) -> None:
    """One line per principal; a principal that can be nobody says so."""
    assert lines({"Principal": principal}) == [line]


@pytest.mark.parametrize(
    ("condition", "limits"),
    [
        ({"StringEquals": {"aws:SourceAccount": ["1", "2"]}}, " for account 1 or 2"),
        ({"StringEqualsIfExists": {"aws:SourceAccount": "1"}}, ", if aws:SourceAccount is '1' or missing"),
        ({"StringNotEquals": {"aws:SourceAccount": "1"}}, ", if aws:SourceAccount is not '1' or missing"),
        ({"StringEquals": {"aws:SourceOrgID": "o-1"}}, ", if aws:SourceOrgID is 'o-1'"),
        ({"StringLike": {"k": "a*"}}, " for any source, if k is like 'a*'"),
        ({"ArnNotLike": {"k": "a*"}}, " for any source, if k is not like 'a*' or missing"),
        ({"StringEquals": {"k": "a*"}}, " for any source, if k is 'a*'"),
        ({"NumericLessThan": {"k": 3}}, " for any source, if k is NumericLessThan '3'"),
        ({"Null": {"k": "false"}}, " for any source, if k is present"),
        ({"ForAllValues:StringEquals": {"k": "a"}}, " for any source, if each k is 'a' or missing"),
        ({"ForAnyValue:StringNotEquals": {"k": "a"}}, " for any source, if some k is not 'a'"),
    ],
)
def test_conditions_limit_a_service(condition: object, limits: str) -> None:
    """Its source comes first; that a missing key is let through is said too."""
    principal = {"Service": "ec2.amazonaws.com"}
    assert lines({"Principal": principal, "Condition": condition}) == [f"service ec2.amazonaws.com{limits}"]


def test_what_is_denied_comes_last() -> None:
    """A Deny takes away from what the lines above admit."""
    outside = {"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}
    deny = {"Effect": "Deny", "Principal": "*", "Condition": outside}
    assert lines(deny, {"Principal": {"AWS": "222222222222"}}) == [
        "every principal of account 222222222222",
        "except anybody in any AWS account, and any AWS service, if aws:PrincipalOrgID is not 'o-1' or missing",
    ]


def test_only_ways_in_are_listed() -> None:
    """Session tags alone let nobody in; an identity provider's users come in by actions of their own."""
    agent = {"Service": "a.amazonaws.com"}
    provider = {"Federated": "arn:aws:iam::222222222222:saml-provider/Work"}
    assert lines({"Principal": agent, "Action": ["sts:TagSession", "sts:SetSourceIdentity"]}) == []
    assert lines({"Principal": agent, "NotAction": "sts:AssumeRole"}) == []
    assert lines({"Principal": provider}) == []
    assert lines({"Principal": provider, "Action": "sts:AssumeRoleWithSAML"}) == [
        "users whom arn:aws:iam::222222222222:saml-provider/Work signed in"
    ]
