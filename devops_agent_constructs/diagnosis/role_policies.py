"""Holds what the policies of a live role say, as far as they were read and understood, beside what they should."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from devops_agent_constructs import service
from devops_agent_constructs.checks.live_role import LiveRole
from devops_agent_constructs.diagnosis.expected_role import ExpectedRole
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policy_evaluation.permission_statements import (
    Permission,
    PermissionStatement,
    parse_permissions,
    permissions_of,
)
from devops_agent_constructs.policy_evaluation.wildcards import overlaps

_OF_DEVOPS_AGENT = {
    service.GA_MANAGED_POLICY,
    service.PREVIEW_MANAGED_POLICY,
    service.ACTIONS_MANAGED_POLICY,
    service.OPERATOR_MANAGED_POLICY,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class RolePolicies:
    """The statements of a role's policies.

    Attributes:
        inline: Name -> statements. None: they are not understood.
        managed: ARN -> statements of what is attached. None: they were not read, or are not understood.
        coming: What managed policies say that are still to be attached, as far as they were read.
        wanted: What the library's inline policy says.
    """

    inline: Mapping[str, Sequence[PermissionStatement] | None]
    managed: Mapping[str, Sequence[PermissionStatement] | None]
    coming: Sequence[PermissionStatement]
    wanted: Sequence[PermissionStatement]

    @classmethod
    def of(
        cls, live: LiveRole, expected: ExpectedRole, managed_documents: Mapping[str, Mapping[str, object]]
    ) -> RolePolicies:
        """Read them; `managed_documents` has, by ARN, those of the managed policies that could be read."""
        # IAM lists what is attached in no order; two runs must say the same.
        attached = sorted(live.managed_policy_arns)
        coming = [managed_documents.get(arn) for arn in expected.managed_policy_arns if arn not in attached]
        return cls(
            inline={name: _understood(document) for name, document in sorted(live.inline_policies.items())},
            managed={arn: _understood(managed_documents.get(arn)) for arn in attached},
            coming=[statement for document in coming for statement in _understood(document) or ()],
            wanted=parse_permissions(expected.inline_policy) if expected.inline_policy is not None else [],
        )

    @property
    def statements(self) -> list[PermissionStatement]:
        """All that are known: in which policy a permission stands is no matter to IAM."""
        # A Deny among them is no matter here: `managedDeny` and `inlineDeny` say what it takes away.
        known = [*self.managed.values(), *self.inline.values()]
        return [statement for statements in known for statement in statements or ()]

    @property
    def permissions(self) -> list[Permission]:
        """What the role may do, or should; what cannot be read is left out."""
        # What is still missing counts, too: a boundary that blocks it would be the next thing to fail.
        return permissions_of([*self.statements, *self.coming, *self.wanted])

    @property
    def is_whole(self) -> bool:
        """Whether all of them are known, so that what none of them says is not there."""
        # What AWS's policies for DevOps Agent have is known without reading them, as far as it matters: no Deny.
        unknown = [
            arn for arn, statements in self.managed.items() if statements is None and not is_of_devops_agent(arn)
        ]
        return not unknown and None not in self.inline.values()

    @property
    def missing(self) -> list[Permission]:
        """What is wanted, and not allowed as it is wanted."""
        # Against all of them at once: several statements may cover together what none covers alone.
        statements = self.statements
        return [permission for permission in permissions_of(self.wanted) if not permission.is_permitted(statements)]

    def guards(self, permission: Permission) -> list[PermissionStatement]:
        """Return the statements that allow some of a wanted permission under conditions on keys of their own.

        To allow it without them beside would take away what somebody guards.
        """
        # The library's own conditions, such as that on `iam:AWSServiceName`, are no guard of somebody's.
        own = {
            condition.key.lower()
            for statement in self.wanted
            if statement.name == permission.name
            for condition in statement.conditions
        }
        return [
            statement
            for statement in _about(permission, self.statements)
            if {condition.key.lower() for condition in statement.conditions} - own
        ]

    def needed_of(self, managed_policy_arn: str, beside: Sequence[str]) -> list[Permission]:
        """Return what is wanted and would be gone with a managed policy; those `beside` stay."""
        # What stays after the detaching: inline policies, and the managed ones that the role is to have.
        inline = [statement for statements in self.inline.values() for statement in statements or ()]
        rest = [*inline, *(statement for arn in beside for statement in self.managed.get(arn) or ())]
        statements = self.managed[managed_policy_arn] or ()
        return [
            permission
            for permission in permissions_of(self.wanted)
            if not permission.is_permitted(rest) and _about(permission, statements)
        ]


def is_of_devops_agent(managed_policy_arn: str) -> bool:
    """Tell whether it is one of AWS's policies for DevOps Agent, which are known: they deny nothing."""
    # `aws` stands in the place of the account, which tells it from a policy of the account that has its name.
    _, separator, name = managed_policy_arn.partition(":iam::aws:policy/")
    return bool(separator) and name in _OF_DEVOPS_AGENT


def _about(permission: Permission, statements: Sequence[PermissionStatement]) -> list[PermissionStatement]:
    """Return the statements that allow some of a permission, under whatever conditions."""
    return [
        statement
        for statement in statements
        if statement.is_allow
        and statement.meets_action(permission.action)
        # NotResource excepts some resources; which of the permission are among them, no pattern tells.
        and (statement.is_not_resource or any(overlaps(permission.resource, other) for other in statement.resources))
    ]


def _understood(document: Mapping[str, object] | None) -> list[PermissionStatement] | None:
    try:
        return None if document is None else parse_permissions(document)
    except OnboardingInputError:
        return None
