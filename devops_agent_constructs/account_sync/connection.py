"""Reads what an association connects: one AWS account, those of a unit, or something that cannot be told.

An association of AWS's organization mode connects an organizational unit, with its accounts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from devops_agent_constructs.account_sync.account_association import PENDING, AccountAssociation, association_of

# botocore's `devops-agent` model, API version 2026-01-01, as of 1.44.7: the union member that connects a unit. Older
# ones do not know it and say of such an association no more than that.
UNIT_KIND = "sourceAwsOrg"
KNOWN_SINCE = "1.44.7"
UPGRADE_BOTO3 = f"python3 -m pip install --upgrade 'boto3>={KNOWN_SINCE}'"

_TIME = "%Y-%m-%dT%H:%M:%SZ"

# https://docs.aws.amazon.com/devopsagent/latest/APIReference/API_OrgSourceIssue.html, read 2026-11-25; AWS explains
# none of its codes.
_REASONS = {
    "accountSuspended": "suspended",
    "accountNotInScope": "not in scope of the unit",
    "managementAccountNotSupported": "the management account, which this mode does not connect",
    "stackInstanceInoperable": "its stack instance is inoperable",
    "accessDenied": "AWS was denied access",
    "deploymentFailed": "the deployment failed",
    "secondaryAccountLimitExceeded": "beyond the number of secondary accounts that an Agent Space may have",
}
_SHOWN_ACCOUNTS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitIssue:
    """What keeps AWS from connecting accounts of a unit.

    Attributes:
        reason_code: As AWS writes it, e.g. `accessDenied`.
        account_count: How many accounts it is about.
        account_ids: Up to 1,000 of them.
        message: AWS's own words, if there are any.
    """

    reason_code: str
    account_count: int
    account_ids: tuple[str, ...]
    message: str | None

    @property
    def reason(self) -> str:
        """The code in words; a code that is newer than this library stays as it is."""
        return _REASONS.get(self.reason_code, self.reason_code)

    def text(self, *, is_short: bool) -> str:
        """Say in a line how many accounts have it, why, and which they are; `is_short`: only the first of many."""
        shown = self.account_ids[:_SHOWN_ACCOUNTS] if is_short else self.account_ids
        more = self.account_count - len(shown)
        ids = ", ".join([*shown, *([f"{more} more"] if more > 0 else [])])
        message = f" ({self.message})" if self.message else ""
        return f"{self.account_count} account{'' if self.account_count == 1 else 's'}: {self.reason}: {ids}{message}"

    def to_json(self) -> dict[str, object]:
        """The issue by the API's own names."""
        return {
            "reasonCode": self.reason_code,
            "accountCount": self.account_count,
            "accountIds": list(self.account_ids),
            "message": self.message,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitAssociation:
    """The association of a root or organizational unit, whose accounts AWS connects by roles of its own.

    Attributes:
        association_id: The service's id of it.
        unit_id: `r-...` or `ou-...`.
        account_ids: The accounts that are meant; empty: all of the unit.
        deployed_count: In how many accounts AWS's role stands; None: the service has not said.
        issues: What keeps AWS from connecting the others.
        evaluated_at: When AWS last looked, in UTC.
        status: As an account's.
        updated_at: In UTC.

    See https://docs.aws.amazon.com/devopsagent/latest/APIReference/API_SourceAwsOrgConfiguration.html
    """

    association_id: str
    unit_id: str
    account_ids: tuple[str, ...]
    deployed_count: int | None
    issues: tuple[UnitIssue, ...]
    evaluated_at: datetime | None
    status: str
    updated_at: datetime

    @property
    def label(self) -> str:
        """What a message calls it."""
        return f"unit {self.unit_id}"

    @property
    def short_status(self) -> str:
        """The status in a table."""
        return self.status.removesuffix("-confirmation")

    @property
    def state(self) -> tuple[object, ...]:
        """What a new validation changes."""
        return self.status, self.updated_at, self.evaluated_at

    def issues_of(self, account_id: str) -> list[UnitIssue]:
        """Return the issues that name an account."""
        return [issue for issue in self.issues if account_id in issue.account_ids]

    def to_json(self) -> dict[str, object]:
        """The association as the commands write it: the API's own names, without nesting."""
        return {
            "organizationalUnitId": self.unit_id,
            "accountIds": list(self.account_ids),
            "deployedAccountCount": self.deployed_count,
            "issues": [issue.to_json() for issue in self.issues],
            "lastEvaluatedAt": None if self.evaluated_at is None else self.evaluated_at.strftime(_TIME),
            "status": self.status,
            "updatedAt": self.updated_at.strftime(_TIME),
            "associationId": self.association_id,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class UnreadAssociation:
    """An association that connects AWS accounts in a way that the installed botocore, or this library, cannot read."""

    association_id: str
    kind: str


Connection = AccountAssociation | UnitAssociation
"""What connects one AWS account, or those of a unit."""


def connection_of(entry: Mapping[str, Any]) -> Connection | UnreadAssociation | None:
    """Read one association of an answer of ListAssociations; None: it is of another service, like a chat."""
    if (association := association_of(entry)) is not None:
        return association
    if UNIT_KIND in entry["configuration"]:
        return _unit_association(entry)
    kind = _unread_kind(entry)
    return None if kind is None else UnreadAssociation(association_id=entry["associationId"], kind=kind)


def _unit_association(entry: Mapping[str, Any]) -> UnitAssociation:
    """Read an association of the kind `sourceAwsOrg` from an answer of ListAssociations."""
    settings = entry["configuration"][UNIT_KIND]
    unit, deployment = settings["organizationalUnit"], settings.get("deploymentState") or {}
    evaluated_at = deployment.get("lastEvaluatedAt")
    return UnitAssociation(
        association_id=entry["associationId"],
        unit_id=unit["organizationalUnitId"],
        account_ids=tuple(unit.get("accountIds") or ()),
        deployed_count=deployment.get("deployedAccountCount"),
        issues=tuple(map(_issue, deployment.get("issues") or ())),
        evaluated_at=None if evaluated_at is None else evaluated_at.astimezone(timezone.utc),
        status=entry.get("status", PENDING),
        updated_at=entry["updatedAt"].astimezone(timezone.utc),
    )


def _unread_kind(entry: Mapping[str, Any]) -> str | None:
    """Return the kind of an association that connects AWS accounts but cannot be read; None for other services."""
    [(kind, settings)] = entry["configuration"].items() or [("", {})]
    if kind == "SDK_UNKNOWN_MEMBER":  # What botocore makes of a member that its model lacks.
        kind = str(settings["name"])
    is_of_aws = entry.get("serviceId") == "aws" or kind.lower().startswith(("aws", "sourceaws"))
    return (kind or "unknown") if is_of_aws else None


def _issue(answer: Mapping[str, Any]) -> UnitIssue:
    account_ids = tuple(answer.get("accountIds") or ())
    return UnitIssue(
        reason_code=answer["reasonCode"],
        account_count=answer.get("accountCount", len(account_ids)),
        account_ids=account_ids,
        message=answer.get("message"),
    )
