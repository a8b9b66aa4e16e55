"""The text of an accounts file for the accounts of an organization."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.cli.organization_accounts import OrganizationAccount, Unit
from devops_agent_constructs.cli.plain_text import plain

_ACTIVE = "ACTIVE"


def accounts_file_text(
    units: Iterable[Unit], *, agent_space: AgentSpaceArn, organization_id: str, exclude: Collection[str]
) -> tuple[str, int]:
    """Write the accounts unit by unit, with names as comments, and what is left out as comments, too.

    Args:
        units: The units with their accounts.
        agent_space: The Agent Space that the accounts are to trust; its own account is left out.
        organization_id: For the first line.
        exclude: Accounts to leave out.

    Returns:
        The text of the file, and how many accounts it connects.
    """
    lines = []
    count = 0
    for unit in units:
        if unit.accounts:
            lines.append(f"  # {' / '.join(map(plain, unit.names))} ({unit.unit_id})")
        for account in unit.accounts:
            reason = _why_left_out(account, agent_space=agent_space, exclude=exclude)
            count += reason is None
            lines.append(_line(account, reason))
    head = [
        f"# From AWS Organizations ({organization_id}), by devops-agent-accounts accounts.",
        f"agent_space_arn: {agent_space.arn}",
        "accounts:",
    ]
    return "".join(f"{line}\n" for line in [*head, *lines]), count


def _line(account: OrganizationAccount, why_left_out: str | None) -> str:
    name = plain(account.name)
    if why_left_out is not None:
        return f"  # left out, {why_left_out}: {account.account_id}{f'  {name}' if name else ''}"
    # In quotes: unquoted, YAML reads a number.
    return f'  - "{account.account_id}"{f"  # {name}" if name else ""}'


def _why_left_out(account: OrganizationAccount, *, agent_space: AgentSpaceArn, exclude: Collection[str]) -> str | None:
    if account.account_id == agent_space.account_id:
        return "the primary account"
    if account.account_id in exclude:
        return "excluded"
    return None if account.state == _ACTIVE else plain(account.state.lower().replace("_", " "))
