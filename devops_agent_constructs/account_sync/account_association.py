"""Holds the association of one AWS account, as ListAssociations answers it, and says how many have each status."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from devops_agent_constructs import service
from devops_agent_constructs._role_arn import parse_role_arn

# The one id of the service in associations of AWS accounts: AWS's CloudFormation and CLI guides, read 2026-10-20.
SERVICE_ID = "aws"

# The kinds that connect one AWS account, in botocore's `devops-agent` model, API version 2026-01-01.
SOURCE_KIND, MONITOR_KIND = "sourceAws", "aws"

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
        service_id: `aws` for all associations of AWS accounts.
        settings: The whole configuration, by the API's names: an update has to send all of it again.
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
    service_id: str = SERVICE_ID
    settings: Mapping[str, Any] = field(default_factory=dict, hash=False, repr=False)

    @property
    def label(self) -> str:
        """What a message calls it."""
        return f"account {self.account_id}"

    @property
    def role_name(self) -> str:
        """The role's path and name, without the ARN's beginning and the first `/`."""
        arn = parse_role_arn(self.role_arn)
        return self.role_arn if arn is None else f"{arn.path}{arn.name}"[1:]

    @property
    def role_options(self) -> str:
        """The options that name the role for `devops-agent-accounts doctor`; empty if it has the usual name."""
        path, _, name = f"/{self.role_name}".rpartition("/")
        options = "" if name == service.SECONDARY_ROLE_NAME else f" --role-name={shlex.quote(name)}"
        return f"{options} --path={shlex.quote(f'{path}/')}" if path else options

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


def association_of(entry: Mapping[str, Any]) -> AccountAssociation | None:
    """Read one association of an answer of ListAssociations; None: it connects no single AWS account."""
    configuration = entry["configuration"]
    kind = next((kind for kind in (SOURCE_KIND, MONITOR_KIND) if kind in configuration), None)
    if kind is None:
        return None
    settings = configuration[kind]
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
        service_id=entry["serviceId"],
        settings=settings,
    )


def sorted_statuses(counts: Mapping[str, int]) -> dict[str, int]:
    """Return how many have each status, the known statuses first, also those that none has."""
    return {**{status: counts.get(status, 0) for status in STATUSES}, **counts}


def statuses_in_words(counts: Mapping[str, int]) -> str:
    """Say how many have each status, like `3 valid, 1 pending`."""
    numbers = sorted_statuses(counts).items()
    return ", ".join(f"{number} {status.removesuffix('-confirmation')}" for status, number in numbers if number)
