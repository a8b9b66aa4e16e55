"""Whom the emulator lets use a role, in AWS's words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.emulator.server import Emulator
from tests.emulator.stack import document, role

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_iam import IAMClient

MISSING = "arn:aws:iam::222222222222:role/cdk-hnb659fds-cfn-exec-role-222222222222-us-east-1"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
STACK: Any = {"StackName": "Stack", "TemplateBody": json.dumps({"Resources": {"Agent": role()}})}
ALLOWED: Any = {**STACK, "Capabilities": ["CAPABILITY_NAMED_IAM"]}


def trusting(iam: IAMClient, name: str, **principal: str) -> str:
    """Create a role that trusts somebody; return its ARN."""
    trust = document({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})
    return iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]


def assume(emulator: Emulator, account_id: str, role_arn: str) -> Any:
    """Assume a role as an administrator of an account; return what STS answers."""
    return emulator.client("sts", account_id).assume_role(RoleArn=role_arn, RoleSessionName="test")


@pytest.mark.parametrize("operation", ["create_change_set", "create_stack"])
def test_cloudformation_needs_a_role_that_exists(cloudformation: CloudFormationClient, operation: str) -> None:
    """As in aws/aws-cdk#20648; there is no stack afterwards."""
    named = {"ChangeSetName": "deploy"} if operation == "create_change_set" else {}
    with pytest.raises(ClientError) as refused:
        getattr(cloudformation, operation)(**ALLOWED, **named, RoleARN=MISSING)

    error = refused.value.response["Error"]
    assert error["Code"] == "ValidationError"
    assert error["Message"] == f"Role {MISSING} is invalid or cannot be assumed"
    assert cloudformation.describe_stacks()["Stacks"] == []


def test_cloudformation_needs_to_be_trusted(cloudformation: CloudFormationClient, iam: IAMClient) -> None:
    """A role for people is none for CloudFormation; one for CloudFormation works."""
    people = trusting(iam, "People", AWS="arn:aws:iam::222222222222:root")
    with pytest.raises(ClientError, match=f"Role {people} is invalid or cannot be assumed"):
        cloudformation.create_stack(**ALLOWED, RoleARN=people)

    execution = trusting(iam, "Execution", Service="cloudformation.amazonaws.com")
    assert cloudformation.create_stack(**ALLOWED, RoleARN=execution)["StackId"]


def test_cloudformation_keeps_the_role(cloudformation: CloudFormationClient, iam: IAMClient) -> None:
    """A stack cannot even be deleted once its role is gone."""
    execution = trusting(iam, "Execution", Service="cloudformation.amazonaws.com")
    cloudformation.create_stack(**ALLOWED, RoleARN=execution)
    iam.delete_role(RoleName="Execution")
    for operation, request in (("update_stack", ALLOWED), ("delete_stack", {"StackName": "Stack"})):
        with pytest.raises(ClientError, match="is invalid or cannot be assumed"):
            getattr(cloudformation, operation)(**request)
    assert iam.get_role(RoleName="Agent")


def test_passing_a_role_is_a_permission(emulator: Emulator, iam: IAMClient) -> None:
    """A deployer without iam:PassRole may use his own credentials only."""
    execution = trusting(iam, "Execution", Service="cloudformation.amazonaws.com")
    deployer = trusting(iam, "Deployer", AWS="arn:aws:iam::222222222222:root")
    given = assume(emulator, "222222222222", deployer)["Credentials"]
    cloudformation = boto3.Session().client(
        "cloudformation",
        endpoint_url=emulator.endpoint_url,
        region_name="us-east-1",
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )
    with pytest.raises(ClientError) as refused:
        cloudformation.create_stack(**ALLOWED, RoleARN=execution)
    error = refused.value.response["Error"]
    assert error["Code"] == "AccessDenied"
    assert error["Message"] == (
        "User: arn:aws:sts::222222222222:assumed-role/Deployer/test is not authorized to perform: iam:PassRole on "
        f"resource: {execution} because no identity-based policy allows the iam:PassRole action"
    )

    iam.attach_role_policy(RoleName="Deployer", PolicyArn=ADMINISTRATOR)
    assert cloudformation.create_stack(**ALLOWED, RoleARN=execution)["StackId"]


@pytest.mark.parametrize("trusted", [None, "arn:aws:iam::999999999999:root"], ids=["missing", "of somebody else"])
def test_assume_role_is_refused(emulator: Emulator, iam: IAMClient, trusted: str | None) -> None:
    """In the same words, whether the role is missing or does not let the caller in."""
    arn = "arn:aws:iam::222222222222:role/Audit" if trusted is None else trusting(iam, "Audit", AWS=trusted)
    with pytest.raises(ClientError) as refused:
        assume(emulator, "111111111111", arn)
    error = refused.value.response["Error"]
    assert error["Code"] == "AccessDenied"
    assert error["Message"] == (
        "User: arn:aws:sts::111111111111:assumed-role/OrganizationAccountAccessRole/emulator is not authorized to "
        f"perform: sts:AssumeRole on resource: {arn}"
    )


def test_assume_role_lets_in_whom_the_role_trusts(emulator: Emulator, iam: IAMClient) -> None:
    """By account, or by the role of the caller."""
    whole_account = trusting(iam, "Audit", AWS="arn:aws:iam::111111111111:root")
    assert assume(emulator, "111111111111", whole_account)["Credentials"]
    one_role = trusting(iam, "Exact", AWS="arn:aws:iam::111111111111:role/OrganizationAccountAccessRole")
    assert assume(emulator, "111111111111", one_role)["Credentials"]


def test_the_external_id_counts(emulator: Emulator, iam: IAMClient) -> None:
    """A role that asks for one refuses a caller without it."""
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::111111111111:root"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": "ours"}},
    }
    arn = iam.create_role(RoleName="Audit", AssumeRolePolicyDocument=json.dumps(document(statement)))["Role"]["Arn"]
    with pytest.raises(ClientError, match="is not authorized to perform: sts:AssumeRole"):
        assume(emulator, "111111111111", arn)
    sts = emulator.client("sts", "111111111111")
    assert sts.assume_role(RoleArn=arn, RoleSessionName="test", ExternalId="ours")["Credentials"]


def test_an_access_key_that_nobody_has(emulator: Emulator) -> None:
    """STS gives nothing to a stranger."""
    sts = boto3.Session().client(
        "sts",
        endpoint_url=emulator.endpoint_url,
        region_name="us-east-1",
        aws_access_key_id="stranger",
        aws_secret_access_key="stranger",
    )
    with pytest.raises(ClientError, match=r"The security token included in the request is invalid\."):
        sts.assume_role(RoleArn="arn:aws:iam::222222222222:role/Audit", RoleSessionName="test")
