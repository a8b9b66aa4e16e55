"""Reads the associations of an Agent Space, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from devops_agent_constructs.cli.agent_space_target import AgentSpaceTarget

# The kinds that connect an AWS account, in botocore's `devops-agent` model, API version 2026-01-01.
_KINDS = ("sourceAws", "aws")

VALID = "valid"
INVALID = "invalid"
PENDING = "pending-confirmation"


@dataclass(frozen=True, kw_only=True, slots=True)
class Association:
    """The association of one AWS account.

    Attributes:
        account_type: `source`, or `monitor` for the primary account itself.
        role_arn: The role that the service assumes in the account.
        external_id: The external id that the association stores, if any.
        elevated_role_arn: The role for directed actions, if there is one.
        elevated_role_status: As `status`, for that role.
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
    status: str
    updated_at: datetime


def associations(target: AgentSpaceTarget) -> Iterator[Association]:
    """Read the associations of AWS accounts, in the service's order; raises botocore's errors.

    A page of 100 is in memory at a time. Associations of other services, like a chat, are left out.
    """
    client = target.session.client("devops-agent")
    pages = client.get_paginator("list_associations").paginate(agentSpaceId=target.agent_space_id)
    for page in pages:
        for entry in page["associations"]:
            for kind in _KINDS:
                if kind in entry["configuration"]:
                    yield _association(entry, entry["configuration"][kind])


def _association(entry: Mapping[str, Any], settings: Mapping[str, Any]) -> Association:
    return Association(
        association_id=entry["associationId"],
        account_id=settings["accountId"],
        account_type=settings["accountType"],
        role_arn=settings["assumableRoleArn"],
        external_id=settings.get("externalId"),
        elevated_role_arn=settings.get("agentElevatedRoleArn"),
        elevated_role_status=settings.get("agentElevatedRoleArnStatus"),
        status=entry.get("status", PENDING),
        updated_at=entry["updatedAt"],
    )
