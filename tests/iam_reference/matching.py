"""One value of a policy against one of a request: wildcards, policy variables, ARNs, numbers, dates, addresses."""

from __future__ import annotations

import base64
import contextlib
import ipaddress
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache

Keys = Mapping[str, "str | list[str]"]
"""Condition key in lower case -> its value in the request, or all its values."""

_TOKEN = re.compile(r"\$\{[^}]*\}|.", re.DOTALL)
_WITH_DEFAULT = re.compile(r"(?P<key>[^,]*?)\s*,\s*'(?P<default>[^']*)'")


class UndefinedError(Exception):
    """IAM's documents do not say what it decides."""


def tokens(pattern: str, keys: Keys | None, *, wildcards: bool = True) -> Sequence[str] | None:
    """Return the pattern as regular expressions, one per character or variable; None: a variable has no value.

    `keys` is None where the policy's Version knows no variables: reference_policies_elements_version.html
    """
    if keys is None or "${" not in pattern:
        return _plain_tokens(pattern, wildcards)
    found: list[str] = []
    for token in _TOKEN.findall(pattern):
        if len(token) == 1:
            found += _plain_tokens(token, wildcards)
            continue
        value = _variable(token[2:-1], keys)
        if value is None:
            return None
        found.append(re.escape(value))
    return found


# The same few texts come again and again: one of AWS's managed policies has a thousand patterns.
@lru_cache(maxsize=8192)
def _plain_tokens(pattern: str, wildcards: bool) -> Sequence[str]:
    # "*" is any number of characters, "?" exactly one: reference_policies_elements_condition_operators.html
    any_of = {"*": ".*", "?": "."} if wildcards else {}
    return tuple(any_of.get(char, re.escape(char)) for char in pattern)


def _variable(inside: str, keys: Keys) -> str | None:
    # ${*}, ${?} and ${$} are the characters; ${key, 'default'}: reference_policies_variables.html
    if inside in ("*", "?", "$"):
        return inside
    match = _WITH_DEFAULT.fullmatch(inside)
    key, default = (match["key"], match["default"]) if match else (inside, None)
    value = keys.get(key.strip().lower(), default)
    if isinstance(value, list):
        # "You can't use multivalued context keys as policy variables": reference_policies_variables.html
        raise UndefinedError(f"{key} has many values, and is used as a variable")
    return value


def _matches(found: Sequence[str] | None, text: str, flags: re.RegexFlag = re.DOTALL) -> bool:
    return found is not None and _compiled("".join(found), flags).fullmatch(text) is not None


@lru_cache(maxsize=8192)
def _compiled(expression: str, flags: re.RegexFlag) -> re.Pattern[str]:
    return re.compile(expression, flags)


def like(pattern: str, text: str, keys: Keys | None) -> bool:
    """StringLike; Resource: a string with wildcards. A variable without a value matches nothing."""
    return _matches(tokens(pattern, keys), text)


def _equal(pattern: str, text: str, keys: Keys | None) -> bool:
    return _matches(tokens(pattern, keys, wildcards=False), text)


def _equal_but_for_case(pattern: str, text: str, keys: Keys | None) -> bool:
    return _matches(tokens(pattern, keys, wildcards=False), text, re.DOTALL | re.IGNORECASE)


def _arn_like(pattern: str, text: str, keys: Keys | None) -> bool:
    # "Each of the six colon-delimited components of the ARN is checked separately and each can include multi-character
    # match wildcards (*) or single-character match wildcards (?). The ArnEquals and ArnLike condition operators behave
    # identically.": reference_policies_elements_condition_operators.html#Conditions_ARN
    found = tokens(pattern, keys)
    if found is None:
        return False
    fields: list[list[str]] = [[]]
    for token in found:
        if token == ":" and len(fields) < 6:
            fields.append([])
        else:
            fields[-1].append(token)
    parts = text.split(":", 5)
    if len(fields) != 6 or len(parts) != 6:
        return False
    return all(_matches(field, part) for field, part in zip(fields, parts, strict=True))


def _date(text: str) -> float:
    # "a date in ISO 8601 or in epoch (UNIX) time": reference_policies_elements_condition_operators.html#Conditions_Date
    if re.fullmatch(r"[0-9]{5,}(\.[0-9]+)?", text):
        return float(text)
    whole_text = text if "T" in text else f"{text}Z"
    for form in ("%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d", "%Y-%m", "%Y"):
        with contextlib.suppress(ValueError):
            return datetime.strptime(whole_text, f"{form}%z").timestamp()
    raise ValueError(text)


def _bool(text: str) -> bool:
    return {"true": True, "false": False}[text.lower()]


def _in_range(wanted: str, given: str) -> bool:
    # "Conditions_IPAddress": one address, or a range in CIDR form.
    return ipaddress.ip_address(given) in ipaddress.ip_network(wanted, strict=False)


def _typed(compare: Callable[[str, str], bool]) -> Callable[[str, str, Keys | None], bool]:
    # Variables work with string and ARN operators only: reference_policies_variables.html#policy-vars-wheretouse
    def matches(wanted: str, given: str, _: Keys | None) -> bool:
        try:
            return compare(wanted, given)
        except (ValueError, KeyError) as error:
            raise UndefinedError(f"{wanted!r} or {given!r} is not of the operator's type") from error

    return matches


def _number(compare: Callable[[float, float], bool]) -> Callable[[str, str, Keys | None], bool]:
    return _typed(lambda wanted, given: compare(float(given), float(wanted)))


def _moment(compare: Callable[[float, float], bool]) -> Callable[[str, str, Keys | None], bool]:
    return _typed(lambda wanted, given: compare(_date(given), _date(wanted)))


_BINARY = _typed(
    lambda wanted, given: base64.b64decode(wanted, validate=True) == base64.b64decode(given, validate=True)
)

POSITIVE: dict[str, Callable[[str, str, Keys | None], bool]] = {
    "stringequals": _equal,
    "stringequalsignorecase": _equal_but_for_case,
    "stringlike": like,
    "arnequals": _arn_like,
    "arnlike": _arn_like,
    "numericequals": _number(operator.eq),
    "numericlessthan": _number(operator.lt),
    "numericlessthanequals": _number(operator.le),
    "numericgreaterthan": _number(operator.gt),
    "numericgreaterthanequals": _number(operator.ge),
    "dateequals": _moment(operator.eq),
    "datelessthan": _moment(operator.lt),
    "datelessthanequals": _moment(operator.le),
    "dategreaterthan": _moment(operator.gt),
    "dategreaterthanequals": _moment(operator.ge),
    "bool": _typed(lambda wanted, given: _bool(wanted) == _bool(given)),
    "binaryequals": _BINARY,
    "ipaddress": _typed(_in_range),
}
"""Operator in lower case -> (policy's value, request's value, variables) -> whether they match."""

NEGATED = {
    "stringnotequals": "stringequals",
    "stringnotequalsignorecase": "stringequalsignorecase",
    "stringnotlike": "stringlike",
    "arnnotequals": "arnequals",
    "arnnotlike": "arnlike",
    "numericnotequals": "numericequals",
    "datenotequals": "dateequals",
    "notipaddress": "ipaddress",
}
"""Negated operator -> the one that it negates."""
