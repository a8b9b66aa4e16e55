"""Which actions a handler calls, read from CloudFormation's schemas, for the judge alone.

It shares nothing with `scripts.deployer_policies.handlers`, which makes the policies that are judged. What only a
property brings is asked for where a resource has that property, and has its exact name here: what a later schema adds
is asked for at once. On tags a schema does not say which handler acts, so that all but `delete` do.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from typing import Any

from tests.cfn_lint_data import SCHEMAS

# Property, anywhere in a resource -> actions that are asked for with it alone. Read beside each schema on 2026-11-26.
BROUGHT_BY: dict[str, dict[str, str]] = {
    "AWS::IAM::Role": {
        "PermissionsBoundary": "iam:PutRolePermissionsBoundary",
        "ManagedPolicyArns": "iam:AttachRolePolicy iam:DetachRolePolicy",
    },
    "AWS::IAM::Policy": {
        "Groups": "iam:DeleteGroupPolicy iam:GetGroupPolicy iam:PutGroupPolicy",
        "Users": "iam:DeleteUserPolicy iam:GetUserPolicy iam:PutUserPolicy",
    },
    "AWS::IAM::ManagedPolicy": {
        "Groups": "iam:AttachGroupPolicy iam:DetachGroupPolicy",
        "Users": "iam:AttachUserPolicy iam:DetachUserPolicy",
    },
    "AWS::DevOpsAgent::AgentSpace": {
        "KmsKeyArn": "kms:CreateGrant kms:Decrypt kms:DescribeKey kms:Encrypt kms:GenerateDataKey "
        "kms:GenerateDataKeyPair kms:GenerateDataKeyPairWithoutPlaintext kms:GenerateDataKeyWithoutPlaintext "
        "kms:ReEncryptFrom kms:ReEncryptTo kms:RetireGrant",
        "Idc": "sso:CreateApplication sso:DeleteApplication sso:DeleteApplicationAccessScope "
        "sso:DeleteApplicationAuthenticationMethod sso:DeleteApplicationGrant sso:PutApplicationAccessScope "
        "sso:PutApplicationAssignmentConfiguration sso:PutApplicationAuthenticationMethod sso:PutApplicationGrant",
        "Idp": "aidevops:UpdateOperatorAppIdpConfig",
        "OperatorApp": "iam:PassRole",
    },
    "AWS::CloudFormation::StackSet": {"AdministrationRoleARN": "iam:PassRole"},
    "AWS::Lambda::Function": {
        "VpcConfig": "ec2:DescribeNetworkInterfaces ec2:DescribeSecurityGroups ec2:DescribeSubnets ec2:DescribeVpcs",
        "FileSystemConfigs": "elasticfilesystem:DescribeMountTargets s3files:ListMountTargets",
        "KmsKeyArn": "kms:CreateGrant kms:Decrypt kms:DescribeKey kms:Encrypt kms:GenerateDataKey",
        "Layers": "lambda:GetLayerVersion",
        "CodeSigningConfigArn": "lambda:GetCodeSigningConfig lambda:PutFunctionCodeSigningConfig "
        "lambda:DeleteFunctionCodeSigningConfig",
        "CapacityProviderConfig": "lambda:PassCapacityProvider",
        "FunctionScalingConfig": "lambda:PutFunctionScalingConfig",
        "PublishToLatestPublished": "lambda:PublishVersion",
        "RuntimeManagementConfig": "lambda:AssociateRuntimeAlias lambda:PutRuntimeManagementConfig",
        "RecursiveLoop": "lambda:PutFunctionRecursionConfig",
    },
    "AWS::Events::Rule": {"RoleArn": "iam:PassRole"},
    "AWS::Events::EventBus": {
        "KmsKeyIdentifier": "kms:Decrypt kms:DescribeKey kms:Encrypt kms:GenerateDataKey "
        "kms:GenerateDataKeyWithoutPlaintext kms:ReEncrypt kms:ReEncryptFrom kms:ReEncryptTo",
        "Policy": "events:PutPermission events:RemovePermission",
    },
    "AWS::SNS::Topic": {
        "DeliveryStatusLogging": "iam:GetRole iam:PassRole",
        "Subscription": "sns:Subscribe sns:Unsubscribe",
        "DataProtectionPolicy": "sns:PutDataProtectionPolicy",
    },
    "AWS::KMS::Key": {"Enabled": "kms:DisableKey kms:EnableKey"},
    "AWS::Logs::LogGroup": {
        "ResourcePolicyDocument": "logs:DeleteResourcePolicy logs:PutResourcePolicy logs:DescribeResourcePolicies",
        "BearerTokenAuthenticationEnabled": "logs:PutBearerTokenAuthentication",
        "DataProtectionPolicy": "logs:PutDataProtectionPolicy",
        "FieldIndexPolicies": "logs:DeleteIndexPolicy logs:PutIndexPolicy",
        "KmsKeyId": "logs:AssociateKmsKey logs:DisassociateKmsKey",
        "DeletionProtectionEnabled": "logs:PutLogGroupDeletionProtection",
    },
    "AWS::Logs::DeliveryDestination": {"DeliveryDestinationPolicy": "logs:PutDeliveryDestinationPolicy"},
}
# No property of ours brings these, and the page says so of the first; the others are other services' or no actions.
NEVER = {
    "AWS::IAM::Role": "iam:DeleteRolePermissionsBoundary",
    "AWS::KMS::Key": "kms:DisableKeyRotation",
    "AWS::Logs::LogGroup": "firehose:TagDeliveryStream s3:REST.PUT.OBJECT logs:CreateLogDelivery",
    "AWS::Logs::DeliverySource": "autoloop:AllowVendedLogDeliveryForResource "
    "codewhisperer:AllowVendedLogDeliveryForResource logs:AllowVendedLogDeliveryForResource "
    "workmail:AllowVendedLogDeliveryForResource",
}


def needed_actions(kind: str, properties: dict[str, Any], handler: str) -> set[str]:
    """Return the actions that a handler needs.

    Args:
        kind: The resource's type.
        properties: As its template has them, references followed or not.
        handler: create, read, update or delete.
    """
    text = json.dumps(properties)
    absent = {
        action
        for name, actions in BROUGHT_BY.get(kind, {}).items()
        if f'"{name}": ' not in text
        for action in actions.split()
    }
    return {*listed(kind, handler) - absent - {*NEVER.get(kind, "").split()}, *_documented(kind, text, handler)}


@functools.cache
def listed(kind: str, handler: str) -> frozenset[str]:
    """Return all that a schema lists for a handler, and for tags."""
    if kind.startswith("Custom::"):
        return frozenset({"lambda:InvokeFunction"})
    schema = _schema(kind)
    tagging = [] if handler == "delete" else schema.get("tagging", {}).get("permissions", [])
    return frozenset({*schema["handlers"].get(handler, {"permissions": []})["permissions"], *tagging})


@functools.cache
def _schema(kind: str) -> dict[str, Any]:
    files: dict[str, str] = json.loads((SCHEMAS / "providers" / "us-east-1.json").read_text("utf-8"))
    schema: dict[str, Any] = json.loads((SCHEMAS / "resources" / f"{files[kind]}.json").read_text("utf-8"))
    return schema


def _documented(kind: str, text: str, handler: str) -> Iterator[str]:
    """Yield what AWS's guides ask for, and no schema lists: the sources are where the policies are made."""
    if handler in {"create", "update"} and kind == "AWS::Logs::DeliverySource":
        yield "aidevops:AllowVendedLogDeliveryForResource"
    if handler in {"create", "update"} and "{{resolve:secretsmanager:" in text:
        yield "secretsmanager:GetSecretValue"
    if '"CallAs": "DELEGATED_ADMIN"' in text:
        yield "organizations:ListDelegatedAdministrators"
