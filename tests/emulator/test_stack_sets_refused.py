"""What CloudFormation refuses of a StackSet, as AWS's schema, its handler and its documentation say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.emulator.example_organization import MANAGEMENT, ExampleOrganization
from tests.emulator.server import Emulator
from tests.emulator.stack import TRUST
from tests.emulator.stack_set_stack import given, stack_set, template, why

ROLE = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}}
HALF = {"FailureToleranceCount": 1, "FailureTolerancePercentage": 50}
NONE_NAMED = {"AccountFilterType": "DIFFERENCE"}
INCLUDE = {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://bucket/key"}}}


def body(resource: dict[str, Any]) -> str:
    """Return a template with one resource."""
    return json.dumps({"Resources": {"Resource": resource}})


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """One for all tests: what is refused leaves nothing behind."""
    with Emulator() as running:
        yield running


@pytest.fixture(scope="module")
def example(emulator: Emulator) -> ExampleOrganization:
    """Thirteen accounts; account 111111111111 is a delegated administrator."""
    return ExampleOrganization.create(emulator)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"TemplateBody": "- a"}, "Template format error: unsupported structure."),
        ({"TemplateBody": '{"Outputs": {}}'}, "At least one Resources member must be defined."),
        (
            {"TemplateBody": body({"Type": "AWS::CloudFormation::Stack"}), "Parameters": None},
            "Nested AWS::CloudFormation::Stack is not supported in service managed AWS::CloudFormation::StackSet",
        ),
        (
            {"TemplateBody": body({"Type": "AWS::CloudFormation::StackSet"}), "Parameters": None},
            "Nested AWS::CloudFormation::StackSet is not supported in AWS::CloudFormation::StackSet",
        ),
        ({"TemplateBody": body({**ROLE, "Properties": INCLUDE})}, "Macros are not supported"),
        ({"TemplateBody": body(ROLE), "Capabilities": None}, "Requires capabilities : [CAPABILITY_IAM]"),
        (
            {"TemplateBody": body(ROLE), "Capabilities": ["CAPABILITY_AUTO_EXPAND"]},
            "Requires capabilities : [CAPABILITY_IAM]",
        ),
        ({"Parameters": None}, "Parameters: [Description] must have values"),
        (
            {"Parameters": [*given("first"), {"ParameterKey": "Other", "ParameterValue": "x"}]},
            "Parameters: [Other] do not exist in the template",
        ),
        ({"OperationPreferences": HALF}, "Specify either FailureToleranceCount or FailureTolerancePercentage"),
        ({"targets": NONE_NAMED}, "Accounts should be specified when Account-level Targeting is enabled"),
        (
            {"targets": {"OrganizationalUnitIds": [f"ou-a1b2-{number:08}" for number in range(51)]}},
            "At most 50 OrganizationalUnitIds can be specified",
        ),
        ({"targets": {"AccountsUrl": "s3://bucket/key"}}, "the emulator reads no AccountsUrl"),
        (
            {"TemplateBody": None, "TemplateURL": "https://bucket.s3.amazonaws.com/key"},
            "the emulator reads no TemplateURL",
        ),
        ({"Tags": [{"Key": "team", "Value": ""}]}, "#/Tags/0/Value"),
        (
            {"PermissionModel": "SELF_MANAGED", "AutoDeployment": None, "CallAs": "SELF"},
            "Accounts, and nothing else, should be specified in SELF_MANAGED mode",
        ),
        ({"PermissionModel": "SELF_MANAGED", "AutoDeployment": None}, "CallAs should be SELF in SELF_MANAGED mode"),
        ({"AutoDeployment": None}, "AutoDeployment must be specified"),
        (
            {"AutoDeployment": {"Enabled": False, "RetainStacksOnAccountRemoval": True}},
            "RetainStacksOnAccountRemoval should be specified only",
        ),
        (
            {"targets": {"Accounts": ["222222222222"], "AccountFilterType": "UNION"}},
            "UNION is not a valid AccountFilterType",
        ),
        ({"targets": {"Accounts": ["222222222222"]}}, "AccountFilterType should be"),
        ({"targets": {"OrganizationalUnitIds": ["ou-none-11112222"]}}, "does not exist"),
        ({"Capabilities": ["CAPABILITY_IAM"]}, "Requires capabilities : [CAPABILITY_NAMED_IAM]"),
        ({"TemplateBody": '{"Transform": "AWS::Serverless-2016-10-31", "Resources": {}}'}, "Macros"),
        ({"OperationPreferences": {"MaxConcurrentCount": 2}}, "MaxConcurrentCount"),
        ({"PermissionModel": "SELF_MANAGED", "CallAs": "SELF"}, "AutoDeployment should not"),
    ],
)
def test_refused(emulator: Emulator, example: ExampleOrganization, settings: dict[str, Any], expected: str) -> None:
    """Before anything is created, also in the one StackSet that would be the first of its name."""
    assert expected in why(emulator, stack_set(example.workloads, **settings))
    assert emulator.client("cloudformation", MANAGEMENT).list_stack_sets()["Summaries"] == []


def test_a_body_that_no_stack_can_hold(emulator: Emulator, example: ExampleOrganization) -> None:
    """CloudFormation refuses the request for the stack before it looks at the StackSet in it."""
    too_long = stack_set(example.workloads, TemplateBody=template() + "x" * 51_200)
    with pytest.raises(ClientError, match="Member must have length less than or equal to 51200"):
        why(emulator, too_long)
    assert emulator.client("cloudformation", MANAGEMENT).list_stack_sets()["Summaries"] == []
