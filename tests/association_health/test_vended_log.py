"""The Agent Space's log as a second signal: how it is delivered, and what is taken from it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aws_cdk import Duration, Stack
from aws_cdk import aws_logs as logs

from devops_agent_constructs.policies.vended_logs import ASSOCIATION_ERRORS
from tests.association_health.conftest import Made
from tests.conftest import SPACE_ARN, template_of
from tests.emulator.monitoring.filter_pattern import matcher

NAME = "DevOpsAgent-8f6187a7-0388-4926-8217-3a0fe32f757c"
GROUP_ARN = {"Fn::GetAtt": ["HealthLogGroupFB921267", "Arn"]}


def test_off_unless_asked_for(health: Made, primary: Stack) -> None:
    """Nobody has seen a record of this kind."""
    made = health()
    assert made.log_group is None
    assert {one["Type"] for one in template_of(primary)["Resources"].values() if "Logs" in one["Type"]} == set()


def test_the_log_is_delivered(health: Made, primary: Stack) -> None:
    """Each resource whole. The delivery refers to its two ends and waits for the policy, so it is removed first."""
    made = health(vended_logs=True)
    assert made.log_group is not None
    resources = template_of(primary)["Resources"]
    assert resources["HealthLogGroupFB921267"] == {
        "Type": "AWS::Logs::LogGroup",
        "Properties": {"RetentionInDays": 90},
        "UpdateReplacePolicy": "Retain",
        "DeletionPolicy": "Retain",
    }
    assert resources["HealthDeliverySource1D6DAB3A"] == {
        "Type": "AWS::Logs::DeliverySource",
        "Properties": {"Name": NAME, "ResourceArn": SPACE_ARN, "LogType": "APPLICATION_LOGS"},
    }
    assert resources["HealthDeliveryDestination6E22FDB0"] == {
        "Type": "AWS::Logs::DeliveryDestination",
        "Properties": {"Name": NAME, "DestinationResourceArn": GROUP_ARN, "OutputFormat": "json"},
    }
    assert resources["HealthDeliveryDBB287BF"] == {
        "Type": "AWS::Logs::Delivery",
        "Properties": {
            "DeliverySourceName": {"Ref": "HealthDeliverySource1D6DAB3A"},
            "DeliveryDestinationArn": {"Fn::GetAtt": ["HealthDeliveryDestination6E22FDB0", "Arn"]},
        },
        "DependsOn": ["HealthResourcePolicy8742659E"],
    }


def test_only_this_accounts_deliveries_write_into_the_log_group(health: Made, primary: Stack) -> None:
    """The policy that AWS writes itself, if it may, for this log group alone."""
    health(vended_logs=True)
    policy = template_of(primary)["Resources"]["HealthResourcePolicy8742659E"]["Properties"]
    assert policy["PolicyName"] == NAME
    written = "".join(
        part if isinstance(part, str) else "<Arn>" if part == GROUP_ARN else "aws"
        for part in policy["PolicyDocument"]["Fn::Join"][1]
    )
    assert written == (
        '{"Statement":[{"Action":["logs:CreateLogStream","logs:PutLogEvents"],"Condition":{"StringEquals":'
        '{"aws:SourceAccount":"111111111111"},"ArnLike":{"aws:SourceArn":"arn:aws:logs:us-east-1:111111111111:*"}},'
        '"Effect":"Allow","Principal":{"Service":"delivery.logs.amazonaws.com"},"Resource":"<Arn>",'
        '"Sid":"LetTheLogBeDelivered"}],"Version":"2012-10-17"}'
    )


def test_retention(health: Made, primary: Stack) -> None:
    """The user's, if there is one."""
    health(vended_logs=True, log_retention=logs.RetentionDays.ONE_WEEK)
    assert template_of(primary)["Resources"]["HealthLogGroupFB921267"]["Properties"] == {"RetentionInDays": 7}


def test_its_alarm_tells_of_no_repair(health: Made, primary: Stack) -> None:
    """It ends after five minutes in any case; its description says that it can be wrong."""
    health(vended_logs=True, invalid_for=Duration.hours(2))
    resources = template_of(primary)["Resources"]
    alarm = resources["HealthAssociationErrorsA85FEAE5"]["Properties"]
    description = alarm.pop("AlarmDescription")
    assert "False alarms are possible" in description
    assert "AWS publishes no example" in description
    metric = {
        "MetricName": "AssociationErrors",
        "Namespace": "DevOpsAgentConstructs/8f6187a7-0388-4926-8217-3a0fe32f757c",
    }
    assert alarm == {
        **metric,
        "Statistic": "Sum",
        "Period": 300,
        "EvaluationPeriods": 1,
        "Threshold": 1,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "TreatMissingData": "notBreaching",
        "AlarmActions": [{"Ref": "HealthTopic252048D3"}],
    }
    [transformation] = resources["HealthAssociationErrorsFilter6C1909C8"]["Properties"]["MetricTransformations"]
    assert transformation == {
        "MetricName": metric["MetricName"],
        "MetricNamespace": metric["Namespace"],
        "MetricValue": "1",
    }


BROKEN = {"optional_level": "ERROR", "optional_association_id": "a-1", "optional_account_id": "222222222222"}


@pytest.mark.parametrize(
    "record",
    [
        BROKEN,
        {"level": "ERROR", "association_id": "a-1", "account_id": "222222222222"},
        {"optional_level": "ERROR", "association_id": "a-1"},
        {**BROKEN, "resource_arn": "agentspace/of-any-form", "optional_status": "INVALID"},
        {**BROKEN, "optional_operation": "ValidateAwsAssociations"},
        {**BROKEN, "operation": "ValidateAwsAssociations", "optional_error_type": "AUTH_ERROR"},
    ],
)
def test_an_error_about_an_association_counts(record: dict[str, Any]) -> None:
    """In both forms of the names, and whatever else the record has."""
    assert matcher(ASSOCIATION_ERRORS)(json.dumps(record))


@pytest.mark.parametrize(
    "record",
    [
        {**BROKEN, "optional_level": "INFO"},
        {"optional_level": "ERROR", "optional_account_id": "222222222222"},
        {**BROKEN, "optional_operation": "DiscoverResources", "optional_status": "FAILED"},
        {**BROKEN, "operation": "DiscoverResources"},
        {},
    ],
)
def test_what_does_not_count(record: dict[str, Any]) -> None:
    """A repair, an error about something else, and the known failure to find resources."""
    assert not matcher(ASSOCIATION_ERRORS)(json.dumps(record))


def test_the_filter_is_within_the_limits_of_cloudwatch() -> None:
    """1,024 characters, and no form of the space's ARN."""
    assert len(ASSOCIATION_ERRORS) <= 1_024
    assert "resource_arn" not in ASSOCIATION_ERRORS
