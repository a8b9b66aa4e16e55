"""What `migrate` writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from devops_agent_constructs import service
from devops_agent_constructs.cli.terminal.json_document import write_json
from devops_agent_constructs.cli.terminal.paragraphs import Paragraphs
from devops_agent_constructs.diagnosis.commands import Command
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.migration.adopted_accounts import why_left_out
from devops_agent_constructs.migration.connected_role import ConnectedRole
from devops_agent_constructs.migration.permission_changes import LostPermission, PermissionChanges
from devops_agent_constructs.migration.plan import Migration, steps
from devops_agent_constructs.policy_evaluation.permission_statements import Permission

_LABELS = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyComparison:
    """What changes between AWS's two managed policies, with the inline policies of both set-ups.

    Attributes:
        old_version: Of the preview's policy, e.g. `v15`.
        new_version: Of the present one.
        changes: What is lost and gained.
    """

    old_version: str
    new_version: str
    changes: PermissionChanges


def write_plan(migration: Migration, comparison: PolicyComparison | None, *, profile: str | None) -> None:
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


def _write_comparison(paragraphs: Paragraphs, comparison: PolicyComparison) -> None:
    changes = comparison.changes
    old = f"{service.PREVIEW_MANAGED_POLICY} {comparison.old_version}"
    new = f"{service.GA_MANAGED_POLICY} {comparison.new_version}"
    paragraphs.write("policies", f"{old} and {new} as they are now, with the inline policies of both set-ups")
    paragraphs.write("lost", f"{len(changes.lost)} permissions")
    whole = [one.permission for one in changes.lost if not one.stays and not one.supported]
    for line in [*_by_service(whole), *(_in_part(one) for one in changes.lost if one.stays or one.supported)]:
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
    """One line for each service; what is limited to resources or conditions has its own."""
    plain = [one for one in permissions if str(one) == one.action]
    for prefix, group in groupby(plain, key=lambda one: one.action.partition(":")[0]):
        yield f"{prefix}: {', '.join(one.action.partition(':')[2] for one in group)}"
    yield from (str(one) for one in permissions if str(one) != one.action)


def _summary(migration: Migration) -> str:
    not_read = [role for role in migration.roles if role.is_unread]
    count = len(migration.roles)
    text = f"{count} account{'' if count == 1 else 's'}"
    if not_read:
        text += f", {len(not_read)} of them not read, so that the steps leave them out"
    return text if steps(migration) or not_read else f"{text}, nothing left to migrate"


def _line(migration: Migration, command: Command, profile: str | None) -> str:
    """The other accounts have other profiles, which nobody named."""
    return command.line(profile=profile if command.account_id == migration.agent_space.account_id else None)


def write_plan_as_json(migration: Migration, comparison: PolicyComparison | None, *, profile: str | None) -> None:
    """Write it for a program; `profile` as for `write_plan`."""
    adoptable = migration.adoptable
    entries = [
        {
            "accountId": role.account_id,
            "roleArn": role.role_arn,
            "generation": None if (generation := migration.generation_of(role)) is None else generation.value,
            "stackName": role.stack_name,
            "whyNotAdopted": None if role in adoptable else why_left_out(migration, role),
            "changes": {step: list(one) for step, one in role.changes(migration.generation_of(role)).items()},
            "othersLetIn": list(_others(migration, role)),
            "otherInlinePolicies": {
                name: [_as_json(one) for one in permissions]
                for name, permissions in role.leftover_inline_policies().items()
            },
            "otherManagedPolicies": list(role.leftover_policies()),
        }
        for role in migration.roles
    ]
    rest: dict[str, Any] = {
        "agentSpaceArn": migration.agent_space.arn,
        "agentRoleArn": migration.agent_role_arn,
        "steps": [
            {
                "title": one.title,
                "what": one.what,
                "commands": [_line(migration, command, profile) for command in one.commands],
            }
            for one in steps(migration)
        ],
        "policies": None,
        "lost": None,
        "gained": None,
    }
    if comparison is not None:
        rest["policies"] = {
            service.PREVIEW_MANAGED_POLICY: comparison.old_version,
            service.GA_MANAGED_POLICY: comparison.new_version,
        }
        rest["lost"] = [
            {
                **_as_json(one.permission),
                "stays": [_as_json(two) for two in one.stays],
                "supported": list(one.supported),
            }
            for one in comparison.changes.lost
        ]
        rest["gained"] = [_as_json(one) for one in comparison.changes.gained]
    write_json("accounts", entries, rest=lambda: rest)


def _as_json(permission: Permission) -> dict[str, Any]:
    return {
        "action": permission.action,
        "resource": permission.resource,
        "conditions": list(permission.conditions),
    }
