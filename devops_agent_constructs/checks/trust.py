"""A trust policy of which parts may be unknown: its statements one by one, and whether all of it can be evaluated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from devops_agent_constructs import service
from devops_agent_constructs.checks.finding import Place
from devops_agent_constructs.checks.unknown import is_wholly_unknown, stand_in, without_unknown
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policies.conditions import Condition
from devops_agent_constructs.policies.trust_document import ParsedStatement

SOURCE_ACCOUNT, SOURCE_ARN, EXTERNAL_ID = "aws:sourceaccount", "aws:sourcearn", "sts:externalid"
_PATTERNS = {"ArnEquals", "ArnLike", "StringLike"}
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
        has_unknown_statement: Whether there are others.
        refused: What IAM would refuse, and why.
        whole: All statements, with stand-ins for unknown texts, to be evaluated. None: a part is unknown or refused.
        written: It as text, in which unknown texts have their names.
    """

    place: Place
    statements: tuple[TrustStatement, ...]
    has_unknown_statement: bool
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
        return self.has_unknown_statement or any(not statement.parsed.is_allow for statement in self.statements)

    @property
    def services(self) -> set[str]:
        """The service principals that it lets in."""
        return {one.value for statement in self.allowed for one in statement.parsed.principals if one.kind == "Service"}

    @property
    def mentions_devops_agent(self) -> bool:
        """Whether it names the service, nearly names it, or names an Agent Space."""
        if any(map(is_devops_agent_like, self.services)) or ":aidevops:" in self.written:
            return True
        # Nobody knows whom a statement lets in that cannot be read.
        return bool(self.refused) and is_devops_agent_like(self.written)

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


def _needs(condition: Condition) -> bool:
    """Tell whether a request without the key fails the condition, and one with it is compared."""
    is_optional = condition.if_exists or condition.set_operator == "forallvalues"
    return condition.operator is not None and not condition.operator.is_negated and not is_optional


def _is_negated(condition: Condition) -> bool:
    return condition.operator is not None and condition.operator.is_negated
