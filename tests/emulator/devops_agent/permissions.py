"""May the agent role assume another role: what its own policies say."""

from __future__ import annotations

import json
from typing import Any

from moto.iam.models import ManagedPolicy, Role, iam_backends

from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policies.access import AccessRequest, RolePolicies, decide_access
from devops_agent_constructs.policies.assume_role import AssumeRoleRequest


def why_not_permitted(role: Role, request: AssumeRoleRequest, resource_arn: str) -> str | None:
    """Say why the role's policies do not permit a request on a resource; None if they do."""
    asked = AccessRequest(action=request.action, resource=resource_arn, context=request.whole_context)
    try:
        decision = decide_access(_policies(role), asked)
    except OnboardingInputError as malformed:
        return f"a policy of {role.arn} means nothing: {malformed}"
    return None if decision.is_allowed else f"{role.arn}: {decision.why} on {resource_arn}"


def _policies(role: Role) -> RolePolicies:
    inline = {name: json.loads(document) for name, document in role.policies.items()}
    managed = {arn: _default_version(policy) for arn, policy in role.managed_policies.items()}
    return RolePolicies(identity={**inline, **managed}, boundary=_boundary(role))


def _boundary(role: Role) -> dict[str, Any] | None:
    arn = role.permissions_boundary_arn
    if not arn:
        return None
    backend = iam_backends[role.account_id][arn.split(":")[1]]
    return _default_version(backend.get_policy(arn))


def _default_version(policy: ManagedPolicy) -> dict[str, Any]:
    [document] = [version.document for version in policy.versions if version.is_default]
    parsed: dict[str, Any] = json.loads(document)
    return parsed
