"""One invocation of a function: with its role's credentials, into its log group."""

from __future__ import annotations

import base64
import os
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from moto.awslambda.exceptions import LambdaClientError
from moto.awslambda.models import LambdaFunction
from moto.iam.models import Role

from tests.emulator.caller_permissions import session_of, why_denied
from tests.emulator.clock import CLOCK
from tests.emulator.lambda_functions.function import check_function
from tests.emulator.lambda_functions.runtime_process import Outcome, runtime
from tests.emulator.monitoring import logs
from tests.emulator.role_use import find_role

_LOG_TAIL_BYTES = 4096
_running: Counter[str] = Counter()
_lock = threading.Lock()


class TooManyRequestsError(LambdaClientError):
    """The function runs as often as it may."""

    code = 429

    def __init__(self) -> None:
        super().__init__("TooManyRequestsException", "Rate Exceeded.")


def invoke(function: LambdaFunction, event: str, *, request_id: str | None = None, arn: str | None = None) -> Outcome:
    """Run the function now; raises Lambda's error if it runs as often as it may already."""
    with running(function):
        check_function(function)
        role = find_role(function.role)
        if role is None:
            raise RuntimeError("its role was there a moment ago")
        request_id = request_id or str(uuid.uuid4())
        stream = f"{CLOCK.now():%Y/%m/%d}/[$LATEST]{uuid.uuid4().hex}"
        request = {
            "handler": function.handler,
            "event": event,
            "ahead": CLOCK.passed.total_seconds(),
            "environment": _environment(function, stream),
            "context": {
                "function_name": function.function_name,
                "function_version": "$LATEST",
                "invoked_function_arn": arn or function.function_arn,
                "memory_limit_in_mb": str(function.memory_size),
                "aws_request_id": request_id,
                "log_group_name": function.logs_group_name,
                "log_stream_name": stream,
            },
        }
        code = (function.code_digest, function.code_bytes)
        outcome = runtime().run(request, code, function.timeout, CLOCK.advance)
        _log(function, role, stream, _lines(request_id, outcome, function))
        return outcome


def answering(later: Callable[[LambdaFunction, str], object]) -> Callable[..., str | bytes]:
    """Return what takes the place of moto's Invoke, which starts Docker; `later` takes asynchronous invocations."""

    def answer(function: LambdaFunction, body: str, request_headers: Any, response_headers: dict[str, Any]) -> bytes:
        kind = request_headers.get("X-Amz-Invocation-Type", "RequestResponse")
        if kind == "Event":
            later(function, body or "{}")
        if kind != "RequestResponse":
            return b""
        outcome = invoke(function, body or "{}")
        if outcome.error:
            response_headers["x-amz-function-error"] = outcome.error
        tail = outcome.output.encode()[-_LOG_TAIL_BYTES:]
        response_headers["x-amz-log-result"] = base64.b64encode(tail).decode()
        return outcome.payload.encode()

    return answer


@contextmanager
def running(function: LambdaFunction) -> Iterator[None]:
    """Take one of the invocations that may run at a time, or raise that there is none."""
    arn, most = function.function_arn, function.reserved_concurrency
    with _lock:
        if most is not None and _running[arn] >= int(most):
            raise TooManyRequestsError
        _running[arn] += 1
    try:
        yield
    finally:
        with _lock:
            _running[arn] -= 1


def _environment(function: LambdaFunction, stream: str) -> dict[str, str]:
    credentials = session_of(function.role, function.function_name, function.region)
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "LAMBDA_TASK_ROOT": "/var/task",
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
        "_HANDLER": str(function.handler),
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.run_time}",
        "AWS_LAMBDA_FUNCTION_NAME": function.function_name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_size),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": function.logs_group_name,
        "AWS_LAMBDA_LOG_STREAM_NAME": stream,
        "AWS_REGION": function.region,
        "AWS_DEFAULT_REGION": function.region,
        "AWS_ACCESS_KEY_ID": credentials.access_key_id,
        "AWS_SECRET_ACCESS_KEY": credentials.secret_access_key,
        "AWS_SESSION_TOKEN": credentials.session_token or "",
        # Not of AWS: where the emulator is, and nothing of this machine.
        "AWS_ENDPOINT_URL": os.environ["AWS_ENDPOINT_URL"],
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        **{name: str(value) for name, value in function.environment_vars.items()},
    }


def _lines(request_id: str, outcome: Outcome, function: LambdaFunction) -> list[str]:
    milliseconds = outcome.seconds * 1000
    report = (
        f"REPORT RequestId: {request_id}\tDuration: {milliseconds:.2f} ms\tBilled Duration: {milliseconds:.0f} ms\t"
        f"Memory Size: {function.memory_size} MB"
    )
    timed_out = [f"{request_id} Task timed out after {function.timeout:.2f} seconds"] if outcome.is_timed_out else []
    start = f"START RequestId: {request_id} Version: $LATEST"
    return [start, *outcome.output.splitlines(), *timed_out, f"END RequestId: {request_id}", report]


def _log(function: LambdaFunction, role: Role, stream: str, lines: list[str]) -> None:
    """Write to the log group, as far as the role may; Lambda tells nobody if it may not."""
    account, region, group = function.account_id, function.region, function.logs_group_name
    group_arn = f"arn:aws:logs:{region}:{account}:log-group:{group}"
    if not logs.has_group(account, region, group):
        if why_denied(role, "logs:CreateLogGroup", group_arn):
            return
        logs.create_group(account, region, group)
    if not any(why_denied(role, f"logs:{action}", f"{group_arn}:log-stream:{stream}") for action in _LOG_ACTIONS):
        logs.write(account, region, group, stream, lines)


_LOG_ACTIONS = ("CreateLogStream", "PutLogEvents")
