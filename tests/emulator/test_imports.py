"""Change sets of the type IMPORT in the emulator: a role is adopted as it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.emulator.live_role import LiveRole
from tests.emulator.stack import TRUST, deploy, failures, role

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_iam import IAMClient


def import_role(cloudformation: CloudFormationClient, definition: dict[str, Any]) -> str:
    """Import the role `Agent` into a new stack; return the stack's status."""
    cloudformation.create_change_set(
        StackName="Stack",
        ChangeSetName="import",
        ChangeSetType="IMPORT",
        TemplateBody=json.dumps({"Resources": {"Agent": definition}}),
        Capabilities=["CAPABILITY_NAMED_IAM"],
        ResourcesToImport=[
            {
                "LogicalResourceId": "Agent",
                "ResourceType": "AWS::IAM::Role",
                "ResourceIdentifier": {"RoleName": "Agent"},
            }
        ],
    )
    cloudformation.execute_change_set(StackName="Stack", ChangeSetName="import")
    return cloudformation.describe_stacks(StackName="Stack")["Stacks"][0]["StackStatus"]


def test_role_stays_as_it_is(iam: IAMClient, cloudformation: CloudFormationClient) -> None:
    """The import takes the template for true; what differs from it later is changed, and nothing else."""
    iam.create_role(RoleName="Agent", AssumeRolePolicyDocument=json.dumps(TRUST), Description="By hand")
    before = LiveRole.read(iam, "Agent")
    assert import_role(cloudformation, {**role(Description="Ours"), "DeletionPolicy": "Retain"}) == "IMPORT_COMPLETE"
    assert LiveRole.read(iam, "Agent") == before
    deploy(cloudformation, {"Agent": role(Description="Ours", MaxSessionDuration=7200)}, change="UPDATE")
    after = LiveRole.read(iam, "Agent")
    assert (after.role_id, after.max_session_seconds) == (before.role_id, 7200)


def test_import_needs_a_deletion_policy(iam: IAMClient, cloudformation: CloudFormationClient) -> None:
    """CloudFormation refuses without one; the CDK CLI adds it."""
    iam.create_role(RoleName="Agent", AssumeRolePolicyDocument=json.dumps(TRUST))
    assert import_role(cloudformation, role()) == "UPDATE_ROLLBACK_COMPLETE"
    [reason] = failures(cloudformation)
    assert reason.endswith("Resources to import must have a DeletionPolicy attribute in the template.")
