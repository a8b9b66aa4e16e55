"""Policies that say what a role may do, as people and AWS write them: read once, and what of one another covers.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policies.action_patterns import is_covered, overlaps
from devops_agent_constructs.policies.conditions import parse_conditions
from devops_agent_constructs.policies.patterns import string_matches
from devops_agent_constructs.policies.wording import condition_in_words


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
        only_if = f", if {' and '.join(self.conditions)}" if self.conditions else ""
        return f"{self.action}{on}{only_if}"


@dataclass(frozen=True, kw_only=True, slots=True)
class PermissionStatement:
    """One statement of a policy for a role, a boundary, or an organization.

    Attributes:
        name: Its Sid, or `Statement[0]`.
        is_allow: False: Deny.
        actions: Of Action or NotAction.
        is_not_action: Whether it is about every action but these.
        resources: Of Resource or NotResource.
        is_not_resource: Whether it is about every resource but these.
        conditions: In words, sorted; all must be met.
    """

    name: str
    is_allow: bool
    actions: tuple[str, ...]
    is_not_action: bool
    resources: tuple[str, ...]
    is_not_resource: bool
    conditions: tuple[str, ...]

    @property
    def permissions(self) -> tuple[Permission, ...]:
        """What it allows, one by one; nothing for a Deny, nor for NotAction and NotResource, which cannot be listed."""
        if not self.is_allow or self.is_not_action or self.is_not_resource:
            return ()
        return tuple(
            Permission(action=action, resource=resource, conditions=self.conditions, name=self.name)
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
        # Actions know no case, resources do: both ways of comparing must agree.
        return any(
            other == resource or (string_matches(other, resource, None) and is_covered(resource, [other]))
            for other in self.resources
        )


def parse_permissions(policy: Mapping[str, object]) -> list[PermissionStatement]:
    """Read a policy document.

    Raises:
        OnboardingInputError: IAM would refuse it.
    """
    element = policy.get("Statement")
    statements = element if isinstance(element, list | tuple) else [element]
    return [_parse(statement, f"Statement[{index}]") for index, statement in enumerate(statements)]


def is_permitted(permission: Permission, statements: Iterable[PermissionStatement]) -> bool:
    """Tell whether statements allow all that a permission stands for, under no other conditions than its own.

    Deny statements are not weighed here.
    """
    able = [
        one
        for one in statements
        if one.is_allow and set(one.conditions) <= set(permission.conditions) and one.has_resource(permission.resource)
    ]
    if any(one.is_not_action and one.has_action(permission.action) for one in able):
        return True
    actions = [action for one in able if not one.is_not_action for action in one.actions]
    return is_covered(permission.action, _of_service(permission.action, actions))


def partly_permitted(permission: Permission, statements: Iterable[PermissionStatement]) -> Iterator[Permission]:
    """Return what statements allow of a permission, on whatever resources and under whatever conditions."""
    for one in statements:
        for other in one.permissions:
            if overlaps(permission.action, other.action) and overlaps(permission.resource, other.resource):
                yield other


def _of_service(action: str, patterns: Iterable[str]) -> list[str]:
    """Leave out what cannot matter: comparing thousands of patterns takes its time."""
    prefix = action.partition(":")[0].lower()
    if "*" in prefix or "?" in prefix:
        return list(patterns)
    return [one for one in patterns if (other := one.partition(":")[0].lower()) == prefix or {"*", "?"} & set(other)]


def _parse(statement: object, field: str) -> PermissionStatement:
    if not isinstance(statement, Mapping):
        raise OnboardingInputError(field, statement, why="must be a JSON object", fix="write {…}")
    effect = statement.get("Effect")
    if effect not in {"Allow", "Deny"}:
        raise OnboardingInputError(f"{field}.Effect", effect, why="neither Allow nor Deny", fix="write one of them")
    action, is_not_action = _either(statement, "Action", field)
    resource, is_not_resource = _either(statement, "Resource", field)
    return PermissionStatement(
        name=str(statement.get("Sid") or field),
        is_allow=effect == "Allow",
        actions=action,
        is_not_action=is_not_action,
        resources=resource,
        is_not_resource=is_not_resource,
        conditions=_conditions(statement.get("Condition") or {}, f"{field}.Condition"),
    )


def _either(statement: Mapping[str, object], name: str, field: str) -> tuple[tuple[str, ...], bool]:
    if (name in statement) is (f"Not{name}" in statement):
        why = f"a statement has either {name} or Not{name}"
        raise OnboardingInputError(field, dict(statement), why=why, fix=f"write one {name!r}")
    is_not = name not in statement
    element = f"Not{name}" if is_not else name
    return _texts(statement[element], f"{field}.{element}"), is_not


def _texts(value: object, field: str) -> tuple[str, ...]:
    values: Sequence[object] = value if isinstance(value, list | tuple) else [value]
    texts = tuple(one for one in values if isinstance(one, str))
    if not texts or len(texts) < len(values):
        raise OnboardingInputError(field, value, why="must be text or a list of texts", fix="write it in quotes")
    return texts


def _conditions(element: object, field: str) -> tuple[str, ...]:
    if not isinstance(element, Mapping):
        raise OnboardingInputError(field, element, why="must be a JSON object", fix="write {…}")
    as_texts = {operator: _keys(keys, f"{field}.{operator}") for operator, keys in element.items()}
    return tuple(sorted(map(condition_in_words, parse_conditions(as_texts, field=field, has_variables=True))))


def _keys(element: object, field: str) -> dict[str, tuple[str, ...]]:
    if not isinstance(element, Mapping):
        raise OnboardingInputError(field, element, why="must be a JSON object", fix="write {…}")
    return {
        key: tuple(sorted(map(_text, values if isinstance(values, list | tuple) else [values])))
        for key, values in element.items()
    }


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
