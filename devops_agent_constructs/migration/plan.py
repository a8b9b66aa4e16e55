"""Plan the steps of a migration, in an order in which the agent never loses an account."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from devops_agent_constructs import service, templates
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.diagnosis import commands
from devops_agent_constructs.diagnosis.commands import DEFAULT_ACCOUNTS_FILE, Command
from devops_agent_constructs.diagnosis.difference import listed
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.migration.connected_role import ON_THE_WAY, ConnectedRole
from devops_agent_constructs.onboarding.stack_names import StackNames

_IN_PLACE = "the same role, ARN and association throughout"


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step.

    Attributes:
        title: e.g. `transition`.
        what: What it changes, in words.
        commands: For a shell, in order.
    """

    title: str
    what: str
    commands: tuple[Command, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Migration:
    """What is known before the first step.

    Attributes:
        agent_space: The Agent Space.
        agent_role_arn: The agent role in the primary account. None: it is not known.
        roles: Of the secondary accounts.
        assume_role_policies: Names of the agent role's inline policies that allow sts:AssumeRole -> whether they allow
            nothing else. None: they could not be read.
        grant_needed_by: Who beside the roles needs the agent role's permission to assume roles, or may, in words.
        accounts_file: The path of the accounts file.
        stack_prefix: Of the accounts file; empty if there is none yet.
    """

    agent_space: AgentSpaceArn
    agent_role_arn: str | None
    roles: tuple[ConnectedRole, ...]
    assume_role_policies: Mapping[str, bool] | None = None
    grant_needed_by: tuple[str, ...] = ()
    accounts_file: str = DEFAULT_ACCOUNTS_FILE
    stack_prefix: str = ""

    @property
    def stack_names(self) -> StackNames:
        """What stacks are called: as those that the ready-made app has made already, if they all agree."""
        prefixes = {role.stack_prefix for role in self.roles if role.stack_prefix is not None}
        return StackNames(prefix=prefixes.pop() if len(prefixes) == 1 else self.stack_prefix)

    def generation_of(self, role: ConnectedRole) -> Generation | None:
        """Tell which set-up a role follows; None: it admits neither, or was not read."""
        return role.generation(self.agent_space, self.agent_role_arn)

    def of_generation(self, *generations: Generation) -> list[ConnectedRole]:
        """Return the roles that follow one of these set-ups; without any, those that follow none."""
        return [role for role in self.roles if self.generation_of(role) in (generations or (None,))]

    def others_admitted(self, role: ConnectedRole) -> tuple[str, ...]:
        """Return who else can assume a role, in words."""
        return role.others_admitted(self.agent_space, self.agent_role_arn)

    @property
    def moving(self) -> list[ConnectedRole]:
        """The roles that have a way to go."""
        return self.of_generation(*ON_THE_WAY)

    @property
    def adoptable(self) -> list[ConnectedRole]:
        """The roles that have a way to go, and that no stack manages."""
        return [role for role in self.moving if not role.stack_name]

    @property
    def adopted_generation(self) -> Generation:
        """The earliest set-up of any role: importing must not claim what a role has not, or it would never get it."""
        there = set(map(self.generation_of, self.roles))
        old = (generation for generation in (Generation.PREVIEW, Generation.TRANSITION) if generation in there)
        return next(old, Generation.GA)


def steps(migration: Migration) -> list[Step]:
    """Return what is left to do, in order; nothing if every role that was read has arrived."""
    if not migration.moving:
        return []
    return [*_adoption(migration), *_moves(migration), *_clean_up(migration.moving), _primary(migration)]


def _adoption(migration: Migration) -> Iterator[Step]:
    if roles := migration.adoptable:
        what = (
            f"bring the roles under CloudFormation, by an accounts file with generation: "
            f"{migration.adopted_generation.value} (migrate --config {migration.accounts_file} writes it); nothing in "
            "the roles changes"
        )
        yield Step(title="adopt", what=what, commands=tuple(import_command(migration, role) for role in roles))


def import_command(migration: Migration, role: ConnectedRole) -> Command:
    """Return the command that brings a role into its stack; its identifier is the role's name."""
    name = role.role_arn.rpartition("/")[2]
    mapping = json.dumps({templates.ROLE_LOGICAL_ID: {"RoleName": name}})
    return _cdk("import", role, migration, "--resource-mapping-inline", mapping)


def _cdk(operation: str, role: ConnectedRole, migration: Migration, *options: str) -> Command:
    stack_id = role.stack_name or migration.stack_names.secondary(role.account_id)
    return commands.cdk(
        operation, stack_id, *options, account_id=role.account_id, accounts_file=migration.accounts_file
    )


def _moves(migration: Migration) -> Iterator[Step]:
    moving, verify = migration.moving, _verify(migration)
    deploy = tuple(_cdk("deploy", role, migration) for role in moving if role.is_deployable)
    elsewhere = [f"{role.account_id} ({role.stack_name})" for role in moving if not role.is_deployable]
    losing = [role.account_id for role in moving if migration.others_admitted(role)]
    rest = f"; {_IN_PLACE}"
    rest += f"; others are no longer let in, as named above: {listed(losing)}" if losing else ""
    rest += f"; in stacks that are not this app's, change it there: {listed(elsewhere)}" if elsewhere else ""
    if migration.of_generation(Generation.PREVIEW):
        what = (
            f"in the accounts file write generation: transition, and deploy: the trust policy also lets in "
            f"{service.SERVICE_PRINCIPAL} for this Agent Space, {service.GA_MANAGED_POLICY} is attached too, and the "
            f"inline policy may create Resource Explorer's service-linked role{rest}"
        )
        yield Step(title="transition", what=what, commands=deploy)
    yield Step(title="verify", what="go on only when every account is valid", commands=(verify,))
    what = (
        f"write generation: ga, and deploy: the trust policy no longer lets in the agent role, "
        f"{service.PREVIEW_MANAGED_POLICY} is detached, and the inline statements of the preview go{rest}"
    )
    yield Step(title="ga", what=what, commands=(*deploy, verify))


def _clean_up(moving: Sequence[ConnectedRole]) -> Iterator[Step]:
    made = list[Command]()
    for role in moving:
        made += [
            commands.iam("delete-role-policy", role.role_arn, policy_name=name)
            for name in role.leftover_inline_policies()
        ]
        made += [commands.iam("detach-role-policy", role.role_arn, policy_arn=arn) for arn in role.leftover_policies()]
    if made:
        what = (
            "take away what no stack manages, with the credentials of each account; what of it you need becomes a "
            "capability in the accounts file first"
        )
        yield Step(title="clean up", what=what, commands=tuple(made))


def _primary(migration: Migration) -> Step:
    """The grant goes last: without it a role that still trusts the agent role alone is out of reach."""
    role, policies = migration.agent_role_arn or "the agent role", migration.assume_role_policies
    if needed := [*_staying(migration), *migration.grant_needed_by]:
        must = (
            f"not yet: {role} must keep the permission to assume roles (sts:AssumeRole), which may still be needed by"
        )
        return Step(title="primary", what=f"{must} {'; by '.join(needed)}")
    what = f"in the primary account, last of all, take from {role} the permission to assume the roles (sts:AssumeRole)"
    mixed = [name for name, is_alone in (policies or {}).items() if not is_alone]
    if policies is None:
        what += "; its policies could not be read"
    elif not policies:
        what += "; no inline policy of it has one"
    elif mixed:
        what += f"; edit {' and '.join(mixed)}, which {'allows' if len(mixed) == 1 else 'allow'} other things too"
    stack = migration.stack_names.primary + ("" if migration.stack_names.prefix else ", or one with a prefix,")
    what += f"; if the stack {stack} gave it: remove agent_role_arn from the accounts file and deploy that stack"
    alone = [name for name in policies or {} if name not in mixed]
    made = tuple(commands.iam("delete-role-policy", role, policy_name=policy) for policy in alone)
    return Step(title="primary", what=what, commands=made)


def _staying(migration: Migration) -> Iterator[str]:
    """Name the accounts that will not have arrived after the steps."""
    for roles, why in (
        ([role for role in migration.roles if role.is_unread], "not read"),
        (
            [role for role in migration.of_generation() if role.live is not None],
            "neither the service nor the agent role is let in",
        ),
        ([role for role in migration.moving if not role.is_deployable], "in a stack that is not this app's"),
    ):
        if roles:
            yield f"{listed(role.account_id for role in roles)} ({why})"


def _verify(migration: Migration) -> Command:
    words = ["devops-agent-accounts", "verify", migration.agent_space.arn]
    if len(migration.moving) < len(migration.roles):
        words += [word for role in migration.moving for word in ("--account", role.account_id)]
    account_id = migration.agent_space.account_id
    return Command(account_id=account_id, text=shlex.join(words), refuses_other_accounts=True)
