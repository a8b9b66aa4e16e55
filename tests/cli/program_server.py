"""Becomes `devops-agent-accounts` or `aws` by `fork`, with everything loaded: a start takes 20 ms and not a second.

What runs is the program from its first line, in a process of its own: with the streams, environment, folder and
terminal that it is given, signals, and an exit code. How long it takes to load, and what it loads, is for
tests/cli/test_start_up.py, which starts the installed program.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import socket
import sys
import termios
import threading
import time
from collections.abc import Callable
from fcntl import ioctl
from importlib import metadata
from pathlib import Path
from typing import Any, SupportsIndex

import devops_agent_constructs.cli
from tests import botocore_once

_LARGEST_REQUEST = 1 << 20
_LOADED_LATE = (
    "devops_agent_constructs.config",
    "encodings.idna",
    "pwd",
    "rich.console",
    "rich.progress",
    "rich.text",
    "typer._click.decorators",
)
_CALLED = {
    "devops-agent": "list_agent_spaces",
    "iam": "list_roles",
    "organizations": "list_accounts",
    "sts": "get_caller_identity",
}


def load_our_program() -> Callable[[], object]:
    """Import what the commands import as they run, and let libraries do what they do the first time.

    There is no CDK, as in an environment that was made for the command line alone: no command may take it.
    """
    for name in ("aws_cdk", "constructs", "jsii"):
        sys.modules[name] = None  # type: ignore[assignment]  # as importlib knows what cannot be imported
    # It stands in a file, which is looked for in all of `sys.path` for each client.
    metadata.version = functools.cache(metadata.version)
    metadata.version("devops-agent-constructs")
    for module in pkgutil.walk_packages(devops_agent_constructs.cli.__path__, "devops_agent_constructs.cli."):
        importlib.import_module(module.name)
    for name in _LOADED_LATE:
        importlib.import_module(name)
    importlib.import_module("tests.cli.commands_once").share()
    _call_aws()
    return devops_agent_constructs.cli.main


def _call_aws() -> None:
    """Let botocore read its files, understand them, and answer itself."""
    # Not at the top, as the AWS CLI takes another botocore, its own, if nobody has imported this one.
    import boto3  # noqa: PLC0415

    botocore_once.share()
    refusal = importlib.import_module("botocore.awsrequest").AWSResponse("", 400, {}, None)
    refusal._content = b"<Error/>"
    keys: Any = {"aws_access_key_id": "nobody", "aws_secret_access_key": "nobody"}  # pragma: allowlist secret
    for service, operation in _CALLED.items():
        client: Any = boto3.Session(region_name="us-east-1", **keys).client(service)
        client.meta.events.register_first("before-send", lambda **_: refusal)
        with contextlib.suppress(client.exceptions.ClientError):
            getattr(client, operation)()


def load_aws_cli() -> Callable[[], object]:
    """The same for the AWS CLI, whose botocore is its own."""
    cli = importlib.import_module("awscli.clidriver")
    botocore_once.share()
    session = cli.create_clidriver().session
    session.create_client("iam", "us-east-1", aws_access_key_id="nobody", aws_secret_access_key="nobody")
    session.get_paginator_model("iam")
    session.get_waiter_model("iam")
    data_path = os.environ["AWS_DATA_PATH"]  # Which it sets as it is imported.

    def run() -> None:
        os.environ["AWS_DATA_PATH"] = data_path
        sys.exit(cli.main())

    return run


def serve(listener: socket.socket) -> None:
    """Fork for each request; return in the new process, as what it asks for, and end with the tests."""
    running: dict[int, int] = {}
    # Ends the wait below as soon as a process has ended.
    ended, ends = os.pipe()
    os.set_blocking(ends, False)
    signal.set_wakeup_fd(ends, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    while True:
        ready: list[int] = select.select([listener.fileno(), ended, 0], [], [])[0]
        if 0 in ready:
            sys.exit()
        if ended in ready:
            os.read(ended, 4096)
            _report_ended(running)
        if listener.fileno() not in ready:
            continue
        with listener.accept()[0] as connection:
            message, descriptors, *_ = socket.recv_fds(connection, _LARGEST_REQUEST, 4)
        if not message:  # Who asks has been killed.
            continue
        *streams, status = descriptors
        program = os.fork()
        if program == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for descriptor in (ended, ends, status, *running.values()):
                os.close(descriptor)
            listener.close()
            _become(json.loads(message), streams)
            return
        for stream in streams:
            os.close(stream)
        running[program] = status
        _tell(status, program)


def _report_ended(running: dict[int, int]) -> None:
    """Tell the exit codes of the processes that have ended; `running` has for each where to."""
    while running:
        program, how = os.waitpid(-1, os.WNOHANG)
        if not program:
            return
        status = running.pop(program)
        _tell(status, os.waitstatus_to_exitcode(how))
        os.close(status)


def _tell(status: int, number: int) -> None:
    with contextlib.suppress(BrokenPipeError):  # A test that has failed waits no longer.
        os.write(status, f"{number}\n".encode())


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


def _end(exit_code: object) -> None:
    """End as Python does, but leave all that is loaded as it is: to take it apart takes longer than most runs."""
    if not isinstance(exit_code, int):
        return
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    with contextlib.suppress(OSError):  # Python itself says that it cannot write.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(exit_code)


if __name__ == "__main__":
    sys.path[0] = str(Path(sys.executable).parent)  # As for the program, which lies there.
    descriptor, program = sys.argv[1:]
    run = {"aws": load_aws_cli, "devops-agent-accounts": load_our_program}[program]()
    # What is there stays shared between the processes as long as nobody's garbage collection writes into it.
    gc.freeze()
    with socket.socket(fileno=int(descriptor)) as listener:
        serve(listener)
    try:
        run()
    except SystemExit as ended:
        _end(ended.code)
        raise
