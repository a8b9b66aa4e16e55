"""Checks where a construct of the organization's own account is, and names the StackSets that it is about."""

from __future__ import annotations

from aws_cdk import Stack

from devops_agent_constructs import _validators
from devops_agent_constructs.account_sync.organization_scope import organization_scope
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.organization.organization import Organization
from devops_agent_constructs.policies import partition_checks
from devops_agent_constructs.policies.organization_access import stack_set_arns


def check_account(stack: Stack, organization: Organization) -> None:
    """Check that a stack is of the account that has the StackSet.

    Raises:
        OnboardingInputError: It is another account's.
    """
    if stack.account != organization.account_id and not _validators.is_token(stack.account):
        why = f"the StackSet is in account {organization.account_id}; the stack's is {stack.account}"
        fix = f"use a stack of account {organization.account_id}"
        raise OnboardingInputError("organization.account_id", organization.account_id, why=why, fix=fix)


def check_sender(account_id: str, organization: Organization, *, field: str, whose: str) -> None:
    """Check that an account may be the organization's management account, which alone has its events.

    Args:
        account_id: The account.
        organization: The organization.
        field: What an error blames.
        whose: The account's, in words.

    Raises:
        OnboardingInputError: Another one is, or it is the delegated administrator that has the StackSet, a member.
    """
    management = organization.management_account_id
    if management not in {None, account_id}:
        why = f"the events are in the management account, {management}; {whose} is {account_id}"
        raise OnboardingInputError(field, account_id, why=why, fix=f"use account {management}")
    if management is None and account_id == organization.account_id:
        why = "a delegated administrator (call_as) is a member, and the events are in the management account alone"
        raise OnboardingInputError(field, account_id, why=why, fix="use the management account")


def check_read_role(role_arn: str, organization: Organization | None, *, partition: str) -> None:
    """Check a role through which the function reads the organization.

    Raises:
        OnboardingInputError: It is malformed or of another partition, or there is nothing to read.
    """
    field = "organization_read_role_arn"
    if organization is None:
        why = "there is no organization to read through it"
        raise OnboardingInputError(field, role_arn, why=why, fix="give organization, or leave it out")
    if not _validators.is_token(role_arn):
        _validators.role_arn(role_arn, field=field)
        partition_checks.check(role_arn, partition, field=field)


def stack_set_patterns(organization: Organization, space: AgentSpaceArn, *, stack_set_name: str) -> list[str]:
    """Return patterns of the ARNs of the StackSets that make the role."""
    names = organization_scope(organization, stack_set_name=stack_set_name, held_accounts={}).stack_set_names
    return stack_set_arns(names, partition=space.partition, region=organization.region or space.region)
