"""Filter patterns of CloudWatch Logs: terms of text, and conditions on the fields of JSON.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html. Not known here: regular
expressions and patterns of fields separated by spaces.
"""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable
from typing import Any

Matcher = Callable[[Any], bool]

_TOKEN = re.compile(
    r"""\s*(?:(?P<sign>&&|\|\||[(){}])
    |(?P<selector>\$(?:\.[A-Za-z0-9_]+|\[(?:\d+|\*|"[^"]+"|'[^']+')\])+)
    |(?P<operator>!=|>=|<=|=|>|<)
    |(?P<words>IS\s+NULL|IS\s+TRUE|IS\s+FALSE|NOT\s+EXISTS)
    |(?P<text>"[^"]*")
    |(?P<value>[^\s&|(){}=!<>"]+))""",
    re.VERBOSE,
)
_NUMERIC: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
_STEP = re.compile(r"\.([A-Za-z0-9_]+)|\[(\d+|\*|\"[^\"]+\"|'[^']+')\]")
_MISSING = object()


class InvalidPatternError(ValueError):
    """CloudWatch Logs takes no such pattern, or the emulator does not know it."""


def matcher(pattern: str) -> Callable[[str], bool]:
    """Return what tells of a message whether it matches; raises `InvalidPatternError`."""
    stripped = pattern.strip()
    if stripped.startswith("{"):
        matches = _Parser(stripped).parse()
        return lambda message: _of_json(matches, message)
    if stripped.startswith("[") or "%" in stripped:
        raise InvalidPatternError(f"the emulator knows no patterns like {pattern!r}")
    return _of_terms(stripped)


def _of_json(matches: Matcher, message: str) -> bool:
    try:
        document = json.loads(message)
    except ValueError:
        return False
    return isinstance(document, dict) and matches(document)


def _of_terms(pattern: str) -> Callable[[str], bool]:
    """All terms must be there; of those with `?` one; none of those with `-`. Case counts, an empty one matches all."""
    terms = re.findall(r'([?-]?)(?:"([^"]*)"|(\S+))', pattern)
    named = [(sign, quoted or bare) for sign, quoted, bare in terms]
    optional = [term for sign, term in named if sign == "?"]
    return lambda message: (
        all(term in message for sign, term in named if not sign)
        and not any(term in message for sign, term in named if sign == "-")
        and (not optional or any(term in message for term in optional))
    )


class _Parser:
    """Reads `{ $.level = "ERROR" && ($.account = * || $.count > 3) }`; `&&` binds more tightly than `||`."""

    def __init__(self, pattern: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        position = 0
        while position < len(pattern.rstrip()):
            match = _TOKEN.match(pattern, position)
            if match is None or match.lastgroup is None:
                raise InvalidPatternError(f"Invalid character(s) in term {pattern[position:]!r}")
            self._tokens.append((match.lastgroup, match[match.lastgroup]))
            position = match.end()
        self._tokens.reverse()

    def parse(self) -> Matcher:
        self._expect("{")
        matches = self._any()
        self._expect("}")
        if self._tokens:
            raise InvalidPatternError("something follows the pattern")
        return matches

    def _any(self) -> Matcher:
        found = [self._all()]
        while self._next_is("||"):
            self._tokens.pop()
            found.append(self._all())
        return lambda document: any(one(document) for one in found)

    def _all(self) -> Matcher:
        found = [self._one()]
        while self._next_is("&&"):
            self._tokens.pop()
            found.append(self._one())
        return lambda document: all(one(document) for one in found)

    def _one(self) -> Matcher:
        if self._next_is("("):
            self._tokens.pop()
            inner = self._any()
            self._expect(")")
            return inner
        selector = self._take("selector")
        kind, sign = self._tokens.pop() if self._tokens else ("", "")
        if kind == "words":
            return _worded(selector, " ".join(sign.split()))
        if kind != "operator" or not self._tokens:
            raise InvalidPatternError(f"{selector} is compared with nothing")
        kind, value = self._tokens.pop()
        if kind not in {"text", "value"}:
            raise InvalidPatternError(f"{selector} is compared with {value}")
        return _compared(selector, sign, value)

    def _take(self, kind: str) -> str:
        if not self._tokens or self._tokens[-1][0] != kind:
            raise InvalidPatternError(f"a {kind} is missing")
        return self._tokens.pop()[1]

    def _expect(self, sign: str) -> None:
        if not self._next_is(sign):
            raise InvalidPatternError(f"{sign} is missing")
        self._tokens.pop()

    def _next_is(self, sign: str) -> bool:
        return bool(self._tokens) and self._tokens[-1] == ("sign", sign)


def _worded(selector: str, words: str) -> Matcher:
    wanted = {"IS NULL": None, "IS TRUE": True, "IS FALSE": False}
    if words == "NOT EXISTS":
        return lambda document: _selected(document, selector) is _MISSING
    return lambda document: _selected(document, selector) is wanted[words]


def _compared(selector: str, sign: str, value: str) -> Matcher:
    if sign in _NUMERIC:
        compare, limit = _NUMERIC[sign], float(value)
        return lambda document: (
            _is_number(_selected(document, selector)) and compare(_selected(document, selector), limit)
        )
    # A field that is missing is neither equal nor unequal to anything: such a line does not match.
    pattern = re.compile(".*".join(map(re.escape, value.strip('"').split("*"))), re.DOTALL)

    def matches(document: Any) -> bool:
        found = _selected(document, selector)
        if found is _MISSING or isinstance(found, dict | list):
            return False
        is_equal = pattern.fullmatch(_as_text(found)) is not None
        return is_equal is (sign == "=")

    return matches


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _selected(document: Any, selector: str) -> Any:
    found = document
    for name, index in _STEP.findall(selector):
        if name or index[0] in "\"'":
            found = found.get(name or index[1:-1], _MISSING) if isinstance(found, dict) else _MISSING
        elif index == "*":
            raise InvalidPatternError("the emulator knows no [*]")
        else:
            found = found[int(index)] if isinstance(found, list) and int(index) < len(found) else _MISSING
    return found


def selected(message: str, selector: str) -> Any:
    """The field of a message that a selector such as `$.latency` names; None if there is none."""
    try:
        found = _selected(json.loads(message), selector)
    except ValueError:
        return None
    return None if found is _MISSING else found
