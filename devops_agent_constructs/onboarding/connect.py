"""Fan-out over accounts, and the order between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import TYPE_CHECKING, TypedDict

from aws_cdk import Annotations, IStackSynthesizer
from constructs import Construct

from devops_agent_constructs import _validators
from devops_agent_constructs._arguments import checked
from devops_agent_constructs._constructs.one_agent_space import keep_agent_space
from devops_agent_constructs.agent_space_arn import AgentSpaceArn, AgentSpaceReference
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.onboarding.stack_names import StackNames
from devops_agent_constructs.organization.organization import Organization, check_connections
from devops_agent_constructs.policies.trust import agent_role_of_each_account
from devops_agent_constructs.primary.account import NewAgentSpace, PrimaryAccount, place_of
from devops_agent_constructs.secondary.account import SecondaryAccount
from devops_agent_constructs.secondary.stack import SecondaryAccountStack, synthesizers_for

if TYPE_CHECKING:
    from devops_agent_constructs.organization.stack import OrganizationStack
    from devops_agent_constructs.primary.agent_space_stack import AgentSpaceStack
    from devops_agent_constructs.primary.stack import PrimaryAccountStack


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
    """

    secondary: dict[str, SecondaryAccountStack]
    organization: OrganizationStack | None
    primary: PrimaryAccountStack | None
    agent_space: AgentSpaceStack | None = None


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
    stack_prefix: str = "",
) -> ConnectedAccounts:
    """Define the stacks `DevOpsAgentSecondary-<account id>`, and more if they are asked for.

    `DevOpsAgentOrganization` rolls out to an organization, and `DevOpsAgentPrimary` makes the associations.

    A new Agent Space takes two steps: its ARN is not known before it is deployed, and the trust policies of other
    accounts must spell it out. Without the ARN only `DevOpsAgentSpace` is defined, with the Agent Space in it; with
    the ARN from its outputs come the roles and the associations. A run that has lost the ARN takes nothing away: it
    does not define the stacks of the roles and the associations.

    Each stack that connects remembers its Agent Space in the parameter `AgentSpace`, and CloudFormation refuses to
    update it for another one, unless `cdk deploy --parameters <stack>:AgentSpace=<ARN>` says that it is meant so.

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
            `cdk deploy --all` reaches all accounts. None: as `App(default_stack_synthesizer=...)` says; if the app has
            none, with the caller's own credentials, account by account.
        stack_prefix: What the names of the stacks and of the StackSet begin with, like `Orders-`: two Agent Spaces of
            one account, or with an account in common, need stacks of different names. A change makes new stacks,
            which fail on the names of the roles.

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
        _validators.bootstrap_qualifier(bootstrap_qualifier, field="bootstrap_qualifier")
    names = StackNames(prefix=stack_prefix)
    check_connections(
        accounts,
        organization,
        primary=primary,
        primary_account_id=place.account_id,
        partition=place.partition,
        generation=generation,
    )
    if space is not None:
        roles = [] if agent_role_arn is None else [agent_role_arn]
        agent_role_of_each_account([space], generation=generation, agent_role_arns=roles)
    stack_ids = [names.secondary(account.account_id) for account in accounts]
    stack_ids += [names.agent_space, names.primary] if primary else []
    stack_ids += [names.organization] if organization else []
    _check_free(scope, stack_ids)
    new_synthesizer = synthesizers_for(scope, bootstrap_qualifier)
    space_stack: AgentSpaceStack | None = None
    if primary is not None and (new := primary.new_agent_space) is not None:
        space_stack = _agent_space_stack(scope, names.agent_space, new=new, synthesizer=new_synthesizer())
        if space is None:
            _say_how_to_go_on(space_stack, has_accounts=bool(accounts), has_organization=organization is not None)
        else:
            # `PrimaryAccountAccess` refuses elevated roles where the space does not permit them.
            space = replace(space, elevated_actions_enabled=new.elevated_actions_enabled)
    if space is None:
        return ConnectedAccounts(secondary={}, organization=None, primary=None, agent_space=space_stack)
    common: _Common = {"agent_space": space, "generation": generation, "agent_role_arn": agent_role_arn}
    secondary: dict[str, SecondaryAccountStack] = {}
    associated = list(accounts)
    for account in sorted(accounts, key=attrgetter("account_id")):
        stack = SecondaryAccountStack(
            scope,
            names.secondary(account.account_id),
            account=account,
            synthesizer=new_synthesizer(),
            **common,
        )
        keep_agent_space(stack, space)
        secondary[account.account_id] = stack
    rollout: OrganizationStack | None = None
    if organization is not None:
        rollout = _organization_stack(
            scope, names, organization=organization, synthesizer=new_synthesizer(), common=common
        )
        associated += rollout.rollout.secondary_accounts(organization.associated_accounts)
    if primary is None or not associated:
        return ConnectedAccounts(secondary=secondary, organization=rollout, primary=None, agent_space=space_stack)
    connections = _primary_stack(
        scope,
        names.primary,
        accounts=associated,
        organization_id=primary.organization_id,
        synthesizer=new_synthesizer(),
        common=common,
    )
    for earlier in filter(None, (*secondary.values(), rollout, space_stack)):
        # CDK orders nothing across accounts; a role must exist before its association, or that turns invalid.
        connections.add_stack_dependency(earlier)
    return ConnectedAccounts(secondary=secondary, organization=rollout, primary=connections, agent_space=space_stack)


def _check_free(scope: Construct, stack_ids: Sequence[str]) -> None:
    """Check that nothing in the scope has the id of a stack that is to be defined."""
    defined = {child.node.id for child in scope.node.children}
    if taken := [one for one in stack_ids if one in defined]:
        why = f"{taken[0]} is defined here already, by another call or by your own code"
        fix = "call it once with all accounts of the Agent Space; for another Agent Space, pass a stack_prefix"
        raise OnboardingInputError("scope", scope.node.path, why=why, fix=fix)


class _Common(TypedDict):
    agent_space: AgentSpaceArn
    generation: Generation
    agent_role_arn: str | None


def _agent_space_stack(
    scope: Construct, construct_id: str, *, new: NewAgentSpace, synthesizer: IStackSynthesizer | None
) -> AgentSpaceStack:
    # Not at the top: KMS and Secrets Manager of the CDK come with it, and few apps create a space.
    from devops_agent_constructs.primary.agent_space_stack import AgentSpaceStack  # noqa: PLC0415

    return AgentSpaceStack(scope, construct_id, new_agent_space=new, synthesizer=synthesizer)


def _organization_stack(
    scope: Construct,
    names: StackNames,
    *,
    organization: Organization,
    synthesizer: IStackSynthesizer | None,
    common: _Common,
) -> OrganizationStack:
    # Not at the top: few apps roll out to an organization.
    from devops_agent_constructs.organization.stack import OrganizationStack  # noqa: PLC0415

    stack = OrganizationStack(
        scope,
        names.organization,
        organization=organization,
        stack_set_name=names.stack_set,
        synthesizer=synthesizer,
        **common,
    )
    keep_agent_space(stack, common["agent_space"])
    return stack


def _primary_stack(
    scope: Construct,
    construct_id: str,
    *,
    accounts: Sequence[SecondaryAccount],
    organization_id: str | None,
    synthesizer: IStackSynthesizer | None,
    common: _Common,
) -> PrimaryAccountStack:
    # Not at the top: the CDK's module for DevOps Agent comes with it, which roles alone do not need.
    from devops_agent_constructs.primary.stack import PrimaryAccountStack  # noqa: PLC0415

    stack = PrimaryAccountStack(
        scope,
        construct_id,
        accounts=accounts,
        organization_id=organization_id,
        synthesizer=synthesizer,
        **common,
    )
    keep_agent_space(stack, common["agent_space"])
    return stack


def _say_how_to_go_on(stack: AgentSpaceStack, *, has_accounts: bool, has_organization: bool) -> None:
    owners = [*(["the accounts"] if has_accounts else []), *(["the organization"] if has_organization else [])]
    Annotations.of(stack).add_warning_v2(
        "devops-agent-constructs:agentSpaceFirst",
        f"The Agent Space comes first, as the roles in {' and '.join(owners)} must spell out its ARN. Deploy it: "
        f"cdk deploy {stack.node.path} --outputs-file cdk-outputs.json. Then run cdk again in this folder: it "
        "reads the ARN from that file, and defines the roles and the associations. If they are deployed already, they "
        "stay as they are until the ARN is known again.",
    )
