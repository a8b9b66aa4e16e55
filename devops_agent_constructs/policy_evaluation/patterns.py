"""Text of a policy that stands for other text: wildcards, policy variables, and what only deployment knows.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html and, for ARNs,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import Enum

from devops_agent_constructs.policy_evaluation.unknown import UNKNOWN, is_unknown


class Maybe(Enum):
    """Stands for the value of a key of which nobody knows whether the request has it."""

    KEY = "maybe there, with any value"


class Wildcard(Enum):
    """A character that stands for others."""

    MANY = "*"
    ONE = "?"


Context = Mapping[str, "str | Sequence[str] | Maybe"]
"""Condition key in lower case -> its value in the request; a list for a multivalued key."""
_Piece = str | Wildcard
_PIECE = re.compile(rf"{UNKNOWN.pattern}|\$\{{[^{{}}]*\}}|.", re.DOTALL)
_VARIABLE = re.compile(r"\$\{([^{},]*)(?:, *'([^']*)')?\}")
_ARN_FIELDS = 6


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

    A pattern with a `missing_variable` matches nothing. An unknown part matches itself alone, and a `*`.
    """
    if missing_variable(pattern, context):
        return False
    return _glob(
        _resolved(_pieces(pattern, context), context, wildcards=wildcards, lower=ignore_case),
        _text(text, lower=ignore_case),
    )


def arn_matches(pattern: str, text: str, context: Context | None) -> bool:
    """Match an ARN as ArnEquals and ArnLike do: each field on its own; the sixth may contain further colons.

    A text or pattern of fewer fields matches nothing, nor does a pattern with a `missing_variable`.
    """
    fields, texts = _arn_fields(_pieces(pattern, context)), text.split(":", _ARN_FIELDS - 1)
    if len(fields) != _ARN_FIELDS or len(texts) != _ARN_FIELDS or missing_variable(pattern, context):
        return pattern == text and is_unknown(text)
    return all(_glob(_resolved(field, context), _text(one)) for field, one in zip(fields, texts, strict=True))


def may_match(pattern: str, text: str, context: Context | None) -> bool:
    """Tell whether a text could match, whatever its unknown parts and those of the pattern are."""
    if not (is_unknown(pattern) or is_unknown(text)):
        return False
    fields, texts = _arn_fields(_pieces(pattern, context)), text.split(":", _ARN_FIELDS - 1)
    if len(fields) != _ARN_FIELDS or len(texts) != _ARN_FIELDS:
        fields, texts = [_pieces(pattern, context)], [text]
    pairs = zip(fields, texts, strict=True)
    return all(_overlap(_opened(_resolved(one, context)), _opened(_text(other))) for one, other in pairs)


def is_whole_arn(pattern: str, context: Context | None) -> bool:
    """Tell whether a pattern has the six fields without which `arn_matches` is never true."""
    return len(_arn_fields(_pieces(pattern, context))) == _ARN_FIELDS


def missing_variable(pattern: str, context: Context | None) -> str:
    """Return the first policy variable with neither a value in the request nor a default, or an empty string."""
    if context is None or "$" not in pattern:
        return ""
    return next((piece for piece in _pieces(pattern, context) if _value_of(piece, context) is None), "")


def variable_keys(pattern: str) -> set[str]:
    """Return the condition keys, in lower case, whose values a pattern takes."""
    names = {match[1].strip().lower() for match in _VARIABLE.finditer(UNKNOWN.sub("", pattern))}
    return names - {"*", "?", "$"}


def _text(text: str, *, lower: bool = False) -> list[str]:
    """Return the characters, an unknown part as one."""
    if not is_unknown(text):
        return list(text.lower() if lower else text)
    pieces = [match[0] for match in re.finditer(rf"{UNKNOWN.pattern}|.", text, re.DOTALL)]
    return [piece.lower() if lower and len(piece) == 1 else piece for piece in pieces]


def _pieces(pattern: str, context: Context | None) -> list[str]:
    return _text(pattern) if context is None else [match[0] for match in _PIECE.finditer(pattern)]


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
) -> list[_Piece]:
    resolved: list[_Piece] = []
    for piece in pieces:
        if wildcards and piece in {"*", "?"}:
            resolved.append(Wildcard(piece))
        else:
            # Plain characters: a `*` that the request brings along is no wildcard.
            resolved += _text(_value_of(piece, context or {}) or "", lower=lower)
    return resolved


def _value_of(piece: str, context: Context) -> str | None:
    if len(piece) == 1 or is_unknown(piece):
        return piece
    if (match := _VARIABLE.fullmatch(piece)) is None:
        return None
    name, default = match[1].strip(), match[2]
    value = name if name in {"*", "?", "$"} else context.get(name.lower(), default)
    # A multivalued key cannot be used as a variable.
    return value if isinstance(value, str) else None


def _glob(pattern: Sequence[_Piece], text: Sequence[str]) -> bool:
    # No regular expression: a hostile pattern of many stars would take it ages, this at most len * len steps.
    at = seen = 0
    star, start = -1, 0
    while seen < len(text):
        piece = pattern[at] if at < len(pattern) else None
        if piece is Wildcard.MANY:
            star, start, at = at, seen, at + 1
        elif (piece is Wildcard.ONE and len(text[seen]) == 1) or piece == text[seen]:
            at, seen = at + 1, seen + 1
        elif star >= 0:
            start += 1
            at, seen = star + 1, start
        else:
            return False
    return all(piece is Wildcard.MANY for piece in pattern[at:])


def _opened(pieces: Sequence[_Piece]) -> list[_Piece]:
    return [Wildcard.MANY if is_unknown(piece) else piece for piece in pieces]


def _overlap(one: Sequence[_Piece], other: Sequence[_Piece]) -> bool:
    """Tell whether some text matches both."""
    todo, seen = [(0, 0)], set[tuple[int, int]]()
    while todo:
        left, right = pair = todo.pop()
        if pair in seen:
            continue
        seen.add(pair)
        if (left, right) == (len(one), len(other)):
            return True
        ahead = one[left] if left < len(one) else None, other[right] if right < len(other) else None
        if ahead[0] is Wildcard.MANY:
            todo.append((left + 1, right))
        if ahead[1] is Wildcard.MANY:
            todo.append((left, right + 1))
        if None not in ahead and (ahead[0] == ahead[1] or {*Wildcard} & {*ahead}):
            todo.append((left + (ahead[0] is not Wildcard.MANY), right + (ahead[1] is not Wildcard.MANY)))
    return False
