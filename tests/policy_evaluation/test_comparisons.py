"""Conditions to which AWS gives no meaning."""

import pytest

from devops_agent_constructs import OnboardingInputError
from tests.policies.trust_requests import is_met


@pytest.mark.parametrize(
    ("operator", "values", "given", "field", "why"),
    [
        ("StringMatches", "a", "a", "Statement[0].Condition", "no such condition operator"),
        ("", "a", "a", "Statement[0].Condition", "no such condition operator"),
        ("StringEquals\n", "a", "a", "Statement[0].Condition", "no such condition operator"),
        ("\u017ftringEquals", "a", "a", "Statement[0].Condition", "no such condition operator"),
        ("StringEqualsIfExi\u017fts", "a", "a", "Statement[0].Condition", "no such condition operator"),
        ("ForSomeValues:StringEquals", "a", "a", "Statement[0].Condition", "no such condition operator"),
        ("NullIfExists", "true", "a", "Statement[0].Condition", "no such condition operator"),
        ("ForAnyValue:Null", "true", "a", "Statement[0].Condition", "no such condition operator"),
        ("Null", "maybe", "a", "Statement[0].Condition.Null.k", "asks whether a key is missing"),
        ("StringEquals", [], "a", "Statement[0].Condition.StringEquals.k", "must be text or a list"),
        ("StringEquals", {"Ref": "X"}, "a", "Statement[0].Condition.StringEquals.k", "must be text or a list"),
        ("StringEquals", None, "a", "Statement[0].Condition.StringEquals.k", "must be text or a list"),
        ("StringEquals", "a", ["a", "b"], "Statement[0].Condition.StringEquals", "by a set operator only"),
        ("NumericEquals", "ten", "10", "Condition", "compares numbers"),
        ("NumericEquals", "NaN", "10", "Condition", "compares numbers"),
        ("NumericEquals", "10", "\u0661", "context", "compares numbers"),
        ("DateEquals", "2020-13", "2020", "Condition", "compares dates"),
        ("DateEquals", "2020-01-01T24:00Z", "2020", "Condition", "compares dates"),
        ("DateEquals", "9999-12-31T23:59-01:00", "2020", "Condition", "compares dates"),
        ("DateLessThan", "tomorrow", "2020", "Condition", "compares dates"),
        ("Bool", "yes", "true", "Condition", "compares truth values"),
        ("IpAddress", "203.0.113.0/33", "203.0.113.1", "Condition", "compares IP address ranges"),
        ("IpAddress", "203.0.113.0/24", "here", "context", "compares IP addresses,"),
        ("BinaryEquals", "€", "QQ==", "Condition", "compares base64 texts"),
    ],
)
def test_refuses_what_aws_does_not_define(operator: str, values: object, given: str, field: str, why: str) -> None:
    """An error says so; a guess might show a role as safe that is not."""
    with pytest.raises(OnboardingInputError, match=why) as caught:
        is_met(operator, values, given)
    assert caught.value.field == field
