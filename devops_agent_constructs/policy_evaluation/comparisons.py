"""Compare, as each condition operator does, one value of the policy with one value of the request.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import base64
import ipaddress
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policy_evaluation.patterns import Context, arn_matches, string_matches

T = TypeVar("T")
Comparison = Callable[[str, str, "Context | None"], bool]
"""(value in the policy, value in the request, where policy variables get their values) -> do they match?"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Operator:
    """A condition operator without its qualifiers.

    Attributes:
        name: As AWS writes it.
        matches: The comparison; of the positive twin, if the operator is negated.
    """

    name: str
    matches: Comparison

    @property
    def is_negated(self) -> bool:
        """Whether it asks that no value matches."""
        return "Not" in self.name

    @property
    def takes_variables(self) -> bool:
        """Whether policy variables work in its values.

        See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-wheretouse
        """
        return self.name.startswith(("String", "Arn"))

    @property
    def has_patterns(self) -> bool:
        """Whether `*` and `?` are wildcards in its values."""
        return "Like" in self.name or "Arn" in self.name


_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
# https://www.w3.org/TR/NOTE-datetime; four digits are a year, more are seconds since 1970.
_EPOCH = re.compile(r"-?[0-9]{5,}(\.[0-9]+)?")
_DATE = re.compile(
    r"(?P<year>[0-9]{4})(-(?P<month>[0-9]{2})(-(?P<day>[0-9]{2})"
    r"(T(?P<hour>[01][0-9]|2[0-3]):(?P<minute>[0-5][0-9])(:(?P<second>[0-5][0-9])(?P<fraction>\.[0-9]+)?)?"
    r"(Z|(?P<sign>[+-])(?P<hours>[0-9]{2}):(?P<minutes>[0-5][0-9])))?)?)?"
)


def _number(text: str) -> Decimal:
    if _NUMBER.fullmatch(text) is None:
        raise ValueError(text)
    return Decimal(text)


def _date(text: str) -> Decimal:
    """Return seconds since 1970."""
    if _EPOCH.fullmatch(text):
        return Decimal(text)
    if (match := _DATE.fullmatch(text)) is None:
        raise ValueError(text)
    year, month, day = (int(match[name] or 1) for name in ("year", "month", "day"))
    clock = timedelta(
        hours=int(match["hour"] or 0), minutes=int(match["minute"] or 0), seconds=int(match["second"] or 0)
    )
    ahead = timedelta(hours=int(match["hours"] or 0), minutes=int(match["minutes"] or 0))
    moment = datetime(year, month, day, tzinfo=timezone.utc) + clock + (ahead if match["sign"] == "-" else -ahead)
    return Decimal(int(moment.timestamp())) + Decimal(match["fraction"] or 0)


def _typed(what: str, parse: Callable[[str], Any], compare: Callable[[Any, Any], bool]) -> Comparison:
    def matches(wanted: str, given: str, _: Context | None) -> bool:
        return compare(_read(given, "context", what, parse), _read(wanted, "Condition", what, parse))

    return matches


def _read(text: str, field: str, what: str, parse: Callable[[str], T]) -> T:
    try:
        return parse(text)
    except (ValueError, KeyError, OverflowError) as error:
        why = f"the condition operator compares {what}, and this is none of them"
        raise OnboardingInputError(field, text, why=why, fix=f"write {what}, or use a String operator") from error


def _in_network(wanted: str, given: str, _: Context | None) -> bool:
    network = _read(wanted, "Condition", "IP address ranges", lambda text: ipaddress.ip_network(text, strict=False))
    return _read(given, "context", "IP addresses", ipaddress.ip_address) in network


def _ordered(kind: str, what: str, parse: Callable[[str], Any]) -> dict[str, Comparison]:
    comparisons = {
        "Equals": operator.eq,
        "NotEquals": operator.eq,
        "LessThan": operator.lt,
        "LessThanEquals": operator.le,
        "GreaterThan": operator.gt,
        "GreaterThanEquals": operator.ge,
    }
    return {f"{kind}{name}": _typed(what, parse, compare) for name, compare in comparisons.items()}


_equals = partial(string_matches, wildcards=False)
_equals_ignoring_case = partial(_equals, ignore_case=True)
_COMPARISONS: dict[str, Comparison] = {
    "StringEquals": _equals,
    "StringNotEquals": _equals,
    "StringEqualsIgnoreCase": _equals_ignoring_case,
    "StringNotEqualsIgnoreCase": _equals_ignoring_case,
    "StringLike": string_matches,
    "StringNotLike": string_matches,
    "ArnEquals": arn_matches,
    "ArnNotEquals": arn_matches,
    "ArnLike": arn_matches,
    "ArnNotLike": arn_matches,
    **_ordered("Numeric", "numbers", _number),
    **_ordered("Date", "dates", _date),
    "IpAddress": _in_network,
    "NotIpAddress": _in_network,
    "Bool": _typed("truth values", lambda text: {"true": True, "false": False}[text.lower()], operator.eq),
    "BinaryEquals": _typed("base64 texts", partial(base64.b64decode, validate=True), operator.eq),
}
OPERATORS = {name.lower(): Operator(name=name, matches=matches) for name, matches in _COMPARISONS.items()}
"""Operator name in lower case -> operator; all of AWS's but `Null`, which compares nothing."""
