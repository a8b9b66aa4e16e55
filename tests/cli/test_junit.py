"""`--output junit`: a document that pipelines read, whose failures and errors say what the exit code says."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from devops_agent_constructs.cli.app import run
from devops_agent_constructs.cli.errors import ExitCode
from devops_agent_constructs.cli.terminal.junit import Case, Problem, junit
from tests.cli.client_models import knowing_units, not_knowing_units
from tests.cli.conftest import ROLE_NAME, ConnectedAccounts, use
from tests.cli.fake_service import SPACE_ID, FakeService, account_id
from tests.cli.junit_documents import exit_code, read, results
from tests.diagnosis.roles import GA_INLINE, GA_POLICY, policy
from tests.emulator.audit_role import AUDIT_ROLE, create_audit_role
from tests.emulator.trusting_roles import SPACE_ARN

pytestmark = pytest.mark.end_to_end

Statuses = dict[int, str]


def verify(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Run it; return exit code and output."""
    code = run(["verify", SPACE_ID, *arguments, "--output", "junit"])
    return code, capsys.readouterr().out


def after_validation(fake: FakeService, statuses: Statuses) -> None:
    """Let the validation find these statuses, for accounts by number; before, none is known."""
    fake.status = lambda number: (
        statuses.get(number, "valid") if "ValidateAwsAssociations" in fake.requests else "pending-confirmation"
    )


@pytest.mark.parametrize(
    ("statuses", "code"),
    [
        ({}, 0),
        ({1: "invalid"}, 1),
        ({1: "pending-confirmation"}, 2),
        ({0: "pending-confirmation", 1: "invalid"}, 1),
    ],
    ids=["valid", "invalid", "pending", "both"],
)
def test_statuses(fake: FakeService, capsys: pytest.CaptureFixture[str], statuses: Statuses, code: int) -> None:
    """Valid has passed, invalid is a failure, pending an error; the document and the exit code agree."""
    after_validation(fake, statuses)
    found, text = verify(capsys, "--wait", "0")
    assert (found, exit_code(text)) == (code, code)
    meaning = {"valid": "passed", "invalid": "failure", "pending-confirmation": "error"}
    assert results(text) == {
        f"account {account_id(number)}": (meaning[status], "" if status == "valid" else status)
        for number in range(3)
        for status in [statuses.get(number, "valid")]
    }


def test_invalid_account(fake: FakeService, capsys: pytest.CaptureFixture[str]) -> None:
    """The failure names the role and the next step, also in its text, which is all that GitLab shows."""
    after_validation(fake, {1: "invalid"})
    _, text = verify(capsys)
    [case] = [case for case in read(text) if len(case)]
    [failure] = case
    arn = f"arn:aws:iam::{account_id(1)}:role/DevOpsAgentRole-SecondaryAccount"
    assert case.attrib["classname"] == f"verify.{SPACE_ID}"
    assert failure.attrib["message"] == f"invalid: AWS DevOps Agent cannot assume {arn}"
    first, last = (failure.text or "").splitlines()
    assert first == failure.attrib["message"]
    assert last.startswith(f"for the reason, with credentials of account {account_id(1)}: devops-agent-accounts doctor")
    assert last.endswith(f":agentspace/{SPACE_ID} --account {account_id(1)}")


def test_equal_runs(fake: FakeService, capsys: pytest.CaptureFixture[str]) -> None:
    """The same results are the same document: no time, and a fixed order."""
    after_validation(fake, {})
    _, first = verify(capsys)
    fake.requests.clear()
    _, second = verify(capsys)
    assert first == second
    assert first.startswith('<?xml version="1.0" encoding="UTF-8"?>\n')


def test_units(
    fake: FakeService, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A unit is a case with AWS's issues; a botocore that cannot read it makes an error, as exit code 3 says."""
    issue = {"reasonCode": "accessDenied", "accountCount": 1, "accountIds": ["333333333333"], "message": "No\x1b[2J"}
    state = {"deployedAccountCount": 41, "issues": [issue], "lastEvaluatedAt": "2026-11-24T14:00:00Z"}
    fake.units = [{"organizationalUnit": {"organizationalUnitId": "ou-a1b2-11112222"}, "deploymentState": state}]
    after_validation(fake, {})
    fake.unit_status = lambda: "invalid" if "ValidateAwsAssociations" in fake.requests else "valid"
    use({**fake.environment, **knowing_units(tmp_path)}, monkeypatch)
    code, text = verify(capsys)
    assert (code, results(text)["unit ou-a1b2-11112222"]) == (1, ("failure", "invalid"))
    assert "1 account: AWS was denied access: 333333333333 (No\\x1b[2J)" in text
    use({**fake.environment, **not_knowing_units(tmp_path)}, monkeypatch)
    fake.requests.clear()
    code, text = verify(capsys)
    assert (code, exit_code(text), results(text)["all associations can be read"]) == (3, 3, ("error", "not read"))


def test_failed_call(fake: FakeService, capsys: pytest.CaptureFixture[str]) -> None:
    """A document with the error, and the line on standard error as ever."""
    fake.refuse("ValidateAwsAssociations", "AccessDeniedException", status=403, message="not authorized")
    code = run(["verify", SPACE_ID, "--output", "junit"])
    captured = capsys.readouterr()
    assert (code, exit_code(captured.out)) == (3, 3)
    assert results(captured.out) == {"the whole command": ("error", "stopped")}
    [[error]] = read(captured.out)
    assert captured.err.splitlines()[-1] == f"error: {error.attrib['message']}"


@pytest.mark.usefixtures("own_process")
def test_nothing_to_do(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """No case at all is a document, too."""
    path = tmp_path / "results.json"
    path.write_text('{"associations": []}', encoding="utf-8")
    code, text = verify(capsys, "--failed-from", str(path))
    assert (code, results(text)) == (0, {})


@pytest.fixture
def hears_ctrl_c() -> Iterator[None]:
    """Let Ctrl-C stop this process, as a shell lets what it starts in the background ignore the signal."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("hears_ctrl_c")
def test_stopped(fake: FakeService, capsys: pytest.CaptureFixture[str]) -> None:
    """After Ctrl-C there is a whole document."""

    def interrupt(operation: str) -> None:
        if operation == "ValidateAwsAssociations":
            os.kill(os.getpid(), signal.SIGINT)

    fake.before_answer = interrupt
    code, text = verify(capsys)
    assert (code, results(text)) == (130, {"the whole command": ("error", "stopped")})


def test_what_has_come_before(capsys: pytest.CaptureFixture[str]) -> None:
    """What was found before something stopped the command is in the document."""

    def stop_in_between() -> None:
        with junit("doctor", is_wanted=True, profile=None) as cases:
            cases.append(Case(suite="doctor.id", name="account 222222222222"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop_in_between()
    assert results(capsys.readouterr().out) == {
        "account 222222222222": ("passed", ""),
        "the whole command": ("error", "stopped"),
    }


def test_text_of_others(capsys: pytest.CaptureFixture[str]) -> None:
    """What XML cannot hold is escaped, what it obeys is quoted; no password is written, and all of it is ASCII."""
    others = "\x00\x1b[2J\ud800\uffff ]]> <a b='\"'> & Zürich 🎉"
    lines = [others, "https://user:secret@host/"]  # pragma: allowlist secret
    problem = Problem(code=ExitCode.INVALID, kind="invalid", lines=lines)
    with junit("doctor", is_wanted=True, profile=None) as cases:
        cases.append(Case(suite="doctor.id", name="a\n\u202eb", problem=problem, notes=["\x07"]))
    text = capsys.readouterr().out
    [case] = read(text)
    assert case.attrib["name"] == "a\\n\\u202eb"
    shown = "\\x00\\x1b[2J\\ud800\\uffff ]]> <a b='\"'> & Zürich 🎉"
    assert (case[0].attrib["message"], case[0].text) == (shown, f"{shown}\nhttps://***@host/")
    assert case[1].text == "\\x07"


def doctor(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Run it; return exit code and output."""
    code = run(["doctor", SPACE_ARN, *arguments, "--output", "junit"])
    return code, capsys.readouterr().out


def test_doctor(
    connected: ConnectedAccounts, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A case for each account: what needs doing is a failure with symptom, fix and command; what is unread an error."""
    create_audit_role(connected.emulator, "222222222222")
    connected.break_account("222222222222")
    use(connected.environment, monkeypatch)
    code, text = doctor(capsys, "--all", "--assume-role-name", AUDIT_ROLE)
    assert (code, exit_code(text)) == (1, 1)
    assert results(text) == {
        "account 222222222222": ("failure", "needs doing"),
        "account 333333333333": ("error", "not read"),
    }
    [failure, *_], _ = read(text)
    lines = (failure.text or "").splitlines()
    assert failure.attrib["message"].startswith("needs doing: wrongSourceAccount")
    assert lines[0] == failure.attrib["message"]
    assert [line.partition(":")[0] for line in lines[1:4]] == ["error", "symptom", "fix"]
    assert any("= 222222222222 && aws iam update-assume-role-policy" in line for line in lines)
    # One account alone, too, has its case by the same name.
    code, text = doctor(capsys, "--account", "333333333333", "--assume-role-name", AUDIT_ROLE)
    assert (code, results(text)) == (3, {"account 333333333333": ("error", "not read")})


def test_doctor_of_a_good_role(
    connected: ConnectedAccounts, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It has passed; what is worth knowing, and what was not seen, stands beside it."""
    iam = connected.emulator.client("iam", "222222222222")
    iam.attach_role_policy(RoleName=ROLE_NAME, PolicyArn=GA_POLICY)
    document = json.dumps(policy(GA_INLINE))
    iam.put_role_policy(RoleName=ROLE_NAME, PolicyName="Other", PolicyDocument=document)
    use(connected.emulator.environment("222222222222", "us-east-1"), monkeypatch)
    code, text = doctor(capsys, "--account", "222222222222")
    assert (code, results(text)) == (0, {"account 222222222222": ("passed", "")})
    [[notes]] = read(text)
    lines = (notes.text or "").splitlines()
    assert lines[0].startswith("warning: ")
    assert lines[-1].startswith("not seen: ")


@pytest.mark.usefixtures("own_process")
def test_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    """The exit code is the usual one, and the document says why."""
    code, text = doctor(capsys)
    assert (code, results(text)) == (252, {"the whole command": ("error", "stopped")})
