"""Holds a trust policy of which parts may be unknown: its statements, and whether all of it can be judged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from devops_agent_constructs import service
from devops_agent_constructs.checks.finding import Place
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policy_evaluation.conditions import Condition
from devops_agent_constructs.policy_evaluation.principals import Principal
from devops_agent_constructs.policy_evaluation.trust_document import ParsedStatement

SOURCE_ACCOUNT, SOURCE_ARN, EXTERNAL_ID = "aws:sourceaccount", "aws:sourcearn", "sts:externalid"
_NEAR_MISS = re.compile("ai-?devops|devops-?agent", re.IGNORECASE)

_RESOURCE_ACCOUNT = re.compile(r"\$\{ *aws:ResourceAccount *(,[^{}]*)?\}", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class TrustStatement(ParsedStatement):
    """One statement of a trust policy, with its place."""

    place: Place

    @property
    def is_for_service(self) -> bool:
        """Whether it lets DevOps Agent in: the service, by its own name."""
        return self.is_allow and any(
            principal.kind == "Service" and principal.value == service.SERVICE_PRINCIPAL
            for principal in self.principals
        )

    @property
    def is_for_everybody(self) -> bool:
        """Whether one of its principals is `*`."""
        return Principal(kind="AWS", value="*") in self.principals

    def required(self, key: str) -> list[Condition]:
        """Return the conditions that a request cannot meet without this key, in lower case."""
        conditions = [condition for condition in self.conditions if condition.key.lower() == key]
        is_there = any(condition.asks_for_key for condition in conditions)
        return [condition for condition in conditions if condition.is_required or (is_there and condition.is_positive)]

    def required_values(self, key: str) -> list[str]:
        """Return the values of those conditions."""
        return [value for condition in self.required(key) for value in condition.values]


@dataclass(frozen=True, kw_only=True, slots=True)
class Trust:
    """A trust policy.

    Attributes:
        place: Where.
        statements: Those that are known.
        has_hidden_allow: Whether there are others that may let somebody in.
        has_hidden_deny: Whether there are others that may keep somebody out.
        refused: What IAM would refuse, and why.
        bare_stars: Where it has `'Principal': '*'` instead of `{'AWS': '*'}`.
        written: It as text, in which unknown texts have their names.
    """

    place: Place
    statements: tuple[TrustStatement, ...]
    has_hidden_allow: bool
    has_hidden_deny: bool
    refused: tuple[tuple[Place, OnboardingInputError], ...]
    written: str
    bare_stars: tuple[Place, ...] = ()

    def of_account(self, account_id: str) -> Trust:
        """Return the policy with the id of the role's account in the place of the variable for it.

        See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourceaccount
        """
        if not _RESOURCE_ACCOUNT.search(self.written):
            return self

        def of_account(condition: Condition) -> Condition:
            values = (_RESOURCE_ACCOUNT.sub(lambda _: account_id, value) for value in condition.values)
            return replace(condition, values=tuple(values)) if condition.has_variables else condition

        statements = (replace(each, conditions=tuple(map(of_account, each.conditions))) for each in self.statements)
        return replace(self, statements=tuple(statements))

    @property
    def is_judgeable(self) -> bool:
        """Whether every statement is known, and IAM would take the policy."""
        return not (self.has_hidden_allow or self.has_hidden_deny or self.refused)

    @property
    def allowed(self) -> Iterator[TrustStatement]:
        """The statements that let somebody in."""
        return (statement for statement in self.statements if statement.is_allow)

    @property
    def allowed_to_service(self) -> list[TrustStatement]:
        """The statements that let DevOps Agent in by its own name."""
        return [statement for statement in self.statements if statement.is_for_service]

    @property
    def services(self) -> set[str]:
        """The service principals that it lets in."""
        principals = (principal for statement in self.allowed for principal in statement.principals)
        return {principal.value for principal in principals if principal.kind == "Service"}

    @property
    def mentions_devops_agent(self) -> bool:
        """Whether it names the service, nearly names it, or names an Agent Space."""
        if any(map(is_devops_agent_like, self.services)) or ":aidevops:" in self.written:
            return True
        # Nobody knows whom a statement lets in that cannot be read.
        return bool(self.refused) and is_devops_agent_like(self.written)

    def required_of_service(self, key: str) -> list[str]:
        """Return the values of a key, in lower case, that statements require by which DevOps Agent gets in."""
        return [
            value
            for statement in self.allowed
            if statement.is_for_service or statement.is_for_everybody
            for value in statement.required_values(key)
        ]

    def denied_without(self, key: str) -> list[str]:
        """Return the values without which a Deny applies, of a key in lower case."""
        return [
            value
            for statement in self.statements
            for condition in (() if statement.is_allow else statement.conditions)
            if condition.key.lower() == key and condition.operator is not None and condition.operator.is_negated
            for value in condition.values
        ]

    def pinned(self, key: str) -> list[str]:
        """Return the values of a key, in lower case, that requests must have: Allow is with them, or Deny without."""
        allowed = [value for statement in self.allowed for value in statement.required_values(key)]
        return [*allowed, *self.denied_without(key)]

    def patterns(self, *keys: str) -> Iterator[tuple[TrustStatement, Condition, str]]:
        """Return the patterns that requests must meet, of keys in lower case: statement, condition, pattern."""
        for statement in self.allowed:
            for condition in (condition for key in keys for condition in statement.required(key)):
                for value in filter(condition.is_pattern, condition.values):
                    yield statement, condition, value

    def names(self, action: str) -> bool:
        """Tell whether a statement that lets somebody in spells out an action."""
        return any(action in statement.actions for statement in self.allowed)


def is_devops_agent_like(service_principal: str) -> bool:
    """Tell whether this is DevOps Agent's service principal, or what people take for it."""
    return _NEAR_MISS.search(service_principal) is not None
