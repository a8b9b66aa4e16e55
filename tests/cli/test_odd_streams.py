"""Output that nobody reads, that is closed or full: the exit code never says that an account is invalid."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest

from tests.cli.fake_service import SPACE_ID, FakeService
from tests.cli.programs import PROGRAM, environment_of_user

pytestmark = pytest.mark.end_to_end


@pytest.fixture
def service() -> Iterator[FakeService]:
    """Return one with three valid accounts."""
    with FakeService(3) as service:
        yield service


def run(service: FakeService, redirected: str) -> subprocess.CompletedProcess[str]:
    """Run the program in a shell; pipes end with the program's own exit code."""
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", f"{PROGRAM} {redirected}"],
        env=environment_of_user(service.environment),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("redirected", "code"),
    [
        (f"list {SPACE_ID} >&-", 0),
        (f"list {SPACE_ID} 2>&-", 0),
        (f"list {SPACE_ID} <&- >&- 2>&-", 0),
        (f"list {SPACE_ID} 2>/dev/full", 0),
        ("list other-space 2>/dev/full", 3),
        ("list other-space >&- 2>&-", 3),
        ("--version >&-", 0),
    ],
)
def test_exit_code(service: FakeService, redirected: str, code: int) -> None:
    """What cannot be told changes nothing in the verdict."""
    result = run(service, redirected)
    assert result.returncode == code, result
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("arguments", ["--help", "--version", "list --help", f"list {SPACE_ID}"])
def test_full_disk(service: FakeService, arguments: str) -> None:
    """One line; a call has not failed, but there is no answer."""
    result = run(service, f"{arguments} > /dev/full")
    assert result.returncode == 3
    assert result.stderr.splitlines()[-1] == "error: output: No space left on device; correct it and try again"


@pytest.mark.parametrize("arguments", ["--help", f"list {SPACE_ID}"])
def test_reader_that_is_gone(service: FakeService, arguments: str) -> None:
    """The code of a program that SIGPIPE ends, of help too."""
    result = run(service, f"{arguments} | (exec <&-)")
    assert (result.returncode, "Traceback" in result.stderr) == (141, False)
