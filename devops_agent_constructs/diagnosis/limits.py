"""What a boundary, or the control policies of an organization, leave of a role's permissions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from devops_agent_constructs.policy_evaluation.permission_statements import (
    Permission,
    PermissionStatement,
    is_permitted,
    parse_permissions,
    partly_permitted,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Blocked:
    """What limiting policies take away.

    Attributes:
        wholly: Permissions of which nothing is left.
        partly: Those of which something is left, or which depend on conditions.
        count: Of how many permissions.
    """

    wholly: tuple[Permission, ...]
    partly: tuple[Permission, ...]
    count: int

    @property
    def is_nothing(self) -> bool:
        """Whether everything is left as it is."""
        return not self.wholly and not self.partly


def what_is_left(permissions: Sequence[Permission], documents: Iterable[Mapping[str, object]]) -> Blocked:
    """Evaluate limiting policies of one level together: a boundary alone, or all SCPs attached to one target.

    Args:
        permissions: Of the role.
        documents: What allows more is more; an explicit Deny of any wins.

    Raises:
        OnboardingInputError: A document is malformed.

    See https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    """
    statements = [statement for document in documents for statement in parse_permissions(document)]
    wholly, partly = [], []
    for permission in permissions:
        denials = [one for one in statements if not one.is_allow and _meets(one, permission)]
        is_denied = any(_has(one, permission) for one in denials)
        if is_denied or not _may_be_permitted(permission, statements):
            wholly.append(permission)
        elif denials or not is_permitted(permission, statements):
            partly.append(permission)
    return Blocked(wholly=tuple(wholly), partly=tuple(partly), count=len(permissions))


def _may_be_permitted(permission: Permission, statements: Sequence[PermissionStatement]) -> bool:
    if any(one.is_allow and (one.is_not_action or one.is_not_resource) for one in statements):
        return any(one.is_allow and one.meets_action(permission.action) for one in statements)
    return next(iter(partly_permitted(permission, statements)), None) is not None


def _meets(statement: PermissionStatement, permission: Permission) -> bool:
    return statement.meets_action(permission.action)


def _has(statement: PermissionStatement, permission: Permission) -> bool:
    """Tell whether a Deny certainly takes all of a permission away."""
    is_certain = not statement.conditions
    return is_certain and statement.has_action(permission.action) and statement.has_resource(permission.resource)
