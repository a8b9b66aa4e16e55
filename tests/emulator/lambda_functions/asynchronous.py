"""Asynchronous invocations: tried at once, again after one and two minutes, and then put aside.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html: "By default, Lambda will retry an
error two more times", after one minute and after two; a throttled event is tried for up to 6 hours, with pauses from 1
second to 5 minutes. Time passes by the emulator's clock.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from moto.awslambda.models import LambdaFunction
from moto.core.exceptions import JsonRESTError
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from tests.emulator.caller_permissions import why_denied
from tests.emulator.clock import CLOCK
from tests.emulator.lambda_functions.function import dead_letter_arn
from tests.emulator.lambda_functions.invocation import TooManyRequestsError, invoke
from tests.emulator.lambda_functions.runtime_process import Outcome
from tests.emulator.role_use import find_role

_RETRIES = 2
_WAITS = (timedelta(minutes=1), timedelta(minutes=2))
_MAX_AGE_SECONDS = 6 * 60 * 60
_LONGEST_PAUSE = timedelta(minutes=5)


@dataclass(kw_only=True)
class _Event:
    function: LambdaFunction
    payload: str
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    since: datetime = field(default_factory=CLOCK.now)
    failures: int = 0
    pause: timedelta = timedelta(seconds=1)


def invoke_later(function: LambdaFunction, payload: str) -> str:
    """Take an event, and try it; return the id of the request."""
    event = _Event(function=function, payload=payload)
    _attempt(event)
    return event.request_id


def _attempt(event: _Event) -> None:
    function, settings = event.function, _settings(event.function)
    age = (CLOCK.now() - event.since).total_seconds()
    if age > settings.get("MaximumEventAgeInSeconds", _MAX_AGE_SECONDS):
        _put_aside(event, "EventAgeExceeded", None)
        return
    try:
        outcome = invoke(function, event.payload, request_id=event.request_id)
    except TooManyRequestsError:
        CLOCK.call_in(event.pause, lambda: _attempt(event))
        event.pause = min(2 * event.pause, _LONGEST_PAUSE)
        return
    except JsonRESTError as refused:  # its role is gone
        outcome = Outcome(
            payload=json.dumps({"errorMessage": refused.message}), error="Unhandled", output="", seconds=0
        )
    if not outcome.error:
        return
    event.failures += 1
    if event.failures > settings.get("MaximumRetryAttempts", _RETRIES):
        _put_aside(event, "RetriesExhausted", outcome)
    else:
        CLOCK.call_in(_WAITS[event.failures - 1], lambda: _attempt(event))


def _settings(function: LambdaFunction) -> dict[str, Any]:
    configs = function.event_invoke_config
    return configs[0].config if configs else {}


def _put_aside(event: _Event, condition: str, outcome: Outcome | None) -> None:
    """Send the event to the dead-letter queue, and its record to the destination, if the role may."""
    function, error = event.function, json.loads(outcome.payload) if outcome else {}
    if target := dead_letter_arn(function):
        attributes = {"RequestID": event.request_id, "ErrorCode": "200", "ErrorMessage": error.get("errorMessage", "")}
        _send(function, target, event.payload, attributes)
    failure = _settings(function).get("DestinationConfig", {}).get("OnFailure", {})
    if target := failure.get("Destination"):
        record = {
            "version": "1.0",
            "timestamp": CLOCK.now().isoformat(),
            "requestContext": {
                "requestId": event.request_id,
                "functionArn": f"{function.function_arn}:$LATEST",
                "condition": condition,
                "approximateInvokeCount": event.failures,
            },
            "requestPayload": json.loads(event.payload),
            "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
            "responsePayload": error,
        }
        _send(function, target, json.dumps(record), {})


def _send(function: LambdaFunction, target: str, body: str, attributes: dict[str, str]) -> None:
    _, _, service, region, account, name = target.split(":", 5)
    role = find_role(function.role)
    action = "sqs:SendMessage" if service == "sqs" else "sns:Publish"
    if role is None or why_denied(role, action, target):
        return
    if service == "sqs":
        queues = sqs_backends[account][region]
        sent = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items() if value}
        queues.send_message(queue_name=name, message_body=body, message_attributes=sent)
    else:
        sns_backends[account][region].publish(body, arn=target)
