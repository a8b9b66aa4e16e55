"""Whom a Principal element covers, and who can call at all."""

import pytest

from devops_agent_constructs import OnboardingInputError
from devops_agent_constructs.policy_evaluation.principals import IamCaller, Principal, ServiceCaller
from tests.policies.trust_requests import ROLE, SESSION, USER, admitted_by, allow, policy_of


@pytest.mark.parametrize(
    ("principal", "covered"),
    [
        ("*", {"service", "role", "session", "user"}),
        ({"AWS": "*"}, {"service", "role", "session", "user"}),
        ({"AWS": "111111111111"}, {"role", "session", "user"}),
        ({"AWS": "arn:aws:iam::111111111111:root"}, {"role", "session", "user"}),
        ({"AWS": "arn:aws-cn:iam::111111111111:root"}, set()),
        ({"AWS": "111111111112"}, set()),
        ({"AWS": ["222222222222", ROLE]}, {"role", "session"}),
        ({"AWS": ROLE.lower()}, set()),
        ({"AWS": ROLE.replace("1111:", "1112:")}, set()),
        ({"AWS": ROLE.replace("arn:aws:", "arn:aws-cn:")}, set()),
        ({"AWS": ROLE + "2"}, set()),
        ({"AWS": SESSION}, {"session"}),
        ({"AWS": SESSION + "2"}, set()),
        ({"AWS": USER}, {"user"}),
        ({"AWS": "arn:aws:iam::111111111111:role/*"}, set()),
        ({"AWS": "arn:aws:iam::*:root"}, set()),
        ({"AWS": "AROAEXAMPLEEXAMPLE123"}, set()),
        ({"Service": "aidevops.amazonaws.com"}, {"service"}),
        ({"Service": ["ec2.amazonaws.com", "aidevops.amazonaws.com"]}, {"service"}),
        ({"Service": "ec2.amazonaws.com"}, set()),
        ({"Service": "111111111111"}, set()),
        ({"AWS": "aidevops.amazonaws.com"}, set()),
        ({"Federated": "*"}, set()),
        ({"Federated": "aidevops.amazonaws.com"}, set()),
        ({"Federated": ROLE}, set()),
    ],
)
def test_principal(principal: object, covered: set[str]) -> None:
    """A role's sessions call as the role; an account is everybody in it; a wildcard within a name is nobody."""
    assert admitted_by(policy_of(allow(principal))) == covered


def test_account_lives_in_one_partition() -> None:
    """An account's ARN names its partition; the bare id does not need to, as it is unique."""
    caller = IamCaller(arn=ROLE.replace("arn:aws:", "arn:aws-cn:"))
    assert Principal(kind="AWS", value="arn:aws-cn:iam::111111111111:root").covers(caller).is_yes
    assert Principal(kind="AWS", value="111111111111").covers(caller).is_yes
    assert not Principal(kind="AWS", value="arn:aws:iam::111111111111:root").covers(caller).is_yes


def test_session_of_a_role_with_a_path() -> None:
    """A session's ARN leaves the path of its role out; the role's name is unique in its account."""
    caller = IamCaller(arn="arn:aws:sts::111111111111:assumed-role/Agent/x")
    assert Principal(kind="AWS", value="arn:aws:iam::111111111111:role/service-role/Agent").covers(caller).is_yes
    assert not Principal(kind="AWS", value="arn:aws:iam::111111111111:role/Agent/Other").covers(caller).is_yes


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:iam::111111111111:root",
        "arn:aws:sts::111111111111:federated-user/Ann",
        "arn:aws:iam::111111111111:role/*",
        "arn:aws:sts::111111111111:assumed-role/Agent",
        "arn:aws:sts::111111111111:role/Agent",
        "arn:aws:iam::11111111111:role/Agent",
        ROLE + "\n",
        "*",
        "",
    ],
)
def test_refuses_who_cannot_call(arn: str) -> None:
    """The root user and federated user sessions cannot call AssumeRole; a pattern is no caller."""
    with pytest.raises(OnboardingInputError, match="not the ARN of one role, session of a role, or user"):
        IamCaller(arn=arn)


@pytest.mark.parametrize("service", ["aidevops", "*", "111111111111", "AIDevOps.amazonaws.com", "a.b\n", ""])
def test_refuses_what_is_no_service(service: str) -> None:
    """A service principal is a lower-case domain name."""
    with pytest.raises(OnboardingInputError, match="not a service principal"):
        ServiceCaller(service=service)


@pytest.mark.parametrize(
    ("condition", "covered"),
    [
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111111111111:role/DevOpsAgent*"}}, {"role", "session"}),
        ({"StringEquals": {"aws:PrincipalAccount": "111111111111"}}, {"role", "session", "user"}),
        ({"StringNotEquals": {"aws:PrincipalAccount": "222222222222"}}, {"service", "role", "session", "user"}),
        ({"Bool": {"aws:PrincipalIsAWSService": "true"}}, {"service"}),
        ({"StringEquals": {"aws:PrincipalServiceName": "aidevops.amazonaws.com"}}, {"service"}),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, set()),
    ],
)
def test_keys_that_follow_from_the_caller(condition: object, covered: set[str]) -> None:
    """A service is no AWS principal, so that the keys of one are missing; an unknown organization is missing too."""
    assert admitted_by(policy_of(allow("*", Condition=condition))) == covered
