"""What an accounts file says, as one checked value; it needs no extra."""

from __future__ import annotations

from dataclasses import dataclass

from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.organization import Organization
from devops_agent_constructs.primary_account import PrimaryAccount
from devops_agent_constructs.secondary_account import SecondaryAccount


@dataclass(frozen=True, kw_only=True, slots=True)
class Onboarding:
    """What an accounts file says, checked.

    Attributes:
        agent_space: The Agent Space that every account trusts; None as long as it is to be created and not deployed.
        generation: Which of AWS's two set-ups the roles follow.
        agent_role_arn: The agent role in the primary account, if given.
        accounts: The secondary accounts with stacks of their own, in the file's order.
        primary: The primary account's side; None if the file leaves it out.
        organization: The organization to roll out to; None if the file leaves it out.
        bootstrap_qualifier: Deploy through the roles of `cdk bootstrap` with it; None: with the caller's credentials.
    """

    agent_space: AgentSpaceArn | None
    generation: Generation
    agent_role_arn: str | None
    accounts: tuple[SecondaryAccount, ...]
    primary: PrimaryAccount | None = None
    organization: Organization | None = None
    bootstrap_qualifier: str | None = None
