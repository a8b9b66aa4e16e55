"""Holds the stacks that connect accounts, and gives them what all stacks of an onboarding have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_cdk import Stack

from devops_agent_constructs._constructs.stacks import add_tags
from devops_agent_constructs.onboarding.value import Onboarding

if TYPE_CHECKING:
    from devops_agent_constructs.onboarding.sync_stack import AccountSyncStack
    from devops_agent_constructs.organization.stack import OrganizationStack
    from devops_agent_constructs.primary.agent_space_stack import AgentSpaceStack
    from devops_agent_constructs.primary.stack import PrimaryAccountStack
    from devops_agent_constructs.secondary.stack import SecondaryAccountStack


@dataclass(frozen=True, kw_only=True, slots=True)
class ConnectedAccounts:
    """The stacks that connect accounts.

    Attributes:
        secondary: Account id -> stack, by account id.
        organization: The stack that rolls out to an organization; None if it was not asked for, or waits for a new
            Agent Space.
        primary: The stack of the associations, which is deployed after all of them; None if it was not asked for, if
            it waits for a new Agent Space, or if there is no account to associate.
        agent_space: The stack of a new Agent Space, which is deployed first; None if it exists already.
        sync: The stack of the sync and of the alarms, which is deployed last; None if it was not asked for, or waits
            for a new Agent Space.
    """

    secondary: dict[str, SecondaryAccountStack]
    organization: OrganizationStack | None
    primary: PrimaryAccountStack | None
    agent_space: AgentSpaceStack | None = None
    sync: AccountSyncStack | None = None


def settle(made: ConnectedAccounts, onboarding: Onboarding) -> None:
    """Tag all stacks, and protect them if that is asked for. Tags of their own are on them already, and win."""
    for stack, own in _stacks(made, onboarding):
        add_tags(stack, {key: value for key, value in onboarding.tags.items() if key not in own})
        if onboarding.termination_protection:
            stack.termination_protection = True


def _stacks(made: ConnectedAccounts, onboarding: Onboarding) -> Iterator[tuple[Stack, Mapping[str, str]]]:
    """Yield each stack, and the tags that it has of its own."""
    for account in onboarding.accounts:
        if account.account_id in made.secondary:
            yield made.secondary[account.account_id], account.tags
    if made.agent_space is not None and onboarding.new_agent_space is not None:
        yield made.agent_space, onboarding.new_agent_space.tags
    for stack in (made.organization, made.primary, made.sync):
        if stack is not None:
            yield stack, {}
