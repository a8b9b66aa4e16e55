"""Holds where a StackSet deploys, and with whose permissions, as checked values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from devops_agent_constructs import _validators, service
from devops_agent_constructs._arguments import checked_fields
from devops_agent_constructs.errors import OnboardingInputError

# The patterns of the CloudFormation schema of AWS::CloudFormation::StackSet, dated 2026-10-20.
_ROOT = re.compile("r-[a-z0-9]{4,32}")
_STACK_SET_ARN = re.compile("arn:aws[a-z-]*:cloudformation:[a-z0-9-]+:[0-9]{12}:stackset/[^ ]+")

ADDITIONAL = "-AdditionalAccounts"
"""What the name of the StackSet for additional accounts ends with."""


class CallAs(Enum):
    """What the account of the stack is to the organization; a wrong one is refused by AWS, so nothing is guessed.

    See https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stackset.html
    """

    SELF = "SELF"
    """The management account."""

    DELEGATED_ADMIN = "DELEGATED_ADMIN"
    """A member account that the management account registered as a delegated administrator for StackSets."""


@checked_fields
@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceManagedDeployment:
    """Accounts of AWS Organizations, reached with roles that CloudFormation makes itself.

    Trusted access of StackSets must be on in the organization. StackSets skips the management account and suspended
    accounts.

    Attributes:
        organizational_units: Ids of 1-50 organizational units, with all units below them, or of the root.
        call_as: What the account of the stack is to the organization.
        exclude_accounts: Accounts of these units to leave out, as long as they stay where they are: with
            `auto_deployment`, one that joins or moves between the units later gets the role.
        only_accounts: Only these accounts of the units; others that join later are not deployed to.
        additional_accounts: Accounts outside of the units; an account of both would get two roles of one name, and the
            second fails. Accounts of the organization only.
        organization_root: The root's id, in which AWS looks for `additional_accounts`; needed by them.
        auto_deployment: Whether accounts that join the units later are deployed to, and those that leave are cleaned
            up. None: yes, unless `only_accounts` is given.
        retain_stacks_on_account_removal: Whether an account that leaves the units keeps the role.
        depends_on: Up to 10 ARNs of StackSets that go first when an account joins.

    Raises:
        OnboardingInputError: A malformed id, an account or unit named twice or for two purposes, or settings that AWS
            refuses together.

    See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-manage-auto-deployment.html
    and https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/account-level-targets.html
    """

    organizational_units: Sequence[str]
    call_as: CallAs
    exclude_accounts: Sequence[str] = ()
    only_accounts: Sequence[str] = ()
    additional_accounts: Sequence[str] = ()
    organization_root: str | None = None
    auto_deployment: bool | None = None
    retain_stacks_on_account_removal: bool = False
    depends_on: Sequence[str] = ()

    def __post_init__(self) -> None:
        """Check every field and what goes together."""
        _organizational_units(self.organizational_units)
        for field in ("exclude_accounts", "only_accounts", "additional_accounts"):
            _validators.account_ids(getattr(self, field), field=field)
        if self.exclude_accounts and self.only_accounts:
            # Another surface, like the accounts file, has other names: the words hold with any of them.
            why = "the accounts to deploy to are named already, so that none is left to exclude"
            fix = "name accounts or exclude some, not both"
            raise OnboardingInputError("exclude_accounts", list(self.exclude_accounts), why=why, fix=fix)
        self._check_additional_accounts()
        self._check_auto_deployment()

    @property
    def targeted_accounts(self) -> tuple[str, ...]:
        """The accounts that are named in order to be deployed to; not those of whole units."""
        return (*self.only_accounts, *self.additional_accounts)

    def _check_additional_accounts(self) -> None:
        if self.organization_root is not None and _ROOT.fullmatch(self.organization_root) is None:
            raise OnboardingInputError(
                "organization_root", self.organization_root, why="not the id of a root", fix="write it like 'r-a1b2'"
            )
        if not self.additional_accounts:
            return
        named = {*self.exclude_accounts, *self.only_accounts}
        for index, account_id in enumerate(self.additional_accounts):
            if account_id in named:
                field, why = f"additional_accounts[{index}]", "it is excluded, or named to be deployed to, as well"
                raise OnboardingInputError(field, account_id, why=why, fix="remove it from one of the two")
        if any(map(_ROOT.fullmatch, self.organizational_units)):
            why, fix = "the root covers every account of the organization", "leave it out"
            raise OnboardingInputError("additional_accounts", list(self.additional_accounts), why=why, fix=fix)
        if self.organization_root is None:
            why = "AWS looks for additional accounts in the root, whose id is not given"
            fix = "add it, e.g. 'r-a1b2', from `aws organizations list-roots`"
            raise OnboardingInputError("organization_root", None, why=why, fix=fix)

    def _check_auto_deployment(self) -> None:
        if self.auto_deployment and self.only_accounts:
            why = (
                "the accounts to deploy to are named, and AWS deploys automatically to others that join the units, too"
            )
            raise OnboardingInputError("auto_deployment", True, why=why, fix="leave it out")
        if self.auto_deployment is None:
            object.__setattr__(self, "auto_deployment", not self.only_accounts)
        for field, value in (
            ("retain_stacks_on_account_removal", self.retain_stacks_on_account_removal),
            ("depends_on", list(self.depends_on)),
        ):
            if value and not self.auto_deployment:
                why = "AWS takes it together with auto-deployment only, which is off"
                raise OnboardingInputError(field, value, why=why, fix="leave it out")
        if len(self.depends_on) > service.MAX_STACK_SET_DEPENDENCIES:
            why = f"AWS admits {service.MAX_STACK_SET_DEPENDENCIES} dependencies"
            raise OnboardingInputError(
                "depends_on", len(self.depends_on), why=why, fix="name the last ones of each chain"
            )
        for index, arn in enumerate(self.depends_on):
            why, field = "not the ARN of a StackSet", f"depends_on[{index}]"
            fix = "write it like 'arn:aws:cloudformation:us-east-1:111111111111:stackset/Name:id'"
            _validators.form(arn, _STACK_SET_ARN, field=field, why=why, fix=fix)


@checked_fields
@dataclass(frozen=True, kw_only=True, slots=True)
class SelfManagedDeployment:
    """A list of accounts, of an organization or not, reached with roles that their owners made beforehand.

    Attributes:
        accounts: Account ids, at least one.
        administration_role_arn: Of the account of the stack. None: AWSCloudFormationStackSetAdministrationRole.
        execution_role_name: In each account. None: AWSCloudFormationStackSetExecutionRole.

    Raises:
        OnboardingInputError: A malformed value, no account, or one named twice.

    See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs-self-managed.html
    """

    accounts: Sequence[str]
    administration_role_arn: str | None = None
    execution_role_name: str | None = None

    def __post_init__(self) -> None:
        """Check every field."""
        _validators.account_ids(self.accounts, field="accounts")
        if not self.accounts:
            raise OnboardingInputError("accounts", [], why="there is no account to deploy to", fix="add at least one")
        if self.administration_role_arn is not None and not _validators.is_token(self.administration_role_arn):
            _validators.role_arn(self.administration_role_arn, field="administration_role_arn")
        if self.execution_role_name is not None:
            _validators.role_name(self.execution_role_name, field="execution_role_name")

    @property
    def targeted_accounts(self) -> tuple[str, ...]:
        """All accounts."""
        return tuple(self.accounts)


def check_management_account(deployment: ServiceManagedDeployment | SelfManagedDeployment) -> None:
    """Check that the stack of the rollout is the management account's, where that account shall get the role in it."""
    if isinstance(deployment, SelfManagedDeployment):
        why = "with self-managed permissions, StackSets deploys to any account that it is given"
        fix = "leave it out, and name the account among the others"
    elif deployment.call_as is CallAs.DELEGATED_ADMIN:
        why = "the stack is a delegated administrator's, so that no role in it is the management account's"
        fix = "leave it out, and deploy a SecondaryAccountStack there (in an accounts file: name it in accounts)"
    else:
        return
    raise OnboardingInputError("include_management_account", True, why=why, fix=fix)


def without_role(
    deployment: ServiceManagedDeployment | SelfManagedDeployment,
    account_id: str,
    *,
    management_account_id: str | None,
    include_management_account: bool,
) -> tuple[str, str] | None:
    """Return why an account gets no role, and how it would; None if it does, as far as is known."""
    if isinstance(deployment, SelfManagedDeployment):
        return None if account_id in deployment.accounts else ("it is not among the accounts", "add it there")
    if account_id == management_account_id:
        if include_management_account:
            return None
        return "StackSets never deploys to the management account", "set include_management_account"
    if account_id in deployment.exclude_accounts:
        return "it is excluded", "exclude it no longer"
    if deployment.only_accounts and account_id not in deployment.targeted_accounts:
        return "the accounts to deploy to are named, and it is not among them", "add it to them"
    return None


def _organizational_units(ids: Sequence[str]) -> None:
    _validators.each_once(ids, field="organizational_units")
    if not 1 <= len(ids) <= service.MAX_ORGANIZATIONAL_UNITS:
        why = f"{len(ids)} organizational units; AWS takes 1 to {service.MAX_ORGANIZATIONAL_UNITS} in one operation"
        fix = "name a unit above them, or the root" if ids else "name at least one, or the root"
        raise OnboardingInputError("organizational_units", list(ids), why=why, fix=fix)
    for index, unit in enumerate(ids):
        _validators.organizational_unit(unit, field=f"organizational_units[{index}]")
    if len(ids) > 1 and (roots := [unit for unit in ids if _ROOT.fullmatch(unit)]):
        why, fix = f"the root {roots[0]} has all other units below it", "name the root alone, or units alone"
        raise OnboardingInputError("organizational_units", list(ids), why=why, fix=fix)
