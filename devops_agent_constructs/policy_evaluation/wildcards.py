"""Match a text with wildcards, and compare such patterns: what `s3:Get*` and `s3:*Object` share, what covers what.

`*` stands for any characters, `?` for one. A wildcard is turned into a character that nobody writes, so that a `*` that
a request brings along is none. IAM compares actions without case:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence

# Private use: https://www.unicode.org/charts/PDF/U100000.pdf
MANY, ONE = "\U00100000", "\U00100001"
# Every character from here on stands for text that is not known, of whatever length.
FIRST_UNKNOWN = "\U00100002"
WILDCARDS = str.maketrans("*?", MANY + ONE)
"""For `str.translate`: `*` stands for any characters, `?` for one."""


# Stands for every character that no pattern at hand names: they all match alike.
_ANY_OTHER = ""


def glob(pattern: str, text: str) -> bool:
    """Tell whether a text matches; what is not known is matched by itself and by `MANY`."""
    # No regular expression: a hostile pattern of many stars would take it ages, this at most len * len steps.
    first, *others = pattern.split(MANY)
    if not others:
        return len(first) == len(text) and _is_at(first, text, 0)
    *inner, last = others
    end = len(text) - len(last)
    if end < len(first) or not _is_at(first, text, 0) or not _is_at(last, text, end):
        return False
    start = len(first)
    for part in inner:
        at = _find(part, text, start, end)
        if at < 0:
            return False
        start = at + len(part)
    return True


def overlap(pattern: str, other: str) -> bool:
    """Tell whether some text matches both, of which the wildcards are translated."""
    todo, seen = [(0, 0)], set[tuple[int, int]]()
    while todo:
        left, right = pair = todo.pop()
        if pair in seen:
            continue
        seen.add(pair)
        if (left, right) == (len(pattern), len(other)):
            return True
        ahead = pattern[left : left + 1], other[right : right + 1]
        if ahead[0] == MANY:
            todo.append((left + 1, right))
        if ahead[1] == MANY:
            todo.append((left, right + 1))
        if "" not in ahead and (ahead[0] == ahead[1] or {MANY, ONE} & {*ahead}):
            todo.append((left + (ahead[0] != MANY), right + (ahead[1] != MANY)))
    return False


def texts_like(pattern: str, places: Sequence[str], *, more: str = "", at_most: int = 0) -> Iterator[str]:
    """Yield texts that match a pattern, shortest first, one of each length: no text of that length is left out alone.

    Args:
        pattern: With `*` and `?`.
        places: For each character, which it may be; the first of them, if the pattern leaves it open.
        more: What each character after them may be.
        at_most: How many of these there may be.
    """
    reached = {0: ""}  # How much of the pattern is met -> by which text.
    for length, chars in enumerate([*places, *[more] * at_most, ""]):
        for at, text in list(reached.items()):
            for end in range(at, len(pattern) + 1):
                reached.setdefault(end, text)
                if pattern[end : end + 1] != "*":
                    break
        if length >= len(places) and len(pattern) in reached:
            yield reached[len(pattern)]
        ahead = [(at, text, pattern[at]) for at, text in reached.items() if at < len(pattern)]
        reached = {}
        for at, text, char in ahead:
            if char in "*?" or char in chars:
                taken = chars[:1] if char in "*?" else char
                reached.setdefault(at + (char != "*"), text + taken)


def _is_at(part: str, text: str, start: int) -> bool:
    if ONE not in part:
        return text.startswith(part, start)
    pairs = zip(part, text[start : start + len(part)], strict=True)
    return all(wanted == given or (wanted == ONE and given < MANY) for wanted, given in pairs)


def _find(part: str, text: str, start: int, end: int) -> int:
    if ONE not in part:
        return text.find(part, start, end)
    return next((at for at in range(start, end - len(part) + 1) if _is_at(part, text, at)), -1)


def overlaps(pattern: str, other: str) -> bool:
    """Tell whether some text matches both patterns, in any case."""
    pattern, other = pattern.lower(), other.lower()
    return _begin_alike(pattern, other) and overlap(pattern.translate(WILDCARDS), other.translate(WILDCARDS))


def example(pattern: str, *, filling: str = "x", length: int = 0) -> str:
    """Return a text that matches a pattern; the first `*` fills it up to a length."""
    text = pattern.replace("?", filling)
    return text.replace("*", filling * max(1, length - len(text.replace("*", ""))), 1).replace("*", "")


def is_covered(pattern: str, by: Iterable[str]) -> bool:
    """Tell whether every text that matches `pattern` matches one of the patterns `by`, not always the same one.

    What matters is the text alone, not whether AWS has an action of that name: `s3:GetObject` alone covers neither
    `s3:GetObject*` nor `s3:getobjec?`.

    Args:
        pattern: May be anybody's; its wildcards cost little.
        by: From somebody trusted: wildcards in their middle cost memory.
    """
    # Each pattern is followed by what is left of it, character by character.
    pattern = pattern.lower()
    # Most are of other services or about other things, and cover none of it.
    alike = [text for text in map(str.lower, by) if _begin_alike(pattern, text)]
    if pattern in alike:
        return True
    todo = [(pattern, _opened(alike))]
    seen = set[tuple[str, frozenset[str]]]()
    while todo:
        rest, others = state = todo.pop()
        if state in seen or "*" in others:
            continue
        seen.add(state)
        # Whatever is left of the pattern, some text matches it.
        if not others or (not rest and "" not in others):
            return False
        if rest.startswith("*"):
            todo.append((rest[1:], others))
        todo += [(_rest(rest), _after(char, others)) for char in _next_characters(rest, others)]
    return True


def _begin_alike(pattern: str, other: str) -> bool:
    """Tell whether a text may begin as both patterns do, up to the first wildcard of each."""
    start, other_start = _start(pattern), _start(other)
    return start.startswith(other_start) or other_start.startswith(start)


@functools.lru_cache(maxsize=10_000)
def _start(pattern: str) -> str:
    return re.split("[*?]", pattern, maxsplit=1)[0]


def _rest(pattern: str) -> str:
    """Return what is left of a pattern after one character; a `*` stays, as it takes more."""
    return pattern if pattern[0] == "*" else pattern[1:]


def _next_characters(pattern: str, others: frozenset[str]) -> set[str]:
    if not pattern:
        return set()
    if pattern[0] not in "*?":
        return {pattern[0]}
    return {_ANY_OTHER, *(other[0] for other in others if other and other[0] not in "*?")}


def _after(char: str, patterns: frozenset[str]) -> frozenset[str]:
    return _opened(_rest(pattern) for pattern in patterns if pattern and pattern[0] in {"*", "?", char})


def _opened(patterns: Iterable[str]) -> frozenset[str]:
    """Add what each pattern is if its leading `*` takes nothing more."""
    return frozenset(
        pattern[index:] for pattern in patterns for index in range(len(pattern) - len(pattern.lstrip("*")) + 1)
    )
