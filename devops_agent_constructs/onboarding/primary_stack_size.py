"""Checks that the primary account's stack holds all accounts, before there is a stack."""

from __future__ import annotations

from collections.abc import Sequence

from devops_agent_constructs.organization.organization import Organization
from devops_agent_constructs.policies.primary_account import assume_role_policies, check_resources
from devops_agent_constructs.policies.resources import RoleAccount
from devops_agent_constructs.secondary.account import SecondaryAccount


def check_primary_stack(
    accounts: Sequence[SecondaryAccount],
    organization: Organization | None,
    *,
    organization_id: str | None,
    has_agent_role: bool,
    other_resources: int,
) -> None:
    """Count the associations and, for an agent role that is given, the policies of its grant.

    Args:
        accounts: Accounts with stacks of their own.
        organization: Its `associated_accounts` come to them.
        organization_id: As for `PrimaryAccountAccess`.
        has_agent_role: Whether an existing agent role gets `sts:AssumeRole`.
        other_resources: How many resources the stack has besides.

    Raises:
        OnboardingInputError: They are too many; the first account that does not fit is blamed.
    """
    fields = [f"accounts[{index}].account_id" for index in range(len(accounts))]
    role_arns = [account.role_arn() for account in accounts]
    if organization is not None:
        for index, account_id in enumerate(organization.associated_accounts):
            fields.append(f"organization.associated_accounts[{index}]")
            role_arns.append(organization.role_settings.role_arn(RoleAccount(partition="aws", account_id=account_id)))
    grant = assume_role_policies(role_arns, organization_id=organization_id) if has_agent_role else None
    check_resources(fields, grant, other_resources=other_resources)
