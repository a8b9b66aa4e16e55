"""Why a condition is not met, in plain words; `who_can_assume` shows how a condition itself is put."""

from collections.abc import Mapping

import pytest

from tests.policies.trust_requests import decision_under

ARN = "arn:aws:aidevops:us-east-1:111111111111:agentspace/one"
OTHER_ARN = "arn:aws:aidevops:eu-west-1:111111111111:agentspace/one"
PLAIN = "(under StringEquals the * is a plain character; StringLike and ArnLike take it as a wildcard)"


@pytest.mark.parametrize(
    ("condition", "context", "reason"),
    [
        (
            {"ArnLike": {"aws:SourceArn": ARN}},
            {"aws:SourceArn": OTHER_ARN},
            f"aws:SourceArn is '{OTHER_ARN}', but the policy admits '{ARN}'",
        ),
        ({"StringEquals": {"sts:ExternalId": "a"}}, {}, "key sts:ExternalId is missing in the request"),
        ({"ForAnyValue:StringEquals": {"k": "a"}}, {"k": ""}, "key k is missing in the request"),
        ({"Null": {"k": "false"}}, {}, "key k is missing in the request"),
        ({"Null": {"k": "true"}}, {"k": "a"}, "key k is present in the request"),
        ({"StringNotEquals": {"k": ["a", "b"]}}, {"k": "b"}, "k is 'b', but the policy does not admit 'a' or 'b'"),
        ({"NumericLessThan": {"k": 3}}, {"k": "4"}, "k is '4', but the policy admits NumericLessThan '3'"),
        (
            {"StringEquals": {"k": "a*"}},
            {"k": "ab"},
            "k is 'ab', but the policy admits 'a*' " + PLAIN,
        ),
        (
            {"ArnLike": {"k": "*"}},
            {"k": ARN},
            f"k is {ARN!r}, but the policy admits '*' (ArnLike takes ARNs with all of their six fields)",
        ),
        (
            {"StringEquals": {"k": "${aws:username}"}},
            {"k": "a"},
            "k is compared with the policy variable ${aws:username}, which is missing in the request",
        ),
    ],
)
def test_says_why_not(condition: object, context: Mapping[str, str], reason: str) -> None:
    """A reason names the key, what it is and what it would have to be."""
    [result] = decision_under(condition, context).statements
    assert result.reasons == (reason,)
