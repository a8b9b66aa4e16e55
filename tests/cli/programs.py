"""Runs `devops-agent-accounts` as a user does: in a pipe, or in a terminal of a given width."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping
from pathlib import Path

PROGRAM = str(Path(sys.executable).with_name("devops-agent-accounts"))
_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
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
    return subprocess.run(
        [PROGRAM, *arguments],
        env=environment_of_user(environment),
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


def _listen_to_ctrl_c() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # Makes the terminal the one that Ctrl-C is typed into.
    # A shell lets what it starts in the background ignore the signal, and the tests hand that on.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Terminal:
    """A pseudo-terminal in which a command runs.

    Attributes:
        output: What has appeared so far, escape sequences included.
        exit_code: None while it runs.
    """

    def __init__(
        self, *arguments: str, environment: Mapping[str, str], columns: int, folder: Path | None = None
    ) -> None:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        self.process = subprocess.Popen(
            [PROGRAM, *arguments],
            env=environment_of_user(environment),
            cwd=folder,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=_listen_to_ctrl_c,  # noqa: PLW1509  # two system calls, no lock
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
        self.exit_code = self.process.wait(timeout=60)
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
    terminal = Terminal(*arguments, environment=environment, columns=columns, folder=folder)
    terminal.wait()
    return terminal
