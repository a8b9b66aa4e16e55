"""Find the role that a command compares with: from the accounts file, or from options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from devops_agent_constructs import service
from devops_agent_constructs._role_arn import parse_role_arn
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.cli.errors import CommandError, UsageError, error_of_file
from devops_agent_constructs.diagnosis import commands
from devops_agent_constructs.diagnosis.expected_role import ExpectedRole
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.secondary.role_settings import RoleSettings

if TYPE_CHECKING:
    from devops_agent_constructs.config import Onboarding

_FIX_MISSING = "name another with --config, or give AGENT_SPACE_ARN to compare with the library's defaults"
_FIX_ANOTHER = "leave out the option or --config"


@dataclass(frozen=True, kw_only=True, slots=True)
class RolesByDefault:
    """The roles that the library makes by default, but for what the options say.

    Attributes:
        agent_space: The Agent Space.
        role_name: None: as the association says, if that is known; or else the library's.
        path: As `role_name`.
        generation: None: the present one.
        agent_role_arn: The agent role.
    """

    agent_space: AgentSpaceArn
    role_name: str | None = None
    path: str | None = None
    generation: Generation | None = None
    agent_role_arn: str | None = None

    def role(self, account_id: str, role_arn: str | None) -> ExpectedRole:
        """Return the role of an account, which its association names so; empty: there is none, None: it is not known.

        Raises:
            OnboardingInputError: A value is malformed, or the agent role is missing.
        """
        is_primary = account_id == self.agent_space.account_id
        usual = service.AGENT_ROLE_NAME if is_primary else service.SECONDARY_ROLE_NAME
        path, name = _named_in(account_id, role_arn or "") or ("/", usual)
        return ExpectedRole(
            account_id=account_id,
            settings=RoleSettings(role_name=self.role_name or name, path=self.path or path),
            agent_space=self.agent_space,
            generation=self.generation or Generation.GA,
            agent_role_arn=self.agent_role_arn,
            association_role_arn=role_arn,
        )

    def agrees_with(self, expected: ExpectedRole) -> bool:
        """Tell whether the options say nothing else than an accounts file does."""
        settings = expected.settings
        return (
            self.role_name in {None, settings.role_name}
            and self.path in {None, settings.path}
            and self.generation in {None, expected.generation}
            and self.agent_role_arn in {None, expected.agent_role_arn}
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class RolesOfFile:
    """The roles that an accounts file asks for.

    Attributes:
        path: Of the file.
        onboarding: What it says.
        agent_space: The Agent Space.
        otherwise: What counts for an account that the file lacks, or of which options say another thing. None: nothing.
    """

    path: Path
    onboarding: Onboarding
    agent_space: AgentSpaceArn
    otherwise: RolesByDefault | None = None

    @classmethod
    def read(
        cls,
        path: Path,
        *,
        given: Mapping[str, object],
        otherwise: RolesByDefault | None = None,
        fix_missing: str = _FIX_MISSING,
        fix_another: str = _FIX_ANOTHER,
    ) -> RolesOfFile:
        """Read the file.

        Args:
            path: Of the file.
            given: Option -> value of what the file says already; only an Agent Space that is the same may be given.
            otherwise: What counts for an account that the file lacks, or of which options say something else.
            fix_missing: What to do where there is no such file.
            fix_another: What to do where it names another Agent Space.

        Raises:
            CommandError: The file cannot be read, or contradicts an option.
        """
        onboarding = _read(path, fix_missing)
        space = onboarding.agent_space
        if space is None:
            why = "its Agent Space is not deployed yet, so no role trusts it"
            fix = f"cdk deploy {onboarding.stack_names.agent_space} --outputs-file cdk-outputs.json"
            raise CommandError(str(path), why=why, fix=fix)
        for option, value in given.items():
            if value not in {None, space.arn, space.agent_space_id}:
                is_space = option.startswith("AGENT_SPACE")
                why = f"{path} names another, {space.arn}" if is_space else f"{path} says it already"
                raise UsageError(f"{option} {value}", why=why, fix=fix_another if is_space else _FIX_ANOTHER)
        return cls(path=path, onboarding=onboarding, agent_space=space, otherwise=otherwise)

    def role(self, account_id: str, role_arn: str | None) -> ExpectedRole:
        """Return the role of an account, which its association names so; raises CommandError if the file lacks it."""
        # The Agent Space's own account has the agent role, which no accounts file describes.
        is_primary = account_id == self.agent_space.account_id
        otherwise = self.otherwise or (RolesByDefault(agent_space=self.agent_space) if is_primary else None)
        by_file = None if is_primary else self._by_file(account_id, role_arn)
        if by_file is not None and (otherwise is None or otherwise.agrees_with(by_file)):
            return by_file
        if otherwise is not None:
            return otherwise.role(account_id, role_arn)
        why, fix = f"it does not have account {account_id}", "add the account, or name another file with --config"
        raise UsageError(str(self.path), why=why, fix=fix)

    def _by_file(self, account_id: str, role_arn: str | None) -> ExpectedRole | None:
        onboarding, organization = self.onboarding, self.onboarding.organization
        account = next((account for account in onboarding.accounts if account.account_id == account_id), None)
        # Whether the organization has the account, only the organization knows.
        if (owner := account or organization) is None:
            return None
        stack_id = onboarding.stack_names.secondary(account_id) if account else onboarding.stack_names.organization
        # Nobody is told to turn a protection off.
        is_deletable = account is not None and not onboarding.termination_protection
        cdk = partial(commands.cdk, account_id=owner.account_id, accounts_file=str(self.path))
        return ExpectedRole(
            account_id=account_id,
            settings=owner.role_settings,
            agent_space=self.agent_space,
            generation=onboarding.generation,
            agent_role_arn=onboarding.agent_role_arn,
            deployment=cdk("deploy", stack_id),
            # Exclusively: the stack of the associations waits for this one, and would be deleted with it.
            removal=cdk("destroy", stack_id, "--exclusively") if is_deletable else None,
            accounts_file=str(self.path),
            association_role_arn=role_arn,
        )


ExpectedRoles = RolesOfFile | RolesByDefault
"""What the roles of accounts are compared with."""


def _named_in(account_id: str, role_arn: str) -> tuple[str, str] | None:
    """Return the path and the name of the role that an association names.

    None: no such role can be in the account. That is a slip in the association, which the comparison says, with the
    role that should be there.
    """
    arn = parse_role_arn(role_arn)
    if arn is None or arn.account_id != account_id:
        return None
    try:
        RoleSettings(role_name=arn.name, path=arn.path)
    except OnboardingInputError:
        return None  # Nobody could read such a role, or make one.
    return arn.path, arn.name


def agent_space_of(text: str) -> AgentSpaceArn:
    """Return the Agent Space that a user named.

    Raises:
        CommandError: It is an id: credentials of a secondary account cannot look up the rest.
        OnboardingInputError: A malformed ARN.
    """
    if ":" not in text:
        why = "an id does not tell the account and the Region that the role must name"
        fix = "give the ARN, from the Agent Space's page or the stack's outputs"
        raise UsageError(f"AGENT_SPACE_ARN {text}", why=why, fix=fix)
    return AgentSpaceArn.from_arn(text, field="AGENT_SPACE_ARN")


def _read(path: Path, fix_missing: str) -> Onboarding:
    # Not at the top: few ways of using the command read a file.
    from devops_agent_constructs import config  # noqa: PLC0415

    try:
        return config.from_file(path)
    except OnboardingInputError as error:
        fix = fix_missing if error.field == "file" and not error.location else error.fix
        raise error_of_file(error, fix=fix) from None
