"""Output that nobody reads, that is closed or full: the exit code never says that an account is invalid."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest

from tests.cli.fake_service import SPACE_ID, FakeService
from tests.cli.programs import PROGRAM, environment_of_user, loaded

pytestmark = pytest.mark.end_to_end

LOADED = PROGRAM.rpartition("/")[2]
"""The same program, which `program_server` has loaded: for what differs after its start."""


@pytest.fixture
def service() -> Iterator[FakeService]:
    """Return one with three valid accounts."""
    with FakeService(3) as service:
        yield service


def run(service: FakeService, redirected: str, *, program: str = PROGRAM) -> subprocess.CompletedProcess[str]:
    """Run the program in a shell; pipes end with the program's own exit code."""
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", f"{program} {redirected}"],
        env={**environment_of_user(service.environment), "PATH": loaded(LOADED)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("redirected", "code", "program"),
    [
        # What is closed as Python starts.
        (f"list {SPACE_ID} >&-", 0, PROGRAM),
        (f"list {SPACE_ID} 2>&-", 0, PROGRAM),
        (f"list {SPACE_ID} <&- >&- 2>&-", 0, PROGRAM),
        ("list other-space >&- 2>&-", 3, PROGRAM),
        ("--version >&-", 0, PROGRAM),
        (f"list {SPACE_ID} 2>/dev/full", 0, LOADED),
        ("list other-space 2>/dev/full", 3, LOADED),
    ],
)
def test_exit_code(service: FakeService, redirected: str, code: int, program: str) -> None:
    """What cannot be told changes nothing in the verdict."""
    result = run(service, redirected, program=program)
    assert result.returncode == code, result
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("arguments", "program"),
    [("--help", PROGRAM), ("--version", LOADED), ("list --help", LOADED), (f"list {SPACE_ID}", LOADED)],
)
def test_full_disk(service: FakeService, arguments: str, program: str) -> None:
    """One line; a call has not failed, but there is no answer."""
    result = run(service, f"{arguments} > /dev/full", program=program)
    assert result.returncode == 3
    assert result.stderr.splitlines()[-1] == "error: output: No space left on device; correct it and try again"


@pytest.mark.parametrize(("arguments", "program"), [("--help", PROGRAM), (f"list {SPACE_ID}", LOADED)])
def test_reader_that_is_gone(service: FakeService, arguments: str, program: str) -> None:
    """The code of a program that SIGPIPE ends, of help too."""
    result = run(service, f"{arguments} | (exec <&-)", program=program)
    assert (result.returncode, "Traceback" in result.stderr) == (141, False)
