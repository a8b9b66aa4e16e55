"""Read what a migration is about: the associations, their roles, who else needs the agent role, AWS's policies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from devops_agent_constructs import service
from devops_agent_constructs._plain_text import counted
from devops_agent_constructs.account_sync.account_association import MONITOR, SOURCE, AccountAssociation
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.cli.agent_space_target import AgentSpaceTarget
from devops_agent_constructs.cli.aws.errors import explain
from devops_agent_constructs.cli.aws.role_reader import read_assume_role_policies, read_managed_policy, read_roles
from devops_agent_constructs.cli.aws.session import Session, list_all
from devops_agent_constructs.cli.connection_report import ConnectionReport
from devops_agent_constructs.cli.errors import CommandError
from devops_agent_constructs.cli.expected_roles import RolesOfFile
from devops_agent_constructs.cli.terminal.console import progress_bar
from devops_agent_constructs.cli.terminal.reporting import note
from devops_agent_constructs.cli.terminal.written_file import ANOTHER_FILE, signed, write_file
from devops_agent_constructs.diagnosis.difference import listed
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.migration.adopted_accounts import adopted_accounts_text
from devops_agent_constructs.migration.connected_role import agent_role_of
from devops_agent_constructs.migration.permission_changes import (
    PermissionChanges,
    inline_documents,
    permission_changes,
)
from devops_agent_constructs.migration.plan import Migration


def read_migration(
    target: AgentSpaceTarget, accounts: Sequence[str] | None, *, assume_role_name: str | None, accounts_file: str
) -> Migration:
    """Read the associations and their roles, of all accounts or of those that are named.

    Raises:
        CommandError: An account has no association. Other errors are botocore's.
    """
    report = ConnectionReport()
    associations = list(report.accounts(target.connections()))
    every = [association for association in associations if association.account_type == SOURCE]
    sources = _chosen(every, accounts, target)
    agent_space = target.full_arn()
    task = f"reading {counted(len(sources), 'role')}"
    with progress_bar(task, total=len(sources)) as progress:
        roles = read_roles(target.session, sources, assume_role_name=assume_role_name, progress=progress)
    # The association of the primary account itself names it, where there is one.
    known = next((entry.role_arn for entry in associations if entry.account_type == MONITOR), None)
    agent_role_arn = known or agent_role_of(roles, agent_space)
    migration = Migration(
        agent_space=agent_space,
        agent_role_arn=agent_role_arn,
        roles=tuple(roles),
        accounts_file=accounts_file,
        stack_prefix=_stack_prefix(Path(accounts_file), agent_space),
    )
    if agent_role_arn is None or not migration.of_generation(Generation.PREVIEW, Generation.TRANSITION):
        return migration
    arns = {association.role_arn for association in every}
    left = [association.account_id for association in every if association not in sources]
    return replace(
        migration,
        assume_role_policies=read_assume_role_policies(target.session, agent_role_arn, role_arns=arns),
        grant_needed_by=(
            *([f"{listed(left)} (left out by --account)"] if left else []),
            *_by_other_roles(report),
            *_needed_elsewhere(target.session, agent_space, agent_role_arn, assume_role_name=assume_role_name),
        ),
    )


def _stack_prefix(accounts_file: Path, agent_space: AgentSpaceArn) -> str:
    """Return the prefix of the accounts file, if there is one of the same Agent Space: the commands are about it."""
    if not accounts_file.exists():
        return ""
    try:
        return RolesOfFile.read(accounts_file, given={"AGENT_SPACE_ARN": agent_space.arn}).onboarding.stack_prefix
    except CommandError as error:
        note(f"note: stacks are named as without {accounts_file}: {error}")
        return ""


def _chosen(
    sources: list[AccountAssociation], accounts: Sequence[str] | None, target: AgentSpaceTarget
) -> list[AccountAssociation]:
    if missing := sorted(set(accounts or ()) - {source.account_id for source in sources}):
        why = f"it has no association for account {', '.join(missing)}"
        fix = f"see {target.command('list')}"
        raise CommandError(f"Agent Space {target.agent_space_id}", why=why, fix=fix)
    return [source for source in sources if not accounts or source.account_id in accounts]


def _needed_elsewhere(
    session: Session, agent_space: AgentSpaceArn, agent_role_arn: str, *, assume_role_name: str | None
) -> Iterator[str]:
    """Say in words which other Agent Spaces need the agent role to assume roles, or what cannot be told of them.

    IAM is global: the role may serve Agent Spaces of any Region.
    """
    regions = service.AGENT_SPACE_REGIONS if agent_space.partition == "aws" else frozenset[str]()
    for region in sorted(regions | {agent_space.region}):
        here = replace(session, region=region)
        try:
            spaces = list_all(here.client("devops-agent"), "list_agent_spaces", "agentSpaces")
            for space_id in [space["agentSpaceId"] for space in spaces]:
                arn = f"arn:{agent_space.partition}:aidevops:{region}:{agent_space.account_id}:agentspace/{space_id}"
                if arn != agent_space.arn:
                    yield from _needed_by(AgentSpaceTarget.parse(arn, here), agent_role_arn, assume_role_name)
        except (BotoCoreError, ClientError, CommandError) as error:
            why = error.why if isinstance(error, CommandError) else explain(error).why
            # Not one Region after the other: without a way to the endpoints each would take minutes to fail.
            yield f"other Agent Spaces of the account, which cannot be read in {region} ({why})"
            return


def _needed_by(target: AgentSpaceTarget, agent_role_arn: str, assume_role_name: str | None) -> Iterator[str]:
    report = ConnectionReport()
    accounts = list(report.accounts(target.connections()))
    agent_roles = {account.role_arn for account in accounts if account.account_type == MONITOR}
    sources = [account for account in accounts if account.account_type == SOURCE]
    # Without an association of its own account, nobody can tell which agent role it has.
    if (
        target.arn is None
        or not (sources or report.units or report.unread)
        or (agent_roles and agent_role_arn not in agent_roles)
    ):
        return
    roles = read_roles(target.session, sources, assume_role_name=assume_role_name, progress=lambda _done: None)
    behind = [role.account_id for role in roles if role.generation(target.arn, agent_role_arn) is not Generation.GA]
    if whom := [*([listed(behind)] if behind else []), *_by_other_roles(report)]:
        yield f"Agent Space {target.arn.arn}, for {' and '.join(whom)}"


def _by_other_roles(report: ConnectionReport) -> list[str]:
    """Say how many associations connect accounts by roles of AWS's own, of which it publishes nothing, or unread."""
    number = len(report.units) + len(report.unread)
    about = "of organizational units, or of a kind that is not known"
    return [f"{counted(number, 'association')} {about}"] if number else []


def compare_policies(session: Session, partition: str) -> PermissionChanges | None:
    """Compare AWS's two managed policies as they are now. None: AWS has withdrawn one, which is said."""
    iam = session.client("iam")
    read = {}
    for name in (service.PREVIEW_MANAGED_POLICY, service.GA_MANAGED_POLICY):
        try:
            read[name] = read_managed_policy(iam, f"arn:{partition}:iam::aws:policy/{name}")
        except iam.exceptions.NoSuchEntityException:  # noqa: PERF203  # there are two
            note(f"note: permissions are not compared: AWS has no policy {name}")
            return None
    (_, old), (_, new) = read.values()
    changes = permission_changes(
        [old, *inline_documents(Generation.PREVIEW, partition=partition)],
        [new, *inline_documents(Generation.GA, partition=partition)],
    )
    return replace(changes, versions={name: version for name, (version, _) in read.items()})


def write_accounts_file(migration: Migration, path: Path, *, force: bool) -> None:
    """Write the accounts file that adopts the roles; raises CommandError if there is none to adopt."""
    count = len(migration.adoptable)
    if not count:
        why = "no role was read that is still of the preview and in no stack, so there is nothing to adopt"
        raise CommandError(str(path), why=why, fix="see above why, for each account")
    text = signed(adopted_accounts_text(migration))
    write_file(path, text, force=force, is_signed=True, another=ANOTHER_FILE)
    note(f"wrote {path}: {counted(count, 'role')} to adopt")
    note("note: it has no `primary`: the associations stay as they are, and AWS refuses a second one for an account")
    if count < len(migration.roles):
        rest = len(migration.roles) - count
        note(f"note: {rest} account{' is' if rest == 1 else 's are'} left out; comments in the file say why")
