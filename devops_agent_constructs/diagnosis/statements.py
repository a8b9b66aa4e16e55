"""Read the statements of policies, and name them in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policy_evaluation.permission_statements import (
    Permission,
    PermissionStatement,
    parse_permissions,
)

_MOST = 6


def readable_statements(document: Mapping[str, object]) -> list[PermissionStatement]:
    """Read a policy that others say it cannot be read, where it cannot: then there is no statement."""
    try:
        return parse_permissions(document)
    except OnboardingInputError:
        return []


def raw_statements(document: Mapping[str, Any]) -> list[Any]:
    """Return the statements of a policy as they are written: one may stand outside of a list."""
    element = document.get("Statement", [])
    return element if isinstance(element, list) else [element]


def permissions_of(statements: Iterable[PermissionStatement]) -> list[Permission]:
    """Return what statements allow, each permission once."""
    return list(dict.fromkeys(permission for statement in statements for permission in statement.permissions))


def listed(things: Iterable[object]) -> str:
    """Name the first few, each once, and how many more there are."""
    names = list(dict.fromkeys(map(str, things)))
    more = len(names) - _MOST
    return ", ".join(names[:_MOST]) + (f" and {more} more" if more > 0 else "")


def denial(statement: PermissionStatement, *, of: str) -> str:
    """Say what a Deny takes away, e.g. `NoTables of the inline policy Limits denies dynamodb:*`.

    Args:
        statement: The Deny.
        of: The policy that it stands in.
    """
    but = "everything but " if statement.is_not_action else ""
    return f"{statement.name} of {of} denies {but}{listed(statement.actions)}{only_if(statement)}"


def only_if(statement: PermissionStatement) -> str:
    """Say under which conditions a statement applies; nothing if it has none."""
    return f", if {' and '.join(statement.conditions_in_words)}" if statement.conditions else ""
