"""Answers CloudFormation about a custom resource, whatever happens."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from devops_agent_constructs.account_sync.retries import in_words

# "The total size of the response body can't exceed 4096 bytes."
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html, read 2026-11-26.
MAX_ANSWER_BYTES = 4_096
# Fits with all else, also if each character takes six bytes in JSON.
_SHORT = 300
_PUT_SECONDS, _PUT_PAUSES = 10, (1.0, 3.0, 0.0)

Put = Callable[[str, bytes], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What CloudFormation asks for.

    Attributes:
        kind: `Create`, `Update` or `Delete`.
        stack_id: The stack's ARN.
        request_id: Of this request.
        logical_id: The resource's, in the template.
        physical_id: What it was called by before; None at a Create.
        properties: The resource's, all values as text.
        response_url: Where the answer goes. Whoever knows it can answer, so that it is in no log and no message.

    See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html
    """

    kind: str
    stack_id: str
    request_id: str
    logical_id: str
    physical_id: str | None
    properties: Mapping[str, Any]
    response_url: str = field(repr=False)

    @classmethod
    def of(cls, event: Mapping[str, Any]) -> Request:
        """Read the event of the function."""
        return cls(
            kind=event["RequestType"],
            stack_id=event["StackId"],
            request_id=event["RequestId"],
            logical_id=event["LogicalResourceId"],
            physical_id=event.get("PhysicalResourceId"),
            properties=event.get("ResourceProperties", {}),
            response_url=event["ResponseURL"],
        )

    @property
    def resource_id(self) -> str:
        """The physical id, the same in all answers: also if AWS sends a request twice, or the function ran twice."""
        return self.physical_id or f"{self.stack_id.rpartition('/')[2]}/{self.logical_id}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What came of a request.

    Attributes:
        is_success: Whether the deployment goes on.
        summary: In a line; also the resource's attribute `Summary`.
        lines: What else there is to say; of a failure as many as an answer holds, from the first.
    """

    is_success: bool
    summary: str
    lines: Sequence[str] = ()

    def body(self, request: Request, *, log: str) -> bytes:
        """Return what is sent, which names the log if it cannot hold all lines."""
        for number in range(len(self.lines), -1, -1):
            left = len(self.lines) - number
            more = [f"{left} more lines are in the log group {log}"] if left else []
            if len(body := self._body(request, [*self.lines[:number], *more])) <= MAX_ANSWER_BYTES:
                return body
        # Only a summary that repeats somebody's long message comes here.
        short = replace(self, summary=f"{self.summary[:_SHORT]} ... see the log group {log}", lines=())
        return short.body(request, log=log)

    def _body(self, request: Request, lines: Sequence[str]) -> bytes:
        answer = {
            "Status": "SUCCESS" if self.is_success else "FAILED",
            "PhysicalResourceId": request.resource_id,
            "StackId": request.stack_id,
            "RequestId": request.request_id,
            "LogicalResourceId": request.logical_id,
        }
        if self.is_success:
            return json.dumps({**answer, "Data": {"Summary": self.summary}}).encode()
        return json.dumps({**answer, "Reason": "\n".join([self.summary, *lines])}).encode()


def answer(event: Mapping[str, Any], work: Callable[[Request], Answer], *, log: str, put: Put | None = None) -> None:
    """Do what CloudFormation asks for, and answer it, also if that raises: it would wait for an hour.

    Args:
        event: Of the function.
        work: Does it; not called for a Delete, as there is nothing to delete.
        log: The name of the function's log group.
        put: Sends a body to a URL. None: over the network.

    Raises:
        Exception: The answer could not be sent; Lambda invokes the function again.
    """
    request = Request.of(event)
    try:
        result = Answer(is_success=True, summary="deleted") if request.kind == "Delete" else work(request)
    except Exception as error:  # noqa: BLE001  # CloudFormation has to be told.
        result = Answer(is_success=False, summary=in_words(error))
    status = "SUCCESS" if result.is_success else "FAILED"
    write_log(request=request.kind, requestId=request.request_id, status=status, summary=result.summary)
    for line in result.lines:
        write_log(requestId=request.request_id, line=line)
    _send(request.response_url, result.body(request, log=log), put or _put)


def write_log(**entry: str) -> None:
    """Write an entry of the function's log: a line of JSON."""
    print(json.dumps(entry))  # noqa: T201  # What a function prints is its log.


def _send(url: str, body: bytes, put: Put) -> None:
    kind = ""
    for pause in _PUT_PAUSES:
        try:
            return put(url, body)
        except Exception as error:  # noqa: BLE001  # Its message may have the URL.
            kind = type(error).__name__
        time.sleep(pause)
    raise ConnectionError(f"CloudFormation could not be answered: {kind}") from None


def _put(url: str, body: bytes) -> None:
    # The URL is signed for no content type; urllib would send one of its own.
    request = urllib.request.Request(url, data=body, method="PUT", headers={"Content-Type": ""})  # noqa: S310
    with urllib.request.urlopen(request, timeout=_PUT_SECONDS):  # noqa: S310  # CloudFormation's own
        pass
