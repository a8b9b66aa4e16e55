"""Match text of a policy that stands for other text: wildcards, policy variables, and what only deployment knows.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html and, for ARNs,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import Enum

from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policy_evaluation.unknown import UNKNOWN, is_unknown
from devops_agent_constructs.policy_evaluation.wildcards import FIRST_UNKNOWN, MANY, WILDCARDS, glob, overlap


class Maybe(Enum):
    """Stands for the value of a key of which nobody knows whether the request has it."""

    KEY = "maybe there, with any value"


Context = Mapping[str, "str | Sequence[str] | Maybe"]
"""Condition key in lower case -> its value in the request; a list for a multivalued key."""
_VARIABLE = re.compile(r"\$\{([^{}]*)\}")
_VARIABLE_START = "${"
_NAME = re.compile(r"([^,]*)(?:, *'([^']*)')?")
_ARN_FIELDS = 6
_COLON = "\U0010fffd"


def in_lower_case(context: Mapping[str, str | Sequence[str]]) -> dict[str, str | Sequence[str]]:
    """Return a request's condition keys in lower case, as IAM compares them: two must not differ in case only."""
    keys = {key.lower(): value for key, value in context.items()}
    if len(keys) < len(context):
        why, fix = "two keys differ in case only, which is one key to IAM", "give each key once"
        raise OnboardingInputError("context", sorted(context), why=why, fix=fix)
    return keys


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
    if is_unknown(pattern) or is_unknown(text):
        pattern, text = _with_unknown_characters(pattern, text)
    resolved = _resolved(pattern, context, wildcards=wildcards)
    if resolved is None:
        return False
    return glob(resolved.lower(), text.lower()) if ignore_case else glob(resolved, text)


def arn_matches(pattern: str, text: str, context: Context | None) -> bool:
    """Match an ARN as ArnEquals and ArnLike do: each field on its own; the sixth may contain further colons.

    A text or pattern of fewer fields matches nothing, nor does a pattern with a `missing_variable`.
    """
    if not (fields := _arn_fields(pattern, text, context)):
        return pattern == text and is_unknown(text)
    return all(string_matches(field, given, context) for field, given in fields)


def may_match(pattern: str, text: str, context: Context | None) -> bool:
    """Tell whether a text could match, whatever its unknown parts and those of the pattern are."""
    if not (is_unknown(pattern) or is_unknown(text)):
        return False
    pattern, text = UNKNOWN.sub(MANY, pattern), UNKNOWN.sub(MANY, text)
    fields = _arn_fields(pattern, text, context) or [(pattern, text)]
    resolved = [(_resolved(field, context), given) for field, given in fields]
    return all(field is not None and overlap(field, given) for field, given in resolved)


def is_whole_arn(pattern: str, context: Context | None) -> bool:
    """Tell whether a pattern has the six fields without which `arn_matches` is never true."""
    return bool(_arn_fields(pattern, ":" * (_ARN_FIELDS - 1), context))


def missing_variable(pattern: str, context: Context | None) -> str:
    """Return the first policy variable with neither a value in the request nor a default, or an empty string."""
    names = [] if context is None else _VARIABLE.findall(UNKNOWN.sub("", pattern))
    return next((f"${{{name}}}" for name in names if _value_of(name, context or {}) is None), "")


def variable_keys(pattern: str) -> set[str]:
    """Return the condition keys, in lower case, whose values a pattern takes."""
    if _VARIABLE_START not in pattern:
        return set()
    names = map(_NAME.fullmatch, _VARIABLE.findall(UNKNOWN.sub("", pattern)))
    return {match[1].strip().lower() for match in names if match} - {"*", "?", "$"}


def _with_unknown_characters(*texts: str) -> list[str]:
    """Return the texts with a character for each unknown part, the same for the same part."""
    parts = dict.fromkeys(match[0] for text in texts for match in UNKNOWN.finditer(text))
    characters = {part: chr(ord(FIRST_UNKNOWN) + index) for index, part in enumerate(parts)}
    return [UNKNOWN.sub(lambda match: characters[match[0]], text) for text in texts]


def _arn_fields(pattern: str, text: str, context: Context | None) -> list[tuple[str, str]]:
    """Return the six fields of a pattern, each with the text's; none if either has fewer."""
    # Before variables get their values: the colons of a name or a value must not shift the fields.
    if context is not None and _VARIABLE_START in pattern:
        pattern = _VARIABLE.sub(lambda match: match[0].replace(":", _COLON), pattern)
    fields = [field.replace(_COLON, ":") for field in pattern.split(":", _ARN_FIELDS - 1)]
    texts = text.split(":", _ARN_FIELDS - 1)
    return list(zip(fields, texts, strict=True)) if len(fields) == len(texts) == _ARN_FIELDS else []


def _resolved(pattern: str, context: Context | None, *, wildcards: bool = True) -> str | None:
    """Return the pattern with its wildcards and the values of its variables; None if one has no value."""
    if context is None or _VARIABLE_START not in pattern:
        return pattern.translate(WILDCARDS) if wildcards else pattern
    parts = _VARIABLE.split(pattern)
    plain = [part.translate(WILDCARDS) if wildcards else part for part in parts[::2]]
    # A `*` that the request brings along is no wildcard.
    values = [_value_of(name, context) for name in parts[1::2]]
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    return "".join(text + value for text, value in zip(plain, [*known, ""], strict=True))


def _value_of(name: str, context: Context) -> str | None:
    if (match := _NAME.fullmatch(name)) is None:
        return None
    name, default = match[1].strip(), match[2]
    value = name if name in {"*", "?", "$"} else context.get(name.lower(), default)
    # A multivalued key cannot be used as a variable.
    return value if isinstance(value, str) else None
