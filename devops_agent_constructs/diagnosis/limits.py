"""Evaluate what a boundary, or the control policies of an organization, take away of a role's permissions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from devops_agent_constructs.diagnosis.statements import listed
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

    def in_words(self, *, by_several: bool = False) -> str:
        """Say it, e.g. `blocks 1 of the role's 3 permissions: s3:ListAllMyBuckets`.

        Args:
            by_several: Whether to speak of several policies.
        """
        it, blocks = ("they ", "together they block") if by_several else ("it ", "blocks")
        if self.is_nothing:
            return f"{blocks} none of the role's {self.count} permissions"
        parts = []
        if self.wholly:
            parts.append(f"{blocks} {len(self.wholly)} of the role's {self.count} permissions: {listed(self.wholly)}")
        if self.partly:
            may = f"{it if by_several or parts else ''}may block"
            parts.append(f"{may} {len(self.partly)} in part or under conditions: {listed(self.partly)}")
        return "; ".join(parts)


def blocked_by(documents: Iterable[Mapping[str, object]], permissions: Sequence[Permission]) -> Blocked:
    """Evaluate limiting policies of one level together: a boundary alone, or all SCPs attached to one target.

    Args:
        documents: What allows more is more; an explicit Deny of any wins.
        permissions: Of the role.

    Raises:
        OnboardingInputError: A document is malformed.

    See https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    """
    statements = [statement for document in documents for statement in parse_permissions(document)]
    allowing = [statement for statement in statements if statement.is_allow]
    wholly, partly = [], []
    for permission in permissions:
        denying = [one for one in statements if not one.is_allow and one.meets_action(permission.action)]
        if any(_takes_all(deny, permission) for deny in denying) or not _may_be_permitted(permission, allowing):
            wholly.append(permission)
        # A Deny under conditions, or of a part, may leave something.
        elif denying or not is_permitted(permission, allowing):
            partly.append(permission)
    return Blocked(wholly=tuple(wholly), partly=tuple(partly), count=len(permissions))


def _may_be_permitted(permission: Permission, allowing: Sequence[PermissionStatement]) -> bool:
    # What NotAction and NotResource allow cannot be listed, but whether an action is among it can be told.
    if any(statement.is_not_action or statement.is_not_resource for statement in allowing):
        return any(statement.meets_action(permission.action) for statement in allowing)
    return any(True for _ in partly_permitted(permission, allowing))


def _takes_all(deny: PermissionStatement, permission: Permission) -> bool:
    is_certain = not deny.conditions
    return is_certain and deny.has_action(permission.action) and deny.has_resource(permission.resource)
