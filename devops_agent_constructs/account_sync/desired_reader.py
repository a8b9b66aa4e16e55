"""Reads which accounts should be connected: from AWS Organizations, and from the StackSet that makes their roles."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from devops_agent_constructs.account_sync.configuration import SyncConfiguration
from devops_agent_constructs.account_sync.member_accounts import (
    ACTIVE,
    MemberAccounts,
    MemberAccountsReader,
)
from devops_agent_constructs.account_sync.organizational_units import OrganizationsClient
from devops_agent_constructs.account_sync.retries import Operation, Retries, in_words, is_for_all_calls
from devops_agent_constructs.account_sync.scope import Desired, DesiredRole, OrganizationScope
from devops_agent_constructs.account_sync.stack_sets import (
    CloudFormationClient,
    DeployedRoles,
    read_deployed_roles,
)

# Each account that is not disconnected has the words as its reason.
_SHOWN = 5
_UNREAD = "whether its role is deployed could not be read"
# https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeploymentTargets.html, read 2026-11-26.
_UNREACHED = "it is the management account, to which no StackSet deploys: it is connected if it is named"


class IdentityClient(Protocol):
    """What is called of AWS STS."""

    @property
    def get_caller_identity(self) -> Operation:
        """GetCallerIdentity."""


def read_desired(
    configuration: SyncConfiguration,
    *,
    partition: str,
    organizations: OrganizationsClient,
    sts: IdentityClient,
    cloudformation: CloudFormationClient,
    retries: Retries,
    connected: Collection[str] = (),
) -> Desired:
    """Read which accounts should be connected, and which of them can be now.

    What could not be read makes the answer incomplete, and what was read still counts.

    Args:
        configuration: What the sync is for.
        partition: Of the roles.
        organizations: The client of AWS Organizations, in the management account or a delegated administrator.
        sts: The client of AWS STS, with the same credentials.
        cloudformation: The client of CloudFormation in the StackSet's Region and administrator account.
        retries: Of each call.
        connected: Accounts whose associations are the sync's own, as for `MemberAccountsReader.read`.

    Raises:
        Exception: The client's, if its credentials ended or nobody answers, so that no other call would be better.
    """
    organization, single_accounts = configuration.organization, configuration.single_accounts(partition)
    if organization is None:
        return Desired(roles=single_accounts)
    management = str(retries.call(organizations.describe_organization)["Organization"]["MasterAccountId"])
    # A StackSet is invisible to a delegated administrator that does not say that it is one.
    is_management = retries.call(sts.get_caller_identity)["Account"] == management
    call_as = "SELF" if is_management else "DELEGATED_ADMIN"
    reader = MemberAccountsReader(client=organizations, retries=retries, management_account_id=management)
    elsewhere = {*single_accounts, *organization.additional_accounts}
    members = reader.read(tuple(organization.organizational_units), connected={*connected} - elsewhere)
    errors = [f"AWS Organizations: {_first(members.errors)}"] if members.errors else []
    deployed: DeployedRoles | None = None
    try:
        deployed = read_deployed_roles(
            cloudformation, organization.stack_set_names, configuration.role, retries, call_as=call_as
        )
    except Exception as error:  # What it was is told; nothing is removed then.
        if is_for_all_calls(error):
            raise
        errors.append(f"StackSet {', '.join(organization.stack_set_names)}: {in_words(error)}")
    else:
        errors += deployed.why_unread
    why_not = dict(_why_not(organization, members))
    roles = {
        account_id: _by_stack_set(
            configuration.role_arn(account_id, partition),
            deployed,
            account_id,
            why_held=organization.held_accounts.get(account_id),
            is_reached=account_id != management,
        )
        for account_id in (*members.in_units, *organization.additional_accounts)
        if account_id not in why_not
    }
    for account_id, role in single_accounts.items():
        if (state := members.states.get(account_id, ACTIVE)) == ACTIVE:
            is_by_stack = account_id == organization.management_account_id
            why = (_UNREAD if deployed is None else deployed.why_other_role) if is_by_stack else None
            roles[account_id] = replace(role, why_left_alone=role.why_left_alone or why)
            why_not.pop(account_id, None)
        else:
            why_not[account_id] = _in_lower_case(state)
    return Desired(roles=roles, why_not=why_not, why_incomplete="; ".join(errors) or None)


def _by_stack_set(
    role_arn: str, deployed: DeployedRoles | None, account_id: str, *, why_held: str | None, is_reached: bool
) -> DesiredRole:
    """Return the role that a StackSet makes in an account, and why the account cannot be connected through it now."""
    why, is_expected = why_held, True
    if why is None and deployed is not None:
        why = deployed.why_not_in(account_id)
        # It is in the root, and so among the accounts that are asked for. Whoever connects it knows why.
        if not is_reached and account_id not in deployed.why_not:
            why, is_expected = _UNREACHED, False
    elif why is None:
        why = _UNREAD
    return DesiredRole(role_arn=role_arn, why_left_alone=why, is_expected=is_expected)


def _why_not(scope: OrganizationScope, members: MemberAccounts) -> Iterator[tuple[str, str]]:
    only, additional = frozenset(scope.only_accounts), frozenset(scope.additional_accounts)
    for account_id in members.in_units:
        if only and account_id not in only | additional:
            yield account_id, "not among the accounts that are named"
    for account_id in scope.exclude_accounts:
        yield account_id, "excluded"
    for account_id, state in members.states.items():
        if state != ACTIVE:
            yield account_id, _in_lower_case(state)
    if not members.errors:
        for account_id in additional - members.states.keys():
            yield account_id, "not in the organization"


def _first(errors: Sequence[str]) -> str:
    more = len(errors) - _SHOWN
    return "; ".join([*errors[:_SHOWN], *([f"{more} more"] if more > 0 else [])])


def _in_lower_case(state: str) -> str:
    return state.lower().replace("_", " ")
