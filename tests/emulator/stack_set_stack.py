"""Stacks with one StackSet for the tests of the emulator itself, and what they leave in the accounts."""

from __future__ import annotations

import json
from typing import Any

from tests.emulator.example_organization import (
    EXCLUDED,
    MANAGEMENT,
    PAYMENTS,
    PRIMARY,
    SANDBOX,
    SUSPENDED,
    WORKLOADS,
)
from tests.emulator.live_role import LiveRole
from tests.emulator.server import Emulator
from tests.emulator.stack import TRUST, deploy, failures

MEMBERS = (*WORKLOADS, *PAYMENTS, *SANDBOX, EXCLUDED)
"""All active accounts of the example organization but the management and the primary account."""
NEWCOMER = "100000000005"
ROLE = {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "Agent", "AssumeRolePolicyDocument": TRUST}}


def template(**settings: Any) -> str:
    """Return a template with one role; its description is a parameter."""
    role = {**ROLE, "Properties": {**ROLE["Properties"], "Description": {"Ref": "Description"}, **settings}}  # type: ignore[dict-item]
    return json.dumps({"Parameters": {"Description": {"Type": "String"}}, "Resources": {"Role": role}})


def stack_set(*units: str, **settings: Any) -> dict[str, Any]:
    """Return resources with one StackSet as a template has them; `targets` are added to the units."""
    targets = {"OrganizationalUnitIds": list(units), **settings.pop("targets", {})}
    properties = {
        "StackSetName": "Agent",
        "PermissionModel": "SERVICE_MANAGED",
        "CallAs": "DELEGATED_ADMIN",
        "AutoDeployment": {"Enabled": True, "RetainStacksOnAccountRemoval": False},
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
        "TemplateBody": template(),
        "Parameters": given("first"),
        "StackInstancesGroup": [{"DeploymentTargets": targets, "Regions": ["us-east-1"]}],
        **settings,
    }
    stated = {name: value for name, value in properties.items() if value is not None}
    return {"Set": {"Type": "AWS::CloudFormation::StackSet", "Properties": stated}}


def deployed(emulator: Emulator, resources: dict[str, Any], account_id: str = PRIMARY, *, again: bool = False) -> str:
    """Deploy a stack with a StackSet; return its status."""
    client = emulator.client("cloudformation", account_id)
    return deploy(client, resources, change="UPDATE" if again else "CREATE")


def described(emulator: Emulator) -> dict[str, str]:
    """Return account id -> description of its role."""
    accounts = (*MEMBERS, SUSPENDED, MANAGEMENT, PRIMARY, NEWCOMER)
    found = {account_id: LiveRole.find(emulator.client("iam", account_id), "Agent") for account_id in accounts}
    return {account_id: role.description for account_id, role in found.items() if role}


def why(emulator: Emulator, resources: dict[str, Any], account_id: str = PRIMARY) -> str:
    """Deploy what is refused, and remove the stack that is left of it; return why."""
    client = emulator.client("cloudformation", account_id)
    assert deployed(emulator, resources, account_id) == "ROLLBACK_COMPLETE"
    [reason] = failures(client)
    client.delete_stack(StackName="Stack")
    return reason


def taken(emulator: Emulator, *account_ids: str) -> None:
    """Take the role's name in some accounts."""
    for account_id in account_ids:
        emulator.client("iam", account_id).create_role(
            RoleName="Agent", AssumeRolePolicyDocument=json.dumps(TRUST), Description="by hand"
        )


def given(description: str) -> list[dict[str, str]]:
    """Return the parameters of the StackSet."""
    return [{"ParameterKey": "Description", "ParameterValue": description}]


def instances(emulator: Emulator) -> dict[str, dict[str, Any]]:
    """Return account id -> what ListStackInstances says of it; the stack set is in one Region."""
    client = emulator.client("cloudformation", PRIMARY)
    listed: Any = client.list_stack_instances(StackSetName="Agent", CallAs="DELEGATED_ADMIN")["Summaries"]
    return {one["Account"]: one for one in listed}


def operations(emulator: Emulator) -> list[tuple[str, str]]:
    """Return what each operation did and how it ended, in order."""
    listed: Any = emulator.client("cloudformation", PRIMARY).list_stack_set_operations(StackSetName="Agent")
    return [(one["Action"], one["Status"]) for one in listed["Summaries"]]
