"""Defines the format of a role in the accounts file: its settings, its limits, its capabilities."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Annotated, get_type_hints

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType, field

from devops_agent_constructs import service
from devops_agent_constructs.accounts_file.forms import Action, Policy, form, meta
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
CapabilityEntries = Annotated[
    list[Annotated[CapabilityEntry, meta("One capability", minProperties=1, maxProperties=1)]],  # type: ignore[valid-type]
    meta("What the agent may read beyond AWS's managed policy"),
]


class AccessLimitsEntry(Struct, kw_only=True, forbid_unknown_fields=True):
    """What the agent may not do, although AWS's managed policy would let it."""

    restrict_to_regions: Annotated[
        list[Annotated[str, form("Name of a Region", "region")]],
        meta("The only Regions to read in; global services stay", uniqueItems=True),
    ] = []
    deny_actions: Annotated[list[Action], meta("Actions to take away, like iam:Get*", uniqueItems=True)] = []
    deny_data_reads: Annotated[bool, meta("Take away log events, parameters, items, objects and the like")] = False
    allowed_services: Annotated[
        list[Annotated[str, meta("The prefix of a service's actions", pattern="^[a-z0-9-]+$")]],
        meta("The only services, by the prefix of their actions, like ec2", uniqueItems=True),
    ] = []


class RoleEntry(Struct, kw_only=True, forbid_unknown_fields=True):
    """The role of every account, or of one account: what is set there wins, and capabilities add up."""

    role_name: Annotated[
        str | UnsetType,
        form(f"Name of the role; default {service.SECONDARY_ROLE_NAME}", "role_name"),
    ] = field(name="name", default=UNSET)
    path: Annotated[
        str | UnsetType,
        form("Path of the role; default /", "path"),
    ] = UNSET
    description: Annotated[
        str | UnsetType,
        form("Description of the role", "description"),
    ] = UNSET
    permissions_boundary: Annotated[
        str | UnsetType,
        form("A policy of that name in the account, or a full ARN", "policy"),
    ] = UNSET
    managed_policies: Annotated[
        list[Policy] | UnsetType,
        meta(
            "Names of the account's own policies, or ARNs, instead of AWS's policy",
            maxItems=service.MAX_MANAGED_POLICIES_PER_ROLE,
        ),
    ] = UNSET
    access_limits: Annotated[
        AccessLimitsEntry | UnsetType, meta("What the agent may not do; an account's replaces the shared ones")
    ] = UNSET
    max_session_seconds: Annotated[
        int | UnsetType, meta("Longest session; default 3600", minimum=3600, maximum=43200)
    ] = UNSET
    capabilities: CapabilityEntries = []
