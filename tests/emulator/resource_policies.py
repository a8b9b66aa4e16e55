"""Whether a policy of a resource, such as a function or a topic, lets a caller in.

Judged by `tests.iam_reference`, whose documents with principals are trust policies: the resources are looked at here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from tests import iam_reference
from tests.emulator.resource_type import Deployed, Place, Properties, ResourceType
from tests.iam_reference.matching import like


def admits(
    policy: Mapping[str, Any],
    caller: iam_reference.Caller,
    action: str,
    resource: str,
    context: Mapping[str, str] | None = None,
) -> bool:
    """Whether the policy allows a caller an action on the resource; a policy that means nothing allows nothing."""
    statements = policy.get("Statement", [])
    about = [
        {key: value for key, value in statement.items() if key != "Resource"}
        for statement in ([statements] if isinstance(statements, dict) else statements)
        if _is_on(statement.get("Resource", "*"), resource)
    ]
    if not about:
        return False
    document = {"Version": policy.get("Version", "2012-10-17"), "Statement": about}
    try:
        return iam_reference.trust_admits(document, caller, action=action, context=context)
    except (iam_reference.MalformedPolicyError, iam_reference.UndefinedError):
        return False


def policy_type(name: str, key: str, set_policy: Callable[[str, str | None, Place], None]) -> ResourceType:
    """Return a CloudFormation type that gives a policy to resources which have one of their own.

    Args:
        name: Of the type.
        key: The property that names the resources.
        set_policy: Takes one of them, and the policy or None for what it has without.
    """

    def put(properties: Properties, place: Place) -> None:
        for one in properties[key]:
            set_policy(one, json.dumps(properties["PolicyDocument"]), place)

    def create(properties: Properties, place: Place) -> Deployed:
        put(properties, place)
        return Deployed(physical_resource_id=place.made_up_name, attributes={"Id": place.made_up_name})

    def update(_: Deployed, properties: Properties, place: Place) -> None:
        put(properties, place)

    def delete(deployed: Deployed, place: Place) -> None:
        for one in deployed.properties[key]:
            set_policy(one, None, place)

    return ResourceType(name=name, create=create, update=update, delete=delete)


def _is_on(patterns: str | list[str], resource: str) -> bool:
    return any(like(pattern, resource, None) for pattern in ([patterns] if isinstance(patterns, str) else patterns))
