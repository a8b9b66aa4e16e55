"""Fan-out over accounts."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from constructs import Construct

from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.policies.trust import trust_policy
from devops_agent_constructs.secondary_account import SecondaryAccount, check_accounts
from devops_agent_constructs.stacks import SecondaryAccountStack


def connect_secondary_accounts(
    scope: Construct,
    *,
    agent_space: AgentSpaceArn,
    accounts: Sequence[SecondaryAccount],
    generation: Generation = Generation.GA,
    agent_role_arn: str | None = None,
) -> dict[str, SecondaryAccountStack]:
    """Define the stack `DevOpsAgentSecondary-<account id>` for each account.

    Args:
        scope: The app or a stage.
        agent_space: The only Agent Space that the accounts trust.
        accounts: At least one, each once; the order does not matter.
        generation: Which of AWS's two set-ups to follow.
        agent_role_arn: The agent role in the primary account; needed by PREVIEW and TRANSITION.

    Returns:
        Account id -> stack, by account id.

    Raises:
        OnboardingInputError: An account is given twice or is the primary account, there is none, or the agent role is
            missing or of another account. Nothing is defined then.
    """
    check_accounts(accounts, [agent_space])
    trust_policy([agent_space], generation=generation, agent_role_arns=[agent_role_arn] if agent_role_arn else [])
    return {
        account.account_id: SecondaryAccountStack(
            scope,
            f"DevOpsAgentSecondary-{account.account_id}",
            account=account,
            agent_space=agent_space,
            generation=generation,
            agent_role_arn=agent_role_arn,
        )
        for account in sorted(accounts, key=attrgetter("account_id"))
    }
