"""Defines `devops-agent-accounts sync`: associations that follow an organization."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from devops_agent_constructs._plain_text import counted
from devops_agent_constructs.account_sync.account_association import AccountAssociation
from devops_agent_constructs.account_sync.associations_reader import OrganizationModeError, read_agent_space
from devops_agent_constructs.account_sync.associations_writer import apply as apply_actions
from devops_agent_constructs.account_sync.desired_reader import read_desired
from devops_agent_constructs.account_sync.plan import ActionKind, plan
from devops_agent_constructs.account_sync.retries import Retries
from devops_agent_constructs.account_sync.scope import Desired
from devops_agent_constructs.account_sync.sync_limits import MAX_REMOVAL_PERCENTAGE, MAX_REMOVALS
from devops_agent_constructs.cli.agent_space_target import AgentSpaceTarget
from devops_agent_constructs.cli.aws.session import Session
from devops_agent_constructs.cli.errors import CommandError, Ended, UsageError
from devops_agent_constructs.cli.options import AgentSpace, Debug, Exclude, OutputFormat, Profile, Region, Units
from devops_agent_constructs.cli.sync_report import SyncReport
from devops_agent_constructs.cli.sync_request import ScopeOptions, SyncRequest, sync_request
from devops_agent_constructs.cli.terminal.console import progress_bar
from devops_agent_constructs.cli.terminal.reporting import note, reported

EXAMPLES = """\b
Examples:
  devops-agent-accounts sync --config devops-agent.yaml --profile operations
  devops-agent-accounts sync --config devops-agent.yaml --apply --wait 5
  devops-agent-accounts sync AGENT_SPACE --ou ou-a1b2-11112222 --exclude 222222222222
  devops-agent-accounts sync AGENT_SPACE --output json > plan.json

\b
Exit codes:
  0  in step; with --apply: everything is done, and with --wait valid
  1  something is to be done; with --apply: something was changed meanwhile, or is invalid
  2  none is invalid, but one is still pending after --wait minutes
  3  a call failed, or more would be disconnected or updated than the limits admit
"""

_AFTER_LIMIT = "look at the plan; for one run, raise --max-removals or --max-removal-percentage"
_AFTER_INCOMPLETE = "correct what it names, or try again"

Config = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Accounts file that says units, exclusions, roles and the Agent Space, in place of the options for them.",
    ),
]
Accounts = Annotated[
    list[str] | None,
    typer.Option(
        "--account", metavar="ID", help="An account whose role is there without the StackSet; may be repeated."
    ),
]
RoleName = Annotated[
    str | None, typer.Option(metavar="NAME", help="Name of the role. Default: DevOpsAgentRole-SecondaryAccount.")
]
RolePath = Annotated[str | None, typer.Option(metavar="PATH", help="Path of the role. Default: /.")]
StackSet = Annotated[
    str | None, typer.Option(metavar="NAME", help="StackSet that makes the role. Default: DevOpsAgentSecondary.")
]
StackSetRegion = Annotated[
    str | None, typer.Option(metavar="REGION", help="Region of the StackSet. Default: the Agent Space's.")
]
OrganizationProfile = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Profile for AWS Organizations and the StackSet, if the primary account is no delegated administrator.",
    ),
]
Adopt = Annotated[
    list[str] | None,
    typer.Option(metavar="ID", help="An account whose association is taken over, whichever role it has."),
]
AdoptRole = Annotated[
    list[str] | None,
    typer.Option(metavar="PATH_AND_NAME", help="A further role whose associations are sync's own, like /FormerRole."),
]
MaxRemovals = Annotated[
    int | None,
    typer.Option(
        metavar="NUMBER",
        min=0,
        help=f"Disconnect and update no more accounts than this. Default: as the file says, or {MAX_REMOVALS}.",
    ),
]
MaxRemovalPercentage = Annotated[
    int | None,
    typer.Option(
        metavar="NUMBER",
        min=0,
        max=100,
        help="Disconnect and update no larger share of the accounts, rounded up. Default: as the file says, or "
        f"{MAX_REMOVAL_PERCENTAGE}.",
    ),
]
Apply = Annotated[bool, typer.Option("--apply", help="Change the associations. Default: say what would be done.")]
Wait = Annotated[
    float | None,
    typer.Option(metavar="MINUTES", min=0, help="With --apply: validate afterwards, and wait at most so long."),
]


def sync(
    agent_space: AgentSpace = None,
    *,
    config: Config = None,
    ou: Units = None,
    exclude: Exclude = None,
    account: Accounts = None,
    role_name: RoleName = None,
    path: RolePath = None,
    stack_set: StackSet = None,
    stack_set_region: StackSetRegion = None,
    organization_profile: OrganizationProfile = None,
    adopt: Adopt = None,
    adopt_role: AdoptRole = None,
    max_removals: MaxRemovals = None,
    max_removal_percentage: MaxRemovalPercentage = None,
    apply: Apply = False,
    wait: Wait = None,
    profile: Profile = None,
    region: Region = None,
    output: OutputFormat = "table",
    debug: Debug = False,
) -> None:
    """Keep the associations in step with the organization: connect who joined, disconnect who left.

    The only command that changes AWS, and only with --apply; without it, it says what would be done. An account is
    connected once its stack of the StackSet is CURRENT and makes this role. Only associations through roles of this
    name and path, those of accounts that are named, and those that --adopt names are changed or removed.
    """
    with reported(debug=debug, profile=profile):
        if wait is not None and not apply:
            why = "nothing is changed, so there is nothing new to validate"
            raise UsageError("--wait", why=why, fix="add --apply")
        options = ScopeOptions(
            units=ou or (),
            exclude=exclude or (),
            accounts=account or (),
            role_name=role_name,
            path=path,
            stack_set=stack_set,
            stack_set_region=stack_set_region,
        )
        session = Session(profile=profile, region=region)
        request = sync_request(agent_space, session, options, config=config, organization_profile=organization_profile)
        limits = request.limits(
            adopt=adopt or (),
            adopt_roles=adopt_role or (),
            max_removals=max_removals,
            max_removal_percentage=max_removal_percentage,
        )
        retries = Retries()
        there = _read_associations(request.target, retries)
        desired = _read_desired(request, filter(limits.owns, there), retries)
        fix = _AFTER_LIMIT if desired.why_incomplete is None else _AFTER_INCOMPLETE
        report = SyncReport(plan=plan(desired, there, limits), fix=fix, is_applied=apply)
        try:
            if apply:
                _apply(request, report, retries)
                if wait is not None:
                    report.validated = _validate(request.target, desired, seconds=wait * 60)
        finally:
            # Also what was done before a call failed, or before Ctrl-C.
            report.write(output)
            _say_what_the_file_still_says(request, report)
    raise Ended(report.exit_code())


def _read_associations(target: AgentSpaceTarget, retries: Retries) -> list[AccountAssociation]:
    """Read all associations; raises CommandError if AWS connects the accounts by itself."""
    try:
        with target.calls():
            return read_agent_space(target.client(), target.agent_space_id, retries)
    except OrganizationModeError as error:
        fix = f"see {target.command('list')}; sync is for an Agent Space with associations of single accounts"
        raise CommandError(f"Agent Space {target.agent_space_id}", why=str(error), fix=fix) from error


def _read_desired(request: SyncRequest, owned: Iterable[AccountAssociation], retries: Retries) -> Desired:
    # Not at the top: it imports botocore, which `--help` does not need.
    from devops_agent_constructs.cli.aws.errors import explain  # noqa: PLC0415

    session = request.organization_session
    try:
        return read_desired(
            request.configuration,
            partition=request.agent_space.partition,
            organizations=session.client("organizations"),
            sts=session.client("sts"),
            cloudformation=session.client("cloudformation"),
            retries=retries,
            connected=[association.account_id for association in owned],
        )
    except CommandError:
        raise
    except Exception as error:
        # It is the organization's profile that has to sign in again, which can be another one than the command's.
        raise explain(error, profile=session.profile) from error


def _apply(request: SyncRequest, report: SyncReport, retries: Retries) -> None:
    changes, target = report.plan.changes, request.target
    if not changes:
        return
    what = f"changing {counted(len(changes), 'association')} of {target.agent_space_id}"
    with progress_bar(what, total=len(changes)) as progress, target.calls():
        for result in apply_actions(target.client(), target.agent_space_id, changes, retries):
            report.results.append(result)
            progress(len(report.results))


def _validate(target: AgentSpaceTarget, desired: Desired, *, seconds: float) -> list[AccountAssociation]:
    """Validate the Agent Space, and return the associations of the accounts that should be connected."""
    before = {
        association.association_id: association
        for association in target.connections()
        if isinstance(association, AccountAssociation) and association.account_id in desired.roles
    }
    results = target.validated(before, seconds=seconds)
    accounts = (result for result in results if isinstance(result, AccountAssociation))
    return sorted(accounts, key=lambda association: association.account_id)


def _say_what_the_file_still_says(request: SyncRequest, report: SyncReport) -> None:
    """Name the accounts whose association goes although a stack of the accounts file made it."""
    gone = [
        action.account_id
        for action in report.plan.actions
        if action.kind is ActionKind.DISASSOCIATE and action.account_id in request.associated
    ]
    if gone:
        note(
            f"note: remove {', '.join(gone)} from associate in {request.accounts_file}, and deploy: the stack cannot "
            "update an association that is gone"
        )
