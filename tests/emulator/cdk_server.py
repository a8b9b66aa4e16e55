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
        self._folder: TemporaryDirectory[str] | None = None

    def environment(self) -> dict[str, str]:
        """Return what makes `cdk` in an environment the one that is loaded; start it if it does not run."""
        if self._folder is None:
            self._folder = TemporaryDirectory(prefix="cdk-")
            atexit.register(self._end, self._folder)
        address = str(Path(self._folder.name) / "socket")
        # It takes its address away before it tells how its last command ended.
        if self._process and (self._process.poll() is not None or not Path(address).exists()):
            self._stop(self._process)
        if self._process is None:
            Path(address).unlink(missing_ok=True)
            self._process = self._start(self._folder.name, address)
        return {ADDRESS: address, "TESTS_PYTHON": sys.executable}

    def _start(self, home: str, address: str) -> subprocess.Popen[bytes]:
        command = ["node", str(Path(__file__).with_suffix(".js")), str(self._program), address]
        process = subprocess.Popen(
            command,
            # What it reads as it starts is the same for all commands, and of no test.
            env={"PATH": os.environ["PATH"], **self._settings, "CDK_HOME": home},
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

    def _stop(self, process: subprocess.Popen[bytes]) -> None:
        # Closes its standard input, too, which it ends by.
        process.communicate(timeout=10)
        self._process = None

    def _end(self, folder: TemporaryDirectory[str]) -> None:
        if self._process:
            self._stop(self._process)
        folder.cleanup()
