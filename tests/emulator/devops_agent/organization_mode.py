"""AWS's organization mode: an Agent Space whose accounts AWS connects by itself, unit by unit.

The API has it since 2026-11-19 (botocore 1.44.7); the shapes below are added to an older model. Emulated: a unit with
all units below it, counted over AWS Organizations, with the issues that follow from there. Not known of AWS, and
therefore a guess: that a unit with an issue is invalid, that only a space of the mode `organization` takes one.
See https://docs.aws.amazon.com/devopsagent/latest/APIReference/API_SourceAwsOrgConfiguration.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from moto.core.utils import get_service_model, utcnow
from moto.organizations.models import FakeAccount, organizations_backends

KIND = "sourceAwsOrg"

_REASONS = [
    "accountSuspended",
    "accountNotInScope",
    "managementAccountNotSupported",
    "stackInstanceInoperable",
    "accessDenied",
    "deploymentFailed",
    "secondaryAccountLimitExceeded",
]
_UNIT_ID = "(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})"
_TIME = {"shape": "SyntheticTimestamp_date_time"}


def _structure(required: list[str], **members: str) -> dict[str, Any]:
    return {
        "type": "structure",
        "required": required,
        "members": {name: {"shape": shape} for name, shape in members.items()},
    }


SHAPES: dict[str, dict[str, Any]] = {
    "AccountIdList": {"type": "list", "member": {"shape": "AwsAccountId"}, "min": 1, "max": 1000},
    "AwsAccountId": {"type": "string", "pattern": r"\d{12}"},
    "AwsSourceMode": {"type": "string", "enum": ["standalone", "organization"]},
    "OrgSourceAccountReasonCode": {"type": "string", "enum": _REASONS},
    "OrgSourceDeploymentState": _structure(
        [],
        deployedAccountCount="OrgSourceDeploymentStateDeployedAccountCountInteger",
        issues="OrgSourceIssueList",
        lastEvaluatedAt="SyntheticTimestamp_date_time",
    ),
    "OrgSourceDeploymentStateDeployedAccountCountInteger": {"type": "integer", "box": True, "min": 0},
    "OrgSourceIssue": _structure(
        ["reasonCode", "accountCount", "accountIds"],
        reasonCode="OrgSourceAccountReasonCode",
        accountCount="OrgSourceIssueAccountCountInteger",
        accountIds="AccountIdList",
        message="OrgSourceIssueMessage",
    ),
    "OrgSourceIssueAccountCountInteger": {"type": "integer", "box": True, "min": 1},
    "OrgSourceIssueList": {"type": "list", "member": {"shape": "OrgSourceIssue"}, "min": 0, "max": 20},
    "OrgSourceIssueMessage": {"type": "string", "min": 1, "max": 1024, "sensitive": True},
    "OrgUnitId": {"type": "string", "pattern": _UNIT_ID},
    "SourceAwsOrgConfiguration": _structure(
        ["accountType", "organizationalUnit"],
        accountType="SourceAccountType",
        organizationalUnit="SourceAwsOrgUnit",
        deploymentState="OrgSourceDeploymentState",
    ),
    "SourceAwsOrgUnit": _structure(
        ["organizationalUnitId"], organizationalUnitId="OrgUnitId", accountIds="AccountIdList"
    ),
}
MEMBERS: dict[str, dict[str, str]] = {
    "ServiceConfiguration": {KIND: "SourceAwsOrgConfiguration"},
    "AWSConfiguration": {"serviceManagementRoleArn": "RoleArn"},
    "AgentSpace": {"awsSourceMode": "AwsSourceMode"},
    "CreateAgentSpaceInput": {"awsSourceMode": "AwsSourceMode"},
    "UpdateAgentSpaceInput": {"awsSourceMode": "AwsSourceMode"},
}
"""What botocore 1.44.7 has and 1.44.6 has not."""


def extend(shapes: dict[str, Any]) -> None:
    """Add the mode to the shapes of a model, unless it has it."""
    for name, shape in SHAPES.items():
        shapes.setdefault(name, shape)
    for name, members in MEMBERS.items():
        for member, of_shape in members.items():
            shapes[name]["members"].setdefault(member, {"shape": of_shape})


def reduce(shapes: dict[str, Any]) -> None:
    """Take the mode out of the shapes of a model, as if it were older."""
    for name in SHAPES:
        shapes.pop(name, None)
    for name, members in MEMBERS.items():
        for member in members:
            shapes[name]["members"].pop(member, None)


def deployment_state(account_id: str, settings: dict[str, Any]) -> dict[str, Any]:
    """How far AWS is with the accounts of a unit, for the organization of the primary account."""
    owner, partition = organizations_backends.master_accounts.get(account_id, (account_id, "aws"))
    unit = settings["organizationalUnit"]
    wanted, issues = unit.get("accountIds"), dict[str, list[str]]()
    deployed = 0
    for account in _below(organizations_backends[owner][partition], unit["organizationalUnitId"]):
        if wanted and account.id not in wanted:
            continue
        reason = "managementAccountNotSupported" if account.id == owner else ""
        reason = reason or ("" if account.status == "ACTIVE" else "accountSuspended")
        if reason:
            issues.setdefault(reason, []).append(account.id)
        else:
            deployed += 1
    return {
        "deployedAccountCount": deployed,
        "issues": [
            {"reasonCode": reason, "accountCount": len(ids), "accountIds": sorted(ids)}
            for reason, ids in sorted(issues.items())
        ],
        "lastEvaluatedAt": utcnow(),
    }


def _below(organization: Any, unit_id: str) -> Iterator[FakeAccount]:
    for account in organization.accounts:
        parent = account.parent_id
        while parent and parent != unit_id:
            units = [unit for unit in organization.ou if unit.id == parent]
            parent = getattr(units[0], "parent_id", None) if units else None
        if parent == unit_id:
            yield account


# At import, before any shape is made of the model: moto keeps one model a process.
extend(cast("Any", get_service_model("devops-agent"))._service_description["shapes"])
