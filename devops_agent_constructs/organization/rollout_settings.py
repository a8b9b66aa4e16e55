"""Holds a rollout, its role and where StackSets puts it, as one checked value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from devops_agent_constructs import _validators, service
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.organization.deployment import (
    ADDITIONAL,
    SelfManagedDeployment,
    ServiceManagedDeployment,
    check_management_account,
    without_role,
)
from devops_agent_constructs.organization.operation_preferences import OperationPreferences
from devops_agent_constructs.policies import partition_checks
from devops_agent_constructs.policies.capabilities import Capability
from devops_agent_constructs.policies.trust import agent_role_of_each_account
from devops_agent_constructs.secondary import role_template
from devops_agent_constructs.secondary.role_settings import RoleSettings
from devops_agent_constructs.templates import template_body


@dataclass(frozen=True, kw_only=True, slots=True)
class RolloutSettings:
    """A rollout: the role, and where StackSets puts it, as `OrganizationRollout` takes it.

    Attributes:
        partition: Of the rollout's stack and the Agent Space; None if only deployment knows it.
        management_account_id: The account of the rollout's stack, if that is the management account; None if not.
        template_body: The template of the role as text; computed.
    """

    role: RoleSettings
    agent_space: AgentSpaceArn
    generation: Generation
    agent_role_arn: str | None
    deployment: ServiceManagedDeployment | SelfManagedDeployment
    include_management_account: bool
    region: str
    partition: str | None
    stack_set_name: str
    operation_preferences: OperationPreferences
    management_account_id: str | None
    template_body: str = field(init=False)

    def __post_init__(self) -> None:
        """Check what goes together, and compute the template."""
        partition_checks.check(self.region, self.partition, field="region")
        self._check_partition_of_deployment()
        self._check_stack_set_name()
        self._check_accounts()
        if self.include_management_account:
            self._check_management_account()
        agent_role_of_each_account([self.agent_space], generation=self.generation, agent_role_arn=self.agent_role_arn)
        template = role_template.template(
            self.role,
            agent_space=self.agent_space,
            generation=self.generation,
            agent_role_arn=self.agent_role_arn,
        )
        object.__setattr__(self, "template_body", template_body(template))

    @property
    def parameters(self) -> Mapping[str, str]:
        """The parameters of the template."""
        return role_template.parameter_values(
            self.agent_space, generation=self.generation, agent_role_arn=self.agent_role_arn
        )

    @property
    def is_in_primary_account(self) -> bool:
        """Whether the management account, which has the stack of the rollout, is the primary account as well."""
        return self.agent_space.account_id == self.management_account_id

    @property
    def left_out(self) -> str | None:
        """The primary account, which needs no secondary role; None if StackSets leaves it out by itself."""
        return None if self.is_in_primary_account else self.agent_space.account_id

    def with_capability(self, capability: Capability) -> RolloutSettings:
        """Return the rollout with a role that may do something more."""
        return replace(self, role=self.role.with_capability(capability))

    def check_reached(self, account_id: str, *, field: str) -> None:
        """Check that an account gets the role."""
        reason = without_role(
            self.deployment,
            account_id,
            management_account_id=self.management_account_id,
            include_management_account=self.include_management_account,
        )
        if account_id == self.agent_space.account_id:
            reason = "this is the primary account, which has the agent role for itself", "leave it out"
        if reason is not None:
            why, fix = reason
            raise OnboardingInputError(field, account_id, why=f"it gets no role: {why}", fix=f"remove it, or {fix}")

    def _check_partition_of_deployment(self) -> None:
        if isinstance(self.deployment, SelfManagedDeployment):
            arn = self.deployment.administration_role_arn
            partition_checks.check(arn, self.partition, field="deployment.administration_role_arn")
            return
        for index, arn in enumerate(self.deployment.depends_on):
            partition_checks.check(arn, self.partition, field=f"deployment.depends_on[{index}]")

    def _check_stack_set_name(self) -> None:
        """Check the StackSet's name; the second StackSet needs room for its ending."""
        name, deployment = self.stack_set_name, self.deployment
        has_second = isinstance(deployment, ServiceManagedDeployment) and deployment.additional_accounts
        longest = service.MAX_STACK_NAME - (len(ADDITIONAL) if has_second else 0)
        if not _validators.is_token(name):
            _validators.stack_name(name, field="stack_set_name", kind="StackSet", longest=longest)

    def _check_accounts(self) -> None:
        """Check that no account is named which has no use for the role, or cannot be reached."""
        for account_id in self.deployment.targeted_accounts:
            if account_id == self.agent_space.account_id:
                why = "this is the primary account, where the Agent Space lives; it has the agent role for itself"
                raise OnboardingInputError("deployment", account_id, why=why, fix="remove it from the accounts")
            if account_id == self.management_account_id:
                why = "this is the management account, which StackSets never deploys to with service-managed "
                why += "permissions"
                fix = "remove it from the accounts, and pass include_management_account=True"
                raise OnboardingInputError("deployment", account_id, why=why, fix=fix)

    def _check_management_account(self) -> None:
        """Check that there is a management account which can get the role in the stack of the rollout."""
        check_management_account(self.deployment)
        if self.is_in_primary_account:
            why = "this account is the primary account too, where the Agent Space lives; it has the agent role for "
            why += "itself"
            raise OnboardingInputError("include_management_account", True, why=why, fix="leave it out")
