"""10,000 associations: the first row does not wait for the last page, and memory stays flat."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from typing import Any

import pytest

from tests.cli.fake_service import SPACE_ID, FakeService, account_id
from tests.cli.programs import PROGRAM, environment_of_user, run_piped

pytestmark = pytest.mark.end_to_end

MANY = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """A table of 10,000 accounts, of which the service withheld the second page until the first row was there."""

    first: str
    rest: list[str]
    seconds_to_first: float
    kilobytes: int


@pytest.fixture(scope="module")
def table() -> Listing:
    """Run `list` once for all tests of its table, as it takes seconds."""
    go_on = threading.Event()
    with FakeService(MANY) as service:
        service.before_page = lambda page: page == 0 or go_on.wait(60)
        environment = environment_of_user(service.environment)
        process = subprocess.Popen([PROGRAM, "list", SPACE_ID], env=environment, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        with process.stdout:
            process.stdout.readline()
            first = process.stdout.readline()
            seconds = time.monotonic() - service.first_page_at
            go_on.set()
            rest = process.stdout.readlines()
        kilobytes = peak_of(process)
    return Listing(first=first, rest=rest, seconds_to_first=seconds, kilobytes=kilobytes)


def test_first_row_before_the_second_page(table: Listing) -> None:
    """It is there within 2 seconds of the first page."""
    assert table.first.startswith(account_id(0))
    assert table.seconds_to_first < 2


def test_all_rows(table: Listing) -> None:
    """Each account has one."""
    assert len(table.rest) == MANY - 1


def test_memory_of_a_table(table: Listing) -> None:
    """A hundred pages need little more than one: less than the text that they make."""
    # About 2,000 are the names of 10,000 accounts, which AWS Organizations lists in an order of its own.
    assert table.kilobytes - peak_kilobytes(100, "list") < 6_000


def test_memory_of_json() -> None:
    """The same for the document, which is written as it comes."""
    arguments = ("list", "--output", "json")
    assert peak_kilobytes(MANY, *arguments) - peak_kilobytes(100, *arguments) < 6_000


def peak_kilobytes(accounts: int, *arguments: str) -> int:
    """Run a command; return the most memory that its process had."""
    with FakeService(accounts) as service, tempfile.TemporaryFile() as output:
        command = [PROGRAM, *arguments, SPACE_ID]
        return peak_of(subprocess.Popen(command, env=environment_of_user(service.environment), stdout=output))


def peak_of(process: subprocess.Popen[Any]) -> int:
    """Wait for a process, which must succeed; return the most memory that it had, in kilobytes."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_maxrss


def test_verify() -> None:
    """All results are reported, and counted."""
    with FakeService(MANY) as service:
        service.status = lambda number: (
            "pending-confirmation"
            if "ValidateAwsAssociations" not in service.requests
            else "invalid"
            if number == MANY - 1
            else "valid"
        )
        result = run_piped("verify", SPACE_ID, "--output", "json", environment=service.environment)
    assert result.returncode == 1, result.stderr
    assert json.loads(result.stdout)["totals"] == {"valid": MANY - 1, "invalid": 1, "pending-confirmation": 0}
