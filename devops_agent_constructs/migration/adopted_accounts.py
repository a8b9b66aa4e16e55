"""Write the accounts file that adopts roles as they are, with comments that say how to go on."""

from __future__ import annotations

import json
from collections.abc import Iterator

from devops_agent_constructs.checks.live_role import LiveRole
from devops_agent_constructs.migration.connected_role import ConnectedRole
from devops_agent_constructs.migration.plan import Migration, import_command
from devops_agent_constructs.policy_evaluation.permission_statements import Permission

_DEFAULT_SESSION_SECONDS = 3600


def accounts_file_text(migration: Migration) -> str:
    """Write the accounts file.

    The generation is what the roles have, not what they are to get: CloudFormation takes for true what a role is
    imported with, and later changes only what differs from that.

    Args:
        migration: At least one of its roles must be `adoptable`.
    """
    head = [
        f"# Adopts the roles that {migration.agent_space.arn} uses; by devops-agent-accounts migrate.",
        "#",
        "# 1. Import each role into its stack, with the credentials of its account. It changes nothing in the role:",
        *(f"#      {import_command(migration, role).line()}" for role in migration.adoptable),
        "# 2. Then follow the other steps that devops-agent-accounts migrate prints.",
        "#",
        "# There is no `primary` here: the associations exist, and AWS refuses a second one for an account.",
        f"agent_space_arn: {migration.agent_space.arn}",
        f"generation: {migration.adopted_generation.value}",
        *([f"stack_prefix: {prefix}"] if (prefix := migration.stack_names.prefix) else []),
        *([] if migration.agent_role_arn is None else [f"agent_role_arn: {migration.agent_role_arn}"]),
        "accounts:",
    ]
    lines = [line for role in migration.roles for line in _lines(migration, role)]
    return "".join(f"{line}\n" for line in [*head, *lines])


def _lines(migration: Migration, role: ConnectedRole) -> Iterator[str]:
    if role.live is None or role not in migration.adoptable:
        yield f"  # left out, {why_left_out(migration, role)}: {role.account_id}"
        return
    # In quotes: unquoted, YAML reads a number.
    yield f'  - id: "{role.account_id}"'
    yield "    role:"
    for key, value in _settings(role.live).items():
        yield f"      {key}: {json.dumps(value, ensure_ascii=False)}"
    for other in migration.others_admitted(role):
        yield f"      # its trust policy also admits {_plain(other)}; the first deployment that changes it ends that"
    for name, permissions in role.leftover_inline_policies().items():
        yield f"      # no stack manages its inline policy {_plain(name)}{_beyond(permissions)}"
    for arn in role.leftover_policies():
        yield f"      # no stack manages its managed policy {arn}"


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
        "max_session_seconds": (live.max_session_seconds, _DEFAULT_SESSION_SECONDS),
        "permissions_boundary": (live.permissions_boundary_arn or "", ""),
    }
    return {"name": live.role_name, **{key: value for key, (value, default) in settings.items() if value != default}}


def _beyond(permissions: tuple[Permission, ...]) -> str:
    if not permissions:
        return ", which allows nothing that the library would not"
    return f", which also allows {_plain(', '.join(map(str, permissions)))}"


def _plain(text: str) -> str:
    return " ".join(text.split())
