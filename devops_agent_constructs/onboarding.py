"""Fan-out over accounts, and the order between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, TypedDict

from aws_cdk import Annotations, IStackSynthesizer
from constructs import Construct

from devops_agent_constructs import _checks
from devops_agent_constructs._arguments import checked
from devops_agent_constructs.agent_space_arn import AgentSpaceArn, AgentSpaceReference
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.organization import Organization, check_connections
from devops_agent_constructs.policies.trust import agent_role_of_each_account
from devops_agent_constructs.primary_account import PrimaryAccount, place_of
from devops_agent_constructs.secondary_account import SecondaryAccount
from devops_agent_constructs.stacks import SecondaryAccountStack, synthesizer_for

if TYPE_CHECKING:
    from devops_agent_constructs.organization_stack import OrganizationStack
    from devops_agent_constructs.primary_account_stack import PrimaryAccountStack


@dataclass(frozen=True, kw_only=True, slots=True)
class ConnectedAccounts:
    """The stacks that connect accounts.

    Attributes:
        secondary: Account id -> stack, by account id.
        organization: The stack that rolls out to an organization; None if it was not asked for, or waits for a new
            Agent Space.
        primary: The primary account's stack, which is deployed after all of them; None if it was not asked for.
    """

    secondary: dict[str, SecondaryAccountStack]
    organization: OrganizationStack | None
    primary: PrimaryAccountStack | None


@checked
def connect_accounts(
    scope: Construct,
    *,
    agent_space: AgentSpaceReference | None,
    accounts: Sequence[SecondaryAccount],
    generation: Generation | str = Generation.GA,
    agent_role_arn: str | None = None,
    primary: PrimaryAccount | None = None,
    organization: Organization | None = None,
    bootstrap_qualifier: str | None = None,
) -> ConnectedAccounts:
    """Define the stacks `DevOpsAgentSecondary-<account id>`, and two more if they are asked for.

    `DevOpsAgentOrganization` rolls out to an organization, and `DevOpsAgentPrimary` makes the associations.

    A new Agent Space takes two steps: its ARN is not known before it is deployed, and the trust policies of other
    accounts must spell it out. Without the ARN only `DevOpsAgentPrimary` is defined, with the Agent Space in it; with
    the ARN from its outputs come the roles and the associations.

    Args:
        scope: The app or a stage.
        agent_space: The only Agent Space that the accounts trust: an `AgentSpaceArn`, an imported `AgentSpace`, or an
            ARN as text. Its account and Region are those of the stacks, so it must be known before deployment. None:
            `primary` creates it, and it is not there yet.
        accounts: Each once; the order does not matter. At least one, unless there is an organization, which must
            exclude them where its units have them: its StackSet would make a second role of the name.
        generation: Which of AWS's two set-ups to follow, or its value, like `"ga"`.
        agent_role_arn: The agent role in the primary account; needed by PREVIEW and TRANSITION.
        primary: The primary account's side; an empty one is enough for the associations. None: roles only.
        organization: An organization to roll out to. In PREVIEW and TRANSITION `primary` then needs its id. None: only
            the accounts.
        bootstrap_qualifier: Deploy through the roles of `cdk bootstrap` with this qualifier, so that one
            `cdk deploy --all` reaches all accounts. None: with the caller's own credentials, account by account.

    Raises:
        OnboardingInputError: An account is given twice or is the primary account, there is none, there is no Agent
            Space, the agent role is missing or of another account, the organization does not go together with the
            rest, the qualifier is malformed, something is of another partition than the Agent Space, or the scope has
            one of the stacks already. Nothing is defined then.

    Warnings, to acknowledge by id:
        devops-agent-constructs:agentSpaceFirst: Only the Agent Space is defined so far; how to go on.
    """
    generation = Generation(generation)
    space = None if agent_space is None else AgentSpaceArn.of(agent_space)
    place = place_of(space, primary)
    if bootstrap_qualifier is not None:
        _checks.bootstrap_qualifier(bootstrap_qualifier, field="bootstrap_qualifier")
    check_connections(
        accounts,
        organization,
        primary=primary,
        primary_account_id=place.account_id,
        partition=place.partition,
        generation=generation,
    )
    common: _Common = {"generation": generation, "agent_role_arn": agent_role_arn}
    secondary: dict[str, SecondaryAccountStack] = {}
    rollout: OrganizationStack | None = None
    associated: list[SecondaryAccount] = []
    ids = [f"DevOpsAgentSecondary-{account.account_id}" for account in accounts]
    _check_free(
        scope,
        [*ids, *(["DevOpsAgentPrimary"] if primary else []), *(["DevOpsAgentOrganization"] if organization else [])],
    )
    if space is not None:
        roles = [] if agent_role_arn is None else [agent_role_arn]
        agent_role_of_each_account([space], generation=generation, agent_role_arns=roles)
        for account in sorted(accounts, key=attrgetter("account_id")):
            secondary[account.account_id] = SecondaryAccountStack(
                scope,
                f"DevOpsAgentSecondary-{account.account_id}",
                account=account,
                agent_space=space,
                synthesizer=synthesizer_for(bootstrap_qualifier),
                **common,
            )
        associated += accounts
        if organization is not None:
            synthesizer = synthesizer_for(bootstrap_qualifier)
            rollout = _organization_stack(
                scope, organization, agent_space=space, synthesizer=synthesizer, common=common
            )
            associated += rollout.rollout.secondary_accounts(organization.associated_accounts)
    if primary is None:
        return ConnectedAccounts(secondary=secondary, organization=rollout, primary=None)
    synthesizer = synthesizer_for(bootstrap_qualifier)
    stack = _primary_stack(scope, primary, associated, agent_space=space, synthesizer=synthesizer, common=common)
    for role_stack in filter(None, (*secondary.values(), rollout)):
        # CDK orders nothing across accounts; a role must exist before its association, or that turns invalid.
        stack.add_stack_dependency(role_stack)
    if space is None:
        _say_how_to_go_on(stack, has_accounts=bool(accounts), has_organization=organization is not None)
    return ConnectedAccounts(secondary=secondary, organization=rollout, primary=stack)


def _check_free(scope: Construct, stack_ids: Sequence[str]) -> None:
    """Check that nothing in the scope has the id of a stack that is to be defined."""
    defined = {child.node.id for child in scope.node.children}
    if taken := [one for one in stack_ids if one in defined]:
        why = f"{taken[0]} is defined here already, by another call or by your own code"
        fix = "call connect_accounts once, with all accounts of the Agent Space, or in a Stage of its own"
        raise OnboardingInputError("scope", scope.node.path, why=why, fix=fix)


class _Common(TypedDict):
    generation: Generation
    agent_role_arn: str | None


def _organization_stack(
    scope: Construct,
    organization: Organization,
    *,
    agent_space: AgentSpaceArn,
    synthesizer: IStackSynthesizer,
    common: _Common,
) -> OrganizationStack:
    # Not at the top: few apps roll out to an organization.
    from devops_agent_constructs.organization_stack import OrganizationStack  # noqa: PLC0415

    return OrganizationStack(
        scope,
        "DevOpsAgentOrganization",
        organization=organization,
        agent_space=agent_space,
        synthesizer=synthesizer,
        **common,
    )


def _primary_stack(
    scope: Construct,
    primary: PrimaryAccount,
    accounts: Sequence[SecondaryAccount],
    *,
    agent_space: AgentSpaceArn | None,
    synthesizer: IStackSynthesizer,
    common: _Common,
) -> PrimaryAccountStack:
    # Not at the top: the CDK's module for DevOps Agent comes with it, which roles alone do not need.
    from devops_agent_constructs.primary_account_stack import PrimaryAccountStack  # noqa: PLC0415

    return PrimaryAccountStack(
        scope,
        "DevOpsAgentPrimary",
        agent_space=agent_space,
        accounts=accounts,
        primary=primary,
        synthesizer=synthesizer,
        **common,
    )


def _say_how_to_go_on(stack: PrimaryAccountStack, *, has_accounts: bool, has_organization: bool) -> None:
    owners = [*(["the accounts"] if has_accounts else []), *(["the organization"] if has_organization else [])]
    Annotations.of(stack).add_warning_v2(
        "devops-agent-constructs:agentSpaceFirst",
        f"The Agent Space comes first, as the roles in {' and '.join(owners)} must spell out its ARN. Deploy it: "
        "cdk deploy DevOpsAgentPrimary --outputs-file cdk-outputs.json. Then run cdk again in this folder: it "
        "reads the ARN from that file, and defines the roles and the associations.",
    )
