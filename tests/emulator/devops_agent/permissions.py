"""May the agent role assume another role: what its own policies say."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from moto.iam.models import ManagedPolicy, Role, iam_backends

from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policies.assume_role import AssumeRoleRequest, Decision, decide
from devops_agent_constructs.policies.patterns import arn_matches
from devops_agent_constructs.policies.trust_document import parse_trust_policy


def why_not_permitted(role: Role, request: AssumeRoleRequest, resource_arn: str) -> str | None:
    """Say why the role's policies do not permit a request on a resource; None if they do."""
    attached = {"its policies": _policies(role), **_boundary(role)}
    for name, documents in attached.items():
        try:
            decisions = [_decide(document, request, resource_arn) for document in documents]
        except OnboardingInputError as malformed:
            return f"a policy of {role.arn} means nothing: {malformed}"
        found = [decision for decision in decisions if decision is not None]
        if denied := next((decision for decision in found if _denies(decision)), None):
            return f"{role.arn}: {denied.why}"
        if not any(decision.is_allowed for decision in found):
            misses = "; ".join(decision.why for decision in found) or "none is about it"
            return f"{role.arn}: {name} do not allow {request.action} on {resource_arn}: {misses}"
    return None


def _decide(document: Mapping[str, Any], request: AssumeRoleRequest, resource_arn: str) -> Decision | None:
    """Read the statements about a request as if they stood in the resource's trust policy, where everybody is named."""
    statements = document["Statement"]
    about = []
    for statement in [statements] if isinstance(statements, dict) else statements:
        if _is_about(statement, request, resource_arn, has_variables=document.get("Version") == "2012-10-17"):
            named = {"Principal": "*", **statement}
            in_trust = {key: value for key, value in named.items() if key not in {"Resource", "NotResource"}}
            [parsed] = parse_trust_policy({**document, "Statement": in_trust})
            about += [in_trust] if parsed.is_about(request.action) else []
    return decide({**document, "Statement": about}, request) if about else None


def _is_about(
    statement: Mapping[str, Any], request: AssumeRoleRequest, resource_arn: str, *, has_variables: bool
) -> bool:
    element = "NotResource" if "NotResource" in statement else "Resource"
    patterns = statement[element]
    context = request.whole_context if has_variables else None
    found = any(
        pattern == "*" or arn_matches(pattern, resource_arn, context)
        for pattern in ([patterns] if isinstance(patterns, str) else patterns)
    )
    return found is (element == "Resource")


def _denies(decision: Decision) -> bool:
    return any(statement.is_applied and not statement.is_allow for statement in decision.statements)


def _policies(role: Role) -> Iterator[dict[str, Any]]:
    yield from (json.loads(document) for document in role.policies.values())
    yield from (_default_version(policy) for policy in role.managed_policies.values())


def _boundary(role: Role) -> dict[str, list[dict[str, Any]]]:
    arn = role.permissions_boundary_arn
    if not arn:
        return {}
    backend = iam_backends[role.account_id][arn.split(":")[1]]
    return {"the statements of its permissions boundary": [_default_version(backend.get_policy(arn))]}


def _default_version(policy: ManagedPolicy) -> dict[str, Any]:
    [document] = [version.document for version in policy.versions if version.is_default]
    parsed: dict[str, Any] = json.loads(document)
    return parsed
