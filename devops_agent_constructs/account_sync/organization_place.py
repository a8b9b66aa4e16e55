"""Checks where a construct of the organization's own account is, and names the StackSets that it is about."""

from __future__ import annotations

from aws_cdk import Stack

from devops_agent_constructs import _validators
from devops_agent_constructs.account_sync.organization_scope import organization_scope
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.organization.organization import Organization
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


def stack_set_patterns(organization: Organization, space: AgentSpaceArn, *, stack_set_name: str) -> list[str]:
    """Return patterns of the ARNs of the StackSets that make the role."""
    names = organization_scope(organization, stack_set_name=stack_set_name, held_accounts={}).stack_set_names
    return stack_set_arns(names, partition=space.partition, region=organization.region or space.region)
