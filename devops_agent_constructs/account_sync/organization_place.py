"""Decides from where a sync reads the organization and has its events, and what its function may do for that."""

from __future__ import annotations

from aws_cdk import Annotations, Stack
from constructs import Construct

from devops_agent_constructs import _validators
from devops_agent_constructs._role_arn import parse_role_arn
from devops_agent_constructs.account_sync.sync_settings import organization_scope
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.organization.deployment import CallAs
from devops_agent_constructs.organization.organization import Organization
from devops_agent_constructs.policies import partition_checks
from devops_agent_constructs.policies.capabilities import allow
from devops_agent_constructs.policies.document import Statement
from devops_agent_constructs.policies.organization_access import (
    organization_read_statements,
    stack_set_arns,
)
from devops_agent_constructs.policies.primary_account import associate_statements, look_statements


def check_account(stack: Stack, organization: Organization) -> None:
    """Check that a stack is of the account that has the StackSet."""
    if stack.account != organization.account_id and not _validators.is_token(stack.account):
        why = f"the StackSet is in account {organization.account_id}; the stack's is {stack.account}"
        fix = f"use a stack of account {organization.account_id}"
        raise OnboardingInputError("organization.account_id", organization.account_id, why=why, fix=fix)


def check_sender(account_id: str, organization: Organization | None, *, field: str, whose: str) -> None:
    """Check that an account may be the organization's management account, which alone has its events.

    It is not where another one is, nor if it is a member: the delegated administrator that has the StackSet. Without an
    organization any account may be. An error blames `field`, and says `whose` the account is.
    """
    if organization is None or _validators.is_token(account_id):
        return
    management = organization.management_account_id
    if management not in {None, account_id}:
        why = f"the events are in the management account, {management}; {whose} is {account_id}"
        raise OnboardingInputError(field, account_id, why=why, fix=f"use account {management}")
    if management is None and account_id == organization.account_id:
        why = "a delegated administrator (call_as) is a member, and the events are in the management account alone"
        raise OnboardingInputError(field, account_id, why=why, fix="use the management account")


def check_read_role(role_arn: str, organization: Organization | None, *, partition: str) -> None:
    """Check the role through which the function reads the organization: ARN and partition, and that there is one."""
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


def statements(
    space: AgentSpaceArn,
    organization: Organization | None,
    *,
    stack_set_name: str,
    read_role_arn: str | None,
    changes_nothing: bool,
) -> list[Statement]:
    """Return what the function may do: change associations, and read the organization itself or through a role.

    It may only look at associations where it has nothing to change. Raises as `check_read_role` does.
    """
    if read_role_arn is not None:
        check_read_role(read_role_arn, organization, partition=space.partition)
    associate = associate_statements(space, by_cloudformation=False)
    if organization is None:
        return look_statements(space) if changes_nothing else associate
    if read_role_arn is not None:
        return [*associate, allow("AssumeOrganizationReadRole", ["sts:AssumeRole"], [read_role_arn])]
    patterns = stack_set_patterns(organization, space, stack_set_name=stack_set_name)
    is_management = organization.management_account_id == space.account_id
    reads = organization_read_statements(patterns, is_delegated_administrator=not is_management)
    return [*associate, *reads]


def warn_of_access(
    construct: Construct, organization: Organization | None, space: AgentSpaceArn, *, read_role_arn: str | None
) -> None:
    """Warn if an account reads what another account administers: it may be allowed to, nobody knows here."""
    if organization is None:
        return
    role = None if read_role_arn is None else parse_role_arn(read_role_arn)
    if role is not None and role.account_id.isdigit() and role.account_id != organization.account_id:
        Annotations.of(construct).add_warning_v2(
            "devops-agent-constructs:organizationReadByAnotherAccount",
            f"The StackSet is that of account {organization.account_id}, and organization_read_role_arn names a role "
            f"of account {role.account_id}. That works if the latter is the management account, or registered as a "
            "delegated administrator of StackSets. If it is neither, nothing is connected or disconnected: pass the "
            f"role_arn of an OrganizationReadRole of account {organization.account_id}.",
        )
    if read_role_arn is not None or organization.account_id == space.account_id:
        return
    kind = "management account" if organization.deployment.call_as is CallAs.SELF else "delegated administrator"
    Annotations.of(construct).add_warning_v2(
        "devops-agent-constructs:organizationReadByPrimary",
        f"The StackSet is that of account {organization.account_id}, a {kind}, and the function reads it as the "
        "primary account. That works if the primary account is registered as a delegated administrator of StackSets, "
        "too. If it is not, nothing is connected or disconnected: define an OrganizationReadRole there, and pass "
        "organization_read_role_arn.",
    )
