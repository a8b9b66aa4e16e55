"""Vended logs of an Agent Space: who may deliver them, where they arrive, and what a metric filter makes of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.emulator.monitoring.filter_pattern import InvalidPatternError, matcher
from tests.emulator.primary_account import PrimaryAccount
from tests.emulator.server import Emulator
from tests.emulator.stack import deploy, document, failures
from tests.emulator.trusting_roles import ROLE_ARN, SPACE_ARN, by_service

ACCOUNT, GROUP = "111111111111", "/aws/vendedlogs/space"
PATTERN = '{ ($.optional_level = "ERROR" || $.level = "ERROR") && ($.optional_association_id = "*") }'


def delivery(**conditions: Any) -> dict[str, Any]:
    """The log of the Agent Space into a log group, with a metric filter."""
    group = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{GROUP}"
    admits = {
        "Effect": "Allow",
        "Principal": {"Service": "delivery.logs.amazonaws.com"},
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": f"{group}:log-stream:*",
        "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}, **conditions},
    }
    metric = {"MetricNamespace": "Ours", "MetricName": "Invalid", "MetricValue": "1"}
    properties: dict[str, tuple[str, dict[str, Any]]] = {
        "Group": ("LogGroup", {"LogGroupName": GROUP, "RetentionInDays": 30}),
        "Policy": ("ResourcePolicy", {"PolicyName": "Delivery", "PolicyDocument": json.dumps(document(admits))}),
        "Source": (
            "DeliverySource",
            {"Name": "space", "ResourceArn": SPACE_ARN, "LogType": "APPLICATION_LOGS"},
        ),
        "Destination": (
            "DeliveryDestination",
            {"Name": "group", "OutputFormat": "json", "DestinationResourceArn": {"Fn::GetAtt": ["Group", "Arn"]}},
        ),
        "Delivery": (
            "Delivery",
            {
                "DeliverySourceName": {"Ref": "Source"},
                "DeliveryDestinationArn": {"Fn::GetAtt": ["Destination", "Arn"]},
            },
        ),
        "Filter": (
            "MetricFilter",
            {"LogGroupName": {"Ref": "Group"}, "FilterPattern": PATTERN, "MetricTransformations": [metric]},
        ),
    }
    return {name: {"Type": f"AWS::Logs::{kind}", "Properties": found} for name, (kind, found) in properties.items()}


def break_association(**form: str) -> None:
    """Let the service write that an association has become invalid."""
    # Not at the top, as moto takes seconds to import.
    from tests.emulator.log_delivery import association_changed  # noqa: PLC0415

    association_changed(SPACE_ARN, "222222222222", "id", "invalid", **form)


def written(emulator: Emulator) -> list[str]:
    """What arrived in the log group."""
    events = emulator.client("logs", ACCOUNT).filter_log_events(logGroupName=GROUP)["events"]
    return [one["message"] for one in events]


def test_a_connection_that_breaks_is_logged(emulator: Emulator, primary: PrimaryAccount) -> None:
    """When it turns from valid to invalid and back; not when it was never valid."""
    cloudformation, iam = emulator.client("cloudformation", ACCOUNT), emulator.client("iam", "222222222222")
    assert deploy(cloudformation, delivery()) == "CREATE_COMPLETE", failures(cloudformation)
    primary.associate("222222222222", ROLE_ARN)
    primary.validate()
    iam.create_role(RoleName="Agent", AssumeRolePolicyDocument=by_service())
    primary.validate()
    assert len(written(emulator)) == 1
    iam.update_assume_role_policy(RoleName="Agent", PolicyDocument=by_service(account_id="333333333333"))
    primary.validate()
    primary.validate()
    assert ['"optional_status": "valid"' in one for one in written(emulator)] == [True, False]
    metrics = emulator.client("cloudwatch", ACCOUNT).list_metrics(Namespace="Ours")["Metrics"]
    assert [one["MetricName"] for one in metrics] == ["Invalid"]

    cloudformation.delete_stack(StackName="Stack")
    assert cloudformation.describe_stacks()["Stacks"] == []


def test_a_log_group_must_let_the_delivery_in(emulator: Emulator) -> None:
    """By a resource policy of the account; without it nothing arrives, and nobody is told."""
    elsewhere = {"ArnLike": {"aws:SourceArn": f"arn:aws:logs:eu-west-1:{ACCOUNT}:*"}}
    assert deploy(emulator.client("cloudformation", ACCOUNT), delivery(**elsewhere)) == "CREATE_COMPLETE"
    break_association()
    assert written(emulator) == []


@pytest.mark.parametrize("form", ["optional_", ""])
def test_both_forms_of_names(emulator: Emulator, form: str) -> None:
    """AWS's own sources differ in them."""
    deploy(emulator.client("cloudformation", ACCOUNT), delivery())
    break_association(form=form)
    assert f'"{form}association_id": "id"' in written(emulator)[0]


def test_whoever_deploys_needs_a_permission(emulator: Emulator) -> None:
    """CloudFormation's role, if it was given one."""
    iam, cloudformation = emulator.client("iam", ACCOUNT), emulator.client("cloudformation", ACCOUNT)
    trust = document(
        {"Effect": "Allow", "Principal": {"Service": "cloudformation.amazonaws.com"}, "Action": "sts:AssumeRole"}
    )
    role = iam.create_role(RoleName="Deployer", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    source = {"Source": delivery()["Source"]}
    create = {
        "StackName": "Stack",
        "ChangeSetName": "deploy",
        "ChangeSetType": "CREATE",
        "RoleARN": role,
        "TemplateBody": json.dumps({"Resources": source}),
    }
    cloudformation.create_change_set(**create)  # type: ignore[arg-type]
    cloudformation.execute_change_set(StackName="Stack", ChangeSetName="deploy")
    assert "aidevops:AllowVendedLogDeliveryForResource" in failures(cloudformation)[0]
    cloudformation.delete_stack(StackName="Stack")
    allows = {"Effect": "Allow", "Action": "aidevops:AllowVendedLogDeliveryForResource", "Resource": SPACE_ARN}
    iam.put_role_policy(RoleName="Deployer", PolicyName="Policy", PolicyDocument=json.dumps(document(allows)))
    cloudformation.create_change_set(**create)  # type: ignore[arg-type]
    cloudformation.execute_change_set(StackName="Stack", ChangeSetName="deploy")
    assert cloudformation.describe_stacks(StackName="Stack")["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"


@pytest.mark.parametrize(
    ("pattern", "matching", "others"),
    [
        ("", ["anything"], []),
        ("ERROR", ["an ERROR here"], ["an error here"]),
        ("ERROR -test", ["ERROR"], ["ERROR in a test"]),
        ("?ERROR ?WARN", ["ERROR", "WARN"], ["INFO"]),
        ('{ $.level = "ERROR" }', ['{"level": "ERROR"}'], ['{"level": "INFO"}', "{}", "no JSON: ERROR"]),
        ('{ $.level != "INFO" }', ['{"level": "ERROR"}'], ['{"level": "INFO"}', "{}"]),
        ('{ $.id = "*" }', ['{"id": "a"}'], ["{}", '{"id": {}}']),
        ("{ $.a.b > 3 && $.c IS TRUE }", ['{"a": {"b": 4}, "c": true}'], ['{"a": {"b": 3}, "c": true}']),
        ("{ $.a NOT EXISTS || $.a IS NULL }", ["{}", '{"a": null}'], ['{"a": 1}']),
        ('{ $.a[0] = 1 && ($.b = "x*" || $.b = "y") }', ['{"a": [1], "b": "xz"}'], ['{"a": [1], "b": "z"}']),
    ],
)
def test_filter_patterns(pattern: str, matching: list[str], others: list[str]) -> None:
    """By the syntax of CloudWatch Logs."""
    matches = matcher(pattern)
    assert [one for one in [*matching, *others] if matches(one)] == matching


@pytest.mark.parametrize("pattern", ["{ $.a }", "{ $.a = }", '{ a = "b" }', '{ $.a = "b"', "[a, b]"])
def test_what_is_no_filter_pattern(pattern: str) -> None:
    """Or none that the emulator knows: it says so."""
    with pytest.raises(InvalidPatternError):
        matcher(pattern)
