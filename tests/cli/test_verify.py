"""`verify`: one line an account, and an exit code that a pipeline can decide by."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import ConnectedAccounts, entries
from tests.cli.fake_service import SPACE_ID, FakeService, account_id
from tests.cli.programs import run_piped
from tests.emulator.trusting_roles import SPACE_ARN

pytestmark = pytest.mark.end_to_end


def test_all_valid(connected: ConnectedAccounts) -> None:
    """Exit code 0, and one line an account."""
    result = run_piped("verify", SPACE_ARN, environment=connected.environment)

    assert result.returncode == 0, result.stderr
    assert [line.split() for line in result.stdout.splitlines()] == [
        ["ACCOUNT", "STATUS", "ROLE"],
        ["222222222222", "valid", "arn:aws:iam::222222222222:role/DevOpsAgentRole-SecondaryAccount"],
        ["333333333333", "valid", "arn:aws:iam::333333333333:role/DevOpsAgentRole-SecondaryAccount"],
    ]
    assert result.stderr == "validating 2 accounts, up to 5 min ...\n2 accounts: 2 valid\n"


def test_broken_then_only_the_failed_one_again(connected: ConnectedAccounts, tmp_path: Path) -> None:
    """Exit code 1; after the repair the failed account alone is reported on, as the earlier output says which it is."""
    connected.break_account("333333333333")
    broken = run_piped("verify", SPACE_ARN, "--output", "json", environment=connected.environment)
    assert broken.returncode == 1
    assert entries(broken.stdout) == {"222222222222": "valid", "333333333333": "invalid"}
    assert json.loads(broken.stdout)["totals"] == {"valid": 1, "invalid": 1, "pending-confirmation": 0}
    assert broken.stderr.splitlines()[-2:] == [
        "next, for the reason, with credentials of account 333333333333:",
        f"devops-agent-accounts doctor {SPACE_ARN} --account 333333333333",
    ]
    (tmp_path / "results.json").write_text(broken.stdout, encoding="utf-8")

    connected.repair_account("333333333333")
    again = run_piped(
        "verify",
        SPACE_ARN,
        "--failed-from",
        "results.json",
        "--output",
        "json",
        environment=connected.environment,
        folder=tmp_path,
    )

    assert again.returncode == 0, again.stderr
    assert entries(again.stdout) == {"333333333333": "valid"}


def test_chosen_accounts(connected: ConnectedAccounts) -> None:
    """A broken account that nobody asked about does not fail the others."""
    connected.break_account("333333333333")
    result = run_piped("verify", SPACE_ARN, "--account", "222222222222", environment=connected.environment)
    assert result.returncode == 0, result.stderr
    assert result.stderr.splitlines()[-1] == "1 account: 1 valid"


@pytest.mark.parametrize("status", ["pending-confirmation", None, "valid"], ids=["pending", "left out", "old"])
def test_pending_at_the_end(status: str | None) -> None:
    """Exit code 2: also when the service names no status, and when what it names may be from before the validation."""
    with FakeService(2) as service:
        service.status = lambda _: status
        result = run_piped("verify", SPACE_ID, "--wait", "0", "--output", "json", environment=service.environment)
    assert result.returncode == 2, result.stderr
    assert set(entries(result.stdout).values()) == {"pending-confirmation"}
    assert "next: verify again, with a longer --wait" in result.stderr


def test_invalid_wins_over_pending() -> None:
    """Exit code 1 as soon as one is invalid: waiting longer would not help."""
    with FakeService(2) as service:
        service.status = lambda number: (
            "invalid" if number == 0 and "ValidateAwsAssociations" in service.requests else "pending-confirmation"
        )
        result = run_piped("verify", SPACE_ID, "--wait", "0", "--output", "json", environment=service.environment)
    assert result.returncode == 1, result.stderr
    assert entries(result.stdout) == {account_id(0): "invalid", account_id(1): "pending-confirmation"}


def test_a_call_that_failed() -> None:
    """Exit code 3, and nothing on standard output."""
    with FakeService(2) as service:
        service.refuse("ValidateAwsAssociations", "AccessDeniedException", status=403)
        result = run_piped("verify", SPACE_ID, environment=service.environment)
    assert (result.returncode, result.stdout) == (3, "")
    assert result.stderr.splitlines()[-1] == (
        "error: ValidateAwsAssociations: these credentials lack the permission aidevops:ValidateAwsAssociations; "
        "allow aidevops:ValidateAwsAssociations to this user or role, or take another --profile"
    )


def test_unknown_account() -> None:
    """An account that the space does not have is named, before anything is validated."""
    with FakeService(2) as service:
        result = run_piped("verify", SPACE_ID, "--account", "999999999999", environment=service.environment)
    assert (result.returncode, result.stdout) == (3, "")
    assert "it has no association for account 999999999999; see devops-agent-accounts list" in result.stderr
    assert "ValidateAwsAssociations" not in service.requests


def test_empty_space() -> None:
    """No account at all is a failure: a pipeline would take silence for success."""
    with FakeService(0) as service:
        result = run_piped("verify", SPACE_ID, environment=service.environment)
    assert (result.returncode, result.stdout) == (3, "")
    assert "no account is connected, so there is nothing to verify" in result.stderr


def test_nothing_had_failed(tmp_path: Path) -> None:
    """Exit code 0 without a call, as there is nothing to do again."""
    path = tmp_path / "results.json"
    path.write_text('{"associations": [{"accountId": "222222222222", "status": "valid"}]}', encoding="utf-8")
    with FakeService(2) as service:
        result = run_piped("verify", SPACE_ID, "--failed-from", str(path), environment=service.environment)
    assert result.returncode == 0
    assert "all accounts in the file were valid" in result.stderr
    assert service.requests == []


def test_a_short_outage_is_repeated() -> None:
    """Throttling and failures of the service are retried, and seen by nobody."""
    with FakeService(2) as service:
        service.refuse("ListAssociations", "ThrottlingException", status=429, times=2)
        result = run_piped("list", SPACE_ID, environment=service.environment)
    assert result.returncode == 0, result.stderr
    assert service.requests.count("ListAssociations") == 3


def test_next_step_names_an_unusual_role(connected: ConnectedAccounts) -> None:
    """The command for the reason can be copied: with the role's own name and path."""
    connected.primary.associate("444444444444", "arn:aws:iam::444444444444:role/operations/Agent")
    result = run_piped("verify", SPACE_ARN, "--account", "444444444444", environment=connected.environment)
    assert result.returncode == 1
    assert result.stderr.splitlines()[-1] == (
        f"devops-agent-accounts doctor {SPACE_ARN} --account 444444444444 --role-name=Agent --path=/operations/"
    )


def test_one_command_for_all_invalid_accounts(connected: ConnectedAccounts) -> None:
    """It names them all, whether the Agent Space was given by ARN or by id."""
    connected.break_account("222222222222")
    connected.break_account("333333333333")
    for space in (SPACE_ARN, SPACE_ID):
        result = run_piped("verify", space, environment=connected.environment)
        assert result.returncode == 1
        assert result.stderr.splitlines()[-1] == (
            f"devops-agent-accounts doctor {SPACE_ARN} --account 222222222222 --account 333333333333 "
            "--assume-role-name=NAME"
        )


def test_the_primary_account_is_no_case_for_doctor() -> None:
    """Its role is the agent role, which is compared with a secondary role by nobody."""
    with FakeService(1) as service:
        service.account_type = "monitor"
        service.status = lambda _: "invalid" if "ValidateAwsAssociations" in service.requests else "valid"
        result = run_piped("verify", SPACE_ID, environment=service.environment)
    assert result.returncode == 1
    assert "is the agent role" in result.stderr
    assert "devops-agent-accounts doctor" not in result.stderr


def test_what_valid_means() -> None:
    """The help says that permissions are not tested."""
    text = " ".join(run_piped("verify", "-h", environment={"PATH": "/usr/bin:/bin"}).stdout.split())
    assert "Valid means: AWS DevOps Agent can assume the role. AWS does not test what the role may do" in text
