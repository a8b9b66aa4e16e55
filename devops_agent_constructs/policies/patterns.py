"""Text of a policy that stands for other text: wildcards and policy variables.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html and, for ARNs,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import Enum

Context = Mapping[str, "str | Sequence[str]"]
"""Condition key in lower case -> its value in the request; a list for a multivalued key."""

_PIECE = re.compile(r"\$\{[^{}]*\}|.", re.DOTALL)
_VARIABLE = re.compile(r"\$\{([^{},]*)(?:, *'([^']*)')?\}")
_ARN_FIELDS = 6


class Wildcard(Enum):
    """A character that stands for others."""

    MANY = "*"
    ONE = "?"


def string_matches(
    pattern: str, text: str, context: Context | None, *, wildcards: bool = True, ignore_case: bool = False
) -> bool:
    """Match a text as the String operators do.

    Args:
        pattern: The value in the policy.
        text: The value in the request.
        context: Where policy variables get their values. None: the policy's version knows no variables.
        wildcards: False makes `*` and `?` plain characters, as under StringEquals.
        ignore_case: As under StringEqualsIgnoreCase.

    A pattern with a `missing_variable` matches nothing.
    """
    if missing_variable(pattern, context):
        return False
    if ignore_case:
        text = text.lower()
    return _glob(_resolved(_pieces(pattern, context), context, wildcards=wildcards, lower=ignore_case), text)


def arn_matches(pattern: str, text: str, context: Context | None) -> bool:
    """Match an ARN as ArnEquals and ArnLike do: each field on its own; the sixth may contain further colons.

    A text or pattern of fewer fields matches nothing, nor does a pattern with a `missing_variable`.
    """
    fields, texts = _arn_fields(_pieces(pattern, context)), text.split(":", _ARN_FIELDS - 1)
    if len(fields) != _ARN_FIELDS or len(texts) != _ARN_FIELDS or missing_variable(pattern, context):
        return False
    return all(_glob(_resolved(field, context), one) for field, one in zip(fields, texts, strict=True))


def is_whole_arn(pattern: str, context: Context | None) -> bool:
    """Tell whether a pattern has the six fields without which `arn_matches` is never true."""
    return len(_arn_fields(_pieces(pattern, context))) == _ARN_FIELDS


def missing_variable(pattern: str, context: Context | None) -> str:
    """Return the first policy variable with neither a value in the request nor a default, or an empty string."""
    if context is None:
        return ""
    return next((piece for piece in _pieces(pattern, context) if _value_of(piece, context) is None), "")


def _pieces(pattern: str, context: Context | None) -> list[str]:
    return list(pattern) if context is None else _PIECE.findall(pattern)


def _arn_fields(pieces: list[str]) -> list[list[str]]:
    # Before variables get their values: the colons of a value must not shift the fields.
    fields: list[list[str]] = [[]]
    for piece in pieces:
        if piece == ":" and len(fields) < _ARN_FIELDS:
            fields.append([])
        else:
            fields[-1].append(piece)
    return fields


def _resolved(
    pieces: list[str], context: Context | None, *, wildcards: bool = True, lower: bool = False
) -> list[str | Wildcard]:
    resolved: list[str | Wildcard] = []
    for piece in pieces:
        if wildcards and piece in {"*", "?"}:
            resolved.append(Wildcard(piece))
        else:
            # Plain characters: a `*` that the request brings along is no wildcard.
            value = _value_of(piece, context or {}) or ""
            resolved += value.lower() if lower else value
    return resolved


def _value_of(piece: str, context: Context) -> str | None:
    if len(piece) == 1:
        return piece
    if (match := _VARIABLE.fullmatch(piece)) is None:
        return None
    name, default = match[1].strip(), match[2]
    value = name if name in {"*", "?", "$"} else context.get(name.lower(), default)
    # A multivalued key cannot be used as a variable.
    return value if isinstance(value, str) else None


def _glob(pattern: Sequence[str | Wildcard], text: str) -> bool:
    # No regular expression: a hostile pattern of many stars would take it ages, this at most len * len steps.
    at = seen = 0
    star, start = -1, 0
    while seen < len(text):
        piece = pattern[at] if at < len(pattern) else None
        if piece is Wildcard.MANY:
            star, start, at = at, seen, at + 1
        elif piece is Wildcard.ONE or piece == text[seen]:
            at, seen = at + 1, seen + 1
        elif star >= 0:
            start += 1
            at, seen = star + 1, start
        else:
            return False
    return all(piece is Wildcard.MANY for piece in pattern[at:])
