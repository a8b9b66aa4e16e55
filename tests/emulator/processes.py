"""Finds processes that a program has left running."""

import time
from pathlib import Path

MARK = "DEVOPS_AGENT_TEST_MARK"
"""An environment variable; whatever a program starts inherits it, also once its parent is gone."""


def running(mark: str) -> list[str]:
    """The command lines of all processes with this value of the variable."""
    return [
        _read(process / "cmdline").replace("\0", " ")
        for process in Path("/proc").glob("[0-9]*")
        if f"{MARK}={mark}" in _read(process / "environ")
    ]


def left_running(mark: str) -> list[str]:
    """The same, but what was killed a moment ago has 2 seconds to disappear."""
    deadline = time.monotonic() + 2
    while (found := running(mark)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return found


def _read(file: Path) -> str:
    try:
        return file.read_text(errors="replace")
    except OSError:  # the process has ended, or belongs to somebody else
        return ""
