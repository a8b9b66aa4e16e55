"""Rules on a schedule invoke functions that let them, at the emulator's time; what fails is tried again."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from tests.emulator.clock import CLOCK
from tests.emulator.event_bus.schedule import InvalidScheduleError, next_time
from tests.emulator.function_stack import ACCOUNT, LOG_GROUP, function_stack
from tests.emulator.server import Emulator
from tests.emulator.stack import deploy, failures

CODE = """
import json, time

def handler(event, context):
    print("EVENT", json.dumps(event))
    if event.get("fail"):
        raise ValueError("as asked")
"""
FUNCTION = {"Fn::GetAtt": ["Function", "Arn"]}
MINUTE = timedelta(minutes=1)


def permission(**properties: Any) -> dict[str, Any]:
    """A permission for EventBridge."""
    common = {"FunctionName": FUNCTION, "Action": "lambda:InvokeFunction", "Principal": "events.amazonaws.com"}
    return {"Type": "AWS::Lambda::Permission", "Properties": {**common, **properties}}


def scheduled(target: dict[str, Any] | None = None, **properties: Any) -> dict[str, Any]:
    """A rule that fires every 15 minutes."""
    targets = [{"Id": "Function", "Arn": FUNCTION, **(target or {})}]
    return {
        "Type": "AWS::Events::Rule",
        "Properties": {"ScheduleExpression": "rate(15 minutes)", "Targets": targets, **properties},
    }


def events(emulator: Emulator) -> list[dict[str, Any]]:
    """What the function got."""
    logged = emulator.client("logs", ACCOUNT).filter_log_events(logGroupName=LOG_GROUP)["events"]
    return [json.loads(one["message"][6:]) for one in logged if one["message"].startswith("EVENT ")]


@pytest.fixture
def deployed(emulator: Emulator) -> Emulator:
    """An emulator with the function, at a whole hour."""
    CLOCK.advance_to_whole(timedelta(hours=1))
    return emulator


def deploy_all(emulator: Emulator, more: dict[str, Any], *, again: bool = False, **properties: Any) -> None:
    """Deploy the function and more."""
    cloudformation = emulator.client("cloudformation", ACCOUNT)
    resources = {**function_stack(CODE, **properties), **more}
    status = deploy(cloudformation, resources, change="UPDATE" if again else "CREATE")
    assert status == ("UPDATE_COMPLETE" if again else "CREATE_COMPLETE"), failures(cloudformation)


def test_a_schedule_fires_when_it_is_due(deployed: Emulator) -> None:
    """Until the rule is disabled; a rule with another schedule begins anew."""
    source = {"SourceArn": {"Fn::GetAtt": ["Rule", "Arn"]}}
    deploy_all(deployed, {"Rule": scheduled(), "Permission": permission(**source)})
    CLOCK.advance(14 * MINUTE)
    assert events(deployed) == []
    CLOCK.advance(31 * MINUTE)
    assert [one["detail-type"] for one in events(deployed)] == ["Scheduled Event"] * 3
    assert events(deployed)[0]["source"] == "aws.events"

    changed = {"Rule": scheduled({"Input": '{"of": "rule"}'}, ScheduleExpression="rate(1 hour)")}
    deploy_all(deployed, {**changed, "Permission": permission(**source)}, again=True)
    CLOCK.advance(61 * MINUTE)
    assert events(deployed)[3:] == [{"of": "rule"}]
    deploy_all(deployed, {"Rule": scheduled(State="DISABLED"), "Permission": permission(**source)}, again=True)
    CLOCK.advance(61 * MINUTE)
    assert len(events(deployed)) == 4


@pytest.mark.parametrize(
    "properties", [None, {"SourceArn": "arn:aws:events:us-east-1:111111111111:rule/Other"}, {"Principal": "*.com"}]
)
def test_a_function_must_let_the_rule_in(deployed: Emulator, properties: dict[str, Any] | None) -> None:
    """Without a permission, or with one for somebody else, nothing happens but a metric, as on AWS."""
    more = {} if properties is None else {"Permission": permission(**properties)}
    deploy_all(deployed, {"Rule": scheduled(), **more})
    CLOCK.advance(15 * MINUTE)
    assert events(deployed) == []
    metrics = deployed.client("cloudwatch", ACCOUNT).list_metrics(Namespace="AWS/Events")["Metrics"]
    assert [one["MetricName"] for one in metrics] == ["FailedInvocations"]


def test_a_failure_is_tried_twice_again_and_put_aside(deployed: Emulator) -> None:
    """After one minute and two more; then the event is in the dead-letter queue."""
    queue_arn = {"Fn::GetAtt": ["Queue", "Arn"]}
    sends = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": f"arn:aws:sqs:us-east-1:{ACCOUNT}:Failed"}
    resources = function_stack(CODE, sends, DeadLetterConfig={"TargetArn": queue_arn})
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "Failed", "SqsManagedSseEnabled": True}}
    assert deploy(deployed.client("cloudformation", ACCOUNT), {**resources, "Queue": queue}) == "CREATE_COMPLETE"
    deployed.client("lambda", ACCOUNT).invoke(
        FunctionName="Function", InvocationType="Event", Payload=json.dumps({"fail": True})
    )
    assert len(events(deployed)) == 1
    CLOCK.advance(MINUTE)
    assert len(events(deployed)) == 2
    CLOCK.advance(2 * MINUTE)
    assert len(events(deployed)) == 3

    sqs = deployed.client("sqs", ACCOUNT)
    url = sqs.get_queue_url(QueueName="Failed")["QueueUrl"]
    [message] = sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"])["Messages"]
    assert json.loads(message["Body"]) == {"fail": True}
    assert message["MessageAttributes"]["ErrorMessage"]["StringValue"] == "as asked"


def test_one_at_a_time(deployed: Emulator) -> None:
    """With reserved concurrency 1 a second invocation is refused, and an event waits."""
    deploy_all(deployed, {}, ReservedConcurrentExecutions=1)
    client = deployed.client("lambda", ACCOUNT)
    # Not at the top, as moto takes seconds to import.
    from tests.emulator.lambda_functions.function import find_function  # noqa: PLC0415
    from tests.emulator.lambda_functions.invocation import TooManyRequestsError, invoke, running  # noqa: PLC0415

    function = find_function("Function", ACCOUNT, "us-east-1")
    with running(function):
        # Not over the API, whose client would try again.
        with pytest.raises(TooManyRequestsError, match="Rate Exceeded"):
            invoke(function, "{}")
        client.invoke(FunctionName="Function", InvocationType="Event", Payload="{}")
    assert events(deployed) == []
    CLOCK.advance(MINUTE)
    assert len(events(deployed)) == 1


@pytest.mark.parametrize(
    ("expression", "due"),
    [
        ("rate(1 minute)", "12:08:30"),
        ("rate(5 minutes)", "12:12:30"),
        ("rate(1 hour)", "13:07:30"),
        ("cron(0/15 * * * ? *)", "12:15:00"),
        ("cron(5,10 * ? * * *)", "12:10:00"),
        ("cron(30 18 * * ? *)", "18:30:00"),
    ],
)
def test_when_a_schedule_is_due(expression: str, due: str) -> None:
    """By the minute, in UTC."""
    now = datetime(2026, 11, 26, 12, 7, 30, tzinfo=timezone.utc)
    assert f"{next_time(expression)(now):%H:%M:%S}" == due


@pytest.mark.parametrize("expression", ["rate(1 minutes)", "rate(5 minute)", "rate(0 minutes)", "every(5 minutes)"])
def test_what_is_no_schedule(expression: str) -> None:
    """A singular goes with one, as EventBridge wants it."""
    with pytest.raises(InvalidScheduleError):
        next_time(expression)
