"""The reference against IAM's documents: principals, statements, and several policies together."""

from typing import Any

import pytest

from tests.iam_reference import (
    Caller,
    MalformedPolicyError,
    access_allowed,
    federated,
    role,
    role_session,
    service,
    trust_admits,
    user,
)

ROLE = "arn:aws:iam::111111111111:role/agents/Agent"
CALLERS: dict[str, Caller] = {
    "service": service("aidevops.amazonaws.com"),
    "role": role(ROLE),
    "session": role_session(ROLE, "s1", unique_id="AROAEXAMPLEEXAMPLE1"),
    "user": user("arn:aws:iam::111111111111:user/Ann", unique_id="AIDAEXAMPLEEXAMPLE1"),
    "person": federated("cognito-identity.amazonaws.com"),
}
OF_ACCOUNT = {"role", "session", "user"}
EVERYBODY = {*CALLERS}


def allow(**elements: object) -> dict[str, Any]:
    """Return a statement that allows sts:AssumeRole, to everybody unless told otherwise."""
    return {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole", **elements}


def policy(*statements: object) -> dict[str, Any]:
    """Return a document of the newer version."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("*", EVERYBODY),
        ({"AWS": "*"}, EVERYBODY),
        ({"AWS": "111111111111"}, OF_ACCOUNT),
        ({"AWS": "arn:aws:iam::111111111111:root"}, OF_ACCOUNT),
        ({"AWS": "222222222222"}, set()),
        ({"AWS": ROLE}, {"role", "session"}),
        ({"AWS": "arn:aws:sts::111111111111:assumed-role/Agent/s1"}, {"session"}),
        ({"AWS": "arn:aws:sts::111111111111:assumed-role/Agent/s2"}, set()),
        ({"AWS": "arn:aws:iam::111111111111:user/Ann"}, {"user"}),
        ({"AWS": "AROAEXAMPLEEXAMPLE1"}, {"session"}),
        ({"AWS": "AIDAEXAMPLEEXAMPLE1"}, {"user"}),
        ({"AWS": "arn:aws:iam::111111111111:role/*"}, set()),
        ({"Service": "aidevops.amazonaws.com"}, {"service"}),
        ({"Service": ["ec2.amazonaws.com", "aidevops.amazonaws.com"]}, {"service"}),
        ({"Service": "ec2.amazonaws.com"}, set()),
        ({"Federated": "cognito-identity.amazonaws.com"}, {"person"}),
        ({"AWS": ROLE, "Service": "aidevops.amazonaws.com"}, {"role", "session", "service"}),
    ],
)
def test_whom_a_principal_covers(principal: object, expected: set[str]) -> None:
    """reference_policies_elements_principal.html, form by form."""
    found = {name for name, caller in CALLERS.items() if trust_admits(policy(allow(Principal=principal)), caller)}
    assert found == expected


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ({"Action": "sts:AssumeRole"}, True),
        ({"Action": "STS:assumerole"}, True),
        ({"Action": "sts:Assume*"}, True),
        ({"Action": "sts:AssumeRol?"}, True),
        ({"Action": "*"}, True),
        ({"Action": ["sts:TagSession", "sts:AssumeRole"]}, True),
        ({"Action": "sts:TagSession"}, False),
        ({"Action": "iam:*"}, False),
    ],
)
def test_actions(elements: dict[str, object], expected: bool) -> None:
    """reference_policies_elements_action.html: wildcards, and no difference of case."""
    assert trust_admits(policy(allow(**elements)), CALLERS["service"]) is expected


@pytest.mark.parametrize(("excepted", "expected"), [("sts:AssumeRole", False), ("sts:TagSession", True)])
def test_not_action(excepted: str, expected: bool) -> None:
    """reference_policies_elements_notaction.html: every action but these."""
    statement = {"Effect": "Allow", "Principal": "*", "NotAction": excepted}
    assert trust_admits(policy(statement), CALLERS["service"]) is expected


def test_an_explicit_deny_wins() -> None:
    """reference_policies_evaluation-logic.html, in whatever order; without an Allow nobody may."""
    deny = allow(Effect="Deny", Principal={"AWS": ROLE})
    for statements in ([allow(), deny], [deny, allow()]):
        assert trust_admits(policy(*statements), CALLERS["user"])
        assert not trust_admits(policy(*statements), CALLERS["role"])
    assert not trust_admits(policy(deny), CALLERS["user"])


def test_all_conditions_and_all_keys_count() -> None:
    """AND between operators and between keys, OR between values; keys that follow from the caller are there."""
    condition = {
        "StringEquals": {"aws:SourceAccount": ["1", "2"], "aws:principalservicename": "aidevops.amazonaws.com"},
        "Bool": {"aws:PrincipalIsAWSService": "true"},
    }
    guarded = policy(allow(Condition=condition))
    assert trust_admits(guarded, CALLERS["service"], context={"AWS:sourceaccount": "2"})
    assert not trust_admits(guarded, CALLERS["service"], context={"aws:SourceAccount": "3"})
    assert not trust_admits(guarded, CALLERS["role"], context={"aws:SourceAccount": "1"})
    by_arn = policy(allow(Condition={"ArnEquals": {"aws:PrincipalArn": ROLE}}))
    assert [name for name, caller in CALLERS.items() if trust_admits(by_arn, caller)] == ["role", "session"]


@pytest.mark.parametrize(
    "document",
    [
        {},
        [],
        "text",
        {"Version": "2012-10-17"},
        policy(),
        {**policy(allow()), "Version": "2020-01-01"},
        {**policy(allow()), "Statment": []},
        policy(allow(Effect="allow")),
        policy({"Effect": "Allow", "Principal": "*"}),
        policy(allow(NotAction="sts:TagSession")),
        policy(allow(Action=[])),
        policy(allow(Resource="*")),
        policy({"Effect": "Allow", "Action": "sts:AssumeRole"}),
        policy({"Effect": "Allow", "NotPrincipal": {"AWS": ROLE}, "Action": "sts:AssumeRole"}),
        policy(allow(Principal={"Service": "*"})),
        policy(allow(Principal={"Users": "*"})),
        policy(allow(Principal={})),
        policy(allow(Condition={"StringEqual": {"k": "v"}})),
        policy(allow(Condition={"StringEquals": "v"})),
        policy(allow(Condition={"StringEquals": {"k": []}})),
        policy(allow(Condition={"Null": {"k": "maybe"}})),
        policy(allow(Condition={"NullIfExists": {"k": "true"}})),
    ],
)
def test_what_iam_refuses(document: object) -> None:
    """reference_policies_grammar.html; NotPrincipal and Resource have no place in a trust policy."""
    with pytest.raises(MalformedPolicyError):
        trust_admits(document, CALLERS["service"])


QUEUE = "arn:aws:sqs:us-east-1:111111111111:queue"


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        ({"Resource": "*"}, True),
        ({"Resource": QUEUE}, True),
        ({"Resource": QUEUE.upper()}, False),
        ({"Resource": "arn:aws:sqs:*:111111111111:*"}, True),
        ({"Resource": "arn:aws:sqs:us-east-1:*"}, True),
        ({"Resource": "arn:aws:sqs:us-east-1:111111111111:que?e"}, True),
        ({"Resource": "arn:aws:sns:*:*:*"}, False),
        # "arn:aws:sqs" is completed: reference_policies_elements_resource.html
        ({"Resource": "arn:aws:sqs"}, True),
        ({"Resource": "arn:aws:sqs:us-east-1"}, True),
        ({"Resource": "arn:aws:sqs:us-west-2"}, False),
        ({"Resource": "arn:aws:sqs:us-east-1:111111111111"}, True),
        ({"Resource": "arn:aws:sqs:*"}, True),
        ({"NotResource": QUEUE}, False),
        ({"NotResource": "arn:aws:sqs:*:*:other"}, True),
        ({"NotResource": "arn:aws:sqs"}, False),
        ({"Resource": "arn:aws:sqs:us-east-1:111111111111:${aws:PrincipalTag/q}"}, True),
        ({"Resource": "arn:aws:sqs:us-east-1:111111111111:${aws:PrincipalTag/none}"}, False),
        ({"Resource": "arn:aws:sqs:us-east-1:111111111111:${aws:PrincipalTag/none, 'queue'}"}, True),
    ],
)
def test_resources(element: dict[str, object], expected: bool) -> None:
    """Wildcards, incomplete ARNs, variables, and every resource but these."""
    document = policy({"Effect": "Allow", "Action": "sqs:SendMessage", **element})
    context = {"aws:PrincipalTag/q": "queue"}
    assert access_allowed("sqs:SendMessage", QUEUE, identity=[document], context=context) is expected


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ({"Action": "SQS:sendMESSAGE"}, True),
        ({"Action": "sqs:SendMessage?"}, False),
        ({"NotAction": "iam:*"}, True),
        ({"NotAction": "sqs:*"}, False),
        ({"Action": "*", "Condition": {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}}, True),
        ({"Action": "*", "Condition": {"StringNotEquals": {"AWS:requestedregion": "eu-west-1"}}}, False),
        ({"Action": "*", "Condition": {"StringEquals": {"aws:ResourceTag/team": "orders"}}}, False),
    ],
)
def test_elements_of_an_identity_policy(elements: dict[str, object], expected: bool) -> None:
    """Action without case, every action but these, and conditions."""
    document = policy({"Effect": "Allow", "Resource": "*", **elements})
    context = {"aws:RequestedRegion": "eu-west-1"}
    assert access_allowed("sqs:SendMessage", QUEUE, identity=[document], context=context) is expected


ALL = policy({"Effect": "Allow", "Action": "*", "Resource": "*"})
SQS = policy({"Effect": "Allow", "Action": "sqs:*", "Resource": "arn:aws:sqs"})
S3 = policy({"Effect": "Allow", "Action": "s3:*", "Resource": "*"})
DENY = policy({"Effect": "Deny", "Action": "sqs:*", "Resource": "*"})


@pytest.mark.parametrize(
    ("identity", "boundary", "session", "expected"),
    [
        ([], None, None, False),
        ([S3], None, None, False),
        ([S3, SQS], None, None, True),
        ([ALL, DENY], None, None, False),
        ([ALL], SQS, None, True),
        ([ALL], S3, None, False),
        ([S3], SQS, None, False),
        ([ALL], SQS, S3, False),
        ([ALL], SQS, SQS, True),
        ([ALL], None, DENY, False),
        ([ALL], DENY, None, False),
        ([], ALL, ALL, False),
    ],
)
def test_policies_together(identity: list[object], boundary: object, session: object, expected: bool) -> None:
    """A boundary and a session policy limit, and grant nothing; a Deny in any of them wins."""
    found = access_allowed("sqs:SendMessage", QUEUE, identity=identity, boundary=boundary, session=session)
    assert found is expected


@pytest.mark.parametrize("element", [{}, {"Resource": "*", "NotResource": "*"}, {"Resource": "*", "Principal": "*"}])
def test_what_iam_refuses_in_an_identity_policy(element: dict[str, object]) -> None:
    """One of Resource and NotResource, and no Principal."""
    with pytest.raises(MalformedPolicyError):
        access_allowed("sqs:X", QUEUE, identity=[policy({"Effect": "Allow", "Action": "sqs:*", **element})])
