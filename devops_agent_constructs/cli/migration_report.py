"""Write the plan of a migration, as text or JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from devops_agent_constructs import service
from devops_agent_constructs._plain_text import counted
from devops_agent_constructs.cli.terminal.entries import write_json
from devops_agent_constructs.cli.terminal.text import Paragraphs
from devops_agent_constructs.diagnosis.commands import Command
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.migration.adopted_accounts import why_left_out
from devops_agent_constructs.migration.connected_role import ConnectedRole
from devops_agent_constructs.migration.permission_changes import LostPermission, PermissionChanges
from devops_agent_constructs.migration.plan import Migration, steps
from devops_agent_constructs.policy_evaluation.permission_statements import Permission

_LABELS = 10


def write_plan(migration: Migration, comparison: PermissionChanges | None, *, profile: str | None) -> None:
    """Write it for a person; `profile` is the one with credentials of the primary account."""
    paragraphs = Paragraphs(label_width=_LABELS)
    for role in migration.roles:
        paragraphs.write("account", role.account_id)
        paragraphs.write("role", role.role_arn)
        paragraphs.write("set-up", _set_up(migration, role))
        for name, changes in role.changes(migration.generation_of(role)).items():
            paragraphs.write(name, "; ".join(changes))
        paragraphs.write_each("let in too", _others(migration, role))
        for name, permissions in role.leftover_inline_policies().items():
            beyond = f", which also allows {', '.join(map(str, permissions))}" if permissions else ""
            paragraphs.write("inline", f"{name}{beyond}")
        paragraphs.write_each("managed", role.leftover_policies())
        paragraphs.blank()
    for number, step in enumerate(steps(migration), start=1):
        paragraphs.write(f"{number}", f"{step.title}: {step.what}")
        for command in step.commands:
            paragraphs.command(_line(migration, command, profile))
        paragraphs.blank()
    if comparison is not None:
        _write_comparison(paragraphs, comparison)
    paragraphs.write("", _summary(migration))


def _others(migration: Migration, role: ConnectedRole) -> tuple[str, ...]:
    """Say who is kept out by the first deployment that changes the trust policy; nobody, if none does."""
    return migration.others_admitted(role) if role.changes(migration.generation_of(role)) else ()


def _set_up(migration: Migration, role: ConnectedRole) -> str:
    if role.live is None:
        return role.why_not_read
    generation = migration.generation_of(role)
    if generation is None:
        return f"neither: the Agent Space is kept out; {_doctor(migration, role)}, with credentials of it, says why"
    stack = f"in the stack {role.stack_name}" if role.stack_name else "in no stack of this Region"
    if generation is Generation.GA and role.has_policy(service.PREVIEW_MANAGED_POLICY):
        stack += f"; {service.PREVIEW_MANAGED_POLICY} is left over, {_doctor(migration, role)} has the fix"
    return f"{generation.value}, {stack}"


def _doctor(migration: Migration, role: ConnectedRole) -> str:
    return f"devops-agent-accounts doctor {migration.agent_space.arn} --account {role.account_id}"


def _write_comparison(paragraphs: Paragraphs, changes: PermissionChanges) -> None:
    names = " and ".join(f"{name} {version}" for name, version in changes.versions.items())
    paragraphs.write("policies", f"{names} as they are now, with the inline policies of both set-ups")
    paragraphs.write("lost", f"{len(changes.lost)} permissions")
    in_part = [lost for lost in changes.lost if lost.stays or lost.supported]
    for line in [
        *_by_service(lost.permission for lost in changes.lost if lost not in in_part),
        *map(_in_part, in_part),
    ]:
        paragraphs.write("", line)
    paragraphs.write("gained", f"{len(changes.gained)} permissions")
    for line in _by_service(changes.gained):
        paragraphs.write("", line)
    paragraphs.blank()


def _in_part(lost: LostPermission) -> str:
    stays = f"; stays: {', '.join(map(str, lost.stays))}" if lost.stays else ""
    supported = f"; a capability can allow {', '.join(lost.supported)}" if lost.supported else ""
    return f"{lost.permission}{stays}{supported}"


def _by_service(permissions: Iterable[Permission]) -> Iterator[str]:
    """Yield a line for each service; what is limited to resources or conditions has its own."""
    plain, limited = list[tuple[str, str]](), list[str]()
    for permission in permissions:
        prefix, _, action = permission.action.partition(":")
        if str(permission) == permission.action:
            plain.append((prefix, action))
        else:
            limited.append(str(permission))
    for prefix, group in groupby(plain, key=itemgetter(0)):
        yield f"{prefix}: {', '.join(action for _, action in group)}"
    yield from limited


def _summary(migration: Migration) -> str:
    not_read = [role for role in migration.roles if role.is_unread]
    text = counted(len(migration.roles), "account")
    if not_read:
        text += f", {len(not_read)} of them not read, so that the steps leave them out"
    return text if steps(migration) or not_read else f"{text}, nothing left to migrate"


def _line(migration: Migration, command: Command, profile: str | None) -> str:
    """The other accounts have other profiles, which nobody named."""
    return command.line(profile=profile if command.account_id == migration.agent_space.account_id else None)


def write_plan_as_json(migration: Migration, comparison: PermissionChanges | None, *, profile: str | None) -> None:
    """Write it for a program; `profile` as for `write_plan`."""
    adoptable = migration.adoptable
    entries = [
        {
            "accountId": role.account_id,
            "roleArn": role.role_arn,
            "generation": (generation := migration.generation_of(role)) and generation.value,
            "stackName": role.stack_name,
            "whyNotAdopted": None if role in adoptable else why_left_out(migration, role),
            "changes": {step: list(changes) for step, changes in role.changes(migration.generation_of(role)).items()},
            "othersLetIn": list(_others(migration, role)),
            "otherInlinePolicies": {
                name: list(map(_as_json, permissions)) for name, permissions in role.leftover_inline_policies().items()
            },
            "otherManagedPolicies": list(role.leftover_policies()),
        }
        for role in migration.roles
    ]
    rest = {
        "agentSpaceArn": migration.agent_space.arn,
        "agentRoleArn": migration.agent_role_arn,
        "steps": [
            {
                "title": step.title,
                "what": step.what,
                "commands": [_line(migration, command, profile) for command in step.commands],
            }
            for step in steps(migration)
        ],
        "policies": comparison and comparison.versions,
        "lost": comparison
        and [
            {
                **_as_json(lost.permission),
                "stays": list(map(_as_json, lost.stays)),
                "supported": list(lost.supported),
            }
            for lost in comparison.lost
        ],
        "gained": comparison and list(map(_as_json, comparison.gained)),
    }
    write_json("accounts", entries, rest=lambda: rest)


def _as_json(permission: Permission) -> dict[str, Any]:
    return {
        "action": permission.action,
        "resource": permission.resource,
        "conditions": list(permission.conditions),
    }
