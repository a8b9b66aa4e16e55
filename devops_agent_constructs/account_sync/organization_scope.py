"""Turns an organization, as constructs and accounts files have it, into what a sync follows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from devops_agent_constructs.account_sync.scope import OrganizationScope
from devops_agent_constructs.organization.deployment import ADDITIONAL

if TYPE_CHECKING:
    from devops_agent_constructs.organization.organization import Organization


def organization_scope(
    organization: Organization, *, stack_set_name: str, held_accounts: Mapping[str, str]
) -> OrganizationScope:
    """Return the accounts of an organization whose role comes from its StackSets."""
    deployment = organization.deployment
    return OrganizationScope(
        organizational_units=tuple(deployment.organizational_units),
        exclude_accounts=tuple(deployment.exclude_accounts),
        only_accounts=tuple(deployment.only_accounts),
        additional_accounts=tuple(deployment.additional_accounts),
        held_accounts=held_accounts,
        management_account_id=organization.management_account_id if organization.include_management_account else None,
        stack_set_names=(stack_set_name, *([stack_set_name + ADDITIONAL] if deployment.additional_accounts else [])),
    )
