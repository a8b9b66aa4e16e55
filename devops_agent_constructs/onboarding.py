"""Fan-out over accounts, and the order between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

from aws_cdk import Annotations
from constructs import Construct

from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.policies.trust import agent_role_of_each_account
from devops_agent_constructs.primary_account import PrimaryAccount, place_of
from devops_agent_constructs.secondary_account import SecondaryAccount, check_accounts
from devops_agent_constructs.stacks import SecondaryAccountStack, synthesizer_for

if TYPE_CHECKING:
    from devops_agent_constructs.primary_account_stack import PrimaryAccountStack


@dataclass(frozen=True, kw_only=True, slots=True)
class ConnectedAccounts:
    """The stacks that connect accounts.

    Attributes:
        secondary: Account id -> stack, by account id.
        primary: The primary account's stack, which is deployed after all of them; None if it was not asked for.
    """

    secondary: dict[str, SecondaryAccountStack]
    primary: PrimaryAccountStack | None


def connect_accounts(
    scope: Construct,
    *,
    agent_space: AgentSpaceArn | None,
    accounts: Sequence[SecondaryAccount],
    generation: Generation = Generation.GA,
    agent_role_arn: str | None = None,
    primary: PrimaryAccount | None = None,
    bootstrap_qualifier: str | None = None,
) -> ConnectedAccounts:
    """Define the stacks `DevOpsAgentSecondary-<account id>`, and `DevOpsAgentPrimary` if it is asked for.

    A new Agent Space takes two steps: its ARN is not known before it is deployed, and the trust policies of other
    accounts must spell it out. Without the ARN only `DevOpsAgentPrimary` is defined, with the Agent Space in it; with
    the ARN from its outputs come the roles and the associations.

    Args:
        scope: The app or a stage.
        agent_space: The only Agent Space that the accounts trust. None: `primary` creates it, and it is not there yet.
        accounts: At least one, each once; the order does not matter.
        generation: Which of AWS's two set-ups to follow.
        agent_role_arn: The agent role in the primary account; needed by PREVIEW and TRANSITION.
        primary: The primary account's side; an empty one is enough for the associations. None: roles only.
        bootstrap_qualifier: Deploy through the roles of `cdk bootstrap` with this qualifier, so that one
            `cdk deploy --all` reaches all accounts. None: with the caller's own credentials, account by account.

    Raises:
        OnboardingInputError: An account is given twice or is the primary account, there is none, there is no Agent
            Space, or the agent role is missing or of another account. Nothing is defined then.

    Warnings, to acknowledge by id:
        devops-agent-constructs:agentSpaceFirst: Only the Agent Space is defined so far; how to go on.
    """
    check_accounts(accounts, {place_of(agent_space, primary).account_id})
    secondary: dict[str, SecondaryAccountStack] = {}
    if agent_space is not None:
        roles = [] if agent_role_arn is None else [agent_role_arn]
        agent_role_of_each_account([agent_space], generation=generation, agent_role_arns=roles)
        for account in sorted(accounts, key=attrgetter("account_id")):
            secondary[account.account_id] = SecondaryAccountStack(
                scope,
                f"DevOpsAgentSecondary-{account.account_id}",
                account=account,
                agent_space=agent_space,
                generation=generation,
                agent_role_arn=agent_role_arn,
                synthesizer=synthesizer_for(bootstrap_qualifier),
            )
    if primary is None:
        return ConnectedAccounts(secondary=secondary, primary=None)
    # Not at the top: the CDK's module for DevOps Agent comes with it, which roles alone do not need.
    from devops_agent_constructs.primary_account_stack import PrimaryAccountStack  # noqa: PLC0415

    stack = PrimaryAccountStack(
        scope,
        "DevOpsAgentPrimary",
        agent_space=agent_space,
        accounts=() if agent_space is None else accounts,
        primary=primary,
        generation=generation,
        agent_role_arn=agent_role_arn,
        synthesizer=synthesizer_for(bootstrap_qualifier),
    )
    for role_stack in secondary.values():
        # CDK orders nothing across accounts; a role must exist before its association, or that turns invalid.
        stack.add_stack_dependency(role_stack)
    if agent_space is None:
        Annotations.of(stack).add_warning_v2(
            "devops-agent-constructs:agentSpaceFirst",
            f"The Agent Space comes first, as the roles in {len(accounts)} accounts must spell out its ARN. Deploy it: "
            "cdk deploy DevOpsAgentPrimary --outputs-file cdk-outputs.json. Then run cdk again in this folder: it "
            "reads the ARN from that file, and defines the roles and the associations.",
        )
    return ConnectedAccounts(secondary=secondary, primary=stack)
