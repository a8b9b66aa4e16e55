"""Checks of a rollout that StackSets, or the account it is for, would refuse."""

from __future__ import annotations

import re

from devops_agent_constructs import _validators
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.organization.deployment import ADDITIONAL, SelfManagedDeployment, ServiceManagedDeployment
from devops_agent_constructs.policies import partition_checks

# The pattern of the CloudFormation schema of AWS::CloudFormation::StackSet, dated 2026-10-20.
_STACK_SET_NAME = re.compile("[a-zA-Z][a-zA-Z0-9-]{0,127}")


def region(region: object) -> str:
    """Check that there is one Region, not several."""
    if not isinstance(region, str):
        why = "IAM is global: the role's name can be taken once in an account, so a second Region would fail"
        raise OnboardingInputError("region", region, why=why, fix="name one Region, like 'us-east-1'")
    return _validators.region(region, field="region")


def stack_set_name(name: str, deployment: ServiceManagedDeployment | SelfManagedDeployment) -> None:
    """Check the StackSet's name; the second StackSet needs room for its ending."""
    has_second = isinstance(deployment, ServiceManagedDeployment) and deployment.additional_accounts
    longest = 128 - (len(ADDITIONAL) if has_second else 0)
    if not _validators.is_token(name) and (_STACK_SET_NAME.fullmatch(name) is None or len(name) > longest):
        why = f"a StackSet's name begins with a letter and has 1-{longest} of A-Z a-z 0-9 -"
        raise OnboardingInputError("stack_set_name", name, why=why, fix="rename it, e.g. 'DevOpsAgentSecondary'")


def partition(deployment: ServiceManagedDeployment | SelfManagedDeployment, partition: str | None) -> None:
    """Check that the ARNs of a deployment are of the Agent Space's partition."""
    if isinstance(deployment, SelfManagedDeployment):
        partition_checks.check(
            deployment.administration_role_arn, partition, field="deployment.administration_role_arn"
        )
        return
    for index, arn in enumerate(deployment.depends_on):
        partition_checks.check(arn, partition, field=f"deployment.depends_on[{index}]")


def accounts(
    deployment: ServiceManagedDeployment | SelfManagedDeployment,
    agent_space: AgentSpaceArn,
    *,
    management_account_id: str | None,
) -> None:
    """Check that no account is named which has no use for the role, or cannot be reached."""
    for account_id in deployment.targeted_accounts:
        if account_id == agent_space.account_id:
            why = "this is the primary account, where the Agent Space lives; it has the agent role for itself"
            raise OnboardingInputError("deployment", account_id, why=why, fix="remove it from the accounts")
        if account_id == management_account_id:
            why = "this is the management account, which StackSets never deploys to with service-managed permissions"
            fix = "remove it from the accounts, and pass include_management_account=True"
            raise OnboardingInputError("deployment", account_id, why=why, fix=fix)


def include_management_account(
    deployment: ServiceManagedDeployment | SelfManagedDeployment, *, is_primary: bool
) -> None:
    """Check that there is a management account to include."""
    if isinstance(deployment, SelfManagedDeployment):
        why = "with self-managed permissions, StackSets deploys to any account that it is given"
        fix = "leave it out, and name the account among the others"
        raise OnboardingInputError("include_management_account", True, why=why, fix=fix)
    if is_primary:
        why = "this account is the primary account too, where the Agent Space lives; it has the agent role for itself"
        raise OnboardingInputError("include_management_account", True, why=why, fix="leave it out")


def without_role(
    deployment: ServiceManagedDeployment | SelfManagedDeployment,
    account_id: str,
    *,
    management_account_id: str | None,
    include_management_account: bool,
) -> tuple[str, str] | None:
    """Return why an account gets no role, and how it would; None if it does, as far as is known."""
    if isinstance(deployment, SelfManagedDeployment):
        return None if account_id in deployment.accounts else ("it is not among the accounts", "add it there")
    if account_id == management_account_id:
        if include_management_account:
            return None
        return "StackSets never deploys to the management account", "set include_management_account"
    if account_id in deployment.exclude_accounts:
        return "exclude_accounts names it", "remove it there"
    if deployment.only_accounts and account_id not in deployment.targeted_accounts:
        return "neither only_accounts nor additional_accounts names it", "add it to one of them"
    return None
