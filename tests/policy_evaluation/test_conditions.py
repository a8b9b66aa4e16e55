"""Condition operators, as AWS documents them; each rule is a table of conditions and requests."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.policies.trust_requests import decision_under, is_met

Context = Mapping[str, str | Sequence[str]]
ARN = "arn:aws:aidevops:us-east-1:111111111111:agentspace/one"
ANY_SPACE = "arn:aws:aidevops:us-east-1:111111111111:agentspace/*"


@pytest.mark.parametrize(
    ("operator", "values", "given", "expected"),
    [
        ("StringEquals", "a", "a", True),
        ("StringEquals", "a", "A", False),
        ("StringEquals", ["b", "a"], "a", True),
        ("StringEquals", "a*", "ab", False),
        ("StringEquals", "a*", "a*", True),
        ("StringEquals", "a", "a\n", False),
        ("StringEquals", True, "true", True),
        ("StringEquals", 10, "10", True),
        ("StringNotEquals", "a", "b", True),
        ("StringNotEquals", ["a", "b"], "b", False),
        ("StringNotEquals", ["a", "b"], "c", True),
        ("StringEqualsIgnoreCase", "Ab", "aB", True),
        ("StringNotEqualsIgnoreCase", "Ab", "aB", False),
        ("StringLike", "a*", "ab", True),
        ("StringLike", "A*", "ab", False),
        ("StringLike", "a?", "a", False),
        ("StringLike", "", "", True),
        ("StringNotLike", ["a*", "b*"], "b1", False),
        ("StringNotLike", ["a*", "b*"], "c1", True),
        ("ArnEquals", ANY_SPACE, ARN, True),
        ("ArnLike", ANY_SPACE, ARN, True),
        ("ArnLike", "arn:aws:aidevops:*:111111111111:agentspace/one", ARN, True),
        ("ArnLike", "arn:*:agentspace/one", ARN, False),
        ("ArnNotEquals", ANY_SPACE, ARN, False),
        ("ArnNotLike", ANY_SPACE, ARN, False),
        ("ArnNotLike", ANY_SPACE, ARN.replace("us-east-1", "eu-west-1"), True),
        ("Bool", "true", "true", True),
        ("Bool", True, "true", True),
        ("Bool", "TRUE", "false", False),
        ("NumericEquals", 10, "10.0", True),
        ("NumericNotEquals", "10", "10", False),
        ("NumericLessThan", "10", "9", True),
        ("NumericLessThan", "10", "10", False),
        ("NumericLessThanEquals", "10", "10", True),
        ("NumericGreaterThan", "10", "11", True),
        ("NumericGreaterThan", "10", "10", False),
        ("NumericGreaterThanEquals", "10", "10", True),
        ("DateEquals", "2020-01-01T00:00:01Z", "1577836801", True),
        ("DateEquals", "2020-01-01", "2020-01-01T01:00:00+01:00", True),
        ("DateEquals", "2020-01-01T00:00:00.5Z", "2019-12-31T23:00:00.50-01:00", True),
        ("DateNotEquals", "2020", "2020-01-01", False),
        ("DateGreaterThan", "2020-01-01T00:00:01Z", "2020-01-01T00:00:02Z", True),
        ("DateGreaterThanEquals", "2020-01", "2020-01-01", True),
        ("DateLessThan", "2020-01-01T00:00:00.5Z", "2020-01-01T00:00:00.25Z", True),
        ("DateLessThan", "2020-01-01T00:00:01Z", "2020-01-01T00:00:02Z", False),
        ("DateLessThanEquals", "2020-01-01T00:00Z", "2020-01-01", True),
        ("IpAddress", "203.0.113.0/24", "203.0.113.255", True),
        ("IpAddress", ["203.0.113.0/24", "2001:DB8:1234:5678::/64"], "2001:db8:1234:5678::1", True),
        ("IpAddress", "203.0.113.7/24", "203.0.113.9", True),
        ("IpAddress", "203.0.113.7", "203.0.113.7", True),
        ("IpAddress", "203.0.113.7", "203.0.113.8", False),
        ("IpAddress", "0.0.0.0/0", "2001:db8::1", False),
        ("NotIpAddress", "203.0.113.0/24", "203.0.113.1", False),
        ("NotIpAddress", "203.0.113.0/24", "198.51.100.1", True),
        ("BinaryEquals", "QmluYXJ5VmFsdWVJbkJhc2U2NA==", "QmluYXJ5VmFsdWVJbkJhc2U2NA==", True),
        ("BinaryEquals", "QQ==", "Qg==", False),
    ],
)
def test_operator(operator: str, values: object, given: str, expected: bool) -> None:
    """Several values of a positive operator are alternatives; a negated one matches only if none of them equals."""
    assert is_met(operator, values, given) is expected


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("StringEquals", False),
        ("StringLike", False),
        ("ArnLike", False),
        ("Bool", False),
        ("NumericLessThan", False),
        ("DateGreaterThan", False),
        ("IpAddress", False),
        ("BinaryEquals", False),
        ("StringNotEquals", True),
        ("StringNotEqualsIgnoreCase", True),
        ("StringNotLike", True),
        ("ArnNotEquals", True),
        ("ArnNotLike", True),
        ("NumericNotEquals", True),
        ("DateNotEquals", True),
        ("NotIpAddress", True),
        ("StringEqualsIfExists", True),
        ("ArnLikeIfExists", True),
        ("BoolIfExists", True),
        ("StringNotEqualsIfExists", True),
        ("ForAllValues:StringEquals", True),
        ("ForAllValues:StringNotEquals", True),
        ("ForAnyValue:StringEquals", False),
        ("ForAnyValue:StringNotEquals", False),
        ("ForAnyValue:StringEqualsIfExists", True),
    ],
)
@pytest.mark.parametrize("value", ["a", ["a", "b"]])
def test_missing_key(operator: str, value: object, expected: bool) -> None:
    """A missing key fails a positive operator and meets a negated one, IfExists and ForAllValues."""
    assert is_met(operator, value, None) is expected


@pytest.mark.parametrize(
    ("operator", "values", "given", "expected"),
    [
        # AWS's example: the request's keys are PostDateTime and UserName.
        ("ForAllValues:StringLike", ["PostDateTime", "Message", "Tags"], ["PostDateTime", "UserName"], False),
        ("ForAllValues:StringLike", ["PostDateTime", "Message", "Tags"], ["PostDateTime", "Message"], True),
        ("ForAnyValue:StringLike", ["PostDateTime", "ID"], ["UserName", "Message", "PostDateTime"], True),
        ("ForAnyValue:StringLike", ["PostDateTime", "ID"], ["UserName"], False),
        ("ForAllValues:StringEquals", "a", [], True),
        ("ForAnyValue:StringEquals", "a", [], False),
        ("ForAllValues:StringEquals", "a", "", True),
        ("ForAnyValue:StringEquals", ["a", ""], "", False),
        ("ForAllValues:StringNotEquals", ["a", "b"], ["c", "d"], True),
        ("ForAllValues:StringNotEquals", ["a", "b"], ["c", "b"], False),
        ("ForAnyValue:StringNotEquals", ["a", "b"], ["a", "c"], True),
        ("ForAnyValue:StringNotEquals", ["a", "b"], ["a", "b"], False),
        ("ForAllValues:ArnLike", ANY_SPACE, [ARN], True),
        ("foranyvalue:stringequals", "a", "a", True),
    ],
)
def test_set_operator(operator: str, values: object, given: str | list[str], expected: bool) -> None:
    """All, or any, of the request's values must match one of the policy's; an empty set meets only ForAllValues."""
    assert is_met(operator, values, given) is expected


@pytest.mark.parametrize(
    ("value", "given", "expected"),
    [
        ("true", None, True),
        ("false", None, False),
        ("true", "a", False),
        (False, "a", True),
        ("True", [], True),
        ("false", "", False),
        (["true", "false"], "a", True),
    ],
)
def test_null(value: object, given: str | list[str] | None, expected: bool) -> None:
    """`true`: the key is not in the request; `false`: it is, and has a value."""
    assert is_met("Null", value, given) is expected


def test_operators_and_keys_all_count() -> None:
    """Several operators, and several keys of one, are joined by AND."""
    condition = {"StringEquals": {"aws:SourceAccount": "1", "k": "v"}, "ArnLike": {"aws:SourceArn": ANY_SPACE}}
    context = {"aws:SourceAccount": "1", "k": "v", "aws:SourceArn": ARN}
    assert decision_under(condition, context).is_allowed
    for key in context:
        assert not decision_under(condition, {**context, key: "other"}).is_allowed


def test_names_have_any_case() -> None:
    """Condition keys are not case-sensitive; operators are taken in any case too."""
    assert decision_under({"arnequals": {"AWS:sourcearn": ANY_SPACE}}, {"aws:SourceArn": ARN}).is_allowed


def test_forallvalues_is_guarded_by_null() -> None:
    """AWS's advice against missing keys under ForAllValues."""
    condition = {"ForAllValues:StringEquals": {"k": "a"}, "Null": {"k": "false"}}
    assert not decision_under(condition, {}).is_allowed
    assert decision_under(condition, {"k": ["a"]}).is_allowed


@pytest.mark.parametrize(
    ("condition", "context", "expected"),
    [
        ({"StringEquals": {"k": "${aws:username}"}}, {"k": "ann", "aws:username": "ann"}, True),
        ({"ArnLike": {"k": "arn:aws:iam::1:user/${aws:username}"}}, {"k": "arn:aws:iam::1:user/b"}, False),
        ({"StringEquals": {"k": ["${aws:username}", "ann"]}}, {"k": "ann"}, True),
        ({"StringNotEquals": {"k": "${aws:username}"}}, {"k": "ann"}, True),
        ({"StringNotEquals": {"k": ["ann", "${aws:username}"]}}, {"k": "bob"}, True),
        ({"StringNotEquals": {"k": ["ann", "${aws:username}"]}}, {"k": "ann"}, False),
        ({"StringNotEquals": {"k": "${aws:username}"}}, {}, True),
        ({"StringNotEquals": {"k": "${aws:username, 'x'}"}}, {"k": "ann"}, True),
        ({"StringLike": {"k": "a${*}"}}, {"k": "ab"}, False),
        ({"StringEquals": {"k": "a${*}"}}, {"k": "a*"}, True),
    ],
)
def test_missing_variable_never_matches(condition: object, context: Context, expected: bool) -> None:
    """A negated operator is met: AWS says that it does match against a null value."""
    assert decision_under(condition, context).is_allowed is expected


def test_older_policies_have_no_variables() -> None:
    """There `${aws:username}` is the text itself."""
    condition = {"StringEquals": {"k": "${aws:username}"}}
    assert decision_under(condition, {"k": "${aws:username}"}, "2008-10-17").is_allowed
    assert not decision_under(condition, {"k": "ann", "aws:username": "ann"}, "2008-10-17").is_allowed


VALUES = st.lists(st.sampled_from(["a", "b", "A*", "?", "${k}", "${gone}"]), min_size=1, max_size=3)
NEGATIONS = [("StringEquals", "StringNotEquals"), ("StringLike", "StringNotLike"), ("ArnLike", "ArnNotLike")]


@given(st.sampled_from(NEGATIONS), VALUES, st.sampled_from(["a", "b", "A*", "Ab", ARN, None]))
def test_never_both_a_match_and_its_negation(pair: tuple[str, str], values: list[str], given: str | None) -> None:
    """Just one of the two holds, also where a variable is missing."""
    positive, negative = (is_met(operator, values, given) for operator in pair)
    assert positive is not negative


@given(st.sampled_from([name for pair in NEGATIONS for name in pair]), VALUES, VALUES)
def test_order_of_values_does_not_matter(operator: str, values: list[str], given: list[str]) -> None:
    """Nor does the order of the request's values."""
    for prefix in ("ForAllValues:", "ForAnyValue:"):
        forwards = is_met(prefix + operator, values, given)
        assert forwards == is_met(prefix + operator, values[::-1], given[::-1])
