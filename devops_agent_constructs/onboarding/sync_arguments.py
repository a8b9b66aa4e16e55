"""Says what the sync of an onboarding is for: the same for its function and for the command `sync`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from devops_agent_constructs.onboarding.settings import SyncSettings
from devops_agent_constructs.onboarding.value import Onboarding
from devops_agent_constructs.organization.organization import Organization
from devops_agent_constructs.secondary.account import SecondaryAccount


class SyncArguments(TypedDict):
    """What `AccountSync` and the command `sync` are told alike; by the names of the construct's arguments."""

    organization: Organization | None
    accounts: Sequence[SecondaryAccount]
    associated_accounts: Sequence[str]
    stack_set_name: str
    adopted_accounts: Sequence[str]
    adopted_roles: Sequence[str]
    max_removals: int
    max_removal_percentage: int


def sync_arguments(onboarding: Onboarding) -> SyncArguments:
    """Return what a sync is for, and what it may touch; without settings of its own, by the defaults.

    The accounts that the primary account's stack connects are left to it: AWS refuses a second association of an
    account, so that a sync that came first would make that stack fail.
    """
    settings = onboarding.sync or SyncSettings()
    by_stack = [] if onboarding.primary is None else [account.account_id for account in onboarding.accounts]
    return {
        "organization": onboarding.organization,
        "accounts": onboarding.accounts,
        "associated_accounts": by_stack,
        "stack_set_name": onboarding.stack_names.stack_set,
        "adopted_accounts": settings.adopted_accounts,
        "adopted_roles": settings.adopted_roles,
        "max_removals": settings.max_removals,
        "max_removal_percentage": settings.max_removal_percentage,
    }
