"""May a role do something: what its own policies say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from moto.iam.models import ManagedPolicy, Role, iam_backends

from tests.iam_reference import MalformedPolicyError, UndefinedError, access_allowed


def why_not_permitted(role: Role, action: str, resource_arn: str, context: Mapping[str, str]) -> str | None:
    """Say why the role's policies do not permit an action on a resource; None if they do."""
    inline = [json.loads(document) for document in role.policies.values()]
    managed = [_default_version(policy) for policy in role.managed_policies.values()]
    try:
        is_allowed = access_allowed(
            action, resource_arn, identity=[*inline, *managed], boundary=_boundary(role), context=context
        )
    except (MalformedPolicyError, UndefinedError) as error:
        return f"a policy of {role.arn} means nothing: {error}"
    # In AWS's words: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
    return None if is_allowed else f"{role.arn} is not authorized to perform: {action} on resource: {resource_arn}"


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
