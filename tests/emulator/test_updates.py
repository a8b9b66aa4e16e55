"""A stack changes in CloudFormation's order, or not at all."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal, cast

from tests.emulator.live_role import LiveRole
from tests.emulator.stack import INLINE, TRUST, deploy, document, failures, role, role_names

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_iam import IAMClient

BY_ROLE = document(
    {"Effect": "Allow", "Principal": {"AWS": {"Fn::GetAtt": ["Zero", "Arn"]}}, "Action": "sts:AssumeRole"}
)
REFUSED = ["arn:aws:iam::aws:policy/Missing"]


def test_a_name_is_taken_until_the_end(cloudformation: CloudFormationClient, iam: IAMClient) -> None:
    """A resource under another logical id is a new one, whose name is taken by the one that would go afterwards."""
    deploy(cloudformation, {"Role": role()})
    before = LiveRole.read(iam, "Agent")

    assert deploy(cloudformation, {"Renamed": role()}, change="UPDATE") == "UPDATE_ROLLBACK_COMPLETE"
    assert failures(cloudformation) == ["EntityAlreadyExists: Role with name Agent already exists."]
    assert LiveRole.read(iam, "Agent") == before


def test_everything_is_undone(cloudformation: CloudFormationClient, iam: IAMClient) -> None:
    """After a failure what was changed, replaced, added or removed is what it was, down to the role's own id."""
    resources = {name: role(RoleName=name) for name in ("Changed", "Replaced", "Removed")}
    deploy(cloudformation, resources)
    before = {name: LiveRole.read(iam, name) for name in resources}

    attempt = {
        "Changed": role(RoleName="Changed", Description="d"),
        "Replaced": role(RoleName="Replacement"),
        "Added": role(RoleName="Added"),
        "Failed": role(RoleName="Failed", ManagedPolicyArns=REFUSED),
    }
    assert deploy(cloudformation, attempt, change="UPDATE") == "UPDATE_ROLLBACK_COMPLETE"
    assert {name: LiveRole.read(iam, name) for name in role_names(iam)} == before

    # The stack goes on from where it was.
    del attempt["Failed"]
    assert deploy(cloudformation, attempt, change="UPDATE") == "UPDATE_COMPLETE"
    assert role_names(iam) == ["Added", "Changed", "Replacement"]
    assert LiveRole.read(iam, "Changed").role_id == before["Changed"].role_id


def test_what_refers_to_a_replacement_changes_too(cloudformation: CloudFormationClient, iam: IAMClient) -> None:
    """A trust policy that names a replaced role names the new one, although the template says the same."""
    by_role = role(AssumeRolePolicyDocument=BY_ROLE)
    deploy(cloudformation, {"Agent": by_role, "Zero": role(RoleName="Zero")})
    deploy(cloudformation, {"Agent": by_role, "Zero": role(RoleName="One")}, change="UPDATE")

    [statement] = LiveRole.read(iam, "Agent").trust_policy["Statement"]
    assert statement["Principal"] == {"AWS": "arn:aws:iam::222222222222:role/One"}


def test_metadata_changes_nothing(cloudformation: CloudFormationClient, iam: IAMClient) -> None:
    """Only properties make an update; what somebody changed by hand stays."""
    deploy(cloudformation, {"Role": role()})
    iam.update_role_description(RoleName="Agent", Description="by hand")

    commented = {**role(), "Metadata": {"aws:cdk:path": "x"}}
    assert deploy(cloudformation, {"Role": commented}, change="UPDATE") == "UPDATE_COMPLETE"
    assert LiveRole.read(iam, "Agent").description == "by hand"


def test_the_type_of_a_resource_stays(cloudformation: CloudFormationClient, iam: IAMClient) -> None:
    """A logical id cannot become something else."""
    deploy(cloudformation, {"Resource": role()})
    group = {"Type": "AWS::IAM::Group", "Properties": {"GroupName": "Agent"}}

    assert deploy(cloudformation, {"Resource": group}, change="UPDATE") == "UPDATE_ROLLBACK_COMPLETE"
    assert failures(cloudformation) == ["Update of resource type is not permitted."]
    assert role_names(iam) == ["Agent"]


def test_what_moto_cannot_update_fails(cloudformation: CloudFormationClient) -> None:
    """It is never left as it was in silence."""
    group = {"Type": "AWS::IAM::InstanceProfile", "Properties": {"Roles": []}}
    deploy(cloudformation, {"Role": role(AssumeRolePolicyDocument=TRUST), "Profile": group})
    changed = {**group, "Properties": {"Roles": [{"Ref": "Role"}]}}

    resources = {"Role": role(), "Profile": changed}
    assert deploy(cloudformation, resources, change="UPDATE") == "UPDATE_ROLLBACK_COMPLETE"
    assert failures(cloudformation) == ["the emulator cannot update a resource of this type"]


def test_a_stack_is_deleted_backwards(cloudformation: CloudFormationClient, iam: IAMClient) -> None:
    """What refers to a resource goes before it: IAM deletes no role while a policy is attached to it."""
    properties = {"PolicyDocument": INLINE, "Roles": [{"Ref": "Role"}]}
    deploy(cloudformation, {"Policy": {"Type": "AWS::IAM::ManagedPolicy", "Properties": properties}, "Role": role()})
    cloudformation.delete_stack(StackName="Stack")

    assert role_names(iam) == []
    assert iam.list_policies(Scope="Local")["Policies"] == []


def test_a_parameter_keeps_its_value(cloudformation: CloudFormationClient, iam: IAMClient) -> None:
    """What was given once can be used again, which the CDK CLI does with the version of its bootstrap stack."""
    described: Any = {"Fn::Join": ["-", {"Ref": "Names"}]}
    template = {
        "Parameters": {"Names": {"Type": "CommaDelimitedList"}},
        "Resources": {"Role": role(Description=described)},
    }
    for change, given in (("CREATE", {"ParameterValue": "a,b"}), ("UPDATE", {"UsePreviousValue": True})):
        parameters: Any = [{"ParameterKey": "Names", **given}]
        cloudformation.create_change_set(
            StackName="Stack",
            ChangeSetName="deploy",
            ChangeSetType=cast("Literal['CREATE', 'UPDATE']", change),
            TemplateBody=json.dumps(template),
            Parameters=parameters,
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )
        cloudformation.execute_change_set(StackName="Stack", ChangeSetName="deploy")
        assert LiveRole.read(iam, "Agent").description == "a-b"
        template["Resources"]["Other"] = role(RoleName="Other", Description=described)
    assert LiveRole.read(iam, "Other").description == "a-b"
