"""Holds the primary account's side of an onboarding as checked values, and what it connects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from devops_agent_constructs import _validators, service
from devops_agent_constructs._arguments import checked_fields
from devops_agent_constructs._constructs import tag_checks
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policies import partition_checks
from devops_agent_constructs.policies.capabilities import Capability
from devops_agent_constructs.policies.permissions import inline_policy
from devops_agent_constructs.policies.resources import RoleAccount
from devops_agent_constructs.primary.agent_space_values import KEY_KIND, check_texts, why_not_key
from devops_agent_constructs.primary.operator_app import IAM_SIGN_IN, OperatorSignIn, arns_of
from devops_agent_constructs.secondary.account import SecondaryAccount


@checked_fields
@dataclass(frozen=True, kw_only=True, slots=True)
class NewAgentSpace:
    """An Agent Space to create, in a stack of its own in the primary account.

    Attributes:
        name: 1-255 characters.
        account_id: The primary account, 12 digits.
        region: The Agent Space's Region.
        description: 1-1,000 characters. None: none.
        locale: Language of the agent's answers, like `en-US`. None: AWS's default.
        elevated_actions_enabled: Whether the agent may propose directed actions through elevated roles.
        tags: Of its stack: of the Agent Space and its roles. Key -> value, at most 50.
        operator_app: As for `AgentSpace`.
        agent_role_name: As for `AgentSpace`.
        capabilities: As for `AgentSpace`.
        permissions_boundary: Of its roles: the name of a policy of the account, or an ARN. None: no boundary of their
            own.
        encryption_key_arn: A symmetric, single-Region key of KMS in the Agent Space's Region, whose policy its owner
            extends before. A change replaces the space, and its content stays behind. None: a key that AWS owns.

    Raises:
        OnboardingInputError: A value that CloudFormation, IAM or DevOps Agent would refuse.
    """

    name: str
    account_id: str
    region: str
    description: str | None = None
    locale: str | None = None
    elevated_actions_enabled: bool = False
    tags: Mapping[str, str] = field(default_factory=dict, hash=False)
    operator_app: OperatorSignIn | None = IAM_SIGN_IN
    agent_role_name: str = service.AGENT_ROLE_NAME
    capabilities: Sequence[Capability] = ()
    permissions_boundary: str | None = None
    encryption_key_arn: str | None = None

    def __post_init__(self) -> None:
        """Check where it is to be, its texts, its key and its roles."""
        _validators.known(self.account_id, field="account_id", why="the stack is in it")
        _validators.known(self.region, field="region", why="the stack is in it")
        _validators.account_id(self.account_id, field="account_id")
        _validators.region(self.region, field="region")
        check_texts(name=self.name, description=self.description, locale=self.locale)
        tag_checks.check_stack(self.tags, field="tags")
        _validators.role_name(self.agent_role_name, field="agent_role_name")
        if self.permissions_boundary is not None:
            _validators.policy(self.permissions_boundary, account_id=self.account_id, field="permissions_boundary")
        key_arn = self.encryption_key_arn
        if key_arn is not None and (why := why_not_key(key_arn, region=self.region)):
            raise OnboardingInputError("encryption_key_arn", key_arn, why=why, fix=f"give the ARN of {KEY_KIND}")
        inline = inline_policy(
            self.capabilities, account=RoleAccount(partition=self.partition, account_id=self.account_id)
        )
        partition_checks.check_resources(inline, self.partition, field="capabilities")
        places = {
            "permissions_boundary": self.permissions_boundary,
            "encryption_key_arn": self.encryption_key_arn,
            **arns_of(self.operator_app),
        }
        partition_checks.check_all(places, self.partition)

    @property
    def partition(self) -> str:
        """The Region's."""
        return _validators.partition_of(self.region)


@checked_fields
@dataclass(frozen=True, kw_only=True, slots=True)
class PrimaryAccount:
    """The primary account's side: the associations, and what goes with them.

    Attributes:
        new_agent_space: The Agent Space to create. None: it exists already.
        organization_id: As for `PrimaryAccountAccess`.

    Raises:
        OnboardingInputError: `organization_id` is malformed.
    """

    new_agent_space: NewAgentSpace | None = None
    organization_id: str | None = None

    def __post_init__(self) -> None:
        """Check the organization's id."""
        if self.organization_id is not None:
            _validators.organization_id(self.organization_id, field="organization_id")


def check_accounts(accounts: Sequence[SecondaryAccount], agent_space: AgentSpaceArn | NewAgentSpace) -> None:
    """Check that an Agent Space, which is there or to be created, can be connected to these accounts, each once.

    Raises:
        OnboardingInputError: An account is named twice, is the primary account, is of another partition, or has an
            elevated role that the Agent Space does not permit; or there is no account. `field` is like
            `accounts[3].account_id`.
    """
    seen: dict[str, int] = {}
    for index, account in enumerate(accounts):
        field = f"accounts[{index}].account_id"
        first = seen.setdefault(account.account_id, index)
        if first != index:
            why = f"accounts[{first}] is this account already, and an Agent Space connects an account once"
            raise OnboardingInputError(field, account.account_id, why=why, fix="remove one of the two")
        if account.account_id == agent_space.account_id:
            why = "this is the primary account, where the Agent Space lives; it has the agent role for itself"
            raise OnboardingInputError(field, account.account_id, why=why, fix="remove it from the secondary accounts")
        for name, value in account.partition_fields().items():
            partition_checks.check(value, agent_space.partition, field=f"accounts[{index}].{name}")
        # A space that this app does not define (None) may permit them or not: its owner knows.
        if account.elevated_role_arn is not None and agent_space.elevated_actions_enabled is False:
            field, why = f"accounts[{index}].elevated_role_arn", "the Agent Space does not permit directed actions"
            why += ", so AWS refuses an elevated role"
            fix = "enable them there (elevated_actions_enabled), or remove the role from the account"
            raise OnboardingInputError(field, account.elevated_role_arn, why=why, fix=fix)
    if not seen:
        raise OnboardingInputError("accounts", [], why="there is no account to connect", fix="add at least one")
