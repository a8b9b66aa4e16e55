"""Literal cases that the library once answered otherwise than IAM's documents."""

import pytest

from tests.iam_reference.requests_of_both import CALLERS, SPACE, access_answers, permission_answers, trust_answers

AGENT = CALLERS[0]
ALLOW = {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}


@pytest.mark.parametrize(
    ("operator", "value"),
    [
        ("StringNotEquals", "${aws:username}"),
        ("StringNotEqualsIgnoreCase", "${aws:username}"),
        ("StringNotLike", "${aws:username}*"),
        ("ArnNotEquals", "arn:aws:aidevops:us-east-1:111111111111:agentspace/${aws:username}"),
        ("ArnNotLike", "arn:aws:aidevops:us-east-1:111111111111:agentspace/${aws:username}"),
        ("StringNotEqualsIfExists", "${aws:username}"),
        ("ForAllValues:StringNotEquals", "${aws:username}"),
        ("ForAnyValue:StringNotLike", "${aws:username}"),
    ],
)
@pytest.mark.parametrize("context", [{"aws:SourceArn": SPACE}, {}], ids=["present", "missing"])
def test_a_negated_operator_matches_a_variable_without_a_value(
    operator: str, value: str, context: dict[str, str | list[str]]
) -> None:
    """It lets in what it allows, and keeps out what it denies: reference_policies_variables.html."""
    condition = {operator: {"aws:SourceArn": value}}
    is_met = bool(context) or not operator.startswith("ForAny")
    allowed = {"Version": "2012-10-17", "Statement": [{**ALLOW, "Condition": condition}]}
    denied = {"Version": "2012-10-17", "Statement": [ALLOW, {**ALLOW, "Effect": "Deny", "Condition": condition}]}

    assert trust_answers(allowed, AGENT, context=context) == (is_met, is_met)
    assert trust_answers(denied, AGENT, context=context) == (not is_met, not is_met)


@pytest.mark.parametrize(
    ("resource", "action", "asked"),
    [
        ("arn:aws:sqs", "sqs:SendMessage", "arn:aws:sqs:us-east-1:222222222222:queue"),
        ("arn:aws:sqs:us-east-1", "sqs:SendMessage", "arn:aws:sqs:us-east-1:222222222222:queue"),
        ("arn:aws:sqs:us-east-1:222222222222", "sqs:SendMessage", "arn:aws:sqs:us-east-1:222222222222:queue"),
        ("arn:aws:iam", "sts:AssumeRole", "arn:aws:iam::222222222222:role/Agent"),
        (
            "arn:aws:iam",
            "iam:CreateServiceLinkedRole",
            "arn:aws:iam::222222222222:role/aws-service-role/x.amazonaws.com/X",
        ),
    ],
)
def test_an_incomplete_arn_is_completed(resource: str, action: str, asked: str) -> None:
    """After Resource and after NotResource, to allow and to deny: see `_completed`."""
    for effect in ("Allow", "Deny"):
        statement = {"Effect": effect, "Action": "*"}
        for element, expected in (("Resource", True), ("NotResource", False)):
            policy = {"Version": "2012-10-17", "Statement": [{**statement, element: resource}]}
            assert permission_answers(action, asked, policy, effect=effect) == (expected, expected)
    everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    limited = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": resource}]}
    for boundary, session in ((limited, None), (None, limited)):
        answers = access_answers(action, asked, identity=[everything], boundary=boundary, session=session, context={})
        assert answers == (True, True)
