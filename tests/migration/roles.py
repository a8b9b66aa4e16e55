"""Roles of associations in every state of a migration."""

from __future__ import annotations

from typing import Any

from devops_agent_constructs.checks.live_role import LiveRole
from devops_agent_constructs.migration.connected_role import ConnectedRole
from devops_agent_constructs.migration.plan import Migration
from tests.conftest import AGENT_ROLE_ARN, GA_TRUST, PREVIEW_TRUST, SPACE
from tests.diagnosis.roles import GA_POLICY, PREVIEW_POLICY, policy

TRUST = {"preview": [PREVIEW_TRUST], "transition": [GA_TRUST, PREVIEW_TRUST], "ga": [GA_TRUST]}
POLICIES = {"preview": (PREVIEW_POLICY,), "transition": (GA_POLICY, PREVIEW_POLICY), "ga": (GA_POLICY,)}


def connected(account_id: str, state: str, *, stack_name: str | None = None, **changes: Any) -> ConnectedRole:
    """A role of an account in a state."""
    arn = f"arn:aws:iam::{account_id}:role/Agent"
    settings: dict[str, Any] = {
        "arn": arn,
        "trust_policy": policy(*TRUST[state]),
        "managed_policy_arns": POLICIES[state],
    }
    live = LiveRole(**{**settings, **changes})
    return ConnectedRole(account_id=account_id, role_arn=live.arn, live=live, stack_name=stack_name)


def unread(account_id: str) -> ConnectedRole:
    """A role that could not be read."""
    arn = f"arn:aws:iam::{account_id}:role/Agent"
    return ConnectedRole(account_id=account_id, role_arn=arn, live=None, why_not_read="not read: denied")


def migration(*roles: ConnectedRole, **settings: Any) -> Migration:
    """A migration of these roles."""
    return Migration(agent_space=SPACE, agent_role_arn=AGENT_ROLE_ARN, roles=roles, **settings)
