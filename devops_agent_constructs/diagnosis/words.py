"""Say in words what policies deny, and what there is too much of to be named."""

from __future__ import annotations

from collections.abc import Iterable

from devops_agent_constructs.policy_evaluation.permission_statements import PermissionStatement

_MOST = 6


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
