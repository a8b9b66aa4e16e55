"""Turns the arguments of `AccountSync` into what its function is told, and refuses what cannot work."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from devops_agent_constructs import _validators
from devops_agent_constructs.account_sync.configuration import SyncConfiguration
from devops_agent_constructs.account_sync.scope import OrganizationScope
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.organization.deployment import ADDITIONAL

if TYPE_CHECKING:
    from devops_agent_constructs.agent_space_arn import AgentSpaceArn
    from devops_agent_constructs.organization.organization import Organization
    from devops_agent_constructs.secondary.account import SecondaryAccount

# What a role, an event bus and a function may all be called.
_NAME = re.compile("[A-Za-z0-9_-]{1,64}")
_NAME_OF_EVENTBRIDGE = "default"


def sync_configuration(
    space: AgentSpaceArn,
    *,
    organization: Organization | None,
    accounts: Sequence[SecondaryAccount],
    associated_accounts: Sequence[str],
    stack_set_name: str,
    adopted_accounts: Sequence[str],
    adopted_roles: Sequence[str],
    max_removals: int,
    max_removal_percentage: int,
    associated_by: str = "a stack",
) -> SyncConfiguration:
    """Return what the function is told, by the arguments of `AccountSync`; raises as it does.

    `associated_by` says in words what connects the accounts that are left to it.
    """
    if organization is None and not accounts:
        why, fix = "there is nothing to keep in step", "give organization, or accounts whose role is there, or both"
        raise OnboardingInputError("organization", None, why=why, fix=fix)
    _check_accounts(accounts, space)
    _validators.account_ids(associated_accounts, field="associated_accounts")
    for index, account_id in enumerate(associated_accounts):
        _known(account_id, field=f"associated_accounts[{index}]")
    check_adopted(adopted_accounts, adopted_roles)
    by_stack = [*associated_accounts, *(() if organization is None else organization.associated_accounts)]
    held = dict.fromkeys(sorted(by_stack), f"{associated_by} connects it: deploy it")
    units, of_roles = None, {}
    if organization is not None:
        units = organization_scope(organization, stack_set_name=stack_set_name, held_accounts=held)
        of_roles = {"role_name": organization.role_name, "path": organization.path}
    configuration = SyncConfiguration(
        organization=units,
        organization_region=None if organization is None else organization.region,
        accounts={one.account_id: one.path + one.role_name for one in accounts},
        elevated_role_arns={one.account_id: one.elevated_role_arn for one in accounts if one.elevated_role_arn},
        held_accounts=held,
        adopted_accounts=adopted_accounts,
        adopted_roles=adopted_roles,
        max_removals=max_removals,
        max_removal_percentage=max_removal_percentage,
        **of_roles,
    )
    for value in (configuration.path, configuration.role_name):
        _known(value, field="organization.role_name")
    # The function makes the same, from the same values: what it would refuse is refused here.
    configuration.limits("aws", primary_account_id=space.account_id)
    return configuration


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


def check_adopted(adopted_accounts: Sequence[str], adopted_roles: Sequence[str]) -> None:
    """Check what a sync takes over: accounts, and paths and names of roles."""
    _validators.account_ids(adopted_accounts, field="adopted_accounts")
    _validators.each_once(adopted_roles, field="adopted_roles")
    for index, role in enumerate(adopted_roles):
        _known(role, field=f"adopted_roles[{index}]")
        _validators.path_and_role_name(role, field=f"adopted_roles[{index}]")
    for index, account_id in enumerate(adopted_accounts):
        _known(account_id, field=f"adopted_accounts[{index}]")


def sync_name(value: str, *, field: str) -> str:
    """Check the name of a sync, which several resources have, and another account's policies."""
    _known(value, field=field)
    if _NAME.fullmatch(value) and value != _NAME_OF_EVENTBRIDGE:
        return value
    why = "the name of a role, a function and an event bus is 1-64 of A-Z a-z 0-9 _-"
    if value == _NAME_OF_EVENTBRIDGE:
        why = "each account has an event bus of this name already, which is EventBridge's"
    raise OnboardingInputError(field, value, why=why, fix="rename it, e.g. 'DevOpsAgentAccountSync'")


def _check_accounts(accounts: Sequence[SecondaryAccount], space: AgentSpaceArn) -> None:
    _validators.each_once([account.account_id for account in accounts], field="accounts")
    for index, account in enumerate(accounts):
        if account.account_id == space.account_id:
            why = "this is the primary account, whose own association is the Agent Space's"
            raise OnboardingInputError(f"accounts[{index}]", account.account_id, why=why, fix="remove it")
        for value in (account.path, account.role_name, account.elevated_role_arn):
            _known(value, field=f"accounts[{index}]")


def _known(value: str | None, *, field: str) -> None:
    _validators.known(value, field=field, why="it is in the function's package, which is written before")
