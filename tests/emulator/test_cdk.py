"""Whatever happens while the CDK CLI runs, nothing of it is left running."""

import os
import signal
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest

from tests.emulator import cdk
from tests.emulator.cdk import Cdk, CdkError
from tests.emulator.processes import MARK, left_running, running


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for the CLI, to be written by the test."""
    file = tmp_path / "cdk"
    file.touch(mode=0o755)
    monkeypatch.setattr(cdk, "CLI", file)
    return file


@pytest.fixture
def mark() -> str:
    """Marks what a test starts."""
    return uuid.uuid4().hex


@pytest.fixture
def interrupted(mark: str) -> Iterator[list[str]]:
    """Interrupts the test, as Ctrl-C does, once the CLI has started something; lists what was running then."""
    seen: list[str] = []

    def interrupt(_: int, __: FrameType | None) -> None:
        seen[:] = running(mark)
        if len(seen) > 1:
            signal.setitimer(signal.ITIMER_REAL, 0)
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.1, 0.1)
    yield seen
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def test_an_interrupt_stops_the_cli_and_what_it_started(
    tmp_path: Path, cli: Path, mark: str, interrupted: list[str]
) -> None:
    """The app that the CLI runs, and the app's own Node, end with it."""
    cli.write_text("#!/bin/sh\nsleep 60 &\nwait\n")

    with pytest.raises(KeyboardInterrupt):
        Cdk(tmp_path, context={}, is_loaded=False).synth(environment={**os.environ, MARK: mark})
    assert len(interrupted) == 2
    assert left_running(mark) == []


def test_a_failure_carries_the_output(tmp_path: Path, cli: Path) -> None:
    """What the CLI printed on either stream, and its exit code, are in the error."""
    cli.write_text("#!/bin/sh\necho to stdout\necho to stderr >&2\nexit 3\n")

    with pytest.raises(CdkError, match="cdk destroy Stack ended with exit code 3") as failed:
        Cdk(tmp_path, context={}, is_loaded=False).destroy("Stack", environment=os.environ)
    assert failed.value.output == "to stdout\nto stderr\n"
