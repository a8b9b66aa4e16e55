"""Holds an organization and the role that its accounts get as one checked value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from devops_agent_constructs import _validators, service
from devops_agent_constructs._arguments import checked_fields
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.organization.deployment import (
    CallAs,
    ServiceManagedDeployment,
    check_management_account,
    without_role,
)
from devops_agent_constructs.organization.operation_preferences import OperationPreferences
from devops_agent_constructs.policies.access_limits import AccessLimits
from devops_agent_constructs.policies.capabilities import Capability
from devops_agent_constructs.secondary import role_template
from devops_agent_constructs.secondary.role_settings import ROLE_DESCRIPTION, RoleSettings
from devops_agent_constructs.templates import template_body


@checked_fields
@dataclass(frozen=True, kw_only=True, slots=True)
class Organization:
    """An organization and the role that its accounts get, from one stack.

    Attributes:
        account_id: Of the stack: the management account or a delegated administrator, as `deployment.call_as` says.
        deployment: Which accounts.
        region: The Region of the stack and of those in the accounts, where it must be enabled; the role is global.
            None: the Agent Space's Region.
        include_management_account: As for `OrganizationRollout`.
        operation_preferences: None: the defaults of `OperationPreferences`.
        associated_accounts: Accounts that the StackSet reaches and that are known, to be associated by the primary
            account's stack. The others wait for the organization-wide sync.
        role_name: 1-64 characters, the same in every account.
        path: Begins and ends with `/`.
        description: At most 1,000 Latin characters.
        capabilities: What the agent may read beyond AWS's managed policy.
        access_limits: What the agent may not do, although the managed policy would let it. None: no limit.
        managed_policies: Names of each account's own policies, or ARNs of AWS's. None: AWS's policy of the generation.
        permissions_boundary: The name of a policy that each account has, or an ARN of AWS's. None: no boundary.
        max_session_seconds: 3600 to 43200. None: IAM applies its own default of 1 hour.
        role_settings: What of this concerns the role, as one value; computed.

    Raises:
        OnboardingInputError: A value that IAM, DevOps Agent or StackSets would refuse, or an account to associate that
            gets no role.
    """

    account_id: str
    deployment: ServiceManagedDeployment
    region: str | None = None
    include_management_account: bool = False
    operation_preferences: OperationPreferences | None = None
    associated_accounts: Sequence[str] = ()
    role_name: str = service.SECONDARY_ROLE_NAME
    path: str = "/"
    description: str = ROLE_DESCRIPTION
    capabilities: Sequence[Capability] = ()
    access_limits: AccessLimits | None = None
    managed_policies: Sequence[str] | None = None
    permissions_boundary: str | None = None
    max_session_seconds: int | None = None
    role_settings: RoleSettings = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check every field."""
        _validators.known(self.account_id, field="account_id", why="the stack is in it")
        _validators.known(self.region, field="region", why="the stack is in it")
        _validators.account_id(self.account_id, field="account_id")
        if self.region is not None:
            _validators.region(self.region, field="region")
        settings = RoleSettings.of(self)
        object.__setattr__(self, "role_settings", settings)
        # TRANSITION has the statements of both set-ups: what fits together there fits everywhere.
        template_body(
            role_template.template(settings, agent_space=None, generation=Generation.TRANSITION, agent_role_arn=None)
        )
        if self.include_management_account:
            check_management_account(self.deployment)
        for name, account_id in targets_of(self.deployment):
            if account_id == self.management_account_id:
                why = "this is the management account, which StackSets never deploys to"
                fix = "remove it, and set include_management_account"
                raise OnboardingInputError(name, account_id, why=why, fix=fix)
        self._check_associated_accounts()

    @property
    def management_account_id(self) -> str | None:
        """The management account, if the stack is there; None if only somebody else knows it."""
        return self.account_id if self.deployment.call_as is CallAs.SELF else None

    def _check_associated_accounts(self) -> None:
        _validators.account_ids(self.associated_accounts, field="associated_accounts")
        for index, account_id in enumerate(self.associated_accounts):
            reason = without_role(
                self.deployment,
                account_id,
                management_account_id=self.management_account_id,
                include_management_account=self.include_management_account,
            )
            if reason is not None:
                field, why = f"associated_accounts[{index}]", f"it gets no role: {reason[0]}"
                raise OnboardingInputError(field, account_id, why=why, fix=f"remove it here, or {reason[1]}")


def targets_of(deployment: ServiceManagedDeployment) -> Iterator[tuple[str, str]]:
    """Yield the field and the id of each account that is named in order to be deployed to."""
    for name in ("only_accounts", "additional_accounts"):
        for index, account_id in enumerate(getattr(deployment, name)):
            yield f"deployment.{name}[{index}]", account_id
