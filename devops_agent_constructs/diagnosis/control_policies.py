"""Say what the service and resource control policies of an organization may take away from a role."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from devops_agent_constructs.checks.live_role import LiveRole
from devops_agent_constructs.diagnosis.difference import Difference
from devops_agent_constructs.diagnosis.expected_role import ExpectedRole
from devops_agent_constructs.diagnosis.limits import blocked_by
from devops_agent_constructs.diagnosis.statements import only_if, raw_statements
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policy_evaluation.permission_statements import Permission, parse_permissions

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
    live: LiveRole, expected: ExpectedRole, levels: Iterable[ControlPolicies], permissions: Sequence[Permission]
) -> Iterator[Difference]:
    """Say what control policies take away; a level of its own cannot give back what another takes."""
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
            is_about_role = statement.is_not_resource or statement.has_resource(live.arn)
            if not statement.is_allow and statement.meets_action(_ASSUME) and is_about_role:
                what = f"the resource control policy {name} of {level.target} denies {_ASSUME}{only_if(statement)}"
                yield expected.difference("resourceControlPolicy", what)


def _without_principals(document: Mapping[str, object]) -> dict[str, object]:
    # Only `*` can be written there, so nothing is lost:
    # https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html
    statements = [
        {name: value for name, value in raw.items() if name != "Principal"} if isinstance(raw, Mapping) else raw
        for raw in raw_statements(document)
    ]
    return {**document, "Statement": statements}
