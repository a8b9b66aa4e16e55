"""Read policies that say what a role may do, and tell what of one is covered by another.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policy_evaluation.conditions import Condition, condition_in_words
from devops_agent_constructs.policy_evaluation.patterns import Context, string_matches
from devops_agent_constructs.policy_evaluation.policy_elements import StatementElements, parsed_statements, strings
from devops_agent_constructs.policy_evaluation.wildcards import is_covered, overlaps

_ELEMENTS = {"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"}
_ARN_FIELDS = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Permission:
    """One action on one resource that a statement allows.

    Attributes:
        action: Maybe a pattern.
        resource: An ARN or `*`, maybe a pattern.
        conditions: In words; all must be met.
        name: The statement's Sid, or `Statement[0]`.
    """

    action: str
    resource: str
    conditions: tuple[str, ...] = ()
    name: str = field(default="", compare=False)

    def __str__(self) -> str:
        """Return plain words; every resource goes without saying."""
        on = "" if self.resource == "*" else f" on {self.resource}"
        return f"{self.action}{on}{_only_if(self.conditions)}"

    def is_permitted(self, statements: Iterable[PermissionStatement]) -> bool:
        """Tell whether statements allow all that it stands for, under no other conditions than its own.

        Deny statements are not weighed here.
        """
        able = [
            statement
            for statement in statements
            if statement.is_allow
            and set(statement.conditions_in_words) <= set(self.conditions)
            and statement.has_resource(self.resource)
        ]
        if any(statement.is_not_action and statement.has_action(self.action) for statement in able):
            return True
        # Together: what one statement leaves out of a pattern, another may allow.
        listing = [statement for statement in able if not statement.is_not_action]
        actions = [action for statement in listing for action in _of_service(self.action, statement.actions)]
        return is_covered(self.action, actions)

    def partly_permitted(self, statements: Iterable[PermissionStatement]) -> Iterator[Permission]:
        """Return what statements allow of it, on whatever resources and under whatever conditions."""
        for other in (other for statement in statements for other in statement.permissions):
            if overlaps(self.action, other.action) and overlaps(self.resource, other.resource):
                yield other


@dataclass(frozen=True, kw_only=True, slots=True)
class PermissionStatement(StatementElements):
    """One statement of a policy for a role, a boundary, or an organization.

    Attributes:
        resources: Of Resource or NotResource; an ARN that lacks fields has wildcards for them, as AWS takes it.
        is_not_resource: Whether it is about every resource but these.
    """

    resources: tuple[str, ...]
    is_not_resource: bool

    def applies_to(self, action: str, resource: str, context: Context) -> bool:
        """Tell whether action, resource and every condition fit a request."""
        variables = context if self.has_variables else None
        # A `*` at the end of an ARN's field reaches beyond its colon; we let each `*` do so.
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
        matches = any(string_matches(pattern, resource, variables) for pattern in self.resources)
        is_about = self.is_about(action) and matches is not self.is_not_resource
        return is_about and all(condition.answer(context).is_yes for condition in self.conditions)

    @property
    def conditions_in_words(self) -> tuple[str, ...]:
        """The conditions, sorted; all must be met."""
        return tuple(sorted(map(_in_words, self.conditions)))

    @property
    def only_if(self) -> str:
        """The conditions as the end of a sentence; empty if it has none."""
        return _only_if(self.conditions_in_words)

    @property
    def permissions(self) -> tuple[Permission, ...]:
        """What it allows, one by one; nothing for a Deny, nor for NotAction and NotResource, which cannot be listed."""
        if not self.is_allow or self.is_not_action or self.is_not_resource:
            return ()
        conditions = self.conditions_in_words
        return tuple(
            Permission(action=action, resource=resource, conditions=conditions, name=self.name)
            for action in self.actions
            for resource in self.resources
        )

    def has_action(self, action: str) -> bool:
        """Tell whether it is about all that an action pattern stands for."""
        if self.is_not_action:
            return not any(overlaps(action, other) for other in self.actions)
        return is_covered(action, _of_service(action, self.actions))

    def meets_action(self, action: str) -> bool:
        """Tell whether it is about some of what an action pattern stands for."""
        if self.is_not_action:
            return not is_covered(action, self.actions)
        return any(overlaps(action, other) for other in self.actions)

    def has_resource(self, resource: str) -> bool:
        """Tell whether it is about all that a resource pattern stands for, as far as a single pattern of its own tells.

        A policy variable counts as the text that it is.
        """
        if self.is_not_resource:
            return not any(overlaps(resource, other) for other in self.resources)
        return _has_resource(self.resources, resource)


def parse_permissions(policy: Mapping[str, object]) -> list[PermissionStatement]:
    """Read a permissions policy."""
    return [
        PermissionStatement(**elements, **_parse_resources(statement, field))
        for field, statement, elements in parsed_statements(policy, _ELEMENTS, kind="a permissions policy")
    ]


def permissions_of(statements: Iterable[PermissionStatement]) -> list[Permission]:
    """Return what statements allow, each permission once."""
    return list(dict.fromkeys(permission for statement in statements for permission in statement.permissions))


def _parse_resources(statement: Mapping[str, object], field: str) -> dict[str, Any]:
    if ("Resource" in statement) is ("NotResource" in statement):
        why = "a statement has either Resource or NotResource"
        raise OnboardingInputError(field, dict(statement), why=why, fix="write 'Resource': '*' or an ARN")
    element = "NotResource" if "NotResource" in statement else "Resource"
    resources = strings(statement[element], f"{field}.{element}")
    return {"resources": tuple(map(_whole_arn, resources)), "is_not_resource": element == "NotResource"}


def _whole_arn(resource: str) -> str:
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html: AWS completes an ARN
    # of an identity-based policy or a boundary with wildcards for all missing fields.
    # The colon of a policy variable's name separates no fields.
    missing = _ARN_FIELDS - 1 - re.sub(r"\$\{[^{}]*\}", "", resource).count(":")
    return resource + ":*" * missing if resource.startswith("arn:") and missing > 0 else resource


def _of_service(action: str, patterns: tuple[str, ...]) -> list[str]:
    """Leave out what cannot matter: comparing thousands of patterns takes its time."""
    prefix = action.partition(":")[0].lower()
    if "*" in prefix or "?" in prefix:
        return list(patterns)
    by_service, of_any = _by_service(patterns)
    return [*by_service.get(prefix, ()), *of_any]


# A managed policy has a thousand actions, and each of another's is looked up in it.
@lru_cache(maxsize=64)
def _by_service(patterns: tuple[str, ...]) -> tuple[dict[str, list[str]], list[str]]:
    """Return service prefix -> patterns, and those whose prefix is a pattern itself."""
    by_prefix: dict[str, list[str]] = {}
    for pattern in patterns:
        by_prefix.setdefault(pattern.partition(":")[0].lower(), []).append(pattern)
    of_any = [pattern for prefix in by_prefix for pattern in by_prefix[prefix] if {"*", "?"} & set(prefix)]
    return by_prefix, of_any


@lru_cache(maxsize=1024)
def _has_resource(resources: tuple[str, ...], resource: str) -> bool:
    # Actions know no case, resources do: both ways of comparing must agree.
    return any(
        other == resource or (string_matches(other, resource, None) and is_covered(resource, [other]))
        for other in resources
    )


def _only_if(conditions: tuple[str, ...]) -> str:
    return f", if {' and '.join(conditions)}" if conditions else ""


@lru_cache(maxsize=1024)
def _in_words(condition: Condition) -> str:
    # The order of the values means nothing.
    return condition_in_words(replace(condition, values=tuple(sorted(condition.values))))
