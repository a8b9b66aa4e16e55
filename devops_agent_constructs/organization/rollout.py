"""Defines the secondary role in every account of an organization: `AWS::CloudFormation::StackSet`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from aws_cdk import Duration, Stack
from constructs import Construct

from devops_agent_constructs import _validators, service
from devops_agent_constructs._arguments import checked
from devops_agent_constructs._constructs import outer_boundary, placement, taken, warnings
from devops_agent_constructs.agent_space_arn import AgentSpaceArn, AgentSpaceReference
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.organization import rollout_overlaps, stack_set
from devops_agent_constructs.organization.deployment import CallAs, SelfManagedDeployment, ServiceManagedDeployment
from devops_agent_constructs.organization.operation_preferences import OperationPreferences
from devops_agent_constructs.organization.rollout_settings import RolloutSettings
from devops_agent_constructs.policies.access_limits import AccessLimits
from devops_agent_constructs.policies.capabilities import Capability
from devops_agent_constructs.policies.resources import RoleAccount
from devops_agent_constructs.secondary.account import SecondaryAccount
from devops_agent_constructs.secondary.role_settings import ROLE_DESCRIPTION, RoleSettings
from devops_agent_constructs.secondary.role_template import ACCOUNT

if TYPE_CHECKING:
    from devops_agent_constructs.secondary.role import SecondaryAccountRole


class OrganizationRollout(Construct):
    """The role of `SecondaryAccountRole` in many accounts, from one stack of their administrator.

    The role's template is part of this stack's, as text; the Agent Space's ARN and the primary account's id are its
    parameters, so that an `AgentSpace` of the same stack will do. Associations are not made here: see
    `secondary_accounts`.

    Attributes:
        stack_set: The StackSet.
        additional_stack_set: A second one, without auto-deployment, for `additional_accounts`; None without them.
        management_account_role: The role in this stack; None unless `include_management_account` put one there.

    Warnings; `Validations.of(x).acknowledge(Acknowledgment(id="Annotation::<id>", reason=...))` silences one:
        devops-agent-constructs:autoDeploymentIgnoresExclusion: An excluded account that joins the units later, or moves
            between them, gets the role.
        devops-agent-constructs:boundaryNotInStackSet: A permissions boundary of the app, a stage or the stack does not
            reach the role inside of the StackSet's template, and the rollout has none of its own.
        devops-agent-constructs:boundaryReplaced: It wins over the one that the management account's role was given.
        devops-agent-constructs:limitWithoutEffect: A limit names what AWS does not let the agent do anyway.
        devops-agent-constructs:managementAccountLeftOut: No StackSet with service-managed permissions deploys to the
            management account, and this stack has no role for it.
        devops-agent-constructs:outsideGuardrail: AWS's guardrail leaves an action of a capability without effect.
        devops-agent-constructs:redundantPermission: AWS's managed policy has an action of a capability already.
        devops-agent-constructs:roleNameTaken: Another stack of the app makes a role of this name in an account that is
            named in order to be deployed to.
        devops-agent-constructs:unknownAgentSpaceRegion: AWS's list of Regions, as last read, lacks the Agent Space's.
        devops-agent-constructs:templateAboveCliLimit: The stack names no bootstrap, and the CDK CLI sends no template
            of this length without one.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        agent_space: AgentSpaceReference,
        deployment: ServiceManagedDeployment | SelfManagedDeployment,
        generation: Generation | str = Generation.GA,
        agent_role_arn: str | None = None,
        role_name: str = service.SECONDARY_ROLE_NAME,
        path: str = "/",
        description: str = ROLE_DESCRIPTION,
        capabilities: Sequence[Capability] = (),
        access_limits: AccessLimits | None = None,
        managed_policies: Sequence[str] | None = None,
        permissions_boundary: str | None = None,
        max_session: Duration | None = None,
        include_management_account: bool = False,
        region: str | None = None,
        stack_set_name: str = "DevOpsAgentSecondary",
        operation_preferences: OperationPreferences | None = None,
    ) -> None:
        """Define the StackSet.

        Args:
            scope: Something inside a stack of the management account or of a delegated administrator; for
                self-managed permissions, of the account with the administration role.
            construct_id: Part of the logical id; a change cannot deploy, as the StackSet's name is taken.
            agent_space: The only Agent Space that the roles trust; its account gets no role. One that this stack
                creates is good.
            deployment: Which accounts, with whose permissions.
            generation: As for `SecondaryAccountRole`; a change updates the roles in place, account by account.
            agent_role_arn: As for `SecondaryAccountRole`.
            role_name: The same in every account. A change replaces the roles.
            path: As for `SecondaryAccountRole`.
            description: At most 1,000 Latin characters.
            capabilities: As for `SecondaryAccountRole`; a name means the resource of that name in each account.
            access_limits: What the agent may not do, although the managed policy would let it. None: no limit.
            managed_policies: Names of each account's own policies, or ARNs of AWS's. None: AWS's policy of the
                generation.
            permissions_boundary: The name of a policy that each account has, or an ARN of AWS's. None: no boundary.
            max_session: 1 to 12 hours. None: IAM applies its own default of 1 hour.
            include_management_account: Put the role into this stack too, if it is the management account's.
            region: The one Region of the stacks in the accounts, which must be enabled in each; the role is global, and
                a second Region would fail on its name. None: this stack's Region.
            stack_set_name: 1-128 letters, digits and hyphens. A change replaces the StackSet, which fails on the names
                of the roles.
            operation_preferences: How fast, and how many may fail. None: the defaults of `OperationPreferences`.

        Raises:
            OnboardingInputError: A value that IAM, DevOps Agent or StackSets would refuse; the primary or the
                management account among the accounts to deploy to; a template beyond 51,200 bytes; another rollout
                of the app with the same StackSet's name, or with the same role for the same units or accounts.

        See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-associate-stackset-with-org.html
        """
        role = RoleSettings(
            role_name=role_name,
            path=path,
            description=description,
            capabilities=capabilities,
            access_limits=access_limits,
            managed_policies=managed_policies,
            permissions_boundary=permissions_boundary,
            max_session_seconds=placement.session_seconds(max_session),
        )
        stack, space = placement.stack_of(scope, construct_id), AgentSpaceArn.of(agent_space)
        is_management = isinstance(deployment, ServiceManagedDeployment) and deployment.call_as is CallAs.SELF
        settings = RolloutSettings(
            role=role,
            agent_space=space,
            generation=Generation(generation),
            agent_role_arn=agent_role_arn,
            deployment=deployment,
            include_management_account=include_management_account,
            region=stack.region if region is None else _validators.region(region, field="region"),
            partition=placement.partition_of(stack, space),
            stack_set_name=stack_set_name,
            operation_preferences=operation_preferences or OperationPreferences(),
            management_account_id=stack.account if is_management else None,
        )
        rollout_overlaps.check(scope, construct_id, settings, stack=stack)

        super().__init__(scope, construct_id)
        self._settings = settings
        if role.permissions_boundary is None:
            outer_boundary.warn_if_not_in_stack_set(self)
        self.stack_set = stack_set.main(self, settings)
        self.additional_stack_set = stack_set.additional(self, settings)
        stack_set.warn_of_exclusion(self, deployment)
        taken.warn_of_roles(self, deployment.targeted_accounts, role_name=role.role_name)
        self.management_account_role: SecondaryAccountRole | None = None
        if settings.include_management_account and settings.management_account_id is not None:
            # Not at the top: the CDK's IAM comes with it, which a StackSet does not need.
            from devops_agent_constructs.secondary.role import RoleFromSettings  # noqa: PLC0415

            self.management_account_role = RoleFromSettings(
                self,
                "ManagementAccountRole",
                role,
                environment=placement.StackEnvironment.of(stack),
                agent_spaces=[settings.agent_space],
                generation=settings.generation,
                agent_role_arn=settings.agent_role_arn,
            )
        else:
            self._warn_of_permissions(role.capabilities)
            warnings.warn_limits(self, role.access_limits, generation=settings.generation)
            stack_set.warn_of_management_account(self, settings)
            advice = f"compare {settings.agent_space.arn} with its page"
            warnings.warn_unknown_region(self, settings.agent_space.region, advice=advice)

        self._is_size_warned = stack_set.warn_size(self, self.stack_set, self.additional_stack_set)

    @property
    def stack_set_arn(self) -> str:
        """The ARN of the StackSet, for `depends_on` of another; a token.

        The account in it is this stack's. AWS keeps the StackSets of a delegated administrator in the management
        account; whether their ARN names that account is unconfirmed.
        """
        return Stack.of(self).format_arn(
            service="cloudformation", resource="stackset", resource_name=self.stack_set.attr_stack_set_id
        )

    @checked
    def role_arn_for(self, account_id: str) -> str:
        """Return the ARN that the role has, or will have, in an account that the rollout reaches.

        Raises:
            OnboardingInputError: It is not an account id.
        """
        _validators.account_id(account_id, field="account_id")
        account = RoleAccount(partition=self._settings.agent_space.partition, account_id=account_id)
        return self._settings.role.role_arn(account)

    @checked
    def secondary_accounts(self, account_ids: Iterable[str]) -> tuple[SecondaryAccount, ...]:
        """Return accounts that the rollout reaches, for `PrimaryAccountAccess`, which associates them.

        In one stack, let it wait: `access.node.add_dependency(rollout)`.

        Raises:
            OnboardingInputError: One is not an account id, or gets no role: it is excluded, not among the accounts
                that are named, the primary account, or the management account, which is not included.
        """
        account_ids, role = tuple(account_ids), self._settings.role
        for index, account_id in enumerate(account_ids):
            self._settings.check_reached(account_id, field=f"account_ids[{index}]")
        return tuple(
            SecondaryAccount(account_id=account_id, role_name=role.role_name, path=role.path)
            for account_id in account_ids
        )

    @checked
    def add_capability(self, capability: Capability) -> None:
        """Let the agent do something more in every account; updates the roles in place.

        Raises:
            OnboardingInputError: Its Sid is taken by a statement with other actions or conditions, or the template
                becomes too long.
        """
        settings = self._settings.with_capability(capability)
        if self.management_account_role is not None:
            self.management_account_role.add_capability(capability)
        else:
            self._warn_of_permissions([capability])
        self._settings, self.stack_set.template_body = settings, settings.template_body
        if self.additional_stack_set is not None:
            self.additional_stack_set.template_body = settings.template_body
        if not self._is_size_warned:
            self._is_size_warned = stack_set.warn_size(self, self.stack_set, self.additional_stack_set)

    def _warn_of_permissions(self, capabilities: Sequence[Capability]) -> None:
        warnings.warn_guardrail(
            self,
            capabilities,
            account=ACCOUNT,
            generation=self._settings.generation,
            managed_policies=self._settings.role.managed_policies,
        )
