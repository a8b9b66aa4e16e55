"""Reads on which kinds of resources IAM lets an action be allowed, from its reference, which cfn-lint carries.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

import functools
import json

from tests.cfn_lint_data import ACTIONS_OF_SERVICES

# Where the reference disagrees with the ARNs that the service itself uses.
_CORRECTED = {
    # It has the kind of the line before.
    "logs:DeleteDeliverySource": ("delivery-source",),
}


def resource_kinds(action: str) -> tuple[str, ...] | None:
    """Return the kinds of resources of an action; none if it is allowed on `*` alone; None if IAM does not know it."""
    if action in _CORRECTED:
        return _CORRECTED[action]
    service, _, name = action.partition(":")
    found = _services().get(service, {}).get("Actions", {}).get(name.lower())
    return None if found is None else tuple(kind.lower() for kind in found.get("Resources", ()))


@functools.cache
def _services() -> dict[str, dict[str, dict[str, dict[str, list[str]]]]]:
    services: dict[str, dict[str, dict[str, dict[str, list[str]]]]] = json.loads(ACTIONS_OF_SERVICES.read_text("utf-8"))
    return services
