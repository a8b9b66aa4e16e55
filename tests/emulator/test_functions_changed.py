"""What Lambda refuses of a function, and what an update makes of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.function_stack import ACCOUNT, LOG_GROUP, function_stack, invoke
from tests.emulator.server import Emulator
from tests.emulator.stack import deploy, failures

CODE = """
import os

def handler(event, context):
    return ["SETTING" in os.environ, round(context.get_remaining_time_in_millis() / 1000)]
"""


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"trust": "ec2.amazonaws.com"}, "The role defined for the function cannot be assumed by Lambda."),
        ({"Code": {"S3Bucket": "bucket", "S3Key": "key"}}, "S3 Error Code: NoSuchKey"),
        ({"Environment": {"Variables": {"AWS_REGION": "us-east-1"}}}, "Reserved keys used in this request: AWS_REGION"),
        ({"Timeout": 1000}, "Member must have value less than or equal to 900"),
        (
            {"DeadLetterConfig": {"TargetArn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:Queue"}},
            "The provided execution role does not have permissions to call SendMessage on SQS",
        ),
    ],
)
def test_what_lambda_refuses(emulator: Emulator, changes: dict[str, Any], reason: str) -> None:
    """The stack is rolled back, in Lambda's words."""
    emulator.client("s3", ACCOUNT).create_bucket(Bucket="bucket")
    cloudformation = emulator.client("cloudformation", ACCOUNT)
    assert deploy(cloudformation, function_stack(CODE, **changes)) == "ROLLBACK_COMPLETE"
    assert reason in failures(cloudformation)[0]
    assert emulator.client("lambda", ACCOUNT).list_functions()["Functions"] == []


def test_a_new_account_reserves_nothing(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may have ten invocations at a time, and ten must be left for its other functions."""
    monkeypatch.setenv("MOTO_LAMBDA_CONCURRENCY_QUOTA", "10")
    cloudformation = emulator.client("cloudformation", ACCOUNT)
    assert deploy(cloudformation, function_stack(CODE, ReservedConcurrentExecutions=1)) == "ROLLBACK_COMPLETE"
    assert "UnreservedConcurrentExecution below its minimum value of [10]" in failures(cloudformation)[0]


def test_an_update_changes_the_code_and_the_settings(emulator: Emulator) -> None:
    """In place, and what the template no longer says has its default again."""
    cloudformation = emulator.client("cloudformation", ACCOUNT)
    deploy(cloudformation, function_stack(CODE, Environment={"Variables": {"SETTING": "given"}}))
    assert invoke(emulator) == [True, 30]
    changed = function_stack(CODE.replace("[", "['changed', "), Environment={"Variables": {}})
    del changed["Function"]["Properties"]["Timeout"]
    assert deploy(cloudformation, changed, change="UPDATE") == "UPDATE_COMPLETE"
    assert invoke(emulator) == ["changed", False, 3]


def test_no_log_without_the_permission(emulator: Emulator) -> None:
    """Lambda runs the function all the same."""
    changed = function_stack(CODE)
    changed["Role"]["Properties"]["Policies"] = []
    deploy(emulator.client("cloudformation", ACCOUNT), changed)
    assert invoke(emulator) == [False, 30]
    assert emulator.client("logs", ACCOUNT).filter_log_events(logGroupName=LOG_GROUP)["events"] == []
