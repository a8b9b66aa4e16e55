"""Patterns of actions compared with each other, not with texts."""

import itertools
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devops_agent_constructs.policy_evaluation.wildcards import is_covered, overlaps, texts_like

# `c` stands in no pattern: it is every other character. Longer texts tell such short patterns apart no better.
TEXTS = ["".join(chars) for length in range(7) for chars in itertools.product("abc", repeat=length)]
PATTERN = st.text("aAb*?", max_size=3)


def matches(pattern: str) -> set[str]:
    """Return which of the texts match, through a regular expression."""
    parts = {"*": ".*", "?": "."}
    regex = re.compile("".join(parts.get(char, re.escape(char)) for char in pattern), re.IGNORECASE)
    return {text for text in TEXTS if regex.fullmatch(text)}


@given(PATTERN, PATTERN)
def test_overlap_agrees_with_enumeration(pattern: str, other: str) -> None:
    """Two patterns overlap if, and only if, some text matches both."""
    assert overlaps(pattern, other) == bool(matches(pattern) & matches(other))


@given(PATTERN, st.lists(PATTERN, max_size=3))
def test_covering_agrees_with_enumeration(pattern: str, by: list[str]) -> None:
    """Patterns cover another if, and only if, each text that matches it matches one of them."""
    assert is_covered(pattern, by) == (matches(pattern) <= set().union(*map(matches, by)))


@pytest.mark.parametrize(
    ("pattern", "by", "expected"),
    [
        ("s3:GetObject", ["S3:getobject"], True),
        ("s3:GetObject", ["s3:Get*"], True),
        ("s3:GetObject", ["s3:GetObjec?"], True),
        ("s3:Get*", ["s3:GetObject"], False),
        ("s3:Get?*", ["s3:Get*"], True),
        ("s3:Get*", ["s3:Get?*"], False),
        ("s3:Get*", ["s3:Get?*", "s3:Get"], True),
        ("s3:*Object", ["s3:Get*", "s3:Put*"], False),
        ("a:*b*", ["a:*"], True),
        ("a:*b*", ["a:*b", "a:*c"], False),
        ("s3:GetObject", [], False),
        ("*", ["*:*"], False),
        ("", [""], True),
    ],
)
def test_covering_examples(pattern: str, by: list[str], expected: bool) -> None:
    """Case does not matter, wildcards on both sides do, and several patterns may cover together."""
    assert is_covered(pattern, by) is expected


def test_many_stars_do_not_take_ages() -> None:
    """A statement of stars must not stall an app."""
    started = time.monotonic()
    assert not overlaps("a*" * 100 + "b", "a" * 500)
    assert is_covered("a*" * 100, ["a*"])
    assert time.monotonic() - started < 5


@given(PATTERN, st.lists(st.sampled_from(["a", "b", "ab", "cb"]), max_size=4))
def test_texts_agree_with_enumeration(pattern: str, places: list[str]) -> None:
    """A text is found if, and only if, there is one; and it matches."""
    pattern = pattern.lower()
    found = list(texts_like(pattern, places))
    expected = {"".join(chars) for chars in itertools.product(*places)} & matches(pattern)
    assert set(found) <= expected
    assert bool(found) == bool(expected)
