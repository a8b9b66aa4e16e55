"""What the service and resource control policies of an organization may take away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from devops_agent_constructs.checks.finding import Severity
from devops_agent_constructs.checks.live_role import LiveRole
from devops_agent_constructs.diagnosis.difference import Difference
from devops_agent_constructs.diagnosis.limits import what_is_left
from devops_agent_constructs.diagnosis.setting_differences import in_words
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policy_evaluation.permission_statements import (
    Permission,
    PermissionStatement,
    parse_permissions,
)

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


def control_differences(
    live: LiveRole, levels: Iterable[ControlPolicies], permissions: Sequence[Permission]
) -> Iterator[Difference]:
    """Say what control policies take away; a level of its own cannot give back what another takes."""
    for level in levels:
        is_service = level.kind is ControlPolicyKind.SERVICE
        try:
            yield from list(_service(level, permissions) if is_service else _resource(level, live))
        except OnboardingInputError as error:
            yield Difference(
                id="controlPolicyNotUnderstood",
                severity=Severity.WARNING,
                what=f"a policy of the kind {level.kind.value} of {level.target} cannot be evaluated: {error}",
                symptom="what it does is not known here",
                fix="look at it, with whoever keeps the organization's policies",
            )


def _service(level: ControlPolicies, permissions: Sequence[Permission]) -> Iterator[Difference]:
    blocked = what_is_left(permissions, level.documents.values())
    if not blocked.is_nothing:
        names = ", ".join(sorted(level.documents))
        yield Difference(
            id="serviceControlPolicy",
            severity=Severity.WARNING,
            what=f"the service control policies of {level.target} ({names}): {in_words(blocked, several=True)}",
            symptom='what they block fails with "explicit deny in a service control policy", or as not allowed by one',
            fix="ask whoever keeps the organization's policies, if the agent needs it",
        )


def _resource(level: ControlPolicies, live: LiveRole) -> Iterator[Difference]:
    for name, document in sorted(level.documents.items()):
        for statement in parse_permissions(_without_principals(document)):
            if statement.is_allow or not statement.meets_action(_ASSUME) or not _may_mean(statement, live):
                continue
            only_if = f", if {' and '.join(statement.conditions_in_words)}" if statement.conditions else ""
            yield Difference(
                id="resourceControlPolicy",
                severity=Severity.WARNING,
                what=f"the resource control policy {name} of {level.target} denies {_ASSUME}{only_if}",
                symptom="if the conditions fit the service's request, the association turns invalid",
                fix="ask whoever keeps the organization's policies whether AWS services are excepted",
            )


def _without_principals(document: Mapping[str, object]) -> dict[str, object]:
    # Only `*` can be written there, so nothing is lost:
    # https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html
    element = document.get("Statement")
    statements = element if isinstance(element, list | tuple) else [element]
    cleaned = [
        {name: value for name, value in one.items() if name != "Principal"} if isinstance(one, Mapping) else one
        for one in statements
    ]
    return {**document, "Statement": cleaned}


def _may_mean(statement: PermissionStatement, live: LiveRole) -> bool:
    permission = Permission(action=_ASSUME, resource=live.arn)
    return statement.is_not_resource or statement.has_resource(permission.resource)
