"""Reads which actions CloudFormation's handlers of a resource call, for the properties that the resource has.

Tags are beside the handlers in a schema (`tagging`), and which handler reads or changes them is not said: those of the
stack reach every resource that takes tags, whether its template has some or none.

A schema lists what all resources of a type together can take. What only a property brings that ours lack is left out:
`_ONLY_WITH` says which property. It was read beside each schema on 2026-11-26, and holds no action on a resource of the
stack's own that a handler may call in any case.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from tests.cfn_lint_data import SCHEMAS

CHANGES = ("create", "read", "update", "delete")
"""The handlers that a deployment calls. `list` is for whoever looks for resources that are in no stack."""

_NONE = "-"
"""No property brings it: the schema names other services' copies of an action, or what is no action at all."""

_ONLY_WITH: dict[str, dict[str, str]] = {
    "AWS::IAM::Role": {
        "iam:PutRolePermissionsBoundary": "PermissionsBoundary",
        # Whoever may take a boundary away has none. The handler does so when a template drops it.
        "iam:DeleteRolePermissionsBoundary": _NONE,
        "iam:*tachRolePolicy": "ManagedPolicyArns",
    },
    "AWS::IAM::Policy": {"iam:*GroupPolicy": "Groups", "iam:*UserPolicy": "Users"},
    "AWS::IAM::ManagedPolicy": {"iam:*GroupPolicy": "Groups", "iam:*UserPolicy": "Users"},
    "AWS::DevOpsAgent::AgentSpace": {
        "kms:*": "KmsKeyArn",
        "sso:*": "OperatorApp.Idc",
        "aidevops:UpdateOperatorAppIdpConfig": "OperatorApp.Idp",
        "iam:PassRole": "OperatorApp",
    },
    "AWS::CloudFormation::StackSet": {"iam:PassRole": "AdministrationRoleARN"},
    "AWS::Lambda::Function": {
        "ec2:*": "VpcConfig",
        "elasticfilesystem:*": "FileSystemConfigs",
        "s3files:*": "FileSystemConfigs",
        "kms:*": "KmsKeyArn",
        "lambda:GetLayerVersion": "Layers",
        "lambda:GetCodeSigningConfig": "CodeSigningConfigArn",
        "lambda:PutFunctionCodeSigningConfig": "CodeSigningConfigArn",
        "lambda:DeleteFunctionCodeSigningConfig": "CodeSigningConfigArn",
        "lambda:PassCapacityProvider": "CapacityProviderConfig",
        "lambda:PutFunctionScalingConfig": "FunctionScalingConfig",
        "lambda:PublishVersion": "PublishToLatestPublished",
        "lambda:AssociateRuntimeAlias": "RuntimeManagementConfig",
        "lambda:PutRuntimeManagementConfig": "RuntimeManagementConfig",
        "lambda:PutFunctionRecursionConfig": "RecursiveLoop",
    },
    "AWS::Events::Rule": {"iam:PassRole": "Targets.RoleArn"},
    "AWS::Events::EventBus": {"kms:*": "KmsKeyIdentifier", "events:*Permission": "Policy"},
    "AWS::SNS::Topic": {
        "iam:*": "DeliveryStatusLogging",
        "sns:*ubscribe": "Subscription",
        "sns:PutDataProtectionPolicy": "DataProtectionPolicy",
    },
    # The other two turn a key or its rotation off and on; ours are on from the beginning.
    "AWS::KMS::Key": {"kms:*ableKey": "Enabled", "kms:DisableKeyRotation": _NONE},
    "AWS::Logs::LogGroup": {
        "firehose:*": _NONE,
        "s3:*": _NONE,
        "logs:CreateLogDelivery": _NONE,
        "logs:*ResourcePolicy": "ResourcePolicyDocument",
        "logs:DescribeResourcePolicies": "ResourcePolicyDocument",
        "logs:PutBearerTokenAuthentication": "BearerTokenAuthenticationEnabled",
        "logs:PutDataProtectionPolicy": "DataProtectionPolicy",
        "logs:*IndexPolicy": "FieldIndexPolicies",
        "logs:*KmsKey": "KmsKeyId",
        "logs:PutLogGroupDeletionProtection": "DeletionProtectionEnabled",
    },
    "AWS::Logs::DeliverySource": {"*:AllowVendedLogDeliveryForResource": _NONE},
    "AWS::Logs::DeliveryDestination": {"logs:PutDeliveryDestinationPolicy": "DeliveryDestinationPolicy"},
}


def actions_of(resource: Mapping[str, Any], handler: str) -> set[str]:
    """Return the actions that a handler calls.

    Args:
        resource: As a template has it.
        handler: One of `CHANGES`.
    """
    kind, properties = resource["Type"], resource.get("Properties", {})
    listed = {"lambda:InvokeFunction"} if kind.startswith("Custom::") else _listed(kind, handler)
    only_with = _ONLY_WITH.get(kind, {})
    return {
        *_beyond(kind, handler, properties),
        *(
            action
            for action in listed
            if all(_has(properties, name) for pattern, name in only_with.items() if fnmatchcase(action, pattern))
        ),
    }


def left_out() -> Iterator[tuple[str, str, str | None]]:
    """Yield type, pattern and property of what `_ONLY_WITH` leaves out, for a test that each is still in a schema."""
    for kind, patterns in _ONLY_WITH.items():
        for pattern, name in patterns.items():
            yield kind, pattern, None if name == _NONE else name.partition(".")[0]


def properties_in_schema(kind: str) -> set[str]:
    """Return the properties of a type."""
    return set(_schema(kind)["properties"])


def listed_in_schema(kind: str) -> set[str]:
    """Return the actions of all handlers of a type together, and those on its tags."""
    return {action for handler in CHANGES for action in _listed(kind, handler)}


def _beyond(kind: str, handler: str, properties: Mapping[str, Any]) -> Iterator[str]:
    """Yield what AWS asks for and the schema does not list."""
    if handler in {"create", "update"}:
        if kind == "AWS::Logs::DeliverySource":
            # User guide, "Vended Logs and Metrics", read 2026-11-25.
            yield "aidevops:AllowVendedLogDeliveryForResource"
        if "{{resolve:secretsmanager:" in json.dumps(properties):
            # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
            yield "secretsmanager:GetSecretValue"
    if properties.get("CallAs") == "DELEGATED_ADMIN":
        # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-delegated-admin.html
        yield "organizations:ListDelegatedAdministrators"


def _has(properties: object, path: str) -> bool:
    """Whether there is a property; of a list, whether one of its parts has it."""
    name, _, rest = path.partition(".")
    if isinstance(properties, list):
        return any(_has(part, path) for part in properties)
    if not isinstance(properties, Mapping) or name not in properties:
        return False
    return not rest or _has(properties[name], rest)


@functools.cache
def _listed(kind: str, handler: str) -> frozenset[str]:
    schema = _schema(kind)
    tagging = schema.get("tagging", {}).get("permissions", ())
    return frozenset({*schema["handlers"].get(handler, {}).get("permissions", ()), *tagging})


@functools.cache
def _schema(kind: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((SCHEMAS / "resources" / f"{_files()[kind]}.json").read_text("utf-8"))
    return schema


@functools.cache
def _files() -> dict[str, str]:
    files: dict[str, str] = json.loads((SCHEMAS / "providers" / "us-east-1.json").read_text("utf-8"))
    return files
