"""The reference against the tables and examples of IAM's documents: condition operators."""

import pytest

from tests.iam_reference import UndefinedError, service, trust_admits

ASKING = service("aidevops.amazonaws.com")
MISSING = None


def is_met(
    operator: str, wanted: object, given: str | list[str] | None, version: str = "2012-10-17", **more: str
) -> bool:
    """Ask a policy that admits everybody who meets one operator on the key `k`."""
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "sts:AssumeRole",
        "Condition": {operator: {"k": wanted}},
    }
    context = {**({} if given is None else {"k": given}), **{f"v:{key}": value for key, value in more.items()}}
    return trust_admits({"Version": version, "Statement": statement}, ASKING, context=context)


@pytest.mark.parametrize(
    ("operator", "wanted", "given", "expected"),
    [
        # #Conditions_String: exact and case-sensitive; wildcards under StringLike only.
        ("StringEquals", "a", "a", True),
        ("StringEquals", "a", "A", False),
        ("StringEquals", ["b", "a"], "a", True),
        ("StringEquals", "a*", "ab", False),
        ("StringEquals", "a*", "a*", True),
        ("StringNotEquals", "a", "b", True),
        ("StringNotEquals", ["a", "b"], "b", False),
        ("StringEqualsIgnoreCase", "aB", "Ab", True),
        ("StringNotEqualsIgnoreCase", "aB", "Ab", False),
        ("StringLike", "a*", "ab", True),
        ("StringLike", "a?", "a", False),
        ("StringLike", "a?", "ab", True),
        ("StringLike", "*", "", True),
        ("StringLike", "A*", "ab", False),
        ("StringNotLike", "a*", "b", True),
        ("StringNotLike", ["a*", "b*"], "bc", False),
        # Names of operators and keys may have any case.
        ("stringequals", "a", "a", True),
        # #Conditions_Numeric, numbers with and without quotes
        ("NumericEquals", "10", "10.0", True),
        ("NumericEquals", 10, "10", True),
        ("NumericNotEquals", "10", "11", True),
        ("NumericLessThan", "10", "9", True),
        ("NumericLessThan", "10", "10", False),
        ("NumericLessThanEquals", "10", "10", True),
        ("NumericGreaterThan", "10", "11", True),
        ("NumericGreaterThanEquals", "10", "9", False),
        # #Conditions_Date, ISO 8601 or seconds since 1970
        ("DateEquals", "2020-01-01T00:00:00Z", "2020-01-01T01:00:00+01:00", True),
        ("DateEquals", "1577836800", "2020-01-01T00:00:00Z", True),
        ("DateNotEquals", "2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z", True),
        ("DateLessThan", "2020-07-01T00:00:00Z", "2020-06-30T23:59:59Z", True),
        ("DateLessThanEquals", "2020-07-01", "2020-07-01T00:00:00Z", True),
        ("DateGreaterThan", "2020-07-01T00:00:00Z", "2020-06-30T00:00:00Z", False),
        ("DateGreaterThanEquals", "2020", "2020-01-01T00:00:00Z", True),
        # #Conditions_Boolean
        ("Bool", "true", "true", True),
        ("Bool", True, "true", True),
        ("Bool", "false", "true", False),
        # #Conditions_BinaryEquals
        ("BinaryEquals", "QmluYXJ5VmFsdWVJbkJhc2U2NA==", "QmluYXJ5VmFsdWVJbkJhc2U2NA==", True),
        ("BinaryEquals", "QmluYXJ5VmFsdWVJbkJhc2U2NA==", "QQ==", False),
        # #Conditions_IPAddress
        ("IpAddress", "203.0.113.0/24", "203.0.113.77", True),
        ("IpAddress", "203.0.113.0/24", "203.0.114.1", False),
        ("IpAddress", "203.0.113.5", "203.0.113.5", True),
        ("IpAddress", "2001:DB8:1234:5678::/64", "2001:db8:1234:5678::1", True),
        ("NotIpAddress", ["203.0.113.0/24", "10.0.0.0/8"], "10.1.1.1", False),
        ("NotIpAddress", "203.0.113.0/24", "10.1.1.1", True),
        # #Conditions_ARN: six components, each on its own; ArnEquals behaves as ArnLike
        ("ArnEquals", "arn:aws:sns:*:111111111111:topic", "arn:aws:sns:us-east-1:111111111111:topic", True),
        ("ArnLike", "arn:aws:sns:*:topic", "arn:aws:sns:us-east-1:111111111111:topic", False),
        ("ArnLike", "arn:*", "arn:aws:sns:us-east-1:111111111111:topic", False),
        ("ArnLike", "arn:aws:logs:us-east-1:1:group:a:*", "arn:aws:logs:us-east-1:1:group:a:b:c", True),
        ("ArnLike", "arn:aws:iam::1:role/?", "arn:aws:iam::1:role/ab", False),
        ("ArnNotLike", "arn:aws:sns:*:111111111111:*", "arn:aws:sns:us-east-1:222222222222:topic", True),
        ("ArnNotEquals", "arn:aws:sns:*:111111111111:*", "arn:aws:sns:us-east-1:111111111111:topic", False),
        ("ArnLike", "arn:aws:sns:us-east-1:1:topic", "no ARN", False),
        ("ArnNotLike", "arn:aws:sns:us-east-1:1:topic", "no ARN", True),
    ],
)
def test_a_key_with_one_value(operator: str, wanted: object, given: str, expected: bool) -> None:
    """reference_policies_elements_condition_operators.html, operator by operator."""
    assert is_met(operator, wanted, given) is expected


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("StringEquals", False),
        ("StringLike", False),
        ("ArnLike", False),
        ("Bool", False),
        ("NumericEquals", False),
        ("IpAddress", False),
        ("StringNotEquals", True),
        ("StringNotEqualsIgnoreCase", True),
        ("StringNotLike", True),
        ("ArnNotEquals", True),
        ("ArnNotLike", True),
        ("NumericNotEquals", True),
        ("DateNotEquals", True),
        ("NotIpAddress", True),
        ("StringEqualsIfExists", True),
        ("StringNotEqualsIfExists", True),
        ("BoolIfExists", True),
        ("ForAllValues:StringEquals", True),
        ("ForAllValues:StringNotEquals", True),
        ("ForAllValues:StringEqualsIfExists", True),
        ("ForAnyValue:StringEquals", False),
        ("ForAnyValue:StringNotEquals", False),
        ("ForAnyValue:StringEqualsIfExists", True),
    ],
)
def test_a_missing_key(operator: str, expected: bool) -> None:
    """A negated operator is true of it, IfExists and ForAllValues too; all others are false."""
    wanted = "10.0.0.1" if "Ip" in operator else "1"
    assert is_met(operator, wanted, MISSING) is expected


@pytest.mark.parametrize(
    ("operator", "given", "expected"),
    [
        # reference_policies_condition-single-vs-multi-valued-context-keys.html; the policy names a and b.
        ("ForAllValues:StringEquals", ["a"], True),
        ("ForAllValues:StringEquals", ["a", "b"], True),
        ("ForAllValues:StringEquals", ["a", "c"], False),
        ("ForAllValues:StringEquals", [], True),
        ("ForAllValues:StringEquals", [""], True),
        ("ForAllValues:StringNotEquals", ["c", "d"], True),
        ("ForAllValues:StringNotEquals", ["a", "d"], False),
        ("ForAnyValue:StringEquals", ["a", "c"], True),
        ("ForAnyValue:StringEquals", ["c"], False),
        ("ForAnyValue:StringEquals", [], False),
        ("ForAnyValue:StringEquals", [""], False),
        ("ForAnyValue:StringNotEquals", ["a", "c"], True),
        ("ForAnyValue:StringNotEquals", ["a", "b"], False),
        ("ForAnyValue:StringLike", ["a"], True),
        ("ForAllValues:StringEqualsIfExists", ["c"], False),
    ],
)
def test_a_key_with_many_values(operator: str, given: list[str], expected: bool) -> None:
    """ForAllValues is true of an empty set, ForAnyValue is not."""
    assert is_met(operator, ["a", "b"], given) is expected


@pytest.mark.parametrize(
    ("wanted", "given", "expected"),
    [
        ("true", MISSING, True),
        ("true", "x", False),
        ("false", "x", True),
        ("false", MISSING, False),
        (True, MISSING, True),
        ("false", [], False),
        (["true", "false"], "x", True),
    ],
)
def test_null(wanted: object, given: str | list[str] | None, expected: bool) -> None:
    """#Conditions_Null: "true", the key must not exist; "false", it must exist and its value must not be null."""
    assert is_met("Null", wanted, given) is expected


@pytest.mark.parametrize(
    ("operator", "wanted", "given", "expected"),
    [
        ("StringEquals", "${v:team}", "blue", True),
        ("StringEquals", "${V:Team}", "blue", True),
        ("StringEquals", "x-${v:team}-y", "x-blue-y", True),
        ("StringLike", "${v:team}*", "blue sky", True),
        ("StringEquals", "${v:team, 'red'}", "blue", True),
        ("StringEquals", "${v:none, 'red'}", "red", True),
        ("StringEquals", "${v:none,'red'}", "red", True),
        ("StringLike", "a${*}", "a*", True),
        ("StringLike", "a${*}", "ab", False),
        ("StringLike", "a${?}", "a?", True),
        ("StringEquals", "${$}", "$", True),
        ("ArnLike", "arn:aws:sns:us-east-1:1:${v:team}", "arn:aws:sns:us-east-1:1:blue", True),
        # What the request brings along is no wildcard.
        ("StringLike", "${v:star}", "anything", False),
        # No value: nothing is equal or like it, and "inverted condition operators do match against a null value".
        ("StringEquals", "${v:none}", "", False),
        ("StringEquals", "${v:none}", "${v:none}", False),
        ("StringLike", "*${v:none}", "x", False),
        ("ArnLike", "arn:aws:sns:us-east-1:1:${v:none}", "arn:aws:sns:us-east-1:1:blue", False),
        ("StringNotEquals", "${v:none}", "x", True),
        ("StringNotLike", "${v:none}", "x", True),
        ("StringNotEqualsIgnoreCase", "${v:none}", "x", True),
        ("ArnNotLike", "arn:aws:sns:us-east-1:1:${v:none}", "arn:aws:sns:us-east-1:1:blue", True),
        ("StringNotEquals", "${v:none}", MISSING, True),
        ("StringNotEquals", ["${v:none}", "x"], "x", False),
        ("StringNotEquals", ["${v:none}", "x"], "y", True),
        ("ForAllValues:StringNotEquals", "${v:none}", ["x", "y"], True),
        ("ForAnyValue:StringNotEquals", "${v:none}", ["x"], True),
        ("ForAllValues:StringEquals", "${v:none}", ["x"], False),
    ],
)
def test_policy_variables(operator: str, wanted: object, given: str | list[str] | None, expected: bool) -> None:
    """reference_policies_variables.html, with v:team = blue and v:star = *."""
    assert is_met(operator, wanted, given, team="blue", star="*") is expected


@pytest.mark.parametrize("version", ["2008-10-17"])
def test_the_old_version_knows_no_variables(version: str) -> None:
    """reference_policies_elements_version.html: there `${aws:username}` is plain text."""
    assert is_met("StringEquals", "${v:team}", "${v:team}", version, team="blue")
    assert not is_met("StringEquals", "${v:team}", "blue", version, team="blue")


@pytest.mark.parametrize(
    ("operator", "wanted", "given"),
    [
        ("StringEquals", "a", ["a", "b"]),
        ("NumericEquals", "many", "1"),
        ("Bool", "yes", "true"),
        ("IpAddress", "somewhere", "10.0.0.1"),
        ("DateEquals", "tomorrow", "2020-01-01T00:00:00Z"),
        ("BinaryEquals", "-", "QQ=="),
    ],
)
def test_what_the_documents_leave_open(operator: str, wanted: str, given: str | list[str]) -> None:
    """Several values without a set operator, and values of another type, are no matter of guessing."""
    with pytest.raises(UndefinedError):
        is_met(operator, wanted, given)
