"""Roles as a table that reads well at 80 columns, on a terminal and in a pipe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich import box
from rich.table import Table

from tests.emulator.live_role import LiveRole
from tests.emulator.primary_account import LiveAssociation

_EQUALITY = {"StringEquals", "ArnEquals", "ArnLike"}


def role_table(roles: Mapping[str, LiveRole], associations: Mapping[str, LiveAssociation]) -> Table:
    """One section for each account: the role, who may assume it, what it may do, and what validation says."""
    # As narrow as can be: the longest ARN fits at 80 columns.
    table = Table(box=box.HORIZONTALS, show_header=False, pad_edge=False, collapse_padding=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for account_id, role in roles.items():
        table.add_row("account", account_id)
        table.add_row("role", role.arn)
        table.add_row("trusts", "\n".join(_trusted(role.trust_policy)))
        table.add_row("managed", "\n".join(_name(arn) for arn in role.managed_policy_arns))
        table.add_row("inline", "\n".join(_inline(role.inline_policies)))
        if role.permissions_boundary_arn:
            table.add_row("boundary", _name(role.permissions_boundary_arn))
        table.add_row("association", _status(associations.get(account_id)))
        table.add_section()
    return table


def _status(association: LiveAssociation | None) -> str:
    if association is None:
        return "none"
    return f"{association.status}: {association.why_invalid}" if association.why_invalid else association.status


def _trusted(trust_policy: dict[str, Any]) -> Iterator[str]:
    for statement in trust_policy["Statement"]:
        caller = " or ".join(name for names in statement["Principal"].values() for name in _list(names))
        conditions = statement.get("Condition", {})
        yield f"{caller}, and only with" if conditions else caller
        for operator, expected in conditions.items():
            unusual = "" if operator in _EQUALITY else f" ({operator})"
            for key, values in expected.items():
                yield f"  {key} {' or '.join(_name(value) for value in _list(values))}{unusual}"


def _inline(inline_policies: dict[str, Any]) -> Iterator[str]:
    for name, document in inline_policies.items():
        yield name
        for statement in document["Statement"]:
            yield f"  {statement.get('Sid') or ', '.join(_list(statement['Action']))}"


def _name(arn: str) -> str:
    """The last part of an ARN, which tells more than what all ARNs of a table have in common."""
    return arn.split(":", 5)[5].removeprefix("policy/") if arn.startswith("arn:") else arn


def _list(value: Any) -> list[str]:
    """IAM writes a list of one as a string."""
    return [value] if isinstance(value, str) else value
