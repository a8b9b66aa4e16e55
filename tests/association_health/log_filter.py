"""CloudWatch's filter patterns for JSON, as far as ours use them, from AWS's page.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html, read 2026-11-26. A
comparison with a field that is missing is never true: https://github.com/DataBiosphere/azul/issues/5884.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase

_TOKENS = re.compile(r'\s*(\$\.\w+|"[^"]*"|NOT EXISTS|&&|\|\||!=|=|[(){}])')


def matches(pattern: str, record: Mapping[str, object]) -> bool:
    """Tell whether a pattern of a metric filter matches a record."""
    tokens = _TOKENS.findall(pattern)
    assert "".join(tokens) == re.sub(r"\s+(?=[^E])", "", pattern.strip()), "a part of the pattern is not understood"
    assert (tokens[0], tokens[-1]) == ("{", "}")
    reader = _Reader(tokens[1:-1], record)
    result = reader.alternatives()
    assert reader.tokens == []
    return result


class _Reader:
    """Reads an expression from left to right; && binds more closely than ||."""

    def __init__(self, tokens: list[str], record: Mapping[str, object]) -> None:
        self.tokens, self._record = list(tokens), record

    def alternatives(self) -> bool:
        """Read what || joins."""
        result = self._all()
        while self.tokens[:1] == ["||"]:
            self.tokens.pop(0)
            result = self._all() or result
        return result

    def _all(self) -> bool:
        result = self._one()
        while self.tokens[:1] == ["&&"]:
            self.tokens.pop(0)
            result = self._one() and result
        return result

    def _one(self) -> bool:
        token = self.tokens.pop(0)
        if token == "(":
            result = self.alternatives()
            assert self.tokens.pop(0) == ")"
            return result
        name, operator = token.removeprefix("$."), self.tokens.pop(0)
        if operator == "NOT EXISTS":
            return name not in self._record
        value = self.tokens.pop(0).strip('"')
        if name not in self._record:
            return False
        return fnmatchcase(str(self._record[name]), value) == (operator == "=")
