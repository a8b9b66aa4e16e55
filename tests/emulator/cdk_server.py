"""Starts `cdk_server.js`, and puts a `cdk` before all others that hands it what is to be done."""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

ADDRESS = "TESTS_CDK"
"""An environment variable: the socket at which it listens."""
FOLDER = Path(__file__).parent / "bin"
_STARTS_WITHIN_SECONDS = 60


class CdkServer:
    """The CDK CLI, loaded once in a process, and again after a command that took it along."""

    def __init__(self, program: Path, settings: dict[str, str]) -> None:
        self._program, self._settings = program, settings
        self._process: subprocess.Popen[bytes] | None = None
        # Its path has no more than the 100 characters that a socket's may have.
        self._folder = TemporaryDirectory(prefix="cdk-")

    def environment(self) -> dict[str, str]:
        """Return what makes `cdk` in an environment the one that is loaded; start it if it does not run."""
        address = str(Path(self._folder.name) / "socket")
        if self._process is None:
            atexit.register(self._end)
        if self._process is None or self._process.poll() is not None:
            Path(address).unlink(missing_ok=True)
            self._process = self._start(address)
        return {ADDRESS: address, "TESTS_PYTHON": sys.executable}

    def _start(self, address: str) -> subprocess.Popen[bytes]:
        command = ["node", str(Path(__file__).with_suffix(".js")), str(self._program), address]
        process = subprocess.Popen(
            command,
            # What it reads as it starts is the same for all commands, and of no test.
            env={"PATH": os.environ["PATH"], **self._settings, "CDK_HOME": self._folder.name},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            # As a command's own process had it: a session of its own.
            start_new_session=True,
        )
        deadline = time.monotonic() + _STARTS_WITHIN_SECONDS
        while not Path(address).exists():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the CDK CLI does not start")
            time.sleep(0.01)
        return process

    def _end(self) -> None:
        if self._process and self._process.stdin:
            self._process.stdin.close()
            self._process.wait(timeout=10)
        self._folder.cleanup()
