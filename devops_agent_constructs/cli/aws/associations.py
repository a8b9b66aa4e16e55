"""Reads the associations of an Agent Space, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from devops_agent_constructs._role_arn import parse_role_arn
from devops_agent_constructs.cli.agent_space_target import AgentSpaceTarget
from devops_agent_constructs.cli.aws.unit_associations import (
    UNIT_KIND,
    UnitAssociation,
    UnreadAssociation,
    unit_association,
    unread_kind,
)

# The kinds that connect one AWS account, in botocore's `devops-agent` model, API version 2026-01-01.
_KINDS = ("sourceAws", "aws")

# Their account types there: a secondary account, and the primary account itself.
SOURCE, MONITOR = "source", "monitor"

# The shape ValidationStatus of the same model.
VALID = "valid"
INVALID = "invalid"
PENDING = "pending-confirmation"
STATUSES = (VALID, INVALID, PENDING)


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountAssociation:
    """The association of one AWS account.

    Attributes:
        association_id: The service's id of it.
        account_id: 12 digits.
        account_type: `source`, or `monitor` for the primary account itself.
        role_arn: The role that the service assumes in the account.
        external_id: The external id that the association stores, if any.
        elevated_role_arn: The role for directed actions, if there is one.
        elevated_role_status: As `status`, for that role.
        management_role_arn: The role by which AWS deploys to units; on the monitor association only.
        status: `valid`, `invalid` or `pending-confirmation`. The service may leave it out, which counts as pending.
        updated_at: In UTC.
    """

    association_id: str
    account_id: str
    account_type: str
    role_arn: str
    external_id: str | None
    elevated_role_arn: str | None
    elevated_role_status: str | None
    management_role_arn: str | None = None
    status: str
    updated_at: datetime

    @property
    def label(self) -> str:
        """What a message calls it."""
        return f"account {self.account_id}"

    @property
    def role_name(self) -> str:
        """The role's path and name, without the ARN's beginning and the first `/`."""
        arn = parse_role_arn(self.role_arn)
        return self.role_arn if arn is None else f"{arn.path}{arn.name}".removeprefix("/")

    @property
    def short_status(self) -> str:
        """The status in a table: `pending` for the one that is too long."""
        return self.status.removesuffix("-confirmation")

    @property
    def state(self) -> tuple[object, ...]:
        """What a new validation changes."""
        return self.status, self.updated_at

    def to_json(self) -> dict[str, str | None]:
        """The association as the commands write it: the API's own names, without nesting."""
        return {
            "accountId": self.account_id,
            "accountType": self.account_type,
            "assumableRoleArn": self.role_arn,
            "externalId": self.external_id,
            "agentElevatedRoleArn": self.elevated_role_arn,
            "agentElevatedRoleArnStatus": self.elevated_role_status,
            "serviceManagementRoleArn": self.management_role_arn,
            "status": self.status,
            "updatedAt": self.updated_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "associationId": self.association_id,
        }


Connection = AccountAssociation | UnitAssociation
"""What connects one AWS account, or those of a unit."""


def connections(target: AgentSpaceTarget) -> Iterator[Connection | UnreadAssociation]:
    """Read all that connects AWS accounts, in the service's order.

    A page of 100 is in memory at a time. Associations of other services, like a chat, are left out.

    Raises:
        CommandError: There is no such Agent Space. Other errors are botocore's.
    """
    with target.calls():
        pages = target.client().get_paginator("list_associations").paginate(agentSpaceId=target.agent_space_id)
        for page in pages:
            for entry in page["associations"]:
                if (connection := _connection(entry)) is not None:
                    yield connection


def associations(target: AgentSpaceTarget) -> Iterator[AccountAssociation]:
    """Read the associations of single accounts, as `connections` does; those of units are left out."""
    return (connection for connection in connections(target) if isinstance(connection, AccountAssociation))


def validate(target: AgentSpaceTarget) -> None:
    """Ask for the validation of all associations of AWS accounts; the service does it afterwards.

    See https://docs.aws.amazon.com/devopsagent/latest/APIReference/API_ValidateAwsAssociations.html

    Raises:
        CommandError: There is no such Agent Space. Other errors are botocore's.
    """
    with target.calls():
        target.client().validate_aws_associations(agentSpaceId=target.agent_space_id)


def sorted_statuses(counts: Mapping[str, int]) -> dict[str, int]:
    """Return how many accounts have each status, the known statuses first, also those that no account has."""
    return {**{status: counts.get(status, 0) for status in STATUSES}, **counts}


def _connection(entry: Mapping[str, Any]) -> Connection | UnreadAssociation | None:
    configuration = entry["configuration"]
    for kind in _KINDS:
        if kind in configuration:
            return _association(entry, configuration[kind])
    if UNIT_KIND in configuration:
        return unit_association(entry, status=entry.get("status", PENDING))
    unread = unread_kind(entry)
    return None if unread is None else UnreadAssociation(association_id=entry["associationId"], kind=unread)


def _association(entry: Mapping[str, Any], settings: Mapping[str, Any]) -> AccountAssociation:
    return AccountAssociation(
        association_id=entry["associationId"],
        account_id=settings["accountId"],
        account_type=settings["accountType"],
        role_arn=settings["assumableRoleArn"],
        external_id=settings.get("externalId"),
        elevated_role_arn=settings.get("agentElevatedRoleArn"),
        elevated_role_status=settings.get("agentElevatedRoleArnStatus"),
        management_role_arn=settings.get("serviceManagementRoleArn"),
        status=entry.get("status", PENDING),
        updated_at=entry["updatedAt"].astimezone(timezone.utc),
    )
