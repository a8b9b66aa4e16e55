"""Limits that change nothing, as a slip of the pen does: a Deny of what nobody allows is legal and silent."""

from __future__ import annotations

from collections.abc import Iterator

from devops_agent_constructs.guardrail.lists import guardrail_lists
from devops_agent_constructs.policies.access_limits import AccessLimits
from devops_agent_constructs.policy_evaluation.wildcards import overlaps


def limits_without_effect(limits: AccessLimits) -> Iterator[str]:
    """Say, in a line each, which limits name something that AWS's guardrail, as last read, does not have anyway."""
    lists = guardrail_lists()
    published = (*lists.granted, *lists.limited, *lists.supported)
    for service in limits.allowed_services:
        if not any(overlaps(f"{service}:*", action) for action in published):
            yield f"allowed_services has {service!r}, of which AWS lets the agent use nothing"
    for denied in limits.deny_actions:
        if not any(overlaps(denied, action) for action in published):
            yield f"deny_actions has {denied!r}, which AWS does not let the agent do anyway"
