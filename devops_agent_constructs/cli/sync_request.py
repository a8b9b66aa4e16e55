"""Finds out what `sync` is asked to do: which accounts through which roles, from an accounts file or from options."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from devops_agent_constructs import _validators, service
from devops_agent_constructs.account_sync.configuration import SyncConfiguration
from devops_agent_constructs.account_sync.scope import OrganizationScope
from devops_agent_constructs.account_sync.sync_limits import SyncLimits
from devops_agent_constructs.account_sync.sync_settings import sync_configuration
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.cli.agent_space_target import FILE, VARIABLE, AgentSpaceTarget
from devops_agent_constructs.cli.aws.session import Session
from devops_agent_constructs.cli.errors import CommandError, UsageError
from devops_agent_constructs.cli.expected_roles import RolesOfFile
from devops_agent_constructs.cli.terminal.reporting import note
from devops_agent_constructs.onboarding.stack_names import StackNames


@dataclass(frozen=True, kw_only=True, slots=True)
class ScopeOptions:
    """The options that say which accounts, in place of an accounts file; None or empty: not given."""

    units: Sequence[str] = ()
    exclude: Sequence[str] = ()
    accounts: Sequence[str] = ()
    role_name: str | None = None
    path: str | None = None
    stack_set: str | None = None
    stack_set_region: str | None = None

    def given(self) -> dict[str, str | None]:
        """Return option -> what was given, or the first of several; None: nothing was."""
        return {
            "--ou": next(iter(self.units), None),
            "--exclude": next(iter(self.exclude), None),
            "--account": next(iter(self.accounts), None),
            "--role-name": self.role_name,
            "--path": self.path,
            "--stack-set": self.stack_set,
            "--stack-set-region": self.stack_set_region,
        }

    def configuration(self) -> SyncConfiguration:
        """Return what they ask for, checked for what AWS would refuse, or what would connect nobody.

        Raises:
            CommandError: An account is named for two purposes.
            OnboardingInputError: A malformed id, name or path.
        """
        for option, account_ids in (("--exclude", self.exclude), ("--account", self.accounts)):
            for account_id in account_ids:
                _validators.account_id(account_id, field=option)
        for account_id in {*self.exclude} & {*self.accounts}:
            why, fix = "--exclude names the account, too", "leave out one of the two"
            raise UsageError(f"--account {account_id}", why=why, fix=fix)
        if self.role_name is not None:
            _validators.role_name(self.role_name, field="--role-name")
        if self.path is not None:
            _validators.path(self.path, field="--path")
        if self.stack_set_region is not None:
            _validators.region(self.stack_set_region, field="--stack-set-region")
        role_name, path = self.role_name or service.SECONDARY_ROLE_NAME, self.path or "/"
        return SyncConfiguration(
            role_name=role_name,
            path=path,
            organization=OrganizationScope(
                organizational_units=self.units,
                exclude_accounts=self.exclude,
                stack_set_names=(self.stack_set or StackNames().stack_set,),
            ),
            organization_region=self.stack_set_region,
            accounts=dict.fromkeys(self.accounts, path + role_name),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class SyncRequest:
    """What is to be kept in step.

    Attributes:
        target: The Agent Space, and the session of its account.
        agent_space: Its ARN.
        configuration: Which accounts, and what may be touched, as the sync's function is told.
        organization_profile: For AWS Organizations and the StackSet. None: that of the Agent Space's account.
        associated: Accounts whose association a stack of the accounts file makes, although the StackSet has the role.
        accounts_file: None: the options say it.
    """

    target: AgentSpaceTarget
    agent_space: AgentSpaceArn
    configuration: SyncConfiguration
    organization_profile: str | None
    associated: Sequence[str] = ()
    accounts_file: Path | None = None

    @property
    def organization_session(self) -> Session:
        """For AWS Organizations and the StackSet, in the StackSet's Region."""
        session, region = self.target.session, self.configuration.organization_region or self.agent_space.region
        return replace(session, profile=self.organization_profile or session.profile, region=region)

    def limits(
        self,
        *,
        adopt: Sequence[str] = (),
        adopt_roles: Sequence[str] = (),
        max_removals: int | None = None,
        max_removal_percentage: int | None = None,
    ) -> SyncLimits:
        """Return what a run may touch; what is not given, or empty, is as `configuration` says.

        Raises:
            OnboardingInputError: A malformed account id, path or name.
        """
        for account_id in adopt:
            _validators.account_id(account_id, field="--adopt")
        # As `list` writes them, without the first slash, or with it.
        adopted = [f"/{role.removeprefix('/')}" for role in adopt_roles]
        for role in adopted:
            _validators.path_and_role_name(role, field="--adopt-role")
        own, percentage = self.configuration, max_removal_percentage
        configuration = replace(
            own,
            adopted_accounts=adopt or own.adopted_accounts,
            adopted_roles=adopted or own.adopted_roles,
            max_removals=own.max_removals if max_removals is None else max_removals,
            max_removal_percentage=own.max_removal_percentage if percentage is None else percentage,
        )
        return configuration.limits(self.agent_space.partition, primary_account_id=self.agent_space.account_id)


def sync_request(
    agent_space: str | None,
    session: Session,
    options: ScopeOptions,
    *,
    config: Path | None,
    organization_profile: str | None,
) -> SyncRequest:
    """Find out what is asked for.

    Args:
        agent_space: As the user wrote it. None: as the accounts file says, or as for other commands.
        session: Of the primary account.
        options: Which accounts.
        config: The accounts file. None: the options say it, or, where there are none, the one in this folder.
        organization_profile: None: the session's credentials are good for the organization, too.

    Raises:
        CommandError: Options that contradict each other, or a file that cannot be used. Other errors are botocore's, or
            an OnboardingInputError about a malformed value.
    """
    configuration = options.configuration()
    named = agent_space or (None if config is not None else os.environ.get(VARIABLE))
    if config is None and not any(options.given().values()) and FILE.is_file():
        # However the Agent Space is named: without the file, the accounts that it names would be in no unit.
        config = FILE
        note(f"note: accounts and Agent Space as {config} in this folder says")
    if config is None:
        target = AgentSpaceTarget.parse(agent_space, session)
        space = target.full_arn()
        return SyncRequest(
            target=target,
            agent_space=space,
            configuration=configuration,
            organization_profile=organization_profile,
        )
    file = RolesOfFile.read(
        config,
        given={"AGENT_SPACE": named, **options.given()},
        fix_missing="correct the path, or say which accounts, as with --ou",
        fix_another="leave it out, or say which accounts, as with --ou",
    )
    organization = file.onboarding.organization
    return SyncRequest(
        target=AgentSpaceTarget.parse(file.agent_space.arn, session),
        agent_space=file.agent_space,
        configuration=_of_file(file),
        organization_profile=organization_profile,
        associated=() if organization is None else organization.associated_accounts,
        accounts_file=config,
    )


def _of_file(file: RolesOfFile) -> SyncConfiguration:
    """Return what the function of the file's `sync` would be told."""
    onboarding = file.onboarding
    if onboarding.organization is None and onboarding.primary is not None and onboarding.sync is None:
        why = f"the stack {onboarding.stack_names.primary} makes all associations of this file"
        raise CommandError(str(file.path), why=why, fix="deploy it; sync is for an organization, or for roles alone")
    # Not at the top: few ways of using the command read a file.
    from devops_agent_constructs.onboarding.sync_arguments import sync_arguments  # noqa: PLC0415

    by_stack = f"the stack {onboarding.stack_names.primary}"
    return sync_configuration(file.agent_space, **sync_arguments(onboarding), associated_by=by_stack)
