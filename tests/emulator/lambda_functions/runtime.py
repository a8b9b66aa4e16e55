"""Runs handlers, each in a process of its own. A program: a handler finds nothing of the tests or of the project here.

It is started once, makes clients with boto3 and forks for each invocation, as a Python of its own would take half a
second each time. A handler finds its own package and the libraries of the runtime, and nothing that this project has
installed: what its package lacks is missing, as on AWS.
"""

from __future__ import annotations

import datetime as dt
import gc
import importlib
import importlib.util
import json
import logging
import os
import select
import signal
import socket
import sys
import time
import traceback
from types import SimpleNamespace
from typing import Any


class Answers:
    """The connection to the emulator: a line of JSON each way."""

    def __init__(self, connection: socket.socket) -> None:
        self._file = connection.makefile("rw", encoding="utf-8")

    def read(self) -> Any:
        """Read a line; end if there is nobody."""
        line = self._file.readline()
        if not line:
            os._exit(1)
        return json.loads(line)

    def write(self, answer: dict[str, Any]) -> None:
        """Write a line."""
        self._file.write(json.dumps(answer) + "\n")
        self._file.flush()


def serve(listener: socket.socket) -> None:
    """Fork for each connection, until whoever started this program is gone."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        ready, _, _ = select.select([listener, sys.stdin], [], [])
        if sys.stdin in ready:
            return
        connection, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            run(Answers(connection))
        connection.close()


def run(answers: Answers) -> None:
    """Run one handler, and end."""
    request = answers.read()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    answers.write({"pid": os.getpid()})
    os.environ.clear()
    os.environ.update(request["environment"])
    time.tzset()
    output = os.open(request["output"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.dup2(output, 1)
    os.dup2(output, 2)
    sys.stdout = open(1, "w", buffering=1, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, encoding="utf-8", closefd=False)  # noqa: SIM115
    os.chdir(request["folder"])
    sys.path.insert(0, request["folder"])
    set_clock(request["ahead"], answers)
    log_as_lambda(request["context"]["aws_request_id"])
    answer = result_of(request)
    sys.stdout.flush()
    answers.write(answer)
    os._exit(0)


def set_clock(ahead: float, answers: Answers) -> None:
    """Tell the handler the emulator's time, and let that pass instead of waiting."""
    real_time, real_datetime = time.time, dt.datetime
    base: Any = real_datetime
    passed = [ahead]

    class Kind(type):
        def __instancecheck__(cls, value: object) -> bool:
            return isinstance(value, real_datetime)

    class Datetime(base, metaclass=Kind):  # type: ignore[misc]  # as the base is a variable
        # Instances of the real class, which the handler's libraries compare with.
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> Any:
            return real_datetime.fromtimestamp(time.time(), tz)

        @classmethod
        def utcnow(cls) -> Any:
            return real_datetime.fromtimestamp(time.time(), dt.timezone.utc).replace(tzinfo=None)

        @classmethod
        def today(cls) -> Any:
            return real_datetime.fromtimestamp(time.time())

    def sleep(seconds: float) -> None:
        answers.write({"sleep": seconds})
        answers.read()
        passed[0] += seconds

    real_monotonic = time.monotonic
    replaced: dict[str, Any] = {
        "time": lambda: real_time() + passed[0],
        "time_ns": lambda: int((real_time() + passed[0]) * 1_000_000_000),
        "monotonic": lambda: real_monotonic() + passed[0],
        "sleep": sleep,
    }
    for name, function in replaced.items():
        setattr(time, name, function)
    setattr(dt, "datetime", Datetime)  # noqa: B010


def log_as_lambda(request_id: str) -> None:
    """Let `logging` write what the runtime's own handler writes."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        logging.Formatter(f"[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t{request_id}\t%(message)s", "%Y-%m-%dT%H:%M:%S")
    )
    logging.getLogger().addHandler(handler)


def result_of(request: dict[str, Any]) -> dict[str, Any]:
    """Call the handler; return its result or its error, in the words of Lambda's runtime for Python."""
    module_name, _, name = request["handler"].rpartition(".")
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        return failed(request, "Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}", [])
    except BaseException as error:  # noqa: BLE001  # whatever it is, it is the handler's
        return raised(request, error)
    if not hasattr(module, name):
        message = f"Handler '{name}' missing on module '{module_name}'"
        return failed(request, "Runtime.HandlerNotFound", message, [])
    ends = time.monotonic() + request["timeout"]
    context = SimpleNamespace(
        **request["context"],
        get_remaining_time_in_millis=lambda: max(0, int((ends - time.monotonic()) * 1000)),
    )
    try:
        result = getattr(module, name)(json.loads(request["event"]), context)
    except SystemExit as end:
        sys.stdout.flush()
        os._exit(end.code if isinstance(end.code, int) else 1)
    except BaseException as error:  # noqa: BLE001
        return raised(request, error)
    try:
        return {"payload": json.dumps(result)}
    except TypeError as error:
        return failed(request, "Runtime.MarshalError", f"Unable to marshal response: {error}", [])


def raised(request: dict[str, Any], error: BaseException) -> dict[str, Any]:
    """Return an exception as Lambda does."""
    frames = traceback.format_list(traceback.extract_tb(error.__traceback__)[1:])
    return failed(request, type(error).__name__, str(error), frames)


def failed(request: dict[str, Any], kind: str, message: str, frames: list[str]) -> dict[str, Any]:
    """Write an error to the log, and return it."""
    print("\n".join([f"[ERROR] {kind}: {message}", "Traceback (most recent call last):", *frames]))  # noqa: T201
    request_id = request["context"]["aws_request_id"]
    answer = {"errorMessage": message, "errorType": kind, "requestId": request_id, "stackTrace": frames}
    return {"payload": json.dumps(answer), "error": "Unhandled"}


def load(botocore_once: str) -> None:
    """Let botocore, by a module of the tests that no handler finds, read and understand its files before the forks."""
    for library in ("boto3", "botocore.auth", "botocore.awsrequest", "botocore.client", "botocore.httpsession"):
        importlib.import_module(library)
    spec: Any = importlib.util.spec_from_file_location("botocore_once", botocore_once)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.share()
    session = importlib.import_module("boto3").Session("nobody", "nobody", region_name="us-east-1")
    for service in ("cloudformation", "organizations", "sts"):
        session.client(service)


if __name__ == "__main__":
    _, libraries, botocore_once, descriptor = sys.argv
    sys.path.insert(0, libraries)
    load(botocore_once)
    gc.freeze()
    serve(socket.socket(fileno=int(descriptor)))
