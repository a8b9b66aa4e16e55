"""Defines the stacks that connect accounts, and the order between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, TypedDict

from aws_cdk import Annotations, IStackSynthesizer, Stage
from constructs import Construct

from devops_agent_constructs._arguments import checked
from devops_agent_constructs._constructs.one_agent_space import keep_agent_space
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.onboarding.stack_names import stage_name_of
from devops_agent_constructs.onboarding.value import Onboarding
from devops_agent_constructs.secondary.stack import SecondaryAccountStack, synthesizers_for

if TYPE_CHECKING:
    from devops_agent_constructs.organization.organization import Organization
    from devops_agent_constructs.organization.stack import OrganizationStack
    from devops_agent_constructs.primary.account import NewAgentSpace
    from devops_agent_constructs.primary.agent_space_stack import AgentSpaceStack
    from devops_agent_constructs.primary.stack import PrimaryAccountStack
    from devops_agent_constructs.secondary.account import SecondaryAccount


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
def connect_accounts(scope: Construct, onboarding: Onboarding) -> ConnectedAccounts:
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
        onboarding: What to connect: made in Python, or read from an accounts file by `config.from_context(scope)`.

    Raises:
        OnboardingInputError: The scope has one of the stacks already, or the accounts file was read for another stage,
            so that the ARN of its new Agent Space would never be found. Nothing is defined then.

    Warnings; `Validations.of(x).acknowledge(Acknowledgment(id="Annotation::<id>", reason=...))` silences one:
        devops-agent-constructs:agentSpaceFirst: Only the Agent Space is defined so far; how to go on.
    """
    _check_stage(scope, onboarding)
    _check_free(scope, onboarding)
    names, space, organization = onboarding.stack_names, onboarding.agent_space, onboarding.organization
    new_synthesizer = synthesizers_for(scope, onboarding.bootstrap_qualifier)
    space_stack: AgentSpaceStack | None = None
    if (new := onboarding.new_agent_space) is not None:
        space_stack = _agent_space_stack(scope, names.agent_space, new=new, synthesizer=new_synthesizer())
        if space is None:
            _say_how_to_go_on(space_stack, onboarding)
    if space is None:
        return ConnectedAccounts(secondary={}, organization=None, primary=None, agent_space=space_stack)
    common: _Common = {
        "agent_space": space,
        "generation": onboarding.generation,
        "agent_role_arn": onboarding.agent_role_arn,
    }
    secondary = _secondary_stacks(scope, onboarding, new_synthesizer, common=common)
    associated = list(onboarding.accounts)
    rollout: OrganizationStack | None = None
    if organization is not None:
        rollout = _organization_stack(scope, onboarding, organization, synthesizer=new_synthesizer(), common=common)
        associated += rollout.rollout.secondary_accounts(organization.associated_accounts)
    if onboarding.primary is None or not associated:
        return ConnectedAccounts(secondary=secondary, organization=rollout, primary=None, agent_space=space_stack)
    connections = _primary_stack(
        scope,
        names.primary,
        accounts=associated,
        organization_id=onboarding.primary.organization_id,
        synthesizer=new_synthesizer(),
        common=common,
    )
    for earlier in filter(None, (*secondary.values(), rollout, space_stack)):
        # CDK orders nothing across accounts; a role must exist before its association, or that turns invalid.
        connections.add_stack_dependency(earlier)
    return ConnectedAccounts(secondary=secondary, organization=rollout, primary=connections, agent_space=space_stack)


def _check_stage(scope: Construct, onboarding: Onboarding) -> None:
    """Check that a new Agent Space is connected where its ARN was looked up."""
    if onboarding.new_agent_space is None or onboarding.stage_name is None:
        return
    if Stage.is_stage(scope) and stage_name_of(scope) == onboarding.stage_name:
        return
    read_for = f"stage {onboarding.stage_name}" if onboarding.stage_name else "the app"
    why = f"the file was read for {read_for}, where the ARN of its new Agent Space is looked up"
    fix = "read it for the app or the stage that it is connected in, like config.from_context(stage)"
    raise OnboardingInputError("scope", scope.node.path, why=why, fix=fix)


def _check_free(scope: Construct, onboarding: Onboarding) -> None:
    """Check that nothing in the scope has the id of a stack that is to be defined."""
    names = onboarding.stack_names
    stack_ids = [names.secondary(account.account_id) for account in onboarding.accounts]
    stack_ids += [names.agent_space, names.primary] if onboarding.primary else []
    stack_ids += [names.organization] if onboarding.organization else []
    defined = {child.node.id for child in scope.node.children}
    if taken := [stack_id for stack_id in stack_ids if stack_id in defined]:
        why = f"{taken[0]} is defined here already, by another call or by your own code"
        fix = "call it once with all accounts of the Agent Space; for another Agent Space, pass a stack_prefix"
        raise OnboardingInputError("scope", scope.node.path, why=why, fix=fix)


class _Common(TypedDict):
    """What all stacks but that of a new Agent Space are given."""

    agent_space: AgentSpaceArn
    generation: Generation
    agent_role_arn: str | None


def _agent_space_stack(
    scope: Construct, construct_id: str, *, new: NewAgentSpace, synthesizer: IStackSynthesizer | None
) -> AgentSpaceStack:
    # Not at the top: KMS and Secrets Manager of the CDK come with it, and few apps create a space.
    from devops_agent_constructs.primary.agent_space_stack import AgentSpaceStack  # noqa: PLC0415

    return AgentSpaceStack(scope, construct_id, new_agent_space=new, synthesizer=synthesizer)


def _secondary_stacks(
    scope: Construct,
    onboarding: Onboarding,
    new_synthesizer: Callable[[], IStackSynthesizer | None],
    *,
    common: _Common,
) -> dict[str, SecondaryAccountStack]:
    """Define the stacks of the accounts; return account id -> stack, by account id."""
    stacks: dict[str, SecondaryAccountStack] = {}
    before_id: str | None = None
    for account in sorted(onboarding.accounts, key=attrgetter("account_id")):
        stack_id = onboarding.stack_names.secondary(account.account_id)
        stack = SecondaryAccountStack(scope, stack_id, account=account, synthesizer=new_synthesizer(), **common)
        if before_id is None and stack.stack_name.endswith(stack_id):
            # All ids are of one length: what the CDK puts before one, such as a stage's name, it puts before all.
            before_id = stack.stack_name.removesuffix(stack_id)
        stack_name = None if before_id is None else before_id + stack_id
        keep_agent_space(stack, common["agent_space"], stack_name=stack_name)
        stacks[account.account_id] = stack
    return stacks


def _organization_stack(
    scope: Construct,
    onboarding: Onboarding,
    organization: Organization,
    *,
    synthesizer: IStackSynthesizer | None,
    common: _Common,
) -> OrganizationStack:
    # Not at the top: few apps roll out to an organization.
    from devops_agent_constructs.organization.stack import OrganizationStack  # noqa: PLC0415

    stack = OrganizationStack(
        scope,
        onboarding.stack_names.organization,
        organization=organization,
        stack_set_name=onboarding.stack_names.stack_set,
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


def _say_how_to_go_on(stack: AgentSpaceStack, onboarding: Onboarding) -> None:
    owners = [
        *(["the accounts"] if onboarding.accounts else []),
        *(["the organization"] if onboarding.organization is not None else []),
    ]
    Annotations.of(stack).add_warning_v2(
        "devops-agent-constructs:agentSpaceFirst",
        f"The Agent Space comes first, as the roles in {' and '.join(owners)} must spell out its ARN. Deploy it: "
        f"cdk deploy {stack.node.path} --outputs-file cdk-outputs.json. Then run cdk again in this folder: it "
        "reads the ARN from that file, and defines the roles and the associations. If they are deployed already, they "
        "stay as they are until the ARN is known again.",
    )
