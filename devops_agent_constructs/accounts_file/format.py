"""Defines the format of the accounts file: its keys, their types, and what an editor says about each.

Where a key is shorter than the field of the value that is made of it, as `id` for `account_id`, the entry has both.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Struct, UnsetType, field

from devops_agent_constructs import service
from devops_agent_constructs._validators import FORMS
from devops_agent_constructs.accounts_file.agent_space_format import NewAgentSpaceEntry
from devops_agent_constructs.accounts_file.forms import AccountId, AccountIds, Tags, UnitId, form, meta, words
from devops_agent_constructs.accounts_file.function_format import HealthEntry, SyncEntry, ValidationEntry
from devops_agent_constructs.accounts_file.role_format import RoleEntry
from devops_agent_constructs.generation import Generation


class TopologyEntry(Struct, kw_only=True, forbid_unknown_fields=True):
    """What topology discovery starts from; it limits no access."""

    tags: Annotated[
        dict[str, Annotated[str, meta("Value of the tag", minLength=1, maxLength=512)]],
        meta("Tag keys and values", propertyNames={"minLength": 1, "maxLength": 512}),
    ] = {}
    resource_arns: Annotated[
        list[Annotated[str, meta("An ARN", pattern="^arn:")]],
        meta("ARNs of stacks, repositories, buckets or objects"),
    ] = []


class AccountEntry(Struct, kw_only=True, forbid_unknown_fields=True):
    """A secondary account."""

    account_id: AccountId = field(name="id")
    region: Annotated[
        str | UnsetType, form("Region of the stack; default: the file's region, or else the Agent Space's", "region")
    ] = UNSET
    role: RoleEntry = field(default_factory=RoleEntry)
    elevated_role_arn: Annotated[
        str | UnsetType, form("ARN of a role of the account for AWS's directed actions", "role_arn")
    ] = UNSET
    topology: Annotated[TopologyEntry | UnsetType, meta("What topology discovery starts from")] = UNSET
    tags: Tags = {}


class PrimaryEntry(Struct, kw_only=True, forbid_unknown_fields=True):
    """The primary account: associations of the accounts, and what else is set here."""

    new_agent_space: Annotated[NewAgentSpaceEntry | UnsetType, meta("An Agent Space to create")] = field(
        name="create_agent_space", default=UNSET
    )
    organization_id: Annotated[
        str | UnsetType,
        form("Let the agent role assume the roles in any account of this organization", "organization_id"),
    ] = UNSET


class OrganizationEntry(Struct, kw_only=True, forbid_unknown_fields=True):
    """The role in every account of an organization, by a StackSet."""

    account_id: Annotated[AccountId, meta("Account of the stack: the management account or a delegated administrator")]
    region: Annotated[
        str | UnsetType,
        form(
            "Region of the stack and of those in the accounts; default: the file's region, or else the Agent Space's",
            "region",
        ),
    ] = UNSET
    call_as: Annotated[
        Literal["self", "delegated_admin"],
        meta("What account_id is: self, the management account, or delegated_admin, a delegated administrator"),
        words(not_one_of="not what an account can be to the organization"),
    ]
    organizational_units: Annotated[
        list[UnitId],
        meta(
            "Ids of organizational units, with all units below them, or of the root",
            minItems=1,
            maxItems=service.MAX_ORGANIZATIONAL_UNITS,
            uniqueItems=True,
        ),
    ]
    exclude_accounts: Annotated[AccountIds, meta("Accounts of the units to leave out", uniqueItems=True)] = field(
        name="exclude", default_factory=list
    )
    only_accounts: Annotated[
        AccountIds, meta("Deploy to these accounts of the units only; others do not follow", uniqueItems=True)
    ] = field(name="only", default_factory=list)
    additional_accounts: Annotated[
        AccountIds, meta("Accounts outside of the units to deploy to; needs root", uniqueItems=True)
    ] = field(name="additional", default_factory=list)
    organization_root: Annotated[
        str | UnsetType, meta("Id of the organization's root; needed by additional", pattern="^r-[a-z0-9]{4,32}$")
    ] = field(name="root", default=UNSET)
    auto_deployment: Annotated[
        bool | UnsetType,
        meta("Whether accounts that join the units later get the role, too; default: yes, unless only is given"),
    ] = UNSET
    retain_stacks_on_account_removal: Annotated[
        bool, meta("Whether an account that leaves the units keeps the role; default: no")
    ] = field(name="retain_on_account_removal", default=False)
    include_management_account: Annotated[
        bool, meta("Put the role into this stack too, as no StackSet deploys to the management account; default: no")
    ] = False
    failure_tolerance_percentage: Annotated[
        int | UnsetType, meta("Percentage of accounts that may fail; default 10", minimum=0, maximum=100)
    ] = UNSET
    max_concurrent_percentage: Annotated[
        int | UnsetType, meta("Percentage of accounts at a time; default 25", minimum=1, maximum=100)
    ] = UNSET
    associated_accounts: Annotated[
        AccountIds,
        meta("Accounts that get the role here and are connected in the primary account too", uniqueItems=True),
    ] = field(name="associate", default_factory=list)


class AccountsFile(Struct, kw_only=True, forbid_unknown_fields=True):
    """Which accounts AWS DevOps Agent may investigate, and through which role."""

    agent_space_arn: Annotated[
        str | UnsetType,
        meta(
            "ARN of the Agent Space that the accounts trust; needed unless one is created",
            pattern=f"^arn:aws[a-z-]*:aidevops:{FORMS['region']}:{FORMS['account_id']}:agentspace/[A-Za-z0-9-]{{1,64}}$",
            patternErrorMessage="Copy the ARN from the Agent Space's page; it has no wildcard",
        ),
    ] = UNSET
    generation: Annotated[
        Generation, meta("Which of AWS's two set-ups to follow"), words(not_one_of="no such generation")
    ] = Generation.GA
    agent_role_arn: Annotated[
        str | UnsetType,
        form("ARN of the agent role in the primary account; needed by preview and transition", "role_arn"),
    ] = UNSET
    primary: Annotated[
        PrimaryEntry | UnsetType, meta("Connect the accounts in the primary account too; {} is enough")
    ] = UNSET
    region: Annotated[
        str | UnsetType,
        form(
            "Region of the stacks of accounts and of organization that name none; default: the Agent Space's Region, "
            "where the primary account's stack always is",
            "region",
        ),
    ] = UNSET
    bootstrap_qualifier: Annotated[
        str | UnsetType,
        form(
            "Deploy through the roles of cdk bootstrap with this qualifier; default: with the caller's credentials",
            "bootstrap_qualifier",
        ),
    ] = UNSET
    stack_prefix: Annotated[
        str,
        meta(
            "What the names of the stacks begin with, like Orders-; needed beside another file",
            pattern="^([A-Za-z][A-Za-z0-9-]*)?$",
            maxLength=95,
            patternErrorMessage="A prefix begins with a letter and has A-Z a-z 0-9 -, at most 95",
        ),
    ] = ""
    tags: Tags = {}
    termination_protection: Annotated[
        bool, meta("Whether CloudFormation refuses to delete the stacks until this is turned off again; default: no")
    ] = False
    role: RoleEntry = field(default_factory=RoleEntry)
    accounts: Annotated[
        list[
            Annotated[
                AccountId | AccountEntry,
                words(
                    must_be="an account id in quotes, or a mapping with its id",
                    write='write it like "222222222222", or {id: "222222222222"}',
                ),
            ]
        ]
        | UnsetType,
        meta("The secondary accounts; needed without organization", uniqueItems=True),
    ] = UNSET
    organization: Annotated[OrganizationEntry | UnsetType, meta("Roll out to a whole organization")] = UNSET
    sync: Annotated[SyncEntry | UnsetType, meta("Keep the associations in step, by a function; {} is enough")] = UNSET
    validate: Annotated[
        ValidationEntry | UnsetType,
        meta("Validate the associations when the primary account's stack is deployed; {} is enough"),
    ] = UNSET
    health: Annotated[HealthEntry | UnsetType, meta("Tell when a connection breaks; needs sync; {} is enough")] = UNSET
    schema: Annotated[str | UnsetType, meta("For editors: where this schema is")] = field(name="$schema", default=UNSET)
