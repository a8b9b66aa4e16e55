"""Holds an organization and the role that its accounts get as one checked value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from devops_agent_constructs import _validators, service
from devops_agent_constructs._arguments import checked_fields
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.organization.deployment import CallAs, ServiceManagedDeployment, without_role
from devops_agent_constructs.organization.operation_preferences import OperationPreferences
from devops_agent_constructs.policies import partition_checks
from devops_agent_constructs.policies.access_limits import AccessLimits
from devops_agent_constructs.policies.capabilities import Capability
from devops_agent_constructs.primary.account import PrimaryAccount
from devops_agent_constructs.secondary import role_template
from devops_agent_constructs.secondary.account import SecondaryAccount, check_accounts
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
        settings = RoleSettings(
            role_name=self.role_name,
            path=self.path,
            description=self.description,
            capabilities=self.capabilities,
            access_limits=self.access_limits,
            managed_policies=self.managed_policies,
            permissions_boundary=self.permissions_boundary,
            max_session_seconds=self.max_session_seconds,
        )
        object.__setattr__(self, "role_settings", settings)
        # TRANSITION has the statements of both set-ups: what fits together there fits everywhere.
        template_body(
            role_template.template(settings, agent_space=None, generation=Generation.TRANSITION, agent_role_arn=None)
        )
        for name, account_id in _targets(self.deployment):
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


def account_of(organization: Organization, account_id: str) -> SecondaryAccount:
    """Return an account of the organization, with the role that it gets, as all others do."""
    return SecondaryAccount(
        account_id=account_id,
        role_name=organization.role_name,
        path=organization.path,
        description=organization.description,
        capabilities=organization.capabilities,
        access_limits=organization.access_limits,
        managed_policies=organization.managed_policies,
        permissions_boundary=organization.permissions_boundary,
        max_session_seconds=organization.max_session_seconds,
    )


def check_connections(
    accounts: Sequence[SecondaryAccount],
    organization: Organization | None,
    *,
    primary: PrimaryAccount | None,
    primary_account_id: str,
    partition: str,
    generation: Generation,
) -> None:
    """Check that the accounts and the organization that one Agent Space is connected to go together.

    Args:
        accounts: Accounts with stacks of their own; none will do beside an organization.
        organization: The organization, if there is one.
        primary: The primary account's side; None if others take care of it.
        primary_account_id: The account of the Agent Space.
        partition: Its partition.
        generation: Which set-up the roles follow.

    Raises:
        OnboardingInputError: They do not; `field` begins with the argument's name, like `accounts[3].account_id`.
    """
    if accounts or organization is None:
        check_accounts(accounts, primary_account_id, partition=partition)
    if organization is not None:
        partition_checks.check(organization.region, partition, field="organization.region")
        for field, region in partition_checks.regions_of(organization.access_limits).items():
            partition_checks.check(region, partition, field=f"organization.{field}")
        _check_accounts_of(organization, accounts, primary_account_id)
        _check_primary(organization, accounts, primary, generation)


def _check_accounts_of(
    organization: Organization, accounts: Sequence[SecondaryAccount], primary_account_id: str
) -> None:
    why = "this is the primary account, where the Agent Space lives; it has the agent role for itself"
    targets = dict(_targets(organization.deployment))
    for name, account_id in targets.items():
        if account_id == primary_account_id:
            raise OnboardingInputError(f"organization.{name}", account_id, why=why, fix="remove it")
    included = organization.management_account_id if organization.include_management_account else None
    if included == primary_account_id:
        raise OnboardingInputError("organization.include_management_account", True, why=why, fix="leave it out")
    own = {account.account_id: index for index, account in enumerate(accounts)}
    for account_id, index in own.items():
        if account_id == included or account_id in targets.values():
            gives = "include_management_account" if account_id == included else "the StackSet of the organization"
            field, twice = f"accounts[{index}].account_id", f"{gives} gives this account the role, too"
            raise OnboardingInputError(field, account_id, why=twice, fix="remove it from one of the two")
    for index, account_id in enumerate(organization.associated_accounts):
        field = f"organization.associated_accounts[{index}]"
        if account_id == primary_account_id:
            raise OnboardingInputError(field, account_id, why=why, fix="remove it")
        if account_id in own:
            twice = f"accounts[{own[account_id]}] is this account already, and an Agent Space connects an account once"
            raise OnboardingInputError(field, account_id, why=twice, fix="remove one of the two")


def _targets(deployment: ServiceManagedDeployment) -> Iterator[tuple[str, str]]:
    """Yield the field and the id of each account that is named in order to be deployed to."""
    for name in ("only_accounts", "additional_accounts"):
        for index, account_id in enumerate(getattr(deployment, name)):
            yield f"deployment.{name}[{index}]", account_id


def _check_primary(
    organization: Organization,
    accounts: Sequence[SecondaryAccount],
    primary: PrimaryAccount | None,
    generation: Generation,
) -> None:
    field, associated = "organization.associated_accounts", list(organization.associated_accounts)
    if primary is None:
        if associated:
            why, fix = "nothing associates them", "add primary, of which an empty one is enough, or remove them"
            raise OnboardingInputError(field, associated, why=why, fix=fix)
        return
    if not associated and not accounts and primary.new_agent_space is None:
        why = "the primary account's stack would be empty, as no account is named that it could associate"
        raise OnboardingInputError(field, [], why=why, fix="name those that are known, or leave primary out")
    if not generation.needs_agent_role:
        return
    if primary.organization_id is None:
        why = f"in the generation {generation.value!r} the agent role assumes roles in accounts that nobody has listed"
        fix = "add the organization's id, like 'o-a1b2c3d4e5', from `aws organizations describe-organization`"
        raise OnboardingInputError("primary.organization_id", None, why=why, fix=fix)
    role = (organization.path, organization.role_name)
    if not associated and role not in {(account.path, account.role_name) for account in accounts}:
        why = "the agent role is granted the roles of associated accounts by name, and none has the organization's"
        raise OnboardingInputError(field, [], why=why, fix="name at least one that is known")
