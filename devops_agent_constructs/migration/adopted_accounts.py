"""Write the accounts file that adopts roles as they are, with comments that say how to go on."""

from __future__ import annotations

from collections.abc import Iterator

from devops_agent_constructs import service
from devops_agent_constructs.accounts_file.writer import WrittenAccount, accounts_file_text
from devops_agent_constructs.checks.live_role import LiveRole
from devops_agent_constructs.migration.connected_role import ConnectedRole
from devops_agent_constructs.migration.plan import Migration, import_command


def adopted_accounts_text(migration: Migration) -> str:
    """Write the accounts file.

    The generation is what the roles have, not what they are to get: CloudFormation takes for true what a role is
    imported with, and later changes only what differs from that.

    Args:
        migration: At least one of its roles must be `adoptable`.
    """
    return accounts_file_text(
        (_account(migration, role) for role in migration.roles),
        agent_space=migration.agent_space,
        comments=[
            f"Adopts the roles that {migration.agent_space.arn} uses; by devops-agent-accounts migrate.",
            "",
            "1. Import each role into its stack, with the credentials of its account. It changes nothing in the role:",
            *(f"     {import_command(migration, role).line()}" for role in migration.adoptable),
            "2. Then follow the other steps that devops-agent-accounts migrate prints.",
            "",
            "There is no `primary` here: the associations exist, and AWS refuses a second one for an account.",
        ],
        generation=migration.adopted_generation,
        stack_prefix=migration.stack_names.prefix,
        agent_role_arn=migration.agent_role_arn,
    )


def _account(migration: Migration, role: ConnectedRole) -> WrittenAccount:
    if role.live is None or role not in migration.adoptable:
        return WrittenAccount(account_id=role.account_id, why_left_out=why_left_out(migration, role))
    return WrittenAccount(account_id=role.account_id, role=_settings(role.live), notes=tuple(_notes(migration, role)))


def _notes(migration: Migration, role: ConnectedRole) -> Iterator[str]:
    for other in migration.others_admitted(role):
        yield f"its trust policy also admits {other}; the first deployment that changes it ends that"
    for name, permissions in role.leftover_inline_policies().items():
        also = f"also allows {', '.join(map(str, permissions))}"
        allows = also if permissions else "allows nothing that the library would not"
        yield f"no stack manages its inline policy {name}, which {allows}"
    for arn in role.leftover_policies():
        yield f"no stack manages its managed policy {arn}"


def why_left_out(migration: Migration, role: ConnectedRole) -> str:
    """Say why a role is not adopted."""
    if role.live is None:
        return role.why_not_read
    if role.is_in_app:
        return "its stack is there already"
    if role.stack_name:
        return f"the stack {role.stack_name} manages its role; change it there"
    generation = migration.generation_of(role)
    return (
        "it trusts neither the service nor the agent role; see doctor"
        if generation is None
        else "it is of the present set-up already"
    )


def _settings(live: LiveRole) -> dict[str, str | int]:
    """Return what the file must say of a role; what IAM's and the library's defaults say goes without saying."""
    settings: dict[str, tuple[str | int, str | int]] = {
        "path": (live.path, "/"),
        "description": (live.description, ""),
        "max_session_seconds": (live.max_session_seconds, service.DEFAULT_SESSION_SECONDS),
        "permissions_boundary": (live.permissions_boundary_arn or "", ""),
    }
    return {"name": live.role_name, **{key: value for key, (value, default) in settings.items() if value != default}}
