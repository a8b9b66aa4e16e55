"""The format of the accounts file: its keys, their types, and its JSON Schema."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Annotated, Any, Literal, get_type_hints

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType, field

from devops_agent_constructs import service
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.policies import additional_permissions as additional
from devops_agent_constructs.policies.capabilities import CustomStatement, ResourceExplorerSetup

CAPABILITIES: dict[str, type] = {
    "resource_explorer_setup": ResourceExplorerSetup,
    "athena_queries": additional.AthenaQueries,
    "log_records": additional.LogRecords,
    "dynamodb_items": additional.DynamoDBItems,
    "s3_objects": additional.S3Objects,
    "glue_partitions": additional.GluePartitions,
    "kms_decrypt": additional.KmsDecrypt,
    "support_communications": additional.SupportCommunications,
    "ssm_parameters": additional.SsmParameters,
    "custom_statement": CustomStatement,
}
"""The name of each capability in the file, and its class."""


def _meta(description: str, **json_schema: object) -> Meta:
    # Patterns go to the JSON Schema alone: the values check themselves, with better errors.
    return Meta(description=description, extra_json_schema=json_schema)


def _as_struct(capability: type) -> type[Struct]:
    hints = get_type_hints(capability)
    members = [
        (member.name, hints[member.name])
        if member.default is MISSING
        else (member.name, hints[member.name], member.default)
        for member in fields(capability)
    ]
    return msgspec.defstruct(capability.__name__, members, kw_only=True, forbid_unknown_fields=True)


CapabilityEntry = msgspec.defstruct(
    "CapabilityEntry",
    [
        (
            name,
            Annotated[
                _as_struct(capability) | UnsetType,
                Meta(description=str(capability.__doc__).partition("\n")[0]),
            ],
            UNSET,
        )
        for name, capability in CAPABILITIES.items()
    ],
    kw_only=True,
    forbid_unknown_fields=True,
)
"""A mapping with one key, the capability's name."""


class AccessLimitsEntry(Struct, kw_only=True, forbid_unknown_fields=True):
    """What the agent may not do, although AWS's managed policy would let it."""

    restrict_to_regions: Annotated[list[str], _meta("The only Regions to read in; global services stay")] = []
    deny_actions: Annotated[list[str], _meta("Actions to take away, like iam:Get*")] = []
    deny_data_reads: Annotated[bool, _meta("Take away log events, parameters, items, objects and the like")] = False
    allowed_services: Annotated[list[str], _meta("The only services, by the prefix of their actions, like ec2")] = []


class RoleEntry(Struct, kw_only=True, forbid_unknown_fields=True):
    """The role of every account, or of one account: what is set there wins, and capabilities add up."""

    name: Annotated[
        str | UnsetType, _meta(f"Name of the role; default {service.SECONDARY_ROLE_NAME}", maxLength=64)
    ] = UNSET
    path: Annotated[str | UnsetType, _meta("Path of the role; default /", pattern="^/")] = UNSET
    description: Annotated[str | UnsetType, _meta("Description of the role", maxLength=1000)] = UNSET
    permissions_boundary: Annotated[str | UnsetType, _meta("A policy of that name in the account, or a full ARN")] = (
        UNSET
    )
    managed_policies: Annotated[
        list[str] | UnsetType, _meta("Names of the account's own policies, or ARNs, instead of AWS's policy")
    ] = UNSET
    access_limits: Annotated[
        AccessLimitsEntry | UnsetType, _meta("What the agent may not do; an account's replaces the shared ones")
    ] = UNSET
    max_session_seconds: Annotated[
        int | UnsetType, _meta("Longest session; default 3600", minimum=3600, maximum=43200)
    ] = UNSET
    capabilities: Annotated[
        list[Annotated[CapabilityEntry, _meta("One capability", minProperties=1, maxProperties=1)]],  # type: ignore[valid-type]
        _meta("What the agent may read beyond AWS's managed policy"),
    ] = []


AccountId = Annotated[str, _meta("12 digits, in quotes", pattern="^[0-9]{12}$")]
UnitId = Annotated[
    str, _meta("Like ou-a1b2-11112222, or r-a1b2", pattern="^(ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}|r-[a-z0-9]{4,32})$")
]
CallAsWord = Literal["self", "delegated_admin"]


class TopologyEntry(Struct, kw_only=True, forbid_unknown_fields=True):
    """What topology discovery starts from; it limits no access."""

    tags: Annotated[dict[str, str], _meta("Tag keys and values")] = {}
    resource_arns: Annotated[list[str], _meta("ARNs of stacks, repositories, buckets or objects")] = []


class AccountEntry(Struct, kw_only=True, forbid_unknown_fields=True):
    """A secondary account."""

    id: AccountId
    region: Annotated[
        str | UnsetType, _meta("Region of the stack; default: the file's region, or else the Agent Space's")
    ] = UNSET
    role: RoleEntry = field(default_factory=RoleEntry)
    elevated_role_arn: Annotated[str | UnsetType, _meta("ARN of a role of the account for AWS's directed actions")] = (
        UNSET
    )
    topology: Annotated[TopologyEntry | UnsetType, _meta("What topology discovery starts from")] = UNSET


class NewAgentSpaceEntry(Struct, kw_only=True, forbid_unknown_fields=True):
    """An Agent Space to create."""

    name: Annotated[str, _meta("Name of the Agent Space", minLength=1, maxLength=255)]
    account_id: Annotated[
        AccountId | UnsetType, _meta("The primary account; needed while agent_space_arn is not given")
    ] = UNSET
    region: Annotated[
        str | UnsetType, _meta("Region of the Agent Space; needed while agent_space_arn is not given")
    ] = UNSET
    description: Annotated[str | UnsetType, _meta("Description of the Agent Space", maxLength=1000)] = UNSET
    locale: Annotated[str | UnsetType, _meta("Language of the agent's answers, like en-US")] = UNSET
    elevated_actions_enabled: Annotated[bool, _meta("Whether the agent may propose directed actions")] = False


class PrimaryEntry(Struct, kw_only=True, forbid_unknown_fields=True):
    """The primary account: associations of the accounts, and what else is set here."""

    create_agent_space: Annotated[NewAgentSpaceEntry | UnsetType, _meta("An Agent Space to create")] = UNSET
    organization_id: Annotated[
        str | UnsetType, _meta("Let the agent role assume the roles in any account of this organization", pattern="^o-")
    ] = UNSET


class OrganizationEntry(Struct, kw_only=True, forbid_unknown_fields=True):
    """The role in every account of an organization, by a StackSet."""

    account_id: Annotated[AccountId, _meta("Account of the stack: the management account or a delegated administrator")]
    region: Annotated[
        str | UnsetType,
        _meta(
            "Region of the stack and of those in the accounts; default: the file's region, or else the Agent Space's"
        ),
    ] = UNSET
    call_as: Annotated[
        CallAsWord,
        _meta("What account_id is: self, the management account, or delegated_admin, a delegated administrator"),
    ]
    organizational_units: Annotated[
        list[UnitId],
        _meta("Ids of organizational units, with all units below them, or of the root", minItems=1, maxItems=50),
    ]
    exclude: Annotated[list[AccountId], _meta("Accounts of the units to leave out")] = []
    only: Annotated[list[AccountId], _meta("Deploy to these accounts of the units only; others do not follow")] = []
    additional: Annotated[list[AccountId], _meta("Accounts outside of the units to deploy to; needs root")] = []
    root: Annotated[str | UnsetType, _meta("Id of the organization's root; needed by additional", pattern="^r-")] = (
        UNSET
    )
    auto_deployment: Annotated[
        bool | UnsetType,
        _meta("Whether accounts that join the units later get the role, too; default: yes, unless only is given"),
    ] = UNSET
    retain_on_account_removal: Annotated[
        bool, _meta("Whether an account that leaves the units keeps the role; default: no")
    ] = False
    include_management_account: Annotated[
        bool, _meta("Put the role into this stack too, as no StackSet deploys to the management account; default: no")
    ] = False
    failure_tolerance_percentage: Annotated[
        int | UnsetType, _meta("Percentage of accounts that may fail; default 10", minimum=0, maximum=100)
    ] = UNSET
    max_concurrent_percentage: Annotated[
        int | UnsetType, _meta("Percentage of accounts at a time; default 25", minimum=1, maximum=100)
    ] = UNSET
    associate: Annotated[
        list[AccountId], _meta("Accounts that get the role here and are connected in the primary account too")
    ] = []


class AccountsFile(Struct, kw_only=True, forbid_unknown_fields=True):
    """Which accounts AWS DevOps Agent may investigate, and through which role."""

    agent_space_arn: Annotated[
        str | UnsetType,
        _meta("ARN of the Agent Space that the accounts trust; needed unless one is created", pattern="^arn:[^*]*$"),
    ] = UNSET
    generation: Annotated[Generation, _meta("Which of AWS's two set-ups to follow")] = Generation.GA
    agent_role_arn: Annotated[
        str | UnsetType, _meta("ARN of the agent role in the primary account; needed by preview and transition")
    ] = UNSET
    primary: Annotated[
        PrimaryEntry | UnsetType, _meta("Connect the accounts in the primary account too; {} is enough")
    ] = UNSET
    region: Annotated[
        str | UnsetType,
        _meta(
            "Region of the stacks of accounts and of organization that name none; default: the Agent Space's Region, "
            "where the primary account's stack always is"
        ),
    ] = UNSET
    bootstrap_qualifier: Annotated[
        str | UnsetType,
        _meta("Deploy through the roles of cdk bootstrap with this qualifier; default: with the caller's credentials"),
    ] = UNSET
    role: RoleEntry = field(default_factory=RoleEntry)
    accounts: Annotated[
        list[AccountId | AccountEntry] | UnsetType, _meta("The secondary accounts; needed without organization")
    ] = UNSET
    organization: Annotated[OrganizationEntry | UnsetType, _meta("Roll out to a whole organization")] = UNSET
    schema: Annotated[str | UnsetType, _meta("For editors: where this schema is")] = field(
        name="$schema", default=UNSET
    )


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of the accounts file, for editors."""
    schema = msgspec.json.schema(AccountsFile)
    at_least_one_account = {"required": ["accounts"], "properties": {"accounts": {"minItems": 1}}}
    schema["$defs"]["AccountsFile"]["allOf"] = [
        {"anyOf": [{"required": ["agent_space_arn"]}, {"required": ["primary"]}]},
        {"anyOf": [at_least_one_account, {"required": ["organization"]}]},
    ]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "DevOps Agent accounts file", **schema}
