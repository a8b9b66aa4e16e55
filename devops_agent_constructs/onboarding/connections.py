"""Checks that the accounts, the organization and the primary account's side of one Agent Space go together."""

from __future__ import annotations

from collections.abc import Sequence

from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.organization.organization import Organization, targets_of
from devops_agent_constructs.policies import partition_checks
from devops_agent_constructs.primary.account import NewAgentSpace, PrimaryAccount, check_accounts
from devops_agent_constructs.secondary.account import SecondaryAccount


def check_connections(
    accounts: Sequence[SecondaryAccount],
    organization: Organization | None,
    *,
    agent_space: AgentSpaceArn | NewAgentSpace,
    primary: PrimaryAccount | None,
    generation: Generation,
) -> None:
    """Check that the accounts and the organization that one Agent Space is connected to go together.

    Raises:
        OnboardingInputError: They do not; `field` begins with the argument's name, like `accounts[3].account_id`.
    """
    if accounts or organization is None:
        check_accounts(accounts, agent_space)
    if organization is not None:
        partition_checks.check(organization.region, agent_space.partition, field="organization.region")
        for field, region in partition_checks.regions_of(organization.access_limits).items():
            partition_checks.check(region, agent_space.partition, field=f"organization.{field}")
        _check_accounts_of(organization, accounts, agent_space.account_id)
        _check_primary(organization, accounts, primary, generation)


def _check_accounts_of(
    organization: Organization, accounts: Sequence[SecondaryAccount], primary_account_id: str
) -> None:
    why = "this is the primary account, where the Agent Space lives; it has the agent role for itself"
    targets = dict(targets_of(organization.deployment))
    for name, account_id in targets.items():
        if account_id == primary_account_id:
            raise OnboardingInputError(f"organization.{name}", account_id, why=why, fix="remove it")
    included = organization.management_account_id if organization.include_management_account else None
    if included == primary_account_id:
        raise OnboardingInputError("organization.include_management_account", True, why=why, fix="leave it out")
    own = {account.account_id: index for index, account in enumerate(accounts)}
    for account_id, index in own.items():
        if account_id == included or account_id in targets.values():
            gives = "include_management_account" if account_id == included else "the StackSet of the organization"
            field, twice = f"accounts[{index}].account_id", f"{gives} gives this account the role, too"
            raise OnboardingInputError(field, account_id, why=twice, fix="remove it from one of the two")
    for index, account_id in enumerate(organization.associated_accounts):
        field = f"organization.associated_accounts[{index}]"
        if account_id == primary_account_id:
            raise OnboardingInputError(field, account_id, why=why, fix="remove it")
        if account_id in own:
            twice = f"accounts[{own[account_id]}] is this account already, and an Agent Space connects an account once"
            raise OnboardingInputError(field, account_id, why=twice, fix="remove one of the two")


def _check_primary(
    organization: Organization,
    accounts: Sequence[SecondaryAccount],
    primary: PrimaryAccount | None,
    generation: Generation,
) -> None:
    field, associated = "organization.associated_accounts", list(organization.associated_accounts)
    if primary is None:
        if associated:
            why, fix = "nothing associates them", "add primary, of which an empty one is enough, or remove them"
            raise OnboardingInputError(field, associated, why=why, fix=fix)
        return
    if not associated and not accounts and primary.new_agent_space is None:
        why = "the primary account's stack would be empty, as no account is named that it could associate"
        raise OnboardingInputError(field, [], why=why, fix="name those that are known, or leave primary out")
    if not generation.needs_agent_role:
        return
    if primary.organization_id is None:
        why = f"in the generation {generation.value!r} the agent role assumes roles in accounts that nobody has listed"
        fix = "add the organization's id, like 'o-a1b2c3d4e5', from `aws organizations describe-organization`"
        raise OnboardingInputError("primary.organization_id", None, why=why, fix=fix)
    role = (organization.path, organization.role_name)
    if not associated and role not in {(account.path, account.role_name) for account in accounts}:
        why = "the agent role is granted the roles of associated accounts by name, and none has the organization's"
        raise OnboardingInputError(field, [], why=why, fix="name at least one that is known")
