"""The role that a command compares with: from the accounts file, or from options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.cli.errors import CommandError
from devops_agent_constructs.cli.exit_codes import ExitCode
from devops_agent_constructs.diagnosis.expected_role import ExpectedRole
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.secondary_account import SecondaryAccount

if TYPE_CHECKING:
    from devops_agent_constructs.config import Onboarding
    from devops_agent_constructs.organization import Organization


def from_accounts_file(path: Path, account_id: str, *, given: Mapping[str, object]) -> ExpectedRole:
    """Return the role that an accounts file asks for.

    Args:
        path: Of the file.
        account_id: The secondary account.
        given: Option -> value of what the file says already; only an Agent Space that is the same may be given.

    Raises:
        CommandError: The file cannot be read, does not have the account, or contradicts an option.
    """
    onboarding = _read(path)
    space = onboarding.agent_space
    if space is None:
        why = "its Agent Space is not deployed yet, so no role trusts it"
        fix = f"cdk deploy {onboarding.stack_names.agent_space} --outputs-file cdk-outputs.json"
        raise CommandError(str(path), why=why, fix=fix)
    for option, value in given.items():
        if value is not None and value != space.arn:
            why = f"{path} says it already" if option != "AGENT_SPACE_ARN" else f"{path} names another, {space.arn}"
            fix = "leave out the option or --config"
            raise CommandError(f"{option} {value}", why=why, fix=fix, exit_code=ExitCode.USAGE)
    account, stack_id = _account_of(onboarding, account_id, path)
    return ExpectedRole.of(
        account,
        agent_space=space,
        generation=onboarding.generation,
        agent_role_arn=onboarding.agent_role_arn,
        stack_id=stack_id,
    )


def from_options(
    account_id: str, *, agent_space: str, role_name: str, path: str, generation: Generation, agent_role_arn: str | None
) -> ExpectedRole:
    """Return the role that the library makes by default, but for what the options say.

    Raises:
        CommandError: `agent_space` is an id: credentials of a secondary account cannot look up the rest.
        OnboardingInputError: A value is malformed, or the agent role is missing.
    """
    if ":" not in agent_space:
        why = "an id does not tell the account and the Region that the role must name"
        fix = "give the ARN, from the Agent Space's page or the stack's outputs"
        raise CommandError(f"AGENT_SPACE_ARN {agent_space}", why=why, fix=fix, exit_code=ExitCode.USAGE)
    return ExpectedRole.of(
        SecondaryAccount(account_id=account_id, role_name=role_name, path=path),
        agent_space=AgentSpaceArn.from_arn(agent_space, field="AGENT_SPACE_ARN"),
        generation=generation,
        agent_role_arn=agent_role_arn,
    )


def _read(path: Path) -> Onboarding:
    # Not at the top: few ways of using the command read a file.
    from devops_agent_constructs import config  # noqa: PLC0415

    try:
        return config.from_file(path)
    except OnboardingInputError as error:
        fix = error.fix
        if error.field == "file" and not error.location:
            fix = "name another with --config, or give AGENT_SPACE_ARN to compare with the library's defaults"
        exit_code = ExitCode.FAILED if error.field == "extra" else ExitCode.USAGE
        raise CommandError(error.what, why=error.why, fix=fix, exit_code=exit_code) from None


def _account_of(onboarding: Onboarding, account_id: str, path: Path) -> tuple[SecondaryAccount, str]:
    for account in onboarding.accounts:
        if account.account_id == account_id:
            return account, onboarding.stack_names.secondary(account_id)
    if onboarding.organization is not None:
        return _as_account(onboarding.organization, account_id), onboarding.stack_names.organization
    why = f"it does not have account {account_id}"
    fix = "add the account, or name another file with --config"
    raise CommandError(str(path), why=why, fix=fix, exit_code=ExitCode.USAGE)


def _as_account(organization: Organization, account_id: str) -> SecondaryAccount:
    names = {one.name for one in fields(SecondaryAccount)} & {one.name for one in fields(organization)}
    settings = {name: getattr(organization, name) for name in names - {"account_id", "region"}}
    return SecondaryAccount(account_id=account_id, **settings)
