"""A role in CloudFormation lives, changes and dies as it does on AWS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from tests.emulator.live_role import LiveRole
from tests.emulator.stack import INLINE, TRUST, deploy, document, failures, full_role, role, role_names

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_iam import IAMClient


def test_a_role_has_all_of_its_properties(cloudformation: CloudFormationClient, iam: IAMClient) -> None:
    """IAM answers with everything that the template says."""
    assert deploy(cloudformation, {"Role": full_role(iam)}) == "CREATE_COMPLETE"

    live = LiveRole.read(iam, "Agent")
    assert live == LiveRole(
        arn="arn:aws:iam::222222222222:role/agents/Agent",
        role_id=live.role_id,
        description="For the agent",
        max_session_seconds=7200,
        permissions_boundary_arn="arn:aws:iam::222222222222:policy/Boundary",
        trust_policy=TRUST,
        managed_policy_arns=["arn:aws:iam::aws:policy/AIDevOpsAgentAccessPolicy"],
        inline_policies={"Inline": INLINE},
        tags={"team": "platform"},
    )


def test_an_update_keeps_the_role(cloudformation: CloudFormationClient, iam: IAMClient) -> None:
    """Everything but name and path changes in the same role, and what the template drops is gone."""
    deploy(cloudformation, {"Role": full_role(iam)})
    before = LiveRole.read(iam, "Agent")
    root = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111111111111:root"}, "Action": "sts:AssumeRole"}
    trust = document(root)
    managed = ["arn:aws:iam::aws:policy/AIOpsAssistantPolicy"]
    changed = role(Path="/agents/", AssumeRolePolicyDocument=trust, ManagedPolicyArns=managed)

    assert deploy(cloudformation, {"Role": changed}, change="UPDATE") == "UPDATE_COMPLETE"
    assert LiveRole.read(iam, "Agent") == LiveRole(
        arn="arn:aws:iam::222222222222:role/agents/Agent",
        role_id=before.role_id,
        description="",
        max_session_seconds=3600,
        permissions_boundary_arn=None,
        trust_policy=trust,
        managed_policy_arns=managed,
        inline_policies={},
        tags={},
    )


def test_an_update_leaves_what_others_attached(cloudformation: CloudFormationClient, iam: IAMClient) -> None:
    """CloudFormation takes away what its template gave, nothing else; IAM then refuses to delete the role."""
    deploy(cloudformation, {"Role": full_role(iam)})
    iam.attach_role_policy(RoleName="Agent", PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    iam.put_role_policy(RoleName="Agent", PolicyName="ByHand", PolicyDocument=json.dumps(INLINE))

    deploy(cloudformation, {"Role": role(Path="/agents/")}, change="UPDATE")
    live = LiveRole.read(iam, "Agent")
    assert live.managed_policy_arns == ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
    assert live.inline_policies == {"ByHand": INLINE}
    cloudformation.delete_stack(StackName="Stack")
    [stack] = cloudformation.describe_stacks()["Stacks"]
    assert stack["StackStatus"] == "DELETE_FAILED"
    assert "must detach all policies first" in failures(cloudformation)[0]


def test_another_name_replaces_the_role(cloudformation: CloudFormationClient, iam: IAMClient) -> None:
    """A role cannot be renamed: there is a new one, and the old one is gone."""
    deploy(cloudformation, {"Role": full_role(iam)})
    before = LiveRole.read(iam, "Agent")

    renamed = role(RoleName="Other", Path="/agents/")
    assert deploy(cloudformation, {"Role": renamed}, change="UPDATE") == "UPDATE_COMPLETE"
    assert LiveRole.read(iam, "Other").role_id != before.role_id
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.get_role(RoleName="Agent")


def test_another_path_needs_another_name(cloudformation: CloudFormationClient, iam: IAMClient) -> None:
    """CloudFormation creates the replacement first, under a name that is taken: it refuses."""
    deploy(cloudformation, {"Role": full_role(iam)})
    before = LiveRole.read(iam, "Agent")

    assert deploy(cloudformation, {"Role": role(Path="/other/")}, change="UPDATE") == "UPDATE_ROLLBACK_COMPLETE"
    assert "Rename Agent and update the stack again." in failures(cloudformation)[0]
    assert LiveRole.read(iam, "Agent") == before


def test_a_role_that_is_gone_already(cloudformation: CloudFormationClient, iam: IAMClient) -> None:
    """Its stack can be deleted all the same, and made anew."""
    deploy(cloudformation, {"Role": role()})
    iam.delete_role(RoleName="Agent")
    cloudformation.delete_stack(StackName="Stack")
    assert cloudformation.list_stacks()["StackSummaries"][0]["StackStatus"] == "DELETE_COMPLETE"
    assert deploy(cloudformation, {"Role": role()}) == "CREATE_COMPLETE"
    assert role_names(iam) == ["Agent"]


def test_a_deleted_stack_has_no_role(cloudformation: CloudFormationClient, iam: IAMClient) -> None:
    """The role goes with its policies."""
    deploy(cloudformation, {"Role": full_role(iam)})
    cloudformation.delete_stack(StackName="Stack")

    assert role_names(iam) == []
    assert cloudformation.list_stacks()["StackSummaries"][0]["StackStatus"] == "DELETE_COMPLETE"
