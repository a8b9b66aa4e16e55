"""AWS Organizations that does not answer is a note: the rows are there, and the exit code is theirs."""

from __future__ import annotations

import threading
import time

import pytest

from devops_agent_constructs.cli.app import run
from devops_agent_constructs.cli.aws import session
from devops_agent_constructs.cli.aws.session import Session
from devops_agent_constructs.cli.examination import read_control_policies
from tests.cli.conftest import use
from tests.cli.fake_service import SPACE_ID, FakeService
from tests.cli.programs import run_piped

pytestmark = pytest.mark.end_to_end


@pytest.mark.parametrize(
    ("code", "status", "why"),
    [
        ("TooManyRequestsException", 429, "AWS throttles the calls (attempts: 3)"),
        ("AccessDeniedException", 400, "these credentials may not ask AWS Organizations"),
        ("AWSOrganizationsNotInUseException", 400, "this account is in no organization"),
        ("ServiceException", 500, "AWS had a failure of its own"),
    ],
)
def test_refused(code: str, status: int, why: str) -> None:
    """Names are `-`, said once."""
    with FakeService(3) as service:
        service.refuse("DescribeAccount", code, status=status)
        result = run_piped("list", SPACE_ID, environment=service.environment)
    assert result.returncode == 0
    assert [line.split()[-1] for line in result.stdout.splitlines()[1:]] == ["-"] * 3
    note, totals = result.stderr.splitlines()
    assert note.startswith("note: no account names: ")
    assert why in note
    assert totals == "3 accounts: 3 valid"


def test_unreachable() -> None:
    """The same without any connection."""
    with FakeService(1) as service:
        environment = {**service.environment, "AWS_ENDPOINT_URL_ORGANIZATIONS": "http://127.0.0.1:9"}
        result = run_piped("list", SPACE_ID, environment=environment)
    assert result.returncode == 0
    assert "no account names: AWS Organizations did not answer: no connection to http://127.0.0.1:9/" in result.stderr


def test_hung(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Standard error says what it waits for, and it gives up after seconds; here they are tenths."""
    assert session._SILENT_SECONDS <= session._IMPATIENT_SECONDS
    assert session._IMPATIENT_SECONDS * session._IMPATIENT_ATTEMPTS < 30
    monkeypatch.setattr(session, "_SILENT_SECONDS", session._SILENT_SECONDS / 20)
    monkeypatch.setattr(session, "_IMPATIENT_SECONDS", session._IMPATIENT_SECONDS / 10)
    go_on = threading.Event()
    with FakeService(1) as service:
        service.before_answer = lambda operation: operation == "DescribeAccount" and go_on.wait(60)
        use({**service.environment, "AWS_MAX_ATTEMPTS": "2"}, monkeypatch)
        started = time.monotonic()
        code = run(["list", SPACE_ID])
        seconds = time.monotonic() - started
        go_on.set()
    session._client.cache_clear()  # Nobody else may have clients of so little patience.
    errors = capsys.readouterr().err
    assert code == 0
    assert "waiting for 127.0.0.1:" in errors
    assert "(DescribeAccount) ... Ctrl-C stops" in errors
    assert "note: no account names: AWS Organizations did not answer: the connection broke" in errors
    assert seconds < 30


@pytest.mark.parametrize("code", ["TooManyRequestsException", "ServiceException", "AWSOrganizationsNotInUseException"])
def test_control_policies(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """`doctor` says that it has not seen them, and goes on."""
    with FakeService(0) as service:
        use(service.environment, monkeypatch)
        service.refuse("DescribeOrganization", code)
        policies, why_not = read_control_policies(Session(), "222222222222")
    assert policies == []
    assert bool(why_not) == (code != "AWSOrganizationsNotInUseException")
