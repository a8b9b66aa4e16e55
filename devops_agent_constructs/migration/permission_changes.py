"""Compute which permissions a role loses and gains when its policies change, from the documents themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from devops_agent_constructs.generation import Generation
from devops_agent_constructs.guardrail.lists import guardrail_lists
from devops_agent_constructs.policies.permissions import inline_policy
from devops_agent_constructs.policies.resources import RoleAccount
from devops_agent_constructs.policy_evaluation.permission_statements import (
    Permission,
    PermissionStatement,
    parse_permissions,
    permissions_of,
)
from devops_agent_constructs.policy_evaluation.wildcards import overlaps


@dataclass(frozen=True, kw_only=True, slots=True)
class LostPermission:
    """A permission that is gone, wholly or in part.

    Attributes:
        permission: As the old policy writes it.
        stays: What the new policies have of it. Empty: nothing.
        supported: What AWS's guardrail admits of it in addition, so that a capability can bring it back.
    """

    permission: Permission
    stays: tuple[Permission, ...]
    supported: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PermissionChanges:
    """What a change of policies does.

    Attributes:
        lost: By action.
        gained: By action; some of it may have been there in part.
        versions: Name -> version of AWS's policies that were compared, the preview's first.
    """

    lost: tuple[LostPermission, ...]
    gained: tuple[Permission, ...]
    versions: Mapping[str, str] = field(default_factory=dict)


def permission_changes(before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]]) -> PermissionChanges:
    """Compare what two sets of policies allow, by what their patterns cover: `s3:List*` covers `s3:ListBucket`.

    An action that is allowed on some resources or under conditions covers another only where it is allowed as well.

    Raises:
        OnboardingInputError: A document is malformed.
    """
    old = [statement for document in before for statement in parse_permissions(document)]
    new = [statement for document in after for statement in parse_permissions(document)]
    supported = guardrail_lists().supported
    lost = tuple(
        LostPermission(
            permission=permission,
            stays=tuple(dict.fromkeys(permission.partly_permitted(new))),
            supported=tuple(action for action in supported if overlaps(action, permission.action)),
        )
        for permission in _beyond(old, new)
    )
    return PermissionChanges(lost=lost, gained=tuple(_beyond(new, old)))


def inline_documents(generation: Generation, *, partition: str) -> list[Mapping[str, Any]]:
    """Return the inline policy that a role without capabilities has, for any account."""
    document = inline_policy((), account=RoleAccount(partition=partition, account_id="*"), generation=generation)
    return [] if document is None else [document]


def _beyond(statements: Sequence[PermissionStatement], others: Sequence[PermissionStatement]) -> list[Permission]:
    """Return what statements allow and others do not, by action."""
    beyond = [permission for permission in permissions_of(statements) if not permission.is_permitted(others)]
    return sorted(beyond, key=lambda lost: (lost.action.lower(), lost.resource, lost.conditions))
