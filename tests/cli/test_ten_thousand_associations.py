"""10,000 associations: the first row does not wait for the last page, and memory stays flat."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import threading
import time

import pytest

from tests.cli.fake_service import SPACE_ID, FakeService, account_id
from tests.cli.programs import PROGRAM, environment_of_user, run_piped

pytestmark = pytest.mark.end_to_end

MANY = 10_000


def test_first_row_before_the_second_page() -> None:
    """It is there within 2 seconds of the first page, while the service still withholds the second one."""
    go_on = threading.Event()
    with FakeService(MANY) as service:
        service.before_page = lambda page: page == 0 or go_on.wait(60)
        environment = environment_of_user(service.environment)
        with subprocess.Popen(
            [PROGRAM, "list", SPACE_ID], env=environment, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            first = process.stdout.readline()
            seconds = time.monotonic() - service.first_page_at
            go_on.set()
            rest = process.stdout.readlines()
    assert first.startswith(account_id(0))
    assert seconds < 2
    assert process.returncode == 0
    assert len(rest) == MANY - 1 + 1
    assert rest[-1] == "10000 accounts: 10000 valid, 0 invalid, 0 pending\n"


@pytest.mark.parametrize("arguments", [("list",), ("list", "--output", "json")], ids=["table", "json"])
def test_memory(arguments: tuple[str, ...]) -> None:
    """A hundred pages need little more than one: less than the text that they make."""
    few, many = peak_kilobytes(100, *arguments), peak_kilobytes(MANY, *arguments)
    # About 2,000 are the names of 10,000 accounts, which AWS Organizations lists in an order of its own.
    assert many - few < 6_000


def peak_kilobytes(accounts: int, *arguments: str) -> int:
    """Run a command; return the most memory that its process had."""
    with FakeService(accounts) as service, tempfile.TemporaryFile() as output:
        command = [PROGRAM, *arguments, SPACE_ID]
        process = subprocess.Popen(command, env=environment_of_user(service.environment), stdout=output)
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
