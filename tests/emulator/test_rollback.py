"""What IAM refuses fails, with its reason, and leaves nothing half done."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.emulator.live_role import LiveRole
from tests.emulator.stack import INLINE, TRUST, deploy, document, failures, full_role, role, role_names

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_iam import IAMClient


CHECK_SID = "Check that your input satisfies the regular expression [0-9A-Za-z]*"
STATEMENT = {"Effect": "Allow", "Action": "sts:AssumeRole"}
STRANGER = {**STATEMENT, "Principal": {"AWS": "arn:aws:iam::111111111111:role/Nobody"}}
MISTYPED = {**STATEMENT, "Principal": {"Service": "a.amazonaws.com"}, "Condition": {"StringEqual": {"a:b": "c"}}}


def inline(**statement: Any) -> list[dict[str, Any]]:
    """An inline policy with a changed statement."""
    return [{"PolicyName": "Inline", "PolicyDocument": document({**INLINE["Statement"][0], **statement})}]


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        (
            {"ManagedPolicyArns": ["arn:aws:iam::aws:policy/Missing"]},
            "NoSuchEntity: Policy arn:aws:iam::aws:policy/Missing does not exist or is not attachable.",
        ),
        (
            {"PermissionsBoundary": "arn:aws:iam::222222222222:policy/Missing"},
            "NoSuchEntity: Scope ARN: arn:aws:iam::222222222222:policy/Missing does not exist or is not attachable.",
        ),
        (
            {"AssumeRolePolicyDocument": document(STATEMENT)},
            "MalformedPolicyDocument: Missing required field Principal",
        ),
        ({"AssumeRolePolicyDocument": document(MISTYPED)}, "MalformedPolicyDocument: Syntax errors in policy."),
        (
            {"AssumeRolePolicyDocument": document(STRANGER)},
            'MalformedPolicyDocument: Invalid principal in policy: "AWS":"arn:aws:iam::111111111111:role/Nobody"',
        ),
        (
            {"Policies": inline(Action="GetObject")},
            "MalformedPolicyDocument: Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
        ),
        (
            {"Policies": inline(Sid="S3-Objects")},
            f"MalformedPolicyDocument: Statement IDs (SID) must be alpha-numeric. {CHECK_SID}",
        ),
        (
            {"Policies": inline(Principal="*")},
            "MalformedPolicyDocument: Policy document should not specify a principal.",
        ),
        ({"RoleName": "Taken"}, "EntityAlreadyExists: Role with name Taken already exists."),
    ],
)
def test_what_iam_refuses_is_rolled_back(
    cloudformation: CloudFormationClient, iam: IAMClient, properties: dict[str, Any], reason: str
) -> None:
    """The stack says why, and neither its other role nor half of the refused one is left."""
    iam.create_role(RoleName="Taken", AssumeRolePolicyDocument=json.dumps(TRUST))
    resources = {"First": role(RoleName="First"), "Role": role(**properties)}

    assert deploy(cloudformation, resources) == "ROLLBACK_COMPLETE"
    assert failures(cloudformation) == [reason]
    assert role_names(iam) == ["Taken"]


def test_a_refused_update_changes_nothing(cloudformation: CloudFormationClient, iam: IAMClient) -> None:
    """A stack whose update failed has what it had, also the role that the update removed."""
    deploy(cloudformation, {"Role": full_role(iam), "Removed": role(RoleName="Removed")})
    before, managed = LiveRole.read(iam, "Agent"), ["arn:aws:iam::aws:policy/Missing"]
    resources = {"Role": role(Path="/agents/", ManagedPolicyArns=managed), "Added": role(RoleName="Added")}

    assert deploy(cloudformation, resources, change="UPDATE") == "UPDATE_ROLLBACK_COMPLETE"
    assert LiveRole.read(iam, "Agent") == before
    assert role_names(iam) == ["Agent", "Removed"]


def test_an_unknown_type_fails(cloudformation: CloudFormationClient) -> None:
    """A resource that the emulator cannot make is never left out in silence."""
    assert deploy(cloudformation, {"Space": {"Type": "AWS::Unknown::Space"}}) == "ROLLBACK_COMPLETE"
    assert failures(cloudformation) == ["Unrecognized resource types: [AWS::Unknown::Space]"]


def test_outputs_follow_the_template(cloudformation: CloudFormationClient, iam: IAMClient) -> None:
    """A stack has the outputs of its last template; a resource that comes back is created again."""
    both, one = {"Role": role(), "Other": role(RoleName="Other")}, {"Role": role()}
    deploy(cloudformation, both)
    for resources in (one, both):
        deploy(cloudformation, resources, change="UPDATE")
        [output] = cloudformation.describe_stacks(StackName="Stack")["Stacks"][0]["Outputs"]
        assert output["OutputValue"] == ", ".join(resources)
        assert len(role_names(iam)) == len(resources)


def test_an_executed_change_set_is_gone(cloudformation: CloudFormationClient) -> None:
    """It can be deleted in vain, and cannot be described: the CDK CLI waits for that."""
    deploy(cloudformation, {"Role": role()})

    cloudformation.delete_change_set(StackName="Stack", ChangeSetName="deploy")
    with pytest.raises(cloudformation.exceptions.ChangeSetNotFoundException):
        cloudformation.describe_change_set(StackName="Stack", ChangeSetName="deploy")
