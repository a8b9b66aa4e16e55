"""Runs `devops-agent-accounts` as a user does: in a pipe, or in a terminal of a given width."""

from __future__ import annotations

import atexit
import fcntl
import json
import os
import pty
import re
import select
import signal
import socket
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

PROGRAM = str(Path(sys.executable).with_name("devops-agent-accounts"))
_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_LONGEST_SECONDS = 120
_SET_FROM_OUTSIDE = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "PY_COLORS", "TERM")


def environment_of_user(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment whose terminal is what the test says and not what surrounds it."""
    outside = {(name, os.environ.get(name)) for name in _SET_FROM_OUTSIDE}
    own = {name: value for name, value in environment.items() if (name, value) not in outside}
    return {"TERM": "xterm-256color", **own}


def run_piped(
    *arguments: str, environment: Mapping[str, str], folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run it with its output in pipes."""
    with ExitStack() as ours, ExitStack() as theirs:
        files = []
        streams = [os.open(os.devnull, os.O_RDONLY)]
        for _ in ("stdout", "stderr"):
            read, write = os.pipe()
            files.append(ours.enter_context(open(read, encoding="utf-8")))  # noqa: PTH123  # it has no path
            streams.append(write)
        for stream in streams:
            theirs.callback(os.close, stream)
        program = ours.enter_context(Program(arguments, environment=environment, folder=folder, streams=streams))
        theirs.close()
        # Both at a time, as the program waits when one is full.
        with ThreadPoolExecutor() as readers:
            stdout, stderr = readers.map(lambda file: file.read(), files)
        return subprocess.CompletedProcess([PROGRAM, *arguments], program.wait(), stdout, stderr)


class Program(AbstractContextManager["Program"]):
    """The program as it runs, in a process that `program_server` has forked."""

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        environment: Mapping[str, str],
        folder: Path | None,
        streams: Sequence[int],
        has_terminal: bool = False,
        skips_pauses: bool = True,
    ) -> None:
        """Start it; `streams` are its standard input, output and error, which the caller closes.

        Its pauses pass at once, by its own clock too, unless a test needs the time that it waits.
        """
        request = {
            "arguments": [PROGRAM, *arguments],
            "environment": environment_of_user(environment),
            "folder": str(folder or Path.cwd()),
            "terminal": has_terminal,
            "skips_pauses": skips_pauses,
        }
        told, tells = os.pipe()
        self._status = open(told, encoding="ascii")  # noqa: PTH123, SIM115  # `wait` closes it
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as server:
            server.connect(f"{_server('devops-agent-accounts')}.socket")
            socket.send_fds(server, [json.dumps(request).encode()], [*streams, tells])
        os.close(tells)
        self.pid = int(self._status.readline())

    def terminate(self) -> None:
        """Tell it to end."""
        os.kill(self.pid, signal.SIGTERM)

    def wait(self) -> int:
        """Wait until it has ended; return its exit code."""
        if not select.select([self._status], [], [], _LONGEST_SECONDS)[0]:
            raise subprocess.TimeoutExpired(PROGRAM, _LONGEST_SECONDS)
        return int(self._status.read())

    def __exit__(self, *_: object) -> None:
        """Leave nothing running."""
        if not select.select([self._status], [], [], 0)[0]:
            os.kill(self.pid, signal.SIGKILL)
            self._status.read()
        self._status.close()


def loaded(program: str, *, path: str = "/usr/bin:/bin") -> str:
    """Return a PATH that begins with a program that `program_server` has: `aws` or `devops-agent-accounts`."""
    return os.pathsep.join([str(_server(program).parent), path])


@cache
def _server(program: str) -> Path:
    """Start `program_server`, once in a process; return its client, beside which it listens.

    It ends when its standard input does, as when this process ends.
    """
    folder = TemporaryDirectory(prefix="programs-")
    client = Path(folder.name) / program
    script = Path(__file__).with_name("program_client.py")
    client.write_text(f'#!/bin/sh\nexec "{sys.executable}" -IS "{script}" "$0" "$@"\n', encoding="utf-8")
    client.chmod(0o755)
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(f"{client}.socket")
        listener.listen(64)
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.cli.program_server", str(listener.fileno()), program],
            cwd=Path(__file__).parents[2],
            env={"PATH": os.environ["PATH"], "AWS_CONFIG_FILE": os.devnull},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            pass_fds=[listener.fileno()],
        )

    def end() -> None:
        process.communicate()
        folder.cleanup()

    atexit.register(end)
    return client


class Terminal:
    """A pseudo-terminal in which a command runs.

    Attributes:
        output: What has appeared so far, escape sequences included.
        exit_code: None while it runs.
    """

    def __init__(
        self,
        *arguments: str,
        environment: Mapping[str, str],
        columns: int,
        folder: Path | None = None,
        skips_pauses: bool = False,
    ) -> None:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        self.process = Program(
            arguments,
            environment=environment,
            folder=folder,
            streams=[theirs] * 3,
            has_terminal=True,
            skips_pauses=skips_pauses,
        )
        os.close(theirs)
        self.output = ""
        self.exit_code: int | None = None

    @property
    def text(self) -> str:
        """The output without escape sequences, with plain line ends."""
        return _ESCAPE.sub("", self.output).replace("\r\n", "\n")

    def press(self, key: bytes) -> None:
        """Type something."""
        os.write(self._ours, key)

    def wait_until(self, seen: Callable[[str], bool], *, seconds: float = 60) -> None:
        """Read until something has appeared."""
        deadline = time.monotonic() + seconds
        while not seen(self.text):
            assert time.monotonic() < deadline, self.output
            assert self._read(), self.output

    def wait(self) -> None:
        """Read until the command has ended."""
        while self._read():
            pass
        with self.process:
            self.exit_code = self.process.wait()
        os.close(self._ours)

    def _read(self) -> bool:
        try:
            part = os.read(self._ours, 65536)
        except OSError:  # Linux says so when nobody has the other end open.
            return False
        self.output += part.decode()
        return bool(part)


def run_in_terminal(
    *arguments: str, environment: Mapping[str, str], columns: int, folder: Path | None = None
) -> Terminal:
    """Run it to its end in a terminal."""
    terminal = Terminal(*arguments, environment=environment, columns=columns, folder=folder, skips_pauses=True)
    terminal.wait()
    return terminal
