"""Wildcards and policy variables."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devops_agent_constructs.policy_evaluation.patterns import arn_matches, missing_variable, string_matches

# Few characters, so that patterns and texts often meet; a dot and a line break, which regular expressions treat apart.
PATTERN = st.text("ab*?:.\n", max_size=12)
TEXT = st.text("ab:.\n*", max_size=12)
FIELD = st.text("ab*?", max_size=4)
# No colon, and no brace after a dollar sign.
VALUE = st.text("ab*?$", max_size=6)


def reference(pattern: str, text: str) -> bool:
    """Match through a regular expression."""
    parts = {"*": ".*", "?": "."}
    return re.fullmatch("".join(parts.get(char, re.escape(char)) for char in pattern), text, re.DOTALL) is not None


@given(PATTERN, TEXT)
def test_wildcards_agree_with_a_regular_expression(pattern: str, text: str) -> None:
    """`*` is any run of characters, `?` is just one; nothing else is special, a line break included."""
    assert string_matches(pattern, text, {}) == reference(pattern, text)


@given(PATTERN, TEXT)
def test_ignoring_case_compares_plain_characters(pattern: str, text: str) -> None:
    """Without wildcards only the text itself matches, in any case."""
    assert string_matches(pattern, text, {}, wildcards=False) == (pattern == text)
    assert string_matches(pattern.upper(), pattern, {}, wildcards=False, ignore_case=True)


@given(st.lists(FIELD, min_size=6, max_size=6), st.lists(FIELD, min_size=6, max_size=8))
def test_arn_fields_match_one_by_one(pattern: list[str], text: list[str]) -> None:
    """A wildcard never crosses a colon, except in the sixth field, which holds the rest."""
    texts = [*text[:5], ":".join(text[5:])]
    expected = all(reference(part, other) for part, other in zip(pattern, texts, strict=True))
    assert arn_matches(":".join(pattern), ":".join(text), {}) == expected


@given(PATTERN, TEXT)
def test_an_arn_match_is_a_string_match(pattern: str, text: str) -> None:
    """ARN operators are never wider than StringLike."""
    assert not arn_matches(pattern, text, {}) or string_matches(pattern, text, {})


@pytest.mark.parametrize(
    ("pattern", "text", "is_match"),
    [
        # AWS's own example of the difference between StringLike and ArnLike.
        (
            "arn:aws:someservice:*:111122223333:finance/*",
            "arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt",
            False,
        ),
        ("arn:aws:logs:*:111122223333:log-group:*", "arn:aws:logs:us-east-1:111122223333:log-group:a:b", True),
        ("arn:aws:sns:us-east-?:1:*", "arn:aws:sns:us-east-1:1:topic", True),
        ("arn:aws:sns:us-east-1:1:Topic", "arn:aws:sns:us-east-1:1:topic", False),
        ("*", "arn:aws:sns:us-east-1:1:topic", False),
        ("arn:aws:sns:*", "arn:aws:sns:us-east-1:1:topic", False),
        ("arn:aws:sns:us-east-1:1:*", "topic", False),
        ("arn:aws:sns:us-east-1:1:*", "", False),
    ],
)
def test_arn_examples(pattern: str, text: str, is_match: bool) -> None:
    """Each of the six fields is compared on its own, with case; fewer than six match nothing."""
    assert arn_matches(pattern, text, {}) is is_match


@given(VALUE, st.text("ab*?", max_size=6))
def test_value_of_a_variable_is_plain(value: str, text: str) -> None:
    """A caller whose name is `*` does not match everything."""
    assert string_matches("${aws:username}", text, {"aws:username": value}) == (value == text)


@given(VALUE)
def test_escapes_stand_for_characters(value: str) -> None:
    """`${*}`, `${?}` and `${$}` are the plain characters, wherever wildcards work."""
    escaped = "".join(f"${{{char}}}" if char in "*?$" else char for char in value)
    assert string_matches(escaped, value, {})
    assert all(string_matches(escaped, other, {}) == (other == value) for other in ("", "a", "ab", "a*", "b?"))


@pytest.mark.parametrize(
    ("pattern", "text", "is_match"),
    [
        ("home/${aws:username}/*", "home/ann/x", True),
        ("home/${AWS:UserName}/*", "home/ann/x", True),
        ("home/${aws:username}/*", "home/bob/x", False),
        ("home/${aws:userid}/*", "home/ann/x", False),
        ("home/${aws:userid}/*", "home//x", False),
        ("home/${aws:userid}/*", "home/${aws:userid}/x", False),
        ("${aws:userid, 'anonymous'}", "anonymous", True),
        ("${aws:username, 'anonymous'}", "ann", True),
        ("${aws:tagkeys}", "one", False),
        ("${}", "${}", False),
        ("${aws:username", "${aws:username", True),
    ],
)
def test_variables(pattern: str, text: str, is_match: bool) -> None:
    """A variable takes its value from the request, or its default; a missing or multivalued one matches nothing."""
    context = {"aws:username": "ann", "aws:tagkeys": ["one"]}
    assert string_matches(pattern, text, context) is is_match


def test_no_variables_before_2012() -> None:
    """In the older policy language the text stands for itself; its asterisk is a wildcard as everywhere."""
    assert string_matches("${aws:username}", "${aws:username}", None)
    assert not string_matches("${aws:username}", "ann", None)
    assert string_matches("${*}", "${any}", None)


def test_variable_does_not_shift_the_fields_of_an_arn() -> None:
    """Colons in a caller's value cannot move what follows into another field."""
    context = {"aws:username": "1:role/x"}
    assert not arn_matches("arn:aws:iam::${aws:username}:*", "arn:aws:iam::1:role/x:y", context)
    assert arn_matches("arn:aws:iam::1:a/${aws:username}", "arn:aws:iam::1:a/1:role/x", context)


def test_names_the_missing_variable() -> None:
    """The first one, as the policy writes it."""
    assert missing_variable("a ${*} ${aws:Here} ${aws:Gone} ${aws:Lost}", {"aws:here": ""}) == "${aws:Gone}"
    assert missing_variable("${aws:Gone, 'x'}", {}) == ""


def test_many_stars_do_not_take_ages() -> None:
    """A hostile policy must not stall a check; a regular expression would take years here."""
    started = time.monotonic()
    assert not string_matches("a*" * 200 + "b", "a" * 2000, {})
    assert time.monotonic() - started < 5
