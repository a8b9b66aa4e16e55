"""Checks the secondary accounts of an Agent Space against it, and against each other."""

from __future__ import annotations

from collections.abc import Sequence

from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policies import partition_checks
from devops_agent_constructs.primary.account import NewAgentSpace
from devops_agent_constructs.secondary.account import SecondaryAccount


def check_accounts(accounts: Sequence[SecondaryAccount], agent_space: AgentSpaceArn | NewAgentSpace) -> None:
    """Check that an Agent Space can be connected to these accounts, each once.

    Args:
        accounts: The accounts, in the order in which they were given.
        agent_space: The Agent Space that is there, or the one to be created.

    Raises:
        OnboardingInputError: An account is named twice, is the primary account, is of another partition, or has an
            elevated role that the Agent Space does not permit; or there is no account. `field` is like
            `accounts[3].account_id`.
    """
    seen: dict[str, int] = {}
    for index, account in enumerate(accounts):
        field = f"accounts[{index}].account_id"
        first = seen.setdefault(account.account_id, index)
        if first != index:
            why = f"accounts[{first}] is this account already, and an Agent Space connects an account once"
            raise OnboardingInputError(field, account.account_id, why=why, fix="remove one of the two")
        if account.account_id == agent_space.account_id:
            why = "this is the primary account, where the Agent Space lives; it has the agent role for itself"
            raise OnboardingInputError(field, account.account_id, why=why, fix="remove it from the secondary accounts")
        for name, value in account.partition_fields().items():
            partition_checks.check(value, agent_space.partition, field=f"accounts[{index}].{name}")
        # A space that this app does not define (None) may permit them or not: its owner knows.
        if account.elevated_role_arn is not None and agent_space.elevated_actions_enabled is False:
            field, why = f"accounts[{index}].elevated_role_arn", "the Agent Space does not permit directed actions"
            why += ", so AWS refuses an elevated role"
            fix = "enable them there (elevated_actions_enabled), or remove the role from the account"
            raise OnboardingInputError(field, account.elevated_role_arn, why=why, fix=fix)
    if not seen:
        raise OnboardingInputError("accounts", [], why="there is no account to connect", fix="add at least one")
