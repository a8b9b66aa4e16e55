"""Defines the IAM role through which AWS DevOps Agent reads a secondary account."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import Annotations, Duration
from aws_cdk import aws_iam as iam
from constructs import Construct

from devops_agent_constructs import service
from devops_agent_constructs._arguments import checked
from devops_agent_constructs._constructs import outer_boundary, placement, roles, taken, warnings
from devops_agent_constructs._constructs.placement import StackEnvironment
from devops_agent_constructs.agent_space_arn import AgentSpaceArn, AgentSpaceReference, all_of
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.policies.access_limits import AccessLimits
from devops_agent_constructs.policies.capabilities import Capability
from devops_agent_constructs.policies.document import InlinePolicy
from devops_agent_constructs.policies.permissions import managed_policy_names
from devops_agent_constructs.policies.resources import RoleAccount
from devops_agent_constructs.policies.trust import trust_policy
from devops_agent_constructs.secondary.role_settings import ROLE_DESCRIPTION, RoleSettings


class SecondaryAccountRole(Construct):
    """IAM role in a secondary account that AWS DevOps Agent may assume, for one Agent Space.

    Warnings; `Validations.of(x).acknowledge(Acknowledgment(id="Annotation::<id>", reason=...))` silences one:
        devops-agent-constructs:boundaryReplaced: One of the app, a stage or the stack wins over the given one.
        devops-agent-constructs:inlinePolicySize: With references to other resources the inline policy may become too
            long, which only deployment knows.
        devops-agent-constructs:limitWithoutEffect: A limit names what AWS does not let the agent do anyway.
        devops-agent-constructs:outsideGuardrail: AWS's guardrail leaves an action of a capability without effect.
        devops-agent-constructs:redundantPermission: AWS's managed policy has an action of a capability already.
        devops-agent-constructs:unknownAgentSpaceRegion: AWS's list of Regions, as last read, lacks the Agent Space's.
        devops-agent-constructs:roleInPrimaryAccount: The stack's account is the Agent Space's own.
        devops-agent-constructs:roleNameTaken: Another stack of the app makes a role of this name in the account.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        agent_space: AgentSpaceReference | Sequence[AgentSpaceReference],
        generation: Generation | str = Generation.GA,
        agent_role_arn: str | Sequence[str] | None = None,
        role_name: str = service.SECONDARY_ROLE_NAME,
        path: str = "/",
        description: str = ROLE_DESCRIPTION,
        capabilities: Sequence[Capability] = (),
        access_limits: AccessLimits | None = None,
        managed_policies: Sequence[iam.IManagedPolicy | str] | None = None,
        permissions_boundary: iam.IManagedPolicy | str | None = None,
        max_session: Duration | None = None,
    ) -> None:
        """Define the role.

        Args:
            scope: Something inside a stack for the secondary account.
            construct_id: Part of the logical id; a change cannot deploy, as the role's name is taken.
            agent_space: The only Agent Space that the trust policy admits, or several: each an `AgentSpaceArn`, an
                `AgentSpace` (made in this account or imported), or an ARN as text, which may be a value that only
                deployment knows, such as a `CfnParameter`.
            generation: Which of AWS's two set-ups to follow, or its value, like `"ga"`; a change updates the role in
                place.
            agent_role_arn: The agent role in the primary account, which must exist before this role: IAM refuses a
                trust policy that names a missing one. Needed by PREVIEW and TRANSITION, one per primary account; GA
                does not use it.
            role_name: Fixed, 1-64 characters: the primary account spells out the role's ARN. A change replaces.
            path: Begins and ends with `/`. A change replaces the role, which fails while the name stays the same.
            description: At most 1,000 Latin characters.
            capabilities: What the agent may read beyond AWS's managed policy, in any order. Resource Explorer set-up is
                on in GA and TRANSITION unless `ResourceExplorerSetup(enabled=False)` is among them.
            access_limits: What the agent may not do, although the managed policy would let it. None: no limit.
            managed_policies: Objects, names of the account's own policies, or ARNs. None: AWS's policy of the
                generation. A list replaces it.
            permissions_boundary: An `AccessBoundary` or another object, the name of a policy of the account, or an ARN.
                None: none of its own, but `PermissionsBoundary.of(...)` and a stack's default apply.
            max_session: 1 to 12 hours. None: IAM applies its own default of 1 hour.

        Raises:
            OnboardingInputError: A value that IAM or DevOps Agent would refuse, a missing agent role, a limit that
                takes away what a capability allows, or a name that another secondary role of the stack has.

        See https://docs.aws.amazon.com/devopsagent/latest/userguide/getting-started-with-aws-devops-agent-cli-onboarding-guide.html
        and https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
        """
        settings = RoleSettings(
            role_name=role_name,
            path=path,
            description=description,
            capabilities=capabilities,
            access_limits=access_limits,
            managed_policies=managed_policies,
            permissions_boundary=permissions_boundary,
            max_session_seconds=placement.session_seconds(max_session),
        )
        self._define(
            scope,
            construct_id,
            settings,
            environment=StackEnvironment.of(placement.stack_of(scope, construct_id)),
            agent_spaces=all_of(agent_space),
            generation=Generation(generation),
            agent_role_arn=agent_role_arn,
        )

    def _define(
        self,
        scope: Construct,
        construct_id: str,
        settings: RoleSettings,
        *,
        environment: StackEnvironment,
        agent_spaces: Sequence[AgentSpaceArn],
        generation: Generation,
        agent_role_arn: str | Sequence[str] | None,
    ) -> None:
        stack = environment.stack
        trust = trust_policy(agent_spaces, generation=generation, agent_role_arn=agent_role_arn)
        account = RoleAccount(partition=environment.partition, account_id=environment.account_id)
        partition = placement.partition_of(stack, *agent_spaces, region=environment.region)
        inline = settings.inline_policy(account, generation=generation, partition=partition)
        for field, policy in settings.policies().items():
            roles.check_policies(policy, stack=stack, partition=partition, field=field)
        roles.reserve_name(stack, settings.role_name, field="role_name")

        super().__init__(scope, construct_id)
        self._settings, self._account, self._partition = settings, account, partition
        self._generation, self._inline_policy = generation, inline
        if settings.managed_policies is None:
            policies = [roles.aws_managed_policy(name) for name in managed_policy_names(generation)]
        else:
            policies = [roles.policy_object(self, policy) for policy in settings.managed_policies]
        boundary = roles.boundary(self, settings.permissions_boundary)
        seconds = settings.max_session_seconds
        self.role = iam.Role(
            self,
            "Resource",
            assumed_by=roles.principal(trust),
            role_name=settings.role_name,
            path=None if settings.path == "/" else settings.path,
            description=settings.description,
            managed_policies=policies,
            inline_policies=roles.inline_policies(inline),
            permissions_boundary=boundary,
            max_session_duration=None if seconds is None else Duration.seconds(seconds),
        )
        outer_boundary.warn_if_replaced(self, boundary, self.role)
        taken.warn_of_roles(self, [account.account_id], role_name=settings.role_name, root=environment.root)
        self._warn_of_trust(agent_spaces)
        self._warn_of_permissions(settings.capabilities)
        warnings.warn_limits(self, settings.access_limits, generation=generation)

    @property
    def role_arn(self) -> str:
        """The ARN of the role, as a token."""
        return self.role.role_arn

    @property
    def role_name(self) -> str:
        """The name of the role, as a token."""
        return self.role.role_name

    @property
    def inline_policy(self) -> InlinePolicy | None:
        """The inline policy as plain data, with CDK tokens in it; None if the role has none."""
        return self._inline_policy

    @checked
    def add_capability(self, capability: Capability) -> None:
        """Let the agent do something more; updates the role in place.

        Raises:
            OnboardingInputError: Its Sid is taken by a statement with other actions or conditions, a limit takes
                away what it allows, or `iam.Role.customize_roles` has replaced the role.
        """
        settings = self._settings.with_capability(capability)
        document = settings.inline_policy(self._account, generation=self._generation, partition=self._partition)
        roles.set_inline_policy(self.role, document)
        self._settings, self._inline_policy = settings, document
        self._warn_of_permissions([capability])

    def _warn_of_permissions(self, capabilities: Sequence[Capability]) -> None:
        warnings.warn_guardrail(
            self,
            capabilities,
            account=self._account,
            generation=self._generation,
            managed_policies=self._settings.managed_policies,
        )
        warnings.warn_inline_size(self, self._inline_policy)

    def _warn_of_trust(self, agent_spaces: Sequence[AgentSpaceArn]) -> None:
        for space in agent_spaces:
            advice = f"compare {space.arn} with the Agent Space's page"
            warnings.warn_unknown_region(self, space.region, advice=advice)
            if space.account_id == self._account.account_id:
                Annotations.of(self).add_warning_v2(
                    "devops-agent-constructs:roleInPrimaryAccount",
                    f"This role is in account {space.account_id}, where the Agent Space itself lives. It serves "
                    "secondary accounts; the primary account has the agent role.",
                )


class RoleFromSettings(SecondaryAccountRole):
    """The role of settings that are checked already, for the stacks of this library."""

    __init__ = SecondaryAccountRole._define  # noqa: SLF001 (the same class, but for how it is called)
