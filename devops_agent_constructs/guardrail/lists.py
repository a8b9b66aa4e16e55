"""Reads what AWS publishes about its guardrail: `guardrail.json`, kept up to date by `scripts/refresh_guardrail.py`.

AWS passes a session policy on every assume of a role; a permission has an effect only if both have it. The session
policy has what `AIDevOpsAgentAccessPolicy` allows, and a list of supported additional permissions. See
https://docs.aws.amazon.com/devopsagent/latest/userguide/aws-devops-agent-security-limiting-agent-access-in-an-aws-account.html
(read 2026-10-20). AWS does not publish the session policy itself, and its lists grow and shrink.
"""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

# Not importlib.resources, which takes ten times as long to load.
_DATA = ("devops_agent_constructs.guardrail", "guardrail.json")


# Compared by identity: one set of lists is read once, and hashing a thousand actions costs time.
@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class GuardrailLists:
    """The lists that AWS publishes; actions in AWS's spelling, some of them patterns.

    Attributes:
        policy_name: AWS's managed policy.
        policy_version: e.g. `v11`.
        policy_date: When AWS made this version, e.g. `2026-09-24`.
        granted: What the policy allows on every resource without conditions.
        limited: What it allows on some resources or under conditions only.
        supported: The supported additional permissions.
        supported_read: When that list was read.
        source: The page that has it.
        unconfirmed: Action -> the ARN, as a pattern, on which AWS's guides tell users to allow it, though it is in no
            published list: whether the guardrail has it is not known.
    """

    policy_name: str
    policy_version: str
    policy_date: str
    granted: tuple[str, ...]
    limited: tuple[str, ...]
    supported: tuple[str, ...]
    supported_read: str
    source: str
    unconfirmed: Mapping[str, str]


@cache
def guardrail_lists() -> GuardrailLists:
    """Read the lists, once, when they are first needed."""
    data: dict[str, Any] = json.loads(pkgutil.get_data(*_DATA) or b"")
    policy, supported = data["managed_policy"], data["supported_additional_permissions"]
    return GuardrailLists(
        policy_name=policy["name"],
        policy_version=policy["version"],
        policy_date=policy["date"],
        granted=tuple(policy["actions"]),
        limited=tuple(policy["limited_actions"]),
        supported=tuple(supported["actions"]),
        supported_read=supported["date_read"],
        source=supported["source"],
        unconfirmed={entry["action"]: entry["resource"] for entry in data["unconfirmed"]},
    )
