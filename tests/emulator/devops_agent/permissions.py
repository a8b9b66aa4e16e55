"""May a role do something: what its own policies say."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping

from moto.iam.models import ManagedPolicy, Role, iam_backends

from tests.iam_reference import MalformedPolicyError, UndefinedError, access_allowed


def why_not_permitted(role: Role, action: str, resource_arn: str, context: Mapping[str, str]) -> str | None:
    """Say why the role's policies do not permit an action on a resource; None if they do."""
    identity = (*role.policies.values(), *(_default_version(policy) for policy in role.managed_policies.values()))
    try:
        is_allowed = _is_allowed(action, resource_arn, identity, _boundary(role), frozenset(context.items()))
    except (MalformedPolicyError, UndefinedError) as error:
        return f"a policy of {role.arn} means nothing: {error}"
    # In AWS's words: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
    return None if is_allowed else f"{role.arn} is not authorized to perform: {action} on resource: {resource_arn}"


@functools.cache
def _is_allowed(
    action: str, resource_arn: str, identity: tuple[str, ...], boundary: str | None, context: frozenset[tuple[str, str]]
) -> bool:
    """Decide once: the same is asked again and again, and the judge is slow."""
    return access_allowed(
        action,
        resource_arn,
        identity=[json.loads(document) for document in identity],
        boundary=None if boundary is None else json.loads(boundary),
        context=dict(context),
    )


def _boundary(role: Role) -> str | None:
    arn = role.permissions_boundary_arn
    if not arn:
        return None
    backend = iam_backends[role.account_id][arn.split(":")[1]]
    return _default_version(backend.get_policy(arn))


def _default_version(policy: ManagedPolicy) -> str:
    [document] = [version.document for version in policy.versions if version.is_default]
    return str(document)
