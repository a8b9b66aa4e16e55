"""What the emulator's CloudFormation refuses before it touches anything, in AWS's words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.emulator.stack import TRUST, role

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

NAMED = {"Agent": role()}
UNNAMED = {"Agent": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}}}
HARMLESS = {"Topic": {"Type": "AWS::SNS::Topic"}}
GIVEN = {"Parameters": [{"ParameterKey": "Stage", "ParameterValue": "live"}]}
STAGE = {"Stage": {"Type": "String"}}


def refusal(client: CloudFormationClient, template: dict[str, Any] | str, **request: Any) -> tuple[str, str]:
    """Create a change set that is refused; return the error's code and message."""
    body = template if isinstance(template, str) else json.dumps(template)
    with pytest.raises(ClientError) as refused:
        client.create_change_set(StackName="Stack", ChangeSetName="deploy", TemplateBody=body, **request)
    assert client.describe_stacks()["Stacks"] == []
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


def accepted(client: CloudFormationClient, template: dict[str, Any] | str, **request: Any) -> bool:
    """Create a change set to create a stack; return whether there is one."""
    body = template if isinstance(template, str) else json.dumps(template)
    made = client.create_change_set(
        StackName="Stack", ChangeSetName="deploy", ChangeSetType="CREATE", TemplateBody=body, **request
    )
    return bool(made["Id"])


@pytest.mark.parametrize(
    ("resources", "given", "needed"),
    [
        (NAMED, [], "CAPABILITY_NAMED_IAM"),
        (NAMED, ["CAPABILITY_IAM"], "CAPABILITY_NAMED_IAM"),
        (UNNAMED, [], "CAPABILITY_IAM"),
        (UNNAMED, ["CAPABILITY_AUTO_EXPAND"], "CAPABILITY_IAM"),
    ],
)
def test_capabilities(
    cloudformation: CloudFormationClient, resources: dict[str, Any], given: list[Any], needed: str
) -> None:
    """IAM must be acknowledged, and its names as well."""
    code, message = refusal(cloudformation, {"Resources": resources}, Capabilities=given)
    assert (code, message) == ("InsufficientCapabilitiesException", f"Requires capabilities : [{needed}]")


@pytest.mark.parametrize(
    ("resources", "given"),
    [(HARMLESS, []), (UNNAMED, ["CAPABILITY_IAM"]), (UNNAMED, ["CAPABILITY_NAMED_IAM"])],
)
def test_enough_capabilities(cloudformation: CloudFormationClient, resources: dict[str, Any], given: list[Any]) -> None:
    """No more is asked for than is needed."""
    assert accepted(cloudformation, {"Resources": resources}, Capabilities=given)


def test_length_of_the_template(cloudformation: CloudFormationClient) -> None:
    """51,200 bytes are sent in a request, and not one more; bytes, not characters."""
    frame = len(json.dumps({"Description": "", "Resources": HARMLESS}))
    fits = {"Description": "x" * (51_200 - frame), "Resources": HARMLESS}
    assert accepted(cloudformation, fits)
    cloudformation.delete_stack(StackName="Stack")

    longer = json.dumps({"Description": "x" * (51_200 - frame - 1) + "é", "Resources": HARMLESS}, ensure_ascii=False)
    assert len(longer) == 51_200
    code, message = refusal(cloudformation, longer)
    assert code == "ValidationError"
    assert message.startswith("1 validation error detected: Value '{")
    assert message.endswith(
        "' at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to 51200"
    )
    with pytest.raises(ClientError, match="Member must have length less than or equal to 51200"):
        cloudformation.validate_template(TemplateBody=longer)


@pytest.mark.parametrize(
    ("parameters", "request_", "message"),
    [
        (STAGE, {}, "Parameters: [Stage] must have values"),
        ({}, GIVEN, "Parameters: [Stage] do not exist in the template"),
        (
            {"Version": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/cdk-bootstrap/hnb659fds/version"}},
            {},
            "Unable to fetch parameters [/cdk-bootstrap/hnb659fds/version] from parameter store for this account.",
        ),
    ],
)
def test_parameters(
    cloudformation: CloudFormationClient, parameters: dict[str, Any], request_: dict[str, Any], message: str
) -> None:
    """Each has a value, and each value a parameter."""
    template = {"Parameters": parameters, "Resources": HARMLESS}
    assert refusal(cloudformation, template, **request_) == ("ValidationError", message)


LIVE = {"Fn::Equals": [{"Ref": "Stage"}, "live"]}


@pytest.mark.parametrize(
    ("rule", "is_met"),
    [
        ({"Assert": LIVE}, True),
        ({"Assert": {"Fn::Not": [LIVE]}}, False),
        ({"Assert": {"Fn::And": [LIVE, {"Fn::Not": [LIVE]}]}}, False),
        ({"Assert": {"Fn::Or": [LIVE, {"Fn::Not": [LIVE]}]}}, True),
        ({"Assert": {"Fn::Contains": [["test", "live"], {"Ref": "Stage"}]}}, True),
        ({"Assert": {"Fn::Contains": [["test"], {"Ref": "Stage"}]}}, False),
        ({"Assert": {"Fn::EachMemberIn": [[{"Ref": "Stage"}], ["test", "live"]]}}, True),
        ({"Assert": {"Fn::EachMemberEquals": [[{"Ref": "Stage"}, "live"], "test"]}}, False),
        ({"Assert": {"Fn::Equals": [{"Ref": "AWS::AccountId"}, "222222222222"]}}, True),
        ({"Assert": {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}}, False),
    ],
)
def test_rules(cloudformation: CloudFormationClient, rule: dict[str, Any], is_met: bool) -> None:
    """A false assertion is the end of it, unless the rule's condition is false."""
    assertion = {**rule, "AssertDescription": "Not so."}

    def template(**condition: Any) -> dict[str, Any]:
        return {"Parameters": STAGE, "Rules": {"Rule": {"Assertions": [assertion], **condition}}, "Resources": HARMLESS}

    assert accepted(cloudformation, template(RuleCondition={"Fn::Not": [LIVE]}), **GIVEN)
    cloudformation.delete_stack(StackName="Stack")
    if is_met:
        assert accepted(cloudformation, template(RuleCondition=LIVE), **GIVEN)
    else:
        code, message = refusal(cloudformation, template(), **GIVEN)
        assert (code, message) == ("ValidationError", "Template validation error: Not so.")


def test_rules_see_what_was_given_before(cloudformation: CloudFormationClient) -> None:
    """An update with `UsePreviousValue` is judged by the value that the stack has."""
    guarded = {
        "Parameters": STAGE,
        "Rules": {"Rule": {"Assertions": [{"Assert": {"Fn::Not": [LIVE]}, "AssertDescription": "It is live."}]}},
        "Resources": {**HARMLESS, "Other": {"Type": "AWS::SNS::Topic"}},
    }
    without = json.dumps({"Parameters": STAGE, "Resources": HARMLESS})
    cloudformation.create_stack(StackName="Stack", TemplateBody=without, **GIVEN)  # type: ignore[arg-type]
    with pytest.raises(ClientError, match=r"It is live\."):
        cloudformation.update_stack(
            StackName="Stack",
            TemplateBody=json.dumps(guarded),
            Parameters=[{"ParameterKey": "Stage", "UsePreviousValue": True}],
        )
