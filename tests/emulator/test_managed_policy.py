"""A managed policy in CloudFormation is attached, changed and detached as on AWS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.emulator.live_role import LiveRole
from tests.emulator.stack import INLINE, TRUST, deploy, document, failures

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_iam import IAMClient


@pytest.fixture(autouse=True)
def roles(iam: IAMClient) -> None:
    """Two roles that no stack owns."""
    for name in ("Agent", "Other"):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))


def policy(**properties: Any) -> dict[str, Any]:
    """A managed policy as a template has it."""
    return {
        "Type": "AWS::IAM::ManagedPolicy",
        "Properties": {"PolicyDocument": INLINE, "Roles": ["Agent"], **properties},
    }


def attached(iam: IAMClient, role_name: str) -> list[str]:
    """The policies of a role."""
    return LiveRole.read(iam, role_name).managed_policy_arns


def default_document(iam: IAMClient, arn: str) -> Any:
    """What a policy says now."""
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    return iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]


def test_an_update_keeps_the_policy(cloudformation: CloudFormationClient, iam: IAMClient) -> None:
    """However often its document or its roles change; IAM keeps five versions only."""
    deploy(cloudformation, {"Policy": policy()})
    [arn] = attached(iam, "Agent")
    for number in range(6):
        changed = document({**INLINE["Statement"][0], "Resource": f"arn:aws:s3:::bucket{number}/*"})
        resources = {"Policy": policy(PolicyDocument=changed, Roles=["Other"])}
        assert deploy(cloudformation, resources, change="UPDATE") == "UPDATE_COMPLETE"
        assert default_document(iam, arn) == changed
    assert (attached(iam, "Agent"), attached(iam, "Other")) == ([], [arn])


def test_another_name_replaces_the_policy(cloudformation: CloudFormationClient, iam: IAMClient) -> None:
    """The role has the new one, and the old one is gone."""
    deploy(cloudformation, {"Policy": policy(ManagedPolicyName="First")})
    deploy(cloudformation, {"Policy": policy(ManagedPolicyName="Second", Path="/x/")}, change="UPDATE")

    assert attached(iam, "Agent") == ["arn:aws:iam::222222222222:policy/x/Second"]
    assert [one["PolicyName"] for one in iam.list_policies(Scope="Local")["Policies"]] == ["Second"]


def test_a_removed_policy_is_detached(cloudformation: CloudFormationClient, iam: IAMClient) -> None:
    """When its template drops it, and when its stack is deleted, even if its role went first."""
    both = {"Policy": policy(), "Dropped": policy(Roles=["Agent", "Other"])}
    deploy(cloudformation, both)
    deploy(cloudformation, {"Policy": policy(Roles=["Agent", "Other"])}, change="UPDATE")
    assert len(attached(iam, "Agent")) == len(attached(iam, "Other")) == 1

    iam.detach_role_policy(RoleName="Other", PolicyArn=attached(iam, "Other")[0])
    iam.delete_role(RoleName="Other")
    cloudformation.delete_stack(StackName="Stack")
    assert attached(iam, "Agent") == []
    assert iam.list_policies(Scope="Local")["Policies"] == []


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({"Roles": ["Missing"]}, "NoSuchEntity: Role Missing not found"),
        (
            {"PolicyDocument": document({**INLINE["Statement"][0], "Resource": ["arn:aws:s3:::" + "b" * 6_000] * 2})},
            "LimitExceeded: Cannot exceed quota for PolicySize: 6144",
        ),
        (
            {"PolicyDocument": document({**INLINE["Statement"][0], "Principal": "*"})},
            "MalformedPolicyDocument: Policy document should not specify a principal.",
        ),
    ],
)
def test_what_iam_refuses_is_rolled_back(
    cloudformation: CloudFormationClient, iam: IAMClient, properties: dict[str, Any], reason: str
) -> None:
    """The stack says why, and no policy is left."""
    assert deploy(cloudformation, {"Policy": policy(**properties)}) == "ROLLBACK_COMPLETE"
    assert failures(cloudformation) == [reason]
    assert iam.list_policies(Scope="Local")["Policies"] == []


def test_a_role_takes_ten_policies(cloudformation: CloudFormationClient, iam: IAMClient) -> None:
    """IAM's default quota; the eleventh fails, and the ten of before are all that there is."""
    ten = {f"Policy{number}": policy() for number in range(10)}
    assert deploy(cloudformation, ten) == "CREATE_COMPLETE"

    assert deploy(cloudformation, {**ten, "Last": policy()}, change="UPDATE") == "UPDATE_ROLLBACK_COMPLETE"
    assert failures(cloudformation) == ["LimitExceeded: Cannot exceed quota for PoliciesPerRole: 10"]
    assert len(attached(iam, "Agent")) == len(iam.list_policies(Scope="Local")["Policies"]) == 10
