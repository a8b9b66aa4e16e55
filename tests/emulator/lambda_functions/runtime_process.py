"""The process that runs handlers (`runtime`): started with the first invocation, stopped with this process."""

from __future__ import annotations

import atexit
import contextlib
import functools
import io
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tests import botocore_once

_LIBRARIES = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six")
"""What Lambda's runtime for Python brings along; https://docs.aws.amazon.com/lambda/latest/dg/python-package.html"""
_UNKNOWN_TO_THE_RUNTIME = "devops-agent"
"""Field reports show `Unknown service: 'devops-agent'`; which botocore a runtime has is not published."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """How an invocation ended.

    Attributes:
        payload: JSON: what the handler returned, or the error.
        error: None, or `Unhandled`.
        output: All that it wrote.
        seconds: How long it took, by the emulator's clock.
    """

    payload: str
    error: str | None
    output: str
    seconds: float

    @property
    def is_timed_out(self) -> bool:
        """Whether it took longer than it may."""
        return self.error is not None and "Sandbox.Timedout" in self.payload


class Runtime:
    """Runs handlers, several at a time."""

    def __init__(self) -> None:
        # The folder of libraries and unpacked packages goes with this process.
        self._folder = tempfile.TemporaryDirectory(prefix="lambda-")
        self._root = Path(self._folder.name)
        _link_libraries(self._root / "runtime")
        self._address = str(self._root / "socket")
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(self._address)
            listener.listen(64)
            program, libraries = Path(__file__).with_name("runtime.py"), self._root / "runtime"
            self._process = subprocess.Popen(
                # -I and -S: without the environment, and without what is installed for this Python.
                [sys.executable, "-I", "-S", program, libraries, botocore_once.__file__, str(listener.fileno())],
                stdin=subprocess.PIPE,
                env={"PATH": os.defpath, "AWS_CONFIG_FILE": os.devnull, **_mark()},
                pass_fds=[listener.fileno()],
                start_new_session=True,
            )
        self._running: set[int] = set()

    def run(
        self, request: dict[str, Any], code: tuple[str, bytes], timeout: float, let_pass: Callable[[timedelta], None]
    ) -> Outcome:
        """Run a handler.

        Args:
            request: What `runtime` wants, but for the folder and the file of the output.
            code: A digest of the package, and the package.
            timeout: In seconds.
            let_pass: Called when the handler sleeps.
        """
        with tempfile.NamedTemporaryFile(dir=self._root) as output, socket.socket(socket.AF_UNIX) as connection:
            connection.connect(self._address)
            lines = connection.makefile("rw", encoding="utf-8")
            folder = str(self._unpacked(*code))
            lines.write(json.dumps({**request, "timeout": timeout, "folder": folder, "output": output.name}) + "\n")
            lines.flush()
            started, pid = time.monotonic(), json.loads(lines.readline())["pid"]
            self._running.add(pid)
            slept, answer = 0.0, _timed_out(request, timeout)
            try:
                # Of the time that is left the handler may sleep a part, which passes by the emulator's clock.
                while (left := timeout - slept - (time.monotonic() - started)) > 0:
                    connection.settimeout(left)
                    line = lines.readline()
                    answer = json.loads(line) if line else _exited(request)
                    if "sleep" not in answer:
                        break
                    slept += answer["sleep"]
                    let_pass(timedelta(seconds=min(answer["sleep"], left)))
                    answer = _timed_out(request, timeout)
                    lines.write("{}\n")
                    lines.flush()
            except TimeoutError:
                answer = _timed_out(request, timeout)
            finally:
                self._running.discard(pid)
                _kill(pid)
            return Outcome(
                payload=answer["payload"],
                error=answer.get("error"),
                output=Path(output.name).read_text(encoding="utf-8", errors="replace"),
                seconds=min(time.monotonic() - started + slept, timeout),
            )

    def kill_running(self) -> None:
        """Kill whatever is running, at once."""
        for pid in list(self._running):
            _kill(pid)

    def stop(self) -> None:
        """End the process and what it has started; remove its files."""
        self.kill_running()
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait()
        self._folder.cleanup()

    def _unpacked(self, digest: str, package: bytes) -> Path:
        folder = self._root / digest
        if not folder.exists():
            partly = Path(tempfile.mkdtemp(dir=self._root))
            zipfile.ZipFile(io.BytesIO(package)).extractall(partly)
            with contextlib.suppress(OSError):  # another invocation was faster
                partly.rename(folder)
        return folder


@functools.cache
def runtime() -> Runtime:
    """The one of this process."""
    started = Runtime()
    atexit.register(started.stop)
    return started


def kill_running() -> None:
    """Kill all handlers that are running, if any ever ran."""
    if runtime.cache_info().currsize:
        runtime().kill_running()


def _link_libraries(folder: Path) -> None:
    """Make a folder with the libraries of the runtime, and nothing else that is installed."""
    folder.mkdir()
    for name in _LIBRARIES:
        spec = find_spec(name)
        if spec is None or spec.origin is None:
            raise ModuleNotFoundError(name)
        origin = Path(spec.origin)
        there = origin.parent if spec.submodule_search_locations else origin
        if name == "botocore":
            _link_botocore(there, folder / "botocore")
        else:
            (folder / there.name).symlink_to(there)


def _link_botocore(there: Path, here: Path) -> None:
    (here / "data").mkdir(parents=True)
    for one in there.iterdir():
        if one.name != "data":
            (here / one.name).symlink_to(one)
    for one in (there / "data").iterdir():
        if one.name != _UNKNOWN_TO_THE_RUNTIME:
            (here / "data" / one.name).symlink_to(one)


def _mark() -> dict[str, str]:
    # By which `processes` finds what somebody has left running.
    from tests.emulator.processes import MARK  # noqa: PLC0415

    return {MARK: os.environ[MARK]} if MARK in os.environ else {}


def _kill(pid: int) -> None:
    if pid:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


def _exited(request: dict[str, Any]) -> dict[str, Any]:
    message = f"RequestId: {request['context']['aws_request_id']} Error: Runtime exited without providing a reason"
    return _error("Runtime.ExitError", message)


def _timed_out(request: dict[str, Any], timeout: float) -> dict[str, Any]:
    request_id = request["context"]["aws_request_id"]
    return _error("Sandbox.Timedout", f"RequestId: {request_id} Error: Task timed out after {timeout:.2f} seconds")


def _error(kind: str, message: str) -> dict[str, Any]:
    return {"payload": json.dumps({"errorType": kind, "errorMessage": message}), "error": "Unhandled"}
