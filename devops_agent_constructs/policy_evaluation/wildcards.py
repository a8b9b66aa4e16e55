"""Match a text with wildcards, and tell whether two such patterns have a text in common.

A wildcard is a character that nobody writes, so that a `*` that a request brings along is none.
"""

from __future__ import annotations

# Private use: https://www.unicode.org/charts/PDF/U100000.pdf
MANY, ONE = "\U00100000", "\U00100001"
# Every character from here on stands for text that is not known, of whatever length.
FIRST_UNKNOWN = "\U00100002"
WILDCARDS = str.maketrans("*?", MANY + ONE)
"""For `str.translate`: `*` stands for any characters, `?` for one."""


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
        found = _find(part, text, start, end)
        if found < 0:
            return False
        start = found + len(part)
    return True


def overlap(one: str, other: str) -> bool:
    """Tell whether some text matches both."""
    todo, seen = [(0, 0)], set[tuple[int, int]]()
    while todo:
        left, right = pair = todo.pop()
        if pair in seen:
            continue
        seen.add(pair)
        if (left, right) == (len(one), len(other)):
            return True
        ahead = one[left : left + 1], other[right : right + 1]
        if ahead[0] == MANY:
            todo.append((left + 1, right))
        if ahead[1] == MANY:
            todo.append((left, right + 1))
        if "" not in ahead and (ahead[0] == ahead[1] or {MANY, ONE} & {*ahead}):
            todo.append((left + (ahead[0] != MANY), right + (ahead[1] != MANY)))
    return False


def _is_at(part: str, text: str, start: int) -> bool:
    if ONE not in part:
        return text.startswith(part, start)
    pairs = zip(part, text[start : start + len(part)], strict=True)
    return all(wanted == given or (wanted == ONE and given < MANY) for wanted, given in pairs)


def _find(part: str, text: str, start: int, end: int) -> int:
    if ONE not in part:
        return text.find(part, start, end)
    return next((at for at in range(start, end - len(part) + 1) if _is_at(part, text, at)), -1)
