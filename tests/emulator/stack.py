"""Small stacks for the tests of the emulator itself, deployed without the CDK CLI."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

from tests.emulator.credentials import ACCESS_ROLE

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_iam import IAMClient


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    """A policy document."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


TRUST = document({"Effect": "Allow", "Principal": {"Service": "aidevops.amazonaws.com"}, "Action": "sts:AssumeRole"})
INLINE = document({"Sid": "Objects", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"})


def role(**properties: Any) -> dict[str, Any]:
    """A role as a template has it."""
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {"RoleName": "Agent", "AssumeRolePolicyDocument": TRUST, **properties},
    }


def full_role(iam: IAMClient) -> dict[str, Any]:
    """A role with every property; its permissions boundary exists."""
    boundary = iam.create_policy(PolicyName="Boundary", PolicyDocument=json.dumps(INLINE))["Policy"]
    return role(
        Path="/agents/",
        Description="For the agent",
        MaxSessionDuration=7200,
        PermissionsBoundary=boundary["Arn"],
        ManagedPolicyArns=["arn:aws:iam::aws:policy/AIDevOpsAgentAccessPolicy"],
        Policies=[{"PolicyName": "Inline", "PolicyDocument": INLINE}],
        Tags=[{"Key": "team", "Value": "platform"}],
    )


def deploy(
    cloudformation: CloudFormationClient,
    resources: dict[str, Any],
    *,
    change: Literal["CREATE", "UPDATE"] = "CREATE",
    outputs: dict[str, Any] | None = None,
) -> str:
    """Deploy a stack by a change set, as the CDK CLI does; return the stack's status."""
    values = {"Names": ", ".join(resources)} if outputs is None else outputs
    template = {"Resources": resources, "Outputs": {name: {"Value": value} for name, value in values.items()}}
    return deploy_template(cloudformation, "Stack", json.dumps(template), change=change)


def deploy_template(
    cloudformation: CloudFormationClient,
    stack_name: str,
    template: str,
    *,
    change: Literal["CREATE", "UPDATE"] = "CREATE",
) -> str:
    """Deploy a template that is there already."""
    cloudformation.create_change_set(
        StackName=stack_name,
        ChangeSetName="deploy",
        ChangeSetType=change,
        TemplateBody=template,
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    cloudformation.execute_change_set(StackName=stack_name, ChangeSetName="deploy")
    return cloudformation.describe_stacks(StackName=stack_name)["Stacks"][0]["StackStatus"]


def role_names(iam: IAMClient) -> list[str]:
    """The names of the roles of an account, but for the one that AWS Organizations made there."""
    return sorted(role["RoleName"] for role in iam.list_roles()["Roles"] if role["RoleName"] != ACCESS_ROLE)


def failures(cloudformation: CloudFormationClient) -> list[str]:
    """Why resources of the stack failed."""
    events = cloudformation.describe_stack_events(StackName="Stack")["StackEvents"]
    of_resources = [event for event in events if event["LogicalResourceId"] != "Stack"]
    return [event["ResourceStatusReason"] for event in of_resources if event["ResourceStatus"].endswith("_FAILED")]
