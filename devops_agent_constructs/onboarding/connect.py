"""Defines the stacks that connect accounts, and the order between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, TypedDict

from aws_cdk import Annotations, CfnOutput, Duration, IStackSynthesizer
from constructs import Construct

from devops_agent_constructs._arguments import checked
from devops_agent_constructs._constructs.stacks import keep_agent_space, synthesizers_for
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.onboarding.connected import ConnectedAccounts, settle
from devops_agent_constructs.onboarding.scope_checks import check_scope
from devops_agent_constructs.onboarding.value import Onboarding
from devops_agent_constructs.secondary.stack import SecondaryAccountStack

if TYPE_CHECKING:
    from devops_agent_constructs.onboarding.sync_stack import AccountSyncStack
    from devops_agent_constructs.organization.organization import Organization
    from devops_agent_constructs.organization.stack import OrganizationStack
    from devops_agent_constructs.primary.account import PrimaryAccount
    from devops_agent_constructs.primary.agent_space_stack import AgentSpaceStack
    from devops_agent_constructs.primary.stack import PrimaryAccountStack
    from devops_agent_constructs.secondary.account import SecondaryAccount


@checked
def connect_accounts(scope: Construct, onboarding: Onboarding) -> ConnectedAccounts:
    """Define the stacks `DevOpsAgentSecondary-<account id>`, and more if they are asked for.

    `DevOpsAgentOrganization` rolls out to an organization, `DevOpsAgentPrimary` makes the associations and validates
    them, and `DevOpsAgentSync` keeps them in step and tells when one breaks.

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
            so that the ARN of its new Agent Space would never be found, or there is something to upload and no
            bootstrap. Nothing is defined then.

    Warnings; `Validations.of(x).acknowledge(Acknowledgment(id="Annotation::<id>", reason=...))` silences one:
        devops-agent-constructs:agentSpaceFirst: Only the Agent Space is defined so far; how to go on.
    """
    check_scope(scope, onboarding)
    made = _stacks(scope, onboarding)
    settle(made, onboarding)
    return made


def _stacks(scope: Construct, onboarding: Onboarding) -> ConnectedAccounts:
    space, organization = onboarding.agent_space, onboarding.organization
    new_synthesizer = synthesizers_for(scope, onboarding.bootstrap_qualifier)
    space_stack: AgentSpaceStack | None = None
    if (new := onboarding.new_agent_space) is not None:
        # Not at the top: KMS and Secrets Manager of the CDK come with it, and few apps create a space.
        from devops_agent_constructs.primary.agent_space_stack import AgentSpaceStack  # noqa: PLC0415

        space_stack = AgentSpaceStack(
            scope, onboarding.stack_names.agent_space, new_agent_space=new, synthesizer=new_synthesizer()
        )
        if space is None:
            _say_how_to_go_on(space_stack, onboarding)
    if space is None:
        return ConnectedAccounts(secondary={}, organization=None, primary=None, agent_space=space_stack)
    stacks = _ConnectingStacks(scope=scope, onboarding=onboarding, agent_space=space, new_synthesizer=new_synthesizer)
    secondary, associated = stacks.secondary(), list(onboarding.accounts)
    rollout: OrganizationStack | None = None
    if organization is not None:
        rollout = stacks.organization(organization)
        associated += rollout.rollout.secondary_accounts(organization.associated_accounts)
    connections: PrimaryAccountStack | None = None
    if onboarding.primary is not None and associated:
        connections = stacks.primary(onboarding.primary, associated)
    sync = None if onboarding.sync is None else stacks.sync(rollout)
    for later in filter(None, (connections, sync)):
        for earlier in filter(None, (*secondary.values(), rollout, space_stack)):
            # CDK orders nothing across accounts; a role must exist before its association, or that turns invalid.
            later.add_stack_dependency(earlier)
    if connections is not None and sync is not None:
        sync.add_stack_dependency(connections)  # It would find associations missing, and an alarm would tell.
    return ConnectedAccounts(
        secondary=secondary, organization=rollout, primary=connections, agent_space=space_stack, sync=sync
    )


class _Common(TypedDict):
    """What all stacks with roles or associations are given."""

    agent_space: AgentSpaceArn
    generation: Generation
    agent_role_arn: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class _ConnectingStacks:
    """Defines the stacks that connect accounts to an Agent Space that exists.

    What few apps need is not imported at the top: the CDK's modules for DevOps Agent, Lambda and CloudWatch take a
    while to load.
    """

    scope: Construct
    onboarding: Onboarding
    agent_space: AgentSpaceArn
    new_synthesizer: Callable[[], IStackSynthesizer | None]

    @property
    def _common(self) -> _Common:
        return {
            "agent_space": self.agent_space,
            "generation": self.onboarding.generation,
            "agent_role_arn": self.onboarding.agent_role_arn,
        }

    def secondary(self) -> dict[str, SecondaryAccountStack]:
        """Define the stacks of the accounts; return account id -> stack, by account id."""
        stacks: dict[str, SecondaryAccountStack] = {}
        before_id: str | None = None
        for account in sorted(self.onboarding.accounts, key=attrgetter("account_id")):
            stack_id, synthesizer = self.onboarding.stack_names.secondary(account.account_id), self.new_synthesizer()
            stack = SecondaryAccountStack(
                self.scope, stack_id, account=account, synthesizer=synthesizer, **self._common
            )
            if before_id is None and stack.stack_name.endswith(stack_id):
                # All ids are of one length: what the CDK puts before one, such as a stage's name, it puts before all.
                before_id = stack.stack_name.removesuffix(stack_id)
            stack_name = None if before_id is None else before_id + stack_id
            keep_agent_space(stack, self.agent_space, stack_name=stack_name)
            stacks[account.account_id] = stack
        return stacks

    def organization(self, organization: Organization) -> OrganizationStack:
        """Define the stack that rolls out to an organization."""
        from devops_agent_constructs.organization.stack import OrganizationStack  # noqa: PLC0415

        stack = OrganizationStack(
            self.scope,
            self.onboarding.stack_names.organization,
            organization=organization,
            stack_set_name=self.onboarding.stack_names.stack_set,
            synthesizer=self.new_synthesizer(),
            **self._common,
        )
        keep_agent_space(stack, self.agent_space)
        return stack

    def primary(self, primary: PrimaryAccount, accounts: Sequence[SecondaryAccount]) -> PrimaryAccountStack:
        """Define the stack of the associations, with the validation if it is asked for."""
        from devops_agent_constructs.primary.stack import PrimaryAccountStack  # noqa: PLC0415

        stack = PrimaryAccountStack(
            self.scope,
            self.onboarding.stack_names.primary,
            accounts=accounts,
            organization_id=primary.organization_id,
            synthesizer=self.new_synthesizer(),
            **self._common,
        )
        keep_agent_space(stack, self.agent_space)
        if (settings := self.onboarding.validate) is not None:
            from devops_agent_constructs.association_health.validation import AssociationValidation  # noqa: PLC0415

            validation = AssociationValidation(
                stack,
                "Validation",
                access=stack.access,
                timeout=Duration.minutes(settings.timeout_minutes),
                fail_deployment=settings.fail_deployment,
            )
            about = "What the validation found"
            CfnOutput(stack, "ConnectedAccounts", value=validation.summary, description=about)
        return stack

    def sync(self, organization_stack: OrganizationStack | None) -> AccountSyncStack:
        """Define the stack of the sync and of the alarms."""
        from devops_agent_constructs.onboarding.sync_stack import AccountSyncStack  # noqa: PLC0415

        return AccountSyncStack(
            self.scope,
            self.onboarding.stack_names.sync,
            onboarding=self.onboarding,
            agent_space=self.agent_space,
            organization_stack=organization_stack,
            synthesizer=self.new_synthesizer(),
        )


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
