"""Say what limits a role: its permissions boundary, and the control policies of its organization."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from devops_agent_constructs.checks.live_role import LiveRole
from devops_agent_constructs.diagnosis import commands
from devops_agent_constructs.diagnosis.difference import Difference, listed
from devops_agent_constructs.diagnosis.expected_role import ExpectedRole
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policy_evaluation.permission_statements import (
    Permission,
    PermissionStatement,
    parse_permissions,
)
from devops_agent_constructs.policy_evaluation.policy_elements import raw_statements

_ASSUME = "sts:AssumeRole"


class ControlPolicyKind(Enum):
    """The kinds that can keep the agent from something, in the words of AWS Organizations.

    See https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_authorization_policies.html
    """

    SERVICE = "SERVICE_CONTROL_POLICY"
    """Limits what the role may do."""

    RESOURCE = "RESOURCE_CONTROL_POLICY"
    """Limits who may use the account's resources, e.g. assume the role."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ControlPolicies:
    """The policies of one kind that are attached to one target; each level from the root to the account limits.

    Attributes:
        target: e.g. `the root r-a1b2`.
        kind: Of the policies.
        documents: Name -> document.
    """

    target: str
    kind: ControlPolicyKind
    documents: Mapping[str, Mapping[str, object]]


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
        """Say it, e.g. `blocks 1 of the role's 3 permissions: s3:ListAllMyBuckets`."""
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

    See https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    """
    # The Allows of several policies of one level add up, and a Deny of any counts for all.
    statements = [statement for document in documents for statement in parse_permissions(document)]
    allowing = [statement for statement in statements if statement.is_allow]
    wholly, partly = [], []
    for permission in permissions:
        # An explicit Deny wins over every Allow:
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
        denying = [deny for deny in statements if not deny.is_allow and deny.meets_action(permission.action)]
        # Under conditions a Deny takes away only what meets them.
        certain = [deny for deny in denying if not deny.conditions and deny.has_action(permission.action)]
        is_denied = any(deny.has_resource(permission.resource) for deny in certain)
        if is_denied or not _may_be_permitted(permission, allowing):
            wholly.append(permission)
        # A Deny under conditions, or of a part, may leave something.
        elif denying or not permission.is_permitted(allowing):
            partly.append(permission)
    return Blocked(wholly=tuple(wholly), partly=tuple(partly), count=len(permissions))


def _may_be_permitted(permission: Permission, allowing: Sequence[PermissionStatement]) -> bool:
    # What NotAction and NotResource allow cannot be listed, but whether an action is among it can be told.
    if any(statement.is_not_action or statement.is_not_resource for statement in allowing):
        return any(statement.meets_action(permission.action) for statement in allowing)
    return any(True for _ in permission.partly_permitted(allowing))


def boundary_differences(
    live: LiveRole,
    expected: ExpectedRole,
    documents: Mapping[str, Mapping[str, object]],
    permissions: Sequence[Permission],
) -> Iterator[Difference]:
    """Compare the boundary, and say what it takes away of what the role's other policies allow."""
    # A boundary grants nothing; it is told only where it is missing, another one, or in the way.
    has, wanted = live.permissions_boundary_arn, expected.permissions_boundary_arn
    if has != wanted and wanted is not None:
        instead = f"has the permissions boundary {has} instead of" if has else "lacks the permissions boundary"
        put = commands.iam("put-role-permissions-boundary", live.arn, permissions_boundary=wanted)
        # A role has one boundary: the other, which somebody set, would go.
        fix = f"look first at what {has} keeps out, as a role has one boundary; then set the other" if has else ""
        repair = [] if has else [put]
        yield expected.difference("boundaryMissing", f"the role {instead} {wanted}", *repair, fix=fix)
    if has is None:
        return
    is_harmless, words = False, "could block something; it could not be read"
    if has in documents:
        try:
            blocked = blocked_by([documents[has]], permissions)
            is_harmless, words = blocked.is_nothing, blocked.in_words()
        except OnboardingInputError as error:
            words = f"could block something; it cannot be evaluated: {error}"
    # The boundary that is asked for is no difference, unless it gets in the way.
    if has != wanted or not is_harmless:
        # Nobody asked for it, but it caps what AWS may add to its policies one day: it is never to be removed.
        kind = "boundaryExtra" if wanted is None else "boundaryBlocks"
        what = f"the permissions boundary {has} {words}"
        yield expected.difference(kind, what, symptom="none" if is_harmless else "")


def control_differences(
    live: LiveRole, expected: ExpectedRole, levels: Iterable[ControlPolicies], permissions: Sequence[Permission]
) -> Iterator[Difference]:
    """Say what control policies take away; a level of its own cannot give back what another takes."""
    # Each level by itself, as a permission must be allowed on every one from the root to the account:
    # https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
    for level in levels:
        is_service = level.kind is ControlPolicyKind.SERVICE
        try:
            # As a whole: half of what a level takes away would be read as all of it.
            yield from list(_service(level, expected, permissions) if is_service else _resource(level, expected, live))
        except OnboardingInputError as error:
            what = f"a policy of the kind {level.kind.value} of {level.target} cannot be evaluated: {error}"
            yield expected.difference("controlPolicyNotUnderstood", what)


def _service(level: ControlPolicies, expected: ExpectedRole, permissions: Sequence[Permission]) -> Iterator[Difference]:
    blocked = blocked_by(level.documents.values(), permissions)
    if not blocked.is_nothing:
        names = f"the service control policies of {level.target} ({', '.join(sorted(level.documents))})"
        yield expected.difference("serviceControlPolicy", f"{names}: {blocked.in_words(by_several=True)}")


def _resource(level: ControlPolicies, expected: ExpectedRole, live: LiveRole) -> Iterator[Difference]:
    for name, document in sorted(level.documents.items()):
        for statement in parse_permissions(_without_principals(document)):
            # Whom a condition of it excepts, such as services, nobody can tell from here: the words repeat it.
            is_about_role = statement.is_not_resource or statement.has_resource(live.arn)
            if not statement.is_allow and statement.meets_action(_ASSUME) and is_about_role:
                what = f"the resource control policy {name} of {level.target} denies {_ASSUME}{statement.only_if}"
                yield expected.difference("resourceControlPolicy", what)


def _without_principals(document: Mapping[str, object]) -> dict[str, object]:
    # Only `*` can be written there, so nothing is lost:
    # https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html
    statements = [
        {name: value for name, value in raw.items() if name != "Principal"} if isinstance(raw, Mapping) else raw
        for raw in raw_statements(document)
    ]
    return {**document, "Statement": statements}
