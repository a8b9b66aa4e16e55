"""Holds what connects accounts to one Agent Space as one checked value, from Python or from an accounts file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from devops_agent_constructs import _validators
from devops_agent_constructs._arguments import checked
from devops_agent_constructs._constructs import tag_checks
from devops_agent_constructs.agent_space_arn import AgentSpaceArn, AgentSpaceReference, known
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.onboarding.connections import check_connections
from devops_agent_constructs.onboarding.function_checks import (
    VALIDATION_RESOURCES,
    check_health,
    check_sync,
    check_validation,
)
from devops_agent_constructs.onboarding.settings import HealthSettings, SyncSettings, ValidationSettings
from devops_agent_constructs.onboarding.stack_names import StackNames
from devops_agent_constructs.organization.organization import Organization
from devops_agent_constructs.policies.primary_account import assume_role_policies, check_resources
from devops_agent_constructs.policies.resources import RoleAccount
from devops_agent_constructs.policies.trust import agent_role_of_each_account
from devops_agent_constructs.primary.account import NewAgentSpace, PrimaryAccount
from devops_agent_constructs.secondary.account import SecondaryAccount


@dataclass(frozen=True, kw_only=True, slots=True, init=False)
class Onboarding:
    """The accounts to connect to one Agent Space, checked; `connect_accounts` makes the stacks of it.

    Attributes:
        agent_space: The only Agent Space that the accounts trust. Its account and Region are those of the stacks, so it
            must be known before deployment. None: `primary` creates it, and it is not there yet.
        accounts: The secondary accounts with stacks of their own, each once, in the order in which they were given. At
            least one, unless there is an organization, which must exclude them where its units have them: its StackSet
            would make a second role of the name.
        generation: Which of AWS's two set-ups the roles follow.
        agent_role_arn: The agent role in the primary account; needed by PREVIEW and TRANSITION. None: none.
        primary: The primary account's side; an empty one is enough for the associations. None: roles only.
        organization: An organization to roll out to. In PREVIEW and TRANSITION `primary` then needs its id. None: only
            the accounts.
        sync: Keep the associations in step, by a function in the primary account. None: no function.
        validate: Validate the associations of the primary account's stack when it is deployed. None: it is not waited
            for what AWS finds.
        health: Tell when a connection breaks; needs `sync`. None: no alarms.
        bootstrap_qualifier: Deploy through the roles of `cdk bootstrap` with this qualifier, so that one
            `cdk deploy --all` reaches all accounts. None: as `App(default_stack_synthesizer=...)` says; if the app has
            none, with the caller's own credentials, account by account, which does for all but `sync`, `validate` and
            `health`: their code has to be uploaded.
        stack_prefix: What the names of the stacks and of the StackSet begin with, like `Orders-`: two Agent Spaces of
            one account, or with an account in common, need stacks of different names. A change makes new stacks,
            which fail on the names of the roles.
        tags: Of all stacks and of what they have that takes tags, key -> value, at most 50; a StackSet hands them on to
            the roles in the accounts. Those of an account, and of a new Agent Space, come to them, and win.
        termination_protection: Whether CloudFormation refuses to delete the stacks until it is turned off again. A
            StackSet has none for the stacks in the accounts.
        stage_name: The stage for which an accounts file was read, as the outputs of a new Agent Space are looked up
            under its name; empty: the app itself. None: made in Python, for any scope.
    """

    agent_space: AgentSpaceArn | None
    accounts: tuple[SecondaryAccount, ...]
    generation: Generation
    agent_role_arn: str | None
    primary: PrimaryAccount | None
    organization: Organization | None
    sync: SyncSettings | None
    validate: ValidationSettings | None
    health: HealthSettings | None
    bootstrap_qualifier: str | None
    stack_prefix: str
    tags: Mapping[str, str] = field(hash=False)
    termination_protection: bool
    stage_name: str | None = field(compare=False)

    # Written out, as it takes an Agent Space, accounts and a generation in more forms than the attributes have.
    @checked
    def __init__(
        self,
        *,
        agent_space: AgentSpaceReference | None,
        accounts: Sequence[SecondaryAccount],
        generation: Generation | str = Generation.GA,
        agent_role_arn: str | None = None,
        primary: PrimaryAccount | None = None,
        organization: Organization | None = None,
        sync: SyncSettings | None = None,
        validate: ValidationSettings | None = None,
        health: HealthSettings | None = None,
        bootstrap_qualifier: str | None = None,
        stack_prefix: str = "",
        tags: Mapping[str, str] | None = None,
        termination_protection: bool = False,
        stage_name: str | None = None,
    ) -> None:
        """Check all of it together; each of its values has checked itself.

        The arguments are the attributes; `agent_space` may be an imported `AgentSpace` or an ARN as text as well,
        `generation` its value, like `"ga"`. Leave out `stage_name`, which `config.from_context` sets.

        Raises:
            OnboardingInputError: An account is given twice or is the primary account, there is none, there is no Agent
                Space, the agent role is missing or of another account, the organization or one of `sync`, `validate`
                and `health` does not go together with the rest, a stack has too many resources, the qualifier, the
                prefix or a tag is malformed, or something is of another partition than the Agent Space.
        """
        generation = Generation(generation)
        space = None if agent_space is None else AgentSpaceArn.of(agent_space)
        new = None if primary is None else primary.new_agent_space
        known_or_new = _known_or_new(space, new)
        if space is not None and new is not None:
            # An ARN does not say it, and AWS refuses elevated roles where the space does not permit them.
            space = known_or_new = replace(space, elevated_actions_enabled=new.elevated_actions_enabled)
        if bootstrap_qualifier is not None:
            _validators.bootstrap_qualifier(bootstrap_qualifier, field="bootstrap_qualifier")
        StackNames(prefix=stack_prefix)
        tags = tags or {}
        _check_tags(tags, accounts, new, has_stack_set=organization is not None)
        check_connections(accounts, organization, agent_space=known_or_new, primary=primary, generation=generation)
        if space is not None:
            agent_role_of_each_account([space], generation=generation, agent_role_arn=agent_role_arn)
        if primary is not None:
            grants = agent_role_arn is not None
            _check_primary_stack(accounts, organization, primary, grants=grants, validates=validate is not None)
        if validate is not None:
            check_validation(accounts, organization, primary)
        if sync is not None:
            check_sync(sync, organization, StackNames(prefix=stack_prefix), space)
        if health is not None:
            check_health(health, sync, region=known_or_new.region)
        for name, value in {
            "agent_space": space,
            "accounts": tuple(accounts),
            "generation": generation,
            "agent_role_arn": agent_role_arn,
            "primary": primary,
            "organization": organization,
            "sync": sync,
            "validate": validate,
            "health": health,
            "bootstrap_qualifier": bootstrap_qualifier,
            "stack_prefix": stack_prefix,
            "tags": tags,
            "termination_protection": termination_protection,
            "stage_name": stage_name,
        }.items():
            object.__setattr__(self, name, value)  # The dataclass is frozen.

    @property
    def new_agent_space(self) -> NewAgentSpace | None:
        """The Agent Space to create, whether or not it is there already; None if others have created it."""
        return None if self.primary is None else self.primary.new_agent_space

    @property
    def stack_names(self) -> StackNames:
        """What the stacks are called."""
        return StackNames(prefix=self.stack_prefix)


def _known_or_new(space: AgentSpaceArn | None, new: NewAgentSpace | None) -> AgentSpaceArn | NewAgentSpace:
    """Return what tells the primary account and Region: the Agent Space, or the one to be created; they must agree."""
    if space is None:
        if new is None:
            fix = "give its ARN, or let the app create one with PrimaryAccount(new_agent_space=...)"
            raise OnboardingInputError("agent_space", None, why="there is no Agent Space to connect to", fix=fix)
        return new
    fix = "deploy the Agent Space first and pass its ARN from the outputs; in stacks of your own, "
    fix += "SecondaryAccountRole and PrimaryAccountAccess take a value that only deployment knows"
    known(space, why="the stacks' account and Region are taken from it", fix=fix)
    if new is not None and (new.account_id, new.region) != (space.account_id, space.region):
        why = f"the new Agent Space is to be in account {new.account_id}, Region {new.region}"
        raise OnboardingInputError("agent_space", space.arn, why=why, fix="correct one of the two")
    return space


def _check_tags(
    tags: Mapping[str, str],
    accounts: Sequence[SecondaryAccount],
    new: NewAgentSpace | None,
    *,
    has_stack_set: bool,
) -> None:
    """Check the tags of all stacks, and that those of single ones go together with them."""
    tag_checks.check_stack(tags, field="tags")
    if has_stack_set:
        tag_checks.check_stack_set(tags, field="tags")
    if not tags:
        return
    for index, account in enumerate(accounts):
        tag_checks.check_stack(account.tags, field=f"accounts[{index}].tags", common=tags)
    if new is not None:
        tag_checks.check_stack(new.tags, field="primary.new_agent_space.tags", common=tags)


def _check_primary_stack(
    accounts: Sequence[SecondaryAccount],
    organization: Organization | None,
    primary: PrimaryAccount,
    *,
    grants: bool,
    validates: bool,
) -> None:
    """Check that the stack holds the associations and, for an agent role that is given, the policies of its grant."""
    fields = [f"accounts[{index}].account_id" for index in range(len(accounts))]
    role_arns = [account.role_arn() for account in accounts]
    if organization is not None:
        for index, account_id in enumerate(organization.associated_accounts):
            fields.append(f"organization.associated_accounts[{index}]")
            role_arns.append(organization.role_settings.role_arn(RoleAccount(partition="aws", account_id=account_id)))
    grant = assume_role_policies(role_arns, organization_id=primary.organization_id) if grants else None
    check_resources(fields, grant, other_resources=VALIDATION_RESOURCES if validates else 0)
