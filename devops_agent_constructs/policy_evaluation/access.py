"""Decide whether a role may do something: its policies, its permissions boundary and the session's policy together.

The rules are those of https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html for a
session of a role in its own account: an explicit Deny anywhere wins; the role's policies must allow the request, and so
must the permissions boundary and the session policy where there is one.

Not modelled: service and resource control policies, resource-based policies, and which resources and condition keys
an action supports: the request states its resource and its keys. IAM's own simulator needs an account; of the
libraries, iam-ape leaves conditions out and @cloud-copilot/iam-simulate has a copyleft licence (looked 2026-11).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from devops_agent_constructs.policy_evaluation.patterns import in_lower_case
from devops_agent_constructs.policy_evaluation.permission_statements import parse_permissions

Document = Mapping[str, object]


@dataclass(frozen=True, kw_only=True, slots=True)
class AccessRequest:
    """What a session of the role asks for.

    Attributes:
        action: e.g. `ec2:DescribeInstances`.
        resource: The ARN, or `*` for an action that has no resource.
        context: Condition key -> value, e.g. `aws:RequestedRegion`; a list for a multivalued key. A key that is not
            here is missing in the request.
    """

    action: str
    resource: str = "*"
    context: Mapping[str, str | Sequence[str]] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class RolePolicies:
    """What decides about a session of a role, as plain documents.

    Attributes:
        identity: Name -> document of the role's managed and inline policies.
        boundary: The permissions boundary; None: there is none.
        session: The session policy, such as AWS's guardrail; None: there is none.
    """

    identity: Mapping[str, Document]
    boundary: Document | None = None
    session: Document | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AccessDecision:
    """Whether a request is allowed, and why.

    Attributes:
        is_allowed: The answer.
        why: In plain words, with the statement that decided or the policy that lacks one.
    """

    is_allowed: bool
    why: str


def decide_access(policies: RolePolicies, request: AccessRequest) -> AccessDecision:
    """Decide whether a session of a role may do something.

    Raises:
        OnboardingInputError: IAM would refuse a policy, or AWS does not define what it means for this request.
    """
    context = in_lower_case(request.context)
    layers: dict[str, Mapping[str, Document]] = {"the role's policies": policies.identity}
    if policies.boundary is not None:
        layers["the permissions boundary"] = {"the permissions boundary": policies.boundary}
    if policies.session is not None:
        layers["the session policy"] = {"the session policy": policies.session}
    applied = {
        layer: [
            (statement, name)
            for name, document in documents.items()
            for statement in parse_permissions(document)
            if statement.applies_to(request.action, request.resource, context)
        ]
        for layer, documents in layers.items()
    }
    for statements in applied.values():
        for statement, name in statements:
            if not statement.is_allow:
                why = f"{statement.name} of {name} denies {request.action}, and an explicit Deny wins"
                return AccessDecision(is_allowed=False, why=why)
    for layer, statements in applied.items():
        if not statements:
            return AccessDecision(is_allowed=False, why=f"nothing in {layer} allows {request.action}")
    statement, name = applied["the role's policies"][0]
    return AccessDecision(is_allowed=True, why=f"{statement.name} of {name} allows {request.action}")
