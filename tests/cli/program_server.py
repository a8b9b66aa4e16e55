"""Becomes `devops-agent-accounts` or `aws` by `fork`, with everything loaded: a start takes 20 ms and not a second.

What runs is the program from its first line, in a process of its own: with the streams, environment, folder and
terminal that it is given, signals, and an exit code. How long it takes to load, and what it loads, is for
tests/cli/test_start_up.py, which starts the installed program.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import pkgutil
import signal
import socket
import sys
import termios
import time
from collections.abc import Callable
from fcntl import ioctl
from pathlib import Path
from typing import Any, SupportsIndex

import devops_agent_constructs.cli
from tests.botocore_files import read_once

_LARGEST_REQUEST = 1 << 20
_LOADED_LATE = ("devops_agent_constructs.config", "rich.console", "rich.progress", "rich.text")
_SERVICES = ("devops-agent", "iam", "organizations", "sts")


def load_our_program() -> Callable[[], object]:
    """Import what the commands import as they run, and read the files that botocore reads for their clients.

    There is no CDK, as in an environment that was made for the command line alone: no command may take it.
    """
    for name in ("aws_cdk", "constructs", "jsii"):
        sys.modules[name] = None  # type: ignore[assignment]  # as importlib knows what cannot be imported
    for module in pkgutil.walk_packages(devops_agent_constructs.cli.__path__, "devops_agent_constructs.cli."):
        importlib.import_module(module.name)
    for name in _LOADED_LATE:
        importlib.import_module(name)
    # Not at the top, as the AWS CLI takes another botocore, its own, if nobody has imported this one.
    import boto3  # noqa: PLC0415
    import botocore.loaders  # noqa: PLC0415

    read_once(botocore.loaders)
    keys: Any = {"aws_access_key_id": "nobody", "aws_secret_access_key": "nobody"}  # pragma: allowlist secret
    for service in _SERVICES:
        boto3.Session(region_name="us-east-1", **keys).client(service)
    return devops_agent_constructs.cli.main


def load_aws_cli() -> Callable[[], object]:
    """The same for the AWS CLI, whose botocore is its own."""
    cli = importlib.import_module("awscli.clidriver")
    read_once(importlib.import_module("botocore.loaders"))
    cli.create_clidriver()
    data_path = os.environ["AWS_DATA_PATH"]  # Which it sets as it is imported.

    def run() -> None:
        os.environ["AWS_DATA_PATH"] = data_path
        sys.exit(cli.main())

    return run


def serve(requests: socket.socket) -> None:
    """Fork for each request; return in the new process, as what it asks for, and end with the tests."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        message, descriptors, *_ = socket.recv_fds(requests, _LARGEST_REQUEST, 4)
        if not message:
            sys.exit()
        if os.fork() == 0:
            requests.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            *streams, status = descriptors
            _report(streams, status)
            _become(json.loads(message), streams)
            return
        for descriptor in descriptors:
            os.close(descriptor)


def _report(streams: list[int], status: int) -> None:
    """Fork once more: the parent tells the process's number and exit code, the child returns."""
    program = os.fork()
    if program == 0:
        os.close(status)
        return
    for stream in streams:
        os.close(stream)
    with contextlib.suppress(BrokenPipeError):
        os.write(status, f"{program}\n".encode())
        _, ended = os.waitpid(program, 0)
        os.write(status, f"{os.waitstatus_to_exitcode(ended)}\n".encode())
    os._exit(0)


def _become(request: dict[str, Any], streams: list[int]) -> None:
    """Take over the streams, environment, folder and arguments that a fresh process would have."""
    if request["terminal"]:
        os.setsid()
        ioctl(streams[0], termios.TIOCSCTTY, 0)  # Makes the terminal the one that Ctrl-C is typed into.
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    # A shell lets what it starts in the background ignore the signal, and the tests hand that on.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    if request["skips_pauses"]:
        _CLOCK.skips = True
    sys.argv = request["arguments"]
    # New files, as the old ones remember what their streams were.
    encoding = os.environ.get("PYTHONIOENCODING", "utf-8")
    for number, (name, mode, buffering) in enumerate((("stdin", "r", -1), ("stdout", "w", -1), ("stderr", "w", 1))):
        file = open(number, mode, buffering=buffering, encoding=encoding, closefd=False)  # noqa: SIM115
        setattr(sys, name, file)
        setattr(sys, f"__{name}__", file)


class _Clock:
    """Lets `time.sleep` return at once if it is asked to, and puts the clock forward: what takes minutes takes none.

    It is in place before the program is loaded, whose classes have `time.sleep` as a default.
    """

    def __init__(self) -> None:
        self.skips, self.skipped = False, 0.0
        self._sleep, self._monotonic = time.sleep, time.monotonic
        time.sleep, time.monotonic = self.sleep, self.monotonic

    def sleep(self, seconds: float | SupportsIndex) -> None:
        """Wait, or put the clock forward."""
        if self.skips:
            self.skipped += float(seconds)
        else:
            self._sleep(seconds)

    def monotonic(self) -> float:
        """Return what the clock says, with the pauses that were skipped."""
        return self._monotonic() + self.skipped


_CLOCK = _Clock()


if __name__ == "__main__":
    sys.path[0] = str(Path(sys.executable).parent)  # As for the program, which lies there.
    descriptor, program = sys.argv[1:]
    run = {"aws": load_aws_cli, "devops-agent-accounts": load_our_program}[program]()
    # What is there stays shared between the processes as long as nobody's garbage collection writes into it.
    gc.freeze()
    with socket.socket(fileno=int(descriptor)) as connection:
        serve(connection)
    run()
