"""An Agent Space in CloudFormation lives, changes and dies as its schema and the service say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.emulator.server import Emulator
from tests.emulator.stack import deploy, document, failures, role
from tests.emulator.templates import association, space

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

KEY_ARN = "arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab"


@pytest.fixture
def cloudformation(emulator: Emulator) -> CloudFormationClient:
    """CloudFormation of the primary account."""
    return emulator.client("cloudformation", "111111111111")


def outputs(cloudformation: CloudFormationClient) -> dict[str, str]:
    """The outputs of the stack."""
    [stack] = cloudformation.describe_stacks(StackName="Stack")["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def test_a_space_with_its_association(emulator: Emulator, cloudformation: CloudFormationClient) -> None:
    """Ref and GetAtt return what the schemas say, and the API finds what the stack created."""
    resources = {
        # First, although it needs the other: the order of a template means nothing.
        "Source": association(space_id={"Ref": "Space"}),
        "Space": space(
            Description="d",
            Locale="en-US",
            KmsKeyArn=KEY_ARN,
            Preferences={"ElevatedActionsEnabled": True},
            Tags=[{"Key": "team", "Value": "platform"}],
        ),
    }
    values = {
        "Space": {"Ref": "Space"},
        "SpaceId": {"Fn::GetAtt": ["Space", "AgentSpaceId"]},
        "SpaceArn": {"Fn::GetAtt": ["Space", "Arn"]},
        "Association": {"Ref": "Source"},
        "AssociationId": {"Fn::GetAtt": ["Source", "AssociationId"]},
    }
    assert deploy(cloudformation, resources, outputs=values) == "CREATE_COMPLETE"

    found = outputs(cloudformation)
    api = emulator.client("devops-agent", "111111111111")
    [live] = api.list_associations(agentSpaceId=found["Space"])["associations"]
    assert found == {
        "Space": live["agentSpaceId"],
        "SpaceId": live["agentSpaceId"],
        "SpaceArn": f"arn:aws:aidevops:us-east-1:111111111111:agentspace/{live['agentSpaceId']}",
        "Association": f"{live['agentSpaceId']}|{live['associationId']}",
        "AssociationId": live["associationId"],
    }
    assert live["status"] == "pending-confirmation"
    answer = api.get_agent_space(agentSpaceId=found["Space"])
    assert answer["tags"] == {"team": "platform"}
    settings = {name: answer["agentSpace"][name] for name in ("name", "description", "locale", "kmsKeyArn")}
    assert settings == {"name": "Operations", "description": "d", "locale": "en-US", "kmsKeyArn": KEY_ARN}
    assert answer["agentSpace"]["preferences"] == {"elevatedActionsEnabled": True}


def test_a_space_changes_in_place(emulator: Emulator, cloudformation: CloudFormationClient) -> None:
    """Everything but the key; what the template drops returns to the defaults."""
    full = space(Description="d", Preferences={"ElevatedActionsEnabled": True}, Tags=[{"Key": "a", "Value": "b"}])
    deploy(cloudformation, {"Space": full})
    api = emulator.client("devops-agent", "111111111111")
    [before] = api.list_agent_spaces()["agentSpaces"]

    assert deploy(cloudformation, {"Space": space(Name="Other")}, change="UPDATE") == "UPDATE_COMPLETE"
    answer = api.get_agent_space(agentSpaceId=before["agentSpaceId"])
    assert answer["agentSpace"]["name"] == "Other"
    assert {"description", "preferences"} & set(answer["agentSpace"]) == set()
    assert "tags" not in answer


def test_another_key_replaces_the_space_and_its_associations(
    emulator: Emulator, cloudformation: CloudFormationClient
) -> None:
    """The association refers to the space, so it is replaced too; what was replaced is gone."""
    deploy(cloudformation, {"Space": space(), "Source": association(space_id={"Ref": "Space"})})
    api = emulator.client("devops-agent", "111111111111")
    [before] = api.list_agent_spaces()["agentSpaces"]

    replaced = {"Space": space(KmsKeyArn=KEY_ARN), "Source": association(space_id={"Ref": "Space"})}
    assert deploy(cloudformation, replaced, change="UPDATE") == "UPDATE_COMPLETE"
    [after] = api.list_agent_spaces()["agentSpaces"]
    assert after["agentSpaceId"] != before["agentSpaceId"]
    assert len(api.list_associations(agentSpaceId=after["agentSpaceId"])["associations"]) == 1


@pytest.mark.parametrize("policy", ["Retain", "RetainExceptOnCreate"])
def test_a_retained_space_stays(emulator: Emulator, cloudformation: CloudFormationClient, policy: str) -> None:
    """When its stack is deleted, when its template drops it, and when it is replaced."""
    retained = {**space(), "DeletionPolicy": policy, "UpdateReplacePolicy": "Retain"}
    deploy(cloudformation, {"Space": retained, "Dropped": retained, "Replaced": retained})
    replaced = {**retained, "Properties": {"Name": "Operations", "KmsKeyArn": KEY_ARN}}
    deploy(cloudformation, {"Space": retained, "Replaced": replaced}, change="UPDATE")
    cloudformation.delete_stack(StackName="Stack")

    assert len(emulator.client("devops-agent", "111111111111").list_agent_spaces()["agentSpaces"]) == 4


def test_the_role_of_the_operator_app_must_be_assumable(
    emulator: Emulator, cloudformation: CloudFormationClient
) -> None:
    """With tags, as the service looks at its trust policy at once; else there is no space."""
    statement = {"Effect": "Allow", "Principal": {"Service": "aidevops.amazonaws.com"}, "Action": "sts:AssumeRole"}
    app = {"Iam": {"OperatorAppRoleArn": {"Fn::GetAtt": ["Role", "Arn"]}}}
    resources = {"Space": space(OperatorApp=app), "Role": role(AssumeRolePolicyDocument=document(statement))}
    assert deploy(cloudformation, resources) == "ROLLBACK_COMPLETE"
    [reason] = failures(cloudformation)
    assert "for sts:TagSession with" in reason
    api = emulator.client("devops-agent", "111111111111")
    assert api.list_agent_spaces()["agentSpaces"] == []

    cloudformation.delete_stack(StackName="Stack")
    trust = document({**statement, "Action": ["sts:AssumeRole", "sts:TagSession"]})
    assert deploy(cloudformation, {**resources, "Role": role(AssumeRolePolicyDocument=trust)}) == "CREATE_COMPLETE"
