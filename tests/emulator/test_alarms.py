"""Metrics in logs, alarms on metrics, messages of alarms."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.emulator.clock import CLOCK
from tests.emulator.function_stack import ACCOUNT, function_stack, invoke
from tests.emulator.server import Emulator
from tests.emulator.stack import deploy, failures

CODE = """
import json, time

def handler(event, context):
    metadata = {
        "Timestamp": int(time.time() * 1000),
        "CloudWatchMetrics": [
            {"Namespace": "Ours", "Dimensions": [["Space"]], "Metrics": [{"Name": "Invalid", "Unit": "Count"}]}
        ],
    }
    document = {"_aws": metadata, "Space": "one", "Invalid": event["value"]}
    print(("note: " if event.get("note") else "") + json.dumps(document))
"""
MINUTE = timedelta(minutes=1)
TOPIC = f"arn:aws:sns:us-east-1:{ACCOUNT}:Topic"
DIMENSIONS = [{"Name": "Space", "Value": "one"}]


def alarm(**properties: Any) -> dict[str, Any]:
    """An alarm that goes off when the metric is 1 or more in three of three periods of five minutes."""
    return {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "AlarmName": "Alarm",
            "Namespace": "Ours",
            "MetricName": "Invalid",
            "Dimensions": DIMENSIONS,
            "Statistic": "Maximum",
            "Period": 300,
            "EvaluationPeriods": 3,
            "Threshold": 1,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "AlarmActions": [TOPIC],
            "OKActions": [TOPIC],
            **properties,
        },
    }


def topic(**properties: Any) -> dict[str, Any]:
    """A topic."""
    return {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "Topic", **properties}}


def put_metric(emulator: Emulator, value: float) -> None:
    """Report a value, at the emulator's time."""
    datum = {"MetricName": "Invalid", "Dimensions": DIMENSIONS, "Value": value, "Timestamp": CLOCK.now()}
    emulator.client("cloudwatch", ACCOUNT).put_metric_data(Namespace="Ours", MetricData=[datum])


def state(emulator: Emulator) -> str:
    """The alarm's state, over the API."""
    [found] = emulator.client("cloudwatch", ACCOUNT).describe_alarms(AlarmNames=["Alarm"])["MetricAlarms"]
    return str(found["StateValue"])


def deployed(emulator: Emulator, resources: dict[str, Any]) -> None:
    """Deploy a stack at a whole hour."""
    CLOCK.advance_to_whole(timedelta(hours=1))
    cloudformation = emulator.client("cloudformation", ACCOUNT)
    assert deploy(cloudformation, resources) == "CREATE_COMPLETE", failures(cloudformation)


def test_from_the_log_to_the_message(emulator: Emulator) -> None:
    """A line in the embedded metric format is a metric; three values raise the alarm, one good one clears it."""
    deployed(emulator, {**function_stack(CODE), "Topic": topic(), "Alarm": alarm()})
    assert state(emulator) == "INSUFFICIENT_DATA"
    for _ in range(3):
        invoke(emulator, value=2)
        CLOCK.advance(5 * MINUTE)
    assert state(emulator) == "ALARM"
    invoke(emulator, value=0)
    CLOCK.advance(5 * MINUTE)
    assert state(emulator) == "OK"
    assert [(one["OldStateValue"], one["NewStateValue"]) for one in emulator.published(TOPIC)] == [
        ("INSUFFICIENT_DATA", "ALARM"),
        ("ALARM", "OK"),
    ]
    [metric] = emulator.client("cloudwatch", ACCOUNT).list_metrics(Namespace="Ours")["Metrics"]
    assert (metric["MetricName"], metric["Dimensions"]) == ("Invalid", DIMENSIONS)


@pytest.mark.parametrize("event", [{"value": "two"}, {"value": True}, {"value": 1, "note": True}])
def test_a_line_that_does_not_follow_the_format(emulator: Emulator, event: dict[str, Any]) -> None:
    """It is no metric, and nobody is told."""
    deployed(emulator, function_stack(CODE))
    invoke(emulator, **event)
    assert emulator.client("cloudwatch", ACCOUNT).list_metrics()["Metrics"] == []


# AWS's tables: a value for each of the last five periods, the latest last; X breaches, 0 does not, - is missing.
@pytest.mark.parametrize(
    ("needed", "series", "states"),
    [
        (3, "0-X-X", {"missing": "OK", "ignore": "OK", "breaching": "OK", "notBreaching": "OK"}),
        (3, "----0", {"missing": "OK", "ignore": "OK", "breaching": "OK", "notBreaching": "OK"}),
        (3, "-----", {"missing": "INSUFFICIENT_DATA", "ignore": None, "breaching": "ALARM", "notBreaching": "OK"}),
        (3, "0XX-X", {"missing": "ALARM", "ignore": "ALARM", "breaching": "ALARM", "notBreaching": "ALARM"}),
        (3, "--X--", {"missing": "ALARM", "ignore": None, "breaching": "ALARM", "notBreaching": "OK"}),
        (2, "0-X-X", {"missing": "ALARM", "ignore": "ALARM", "breaching": "ALARM", "notBreaching": "ALARM"}),
        (2, "00X0X", {"missing": "ALARM", "ignore": "ALARM", "breaching": "ALARM", "notBreaching": "ALARM"}),
        (2, "0-X--", {"missing": "OK", "ignore": "OK", "breaching": "ALARM", "notBreaching": "OK"}),
        (2, "----0", {"missing": "OK", "ignore": "OK", "breaching": "ALARM", "notBreaching": "OK"}),
        (2, "---X-", {"missing": "ALARM", "ignore": None, "breaching": "ALARM", "notBreaching": "OK"}),
    ],
)
def test_missing_values(needed: int, series: str, states: dict[str, str | None]) -> None:
    """As in AWS's tables of alarms that need three of three values, or two of three."""
    from moto.cloudwatch.models import Alarm  # noqa: PLC0415 (takes seconds)

    from tests.emulator.monitoring.alarms import state_of  # noqa: PLC0415

    recent = [float(one == "X") for one in reversed(series) if one != "-"]
    for treatment, expected in states.items():
        made: Any = Alarm.__new__(Alarm)
        made.__dict__.update(evaluation_periods=3, datapoints_to_alarm=needed, treat_missing_data=treatment)
        made.__dict__.update(comparison_operator="GreaterThanOrEqualToThreshold", threshold=1.0)
        assert state_of(made, recent) == expected, treatment


def test_a_heartbeat_that_stops(emulator: Emulator) -> None:
    """Missing values breach, but only once the further periods that CloudWatch looks at are empty, too."""
    beat = alarm(ComparisonOperator="LessThanThreshold", TreatMissingData="breaching", EvaluationPeriods=1)
    deployed(emulator, {"Topic": topic(), "Alarm": beat})
    put_metric(emulator, 1)
    CLOCK.advance(5 * MINUTE)
    assert state(emulator) == "OK"
    CLOCK.advance(9 * MINUTE)
    assert state(emulator) == "OK"
    CLOCK.advance(6 * MINUTE)
    assert state(emulator) == "ALARM"


@pytest.mark.parametrize(
    ("more", "is_told"),
    [
        ({}, True),
        ({"policy": {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}}}, False),
        ({"policy": {"Effect": "Allow", "Principal": {"Service": "cloudwatch.amazonaws.com"}}}, True),
        ({"key": "alias/aws/sns"}, False),
    ],
)
def test_a_topic_must_let_cloudwatch_in(emulator: Emulator, more: dict[str, Any], is_told: bool) -> None:
    """By its policy, and by that of its key: SNS's own key lets no service in, a trap of topics that are encrypted."""
    key = {"KmsMasterKeyId": more["key"]} if "key" in more else {}
    resources = {"Topic": topic(**key), "Alarm": alarm(EvaluationPeriods=1)}
    if "policy" in more:
        statement = {**more["policy"], "Action": "sns:Publish", "Resource": TOPIC}
        document = {"Version": "2012-10-17", "Statement": [statement]}
        policy = {"PolicyDocument": document, "Topics": [{"Ref": "Topic"}]}
        resources["Policy"] = {"Type": "AWS::SNS::TopicPolicy", "Properties": policy}
    deployed(emulator, resources)
    put_metric(emulator, 5)
    CLOCK.advance(5 * MINUTE)
    assert state(emulator) == "ALARM"
    assert bool(emulator.published(TOPIC)) is is_told


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({"EvaluationPeriods": 300}, "Metrics cannot be checked across more than 86400 seconds"),
        ({"Period": 45}, "Period must be 10, 20, 30 or a multiple of 60"),
        ({"DatapointsToAlarm": 4}, "DatapointsToAlarm must be less than or equal to EvaluationPeriods"),
    ],
)
def test_what_cloudwatch_refuses(emulator: Emulator, properties: dict[str, Any], reason: str) -> None:
    """The stack says why."""
    cloudformation = emulator.client("cloudformation", ACCOUNT)
    assert deploy(cloudformation, {"Alarm": alarm(**properties)}) == "ROLLBACK_COMPLETE"
    assert reason in failures(cloudformation)[0]


def test_messages_reach_a_subscriber(emulator: Emulator) -> None:
    """A queue, for instance."""
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "Inbox"}}
    subscription = {"Protocol": "sqs", "Endpoint": {"Fn::GetAtt": ["Inbox", "Arn"]}, "TopicArn": {"Ref": "Topic"}}
    subscribed = {"Type": "AWS::SNS::Subscription", "Properties": subscription}
    deployed(emulator, {"Topic": topic(), "Alarm": alarm(EvaluationPeriods=1), "Inbox": queue, "Sub": subscribed})
    put_metric(emulator, 5)
    CLOCK.advance(5 * MINUTE)
    sqs = emulator.client("sqs", ACCOUNT)
    url = sqs.get_queue_url(QueueName="Inbox")["QueueUrl"]
    [message] = sqs.receive_message(QueueUrl=url)["Messages"]
    assert json.loads(json.loads(message["Body"])["Message"])["NewStateValue"] == "ALARM"
