"""A trust policy of which parts may be unknown: its statements one by one, and whether all of it can be evaluated."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from devops_agent_constructs import service
from devops_agent_constructs.checks.finding import Place
from devops_agent_constructs.checks.unknown import is_unknown, is_wholly_unknown, stand_in, without_unknown
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policies.conditions import Condition
from devops_agent_constructs.policies.trust_document import ParsedStatement, parse_trust_policy

SOURCE_ACCOUNT, SOURCE_ARN, EXTERNAL_ID = "aws:sourceaccount", "aws:sourcearn", "sts:externalid"
_PATTERNS = {"ArnEquals", "ArnLike", "StringLike"}
_TEXT_OPERATOR = re.compile("String|Arn", re.IGNORECASE)
_NEAR_MISS = re.compile("ai-?devops|devops-?agent", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class TrustStatement:
    """One statement of a trust policy, as written.

    Attributes:
        place: Where.
        parsed: What it says.
    """

    place: Place
    parsed: ParsedStatement

    @property
    def is_for_service(self) -> bool:
        """Whether it lets DevOps Agent in: the service, by its own name."""
        return self.parsed.is_allow and any(
            one.kind == "Service" and one.value == service.SERVICE_PRINCIPAL for one in self.parsed.principals
        )

    def required(self, key: str) -> list[Condition]:
        """Return the conditions that a request cannot meet without this key, in lower case."""
        return [condition for condition in self.parsed.conditions if condition.key.lower() == key and _needs(condition)]

    def required_values(self, key: str) -> list[str]:
        """Return the values of those conditions."""
        return [value for condition in self.required(key) for value in condition.values]


@dataclass(frozen=True, kw_only=True, slots=True)
class Trust:
    """A trust policy.

    Attributes:
        place: Where.
        statements: Those that are known.
        refused: What IAM would refuse, and why.
        whole: All statements, with stand-ins for unknown texts, to be evaluated. None: a part is unknown or refused.
        written: It as text, in which unknown texts have their names.
    """

    place: Place
    statements: tuple[TrustStatement, ...]
    refused: tuple[tuple[Place, OnboardingInputError], ...]
    whole: tuple[ParsedStatement, ...] | None
    written: str

    @property
    def allowed(self) -> Iterator[TrustStatement]:
        """The statements that let somebody in."""
        return (statement for statement in self.statements if statement.parsed.is_allow)

    @property
    def has_deny(self) -> bool:
        """Whether a statement, known or unknown, may take back what others allow."""
        return self.whole is None or any(not statement.parsed.is_allow for statement in self.statements)

    @property
    def services(self) -> set[str]:
        """The service principals that it lets in."""
        return {one.value for statement in self.allowed for one in statement.parsed.principals if one.kind == "Service"}

    @property
    def mentions_devops_agent(self) -> bool:
        """Whether it names the service, nearly names it, or names an Agent Space."""
        values = (value for one in self.statements for condition in one.parsed.conditions for value in condition.values)
        return any(map(is_devops_agent_like, self.services)) or any(":aidevops:" in value for value in values)

    def pinned(self, key: str) -> list[str]:
        """Return the values of a key, in lower case, that requests must have: Allow is with them, or Deny without."""
        return [
            value
            for statement in self.statements
            for condition in statement.parsed.conditions
            if condition.key.lower() == key
            and (_needs(condition) if statement.parsed.is_allow else _is_negated(condition))
            for value in condition.values
        ]

    def names(self, action: str) -> bool:
        """Tell whether a statement that lets somebody in spells out an action."""
        return any(action in statement.parsed.actions for statement in self.allowed)

    def lacks(self, *actions: str) -> list[str]:
        """Return which of these actions no statement lets the service do; none if it is not let in at all."""
        statements = [one.parsed for one in self.statements if one.is_for_service]
        is_known = statements and self.whole is not None
        return [one for one in actions if is_known and not any(statement.is_about(one) for statement in statements)]


def is_devops_agent_like(service_principal: str) -> bool:
    """Tell whether this is DevOps Agent's service principal, or what people take for it."""
    return _NEAR_MISS.search(service_principal) is not None


def space_stand_in(arn: str) -> str:
    """Return the ARN of an Agent Space with stand-ins for what is unknown, also if all of it is."""
    text = stand_in(arn)
    return f"arn:aws:aidevops:us-east-1:{text}:agentspace/{text}" if is_wholly_unknown(arn) else text


def role_stand_in(arn: str) -> str:
    """Return the ARN of a role with stand-ins for what is unknown, also if all of it is."""
    text = stand_in(arn)
    return f"arn:aws:iam::{text}:role/{text}" if is_wholly_unknown(arn) else text


def has_wildcard(condition: Condition, value: str) -> bool:
    """Tell whether a condition takes a value of its as a pattern for several."""
    operator = condition.operator.name if condition.operator is not None else ""
    known = without_unknown(value)
    return operator in _PATTERNS and any(sign in known for sign in "*?")


def read_trust(document: object, place: Place) -> Trust:
    """Read a trust policy.

    Args:
        document: With unknown texts where only deployment knows.
        place: Where it stands.
    """
    if is_unknown(document) or (isinstance(document, Mapping) and is_unknown(document.get("Version"))):
        return Trust(place=place, statements=(), refused=(), whole=None, written="")
    if not isinstance(document, Mapping):
        document = {"Statement": document}  # The reader says what is wrong with it.
    element = document.get("Statement")
    written = element if isinstance(element, list) and element else [element]
    statements, refused, is_whole = [], [], True
    for index, statement in enumerate(written):
        at = place.at("Statement", index) if isinstance(element, list) else place.at("Statement")
        if _is_not_known(statement):
            is_whole = False
            continue
        is_whole = is_whole and not _has_unknown_operand(statement)
        try:
            [parsed] = parse_trust_policy({**document, "Statement": [statement]})
        except OnboardingInputError as error:
            refused.append((at, error))
        else:
            statements.append(TrustStatement(place=at, parsed=parsed))
    is_whole = is_whole and not refused
    return Trust(
        place=place,
        statements=tuple(statements),
        refused=tuple(refused),
        whole=tuple(parse_trust_policy(_with_stand_ins(document))) if is_whole else None,
        written=json.dumps(document, default=str),
    )


def _needs(condition: Condition) -> bool:
    """Tell whether a request without the key fails the condition, and one with it is compared."""
    is_optional = condition.if_exists or condition.set_operator == "forallvalues"
    return condition.operator is not None and not condition.operator.is_negated and not is_optional


def _is_negated(condition: Condition) -> bool:
    return condition.operator is not None and condition.operator.is_negated


def _is_not_known(statement: object) -> bool:
    """Tell whether it is unknown what the statement is about; unknown values are no obstacle."""
    if not isinstance(statement, Mapping):
        return is_unknown(statement)
    elements = [statement.get(name) for name in ("Effect", "Principal", "Condition")]
    for name in ("Action", "NotAction"):
        value = statement.get(name)
        elements += value if isinstance(value, list) else [value]
    principal, condition = statement.get("Principal"), statement.get("Condition")
    services = principal.get("Service") if isinstance(principal, Mapping) else None
    elements += services if isinstance(services, list) else [services]
    elements += condition.values() if isinstance(condition, Mapping) else []
    # Its operand decides what it asks.
    elements += next((keys.values() for operator, keys in _conditions(statement) if operator.lower() == "null"), [])
    return any(map(is_unknown, elements))


def _has_unknown_operand(statement: object) -> bool:
    """Tell whether a condition compares something else than a source or an external id with what is not known."""
    return any(
        (key.lower() not in {SOURCE_ACCOUNT, SOURCE_ARN, EXTERNAL_ID} or not _TEXT_OPERATOR.search(operator))
        and any(map(is_unknown, values if isinstance(values, list) else [values]))
        for operator, keys in _conditions(statement)
        for key, values in keys.items()
    )


def _conditions(statement: object) -> list[tuple[str, Mapping[str, Any]]]:
    condition = statement.get("Condition") if isinstance(statement, Mapping) else None
    found = condition.items() if isinstance(condition, Mapping) else ()
    return [(str(operator), keys) for operator, keys in found if isinstance(keys, Mapping)]


def _with_stand_ins(value: object, *, key: str = "") -> Any:  # noqa: ANN401 (as the document's values)
    if isinstance(value, Mapping):
        return {name: _with_stand_ins(one, key=name.lower()) for name, one in value.items()}
    if isinstance(value, list):
        return [_with_stand_ins(one, key=key) for one in value]
    if not isinstance(value, str):
        return value
    text = stand_in(value)
    if not is_wholly_unknown(value):
        return text
    # An ARN as a whole, which operators and principals take only in its own form.
    if key in {SOURCE_ARN, EXTERNAL_ID}:
        return space_stand_in(value)
    return role_stand_in(value) if key == "aws" else text
