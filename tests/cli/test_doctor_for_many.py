"""`doctor` for many accounts: a line for each, the reports below, and one account that fails ends nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import ROLE_NAME, ConnectedAccounts
from tests.cli.programs import run_piped
from tests.diagnosis.roles import GA_INLINE, GA_POLICY, policy
from tests.emulator.audit_role import AUDIT_ROLE, create_audit_role
from tests.emulator.trusting_roles import SPACE_ARN, by_service

pytestmark = pytest.mark.end_to_end

READ = ("--assume-role-name", AUDIT_ROLE)


@pytest.fixture
def three(connected: ConnectedAccounts) -> ConnectedAccounts:
    """Return account 222222222222 as it should be, 333333333333 broken, and 444444444444 with another role name."""
    for account_id in ("222222222222", "333333333333"):
        iam = connected.emulator.client("iam", account_id)
        iam.attach_role_policy(RoleName=ROLE_NAME, PolicyArn=GA_POLICY)
        own = json.dumps(policy(GA_INLINE)).replace("222222222222", account_id)
        iam.put_role_policy(RoleName=ROLE_NAME, PolicyName="DevOpsAgentInlinePolicy", PolicyDocument=own)
    connected.break_account("333333333333")
    iam = connected.emulator.client("iam", "444444444444")
    role = iam.create_role(RoleName="Agent", Path="/agents/", AssumeRolePolicyDocument=by_service())
    connected.primary.associate("444444444444", role["Role"]["Arn"])
    for account_id in ("222222222222", "333333333333", "444444444444"):
        create_audit_role(connected.emulator, account_id)
    return connected


def doctor(three: ConnectedAccounts, *arguments: str, folder: Path | None = None) -> tuple[int, str, str]:
    """Run it with credentials of the primary account; return exit code, output and errors."""
    result = run_piped("doctor", *arguments, environment=three.environment, folder=folder)
    return result.returncode, result.stdout, result.stderr


def accounts(output: str) -> dict[str, Any]:
    """Return account -> entry of the JSON document."""
    return {one["accountId"]: one for one in json.loads(output)["accounts"]}


def test_all(three: ConnectedAccounts) -> None:
    """Lines in the associations' order, reports on what needs doing, totals; roles as the associations name them."""
    code, output, errors = doctor(three, SPACE_ARN, "--all", *READ)
    assert (code, errors) == (1, "")
    lines = output.splitlines()
    assert [line.split()[:2] for line in lines[:4]] == [
        ["ACCOUNT", "RESULT"],
        ["222222222222", "ok"],
        ["333333333333", "needs"],
        ["444444444444", "needs"],
    ]
    assert lines[2].split()[-1] == "wrongSourceAccount"
    assert [line.split()[1] for line in lines if line.startswith("account ")] == ["333333333333", "444444444444"]
    assert "role        arn:aws:iam::444444444444:role/agents/Agent" in lines
    assert lines[-1] == "3 accounts: 1 ok, 2 needs doing, 0 not read"
    # The profile or credentials are of another account, so that each command names its own.
    assert all("= 333333333333 && " in line or "= 444444444444 && " in line for line in lines if "aws iam" in line)


def test_account_that_cannot_be_read(three: ConnectedAccounts) -> None:
    """It has its reason, the others their diagnosis, and the exit code says so."""
    code, output, _ = doctor(
        three, SPACE_ARN, "--account", "111111111111", "--account", "222222222222", "--output", "json"
    )
    found = accounts(output)
    assert code == 1  # What needs doing for certain comes first, as in verify.
    assert found["111111111111"]["result"] == "needs doing"
    assert found["222222222222"] == {
        "accountId": "222222222222",
        "result": "not read",
        "error": (
            "--account 222222222222: these credentials are of account 111111111111; take the --profile of "
            "222222222222, or give --assume-role-name with a role of that account that these credentials may assume"
        ),
    }
    assert json.loads(output)["totals"] == {"ok": 0, "needs doing": 1, "not read": 1}


def test_accounts_in_their_order(three: ConnectedAccounts) -> None:
    """No --account wins over another, and one that is named twice is examined once."""
    chosen = [word for one in ("333333333333", "222222222222", "333333333333") for word in ("--account", one)]
    code, output, _ = doctor(three, SPACE_ARN, *chosen, *READ, "--output", "json")
    assert code == 1
    assert {key: one["result"] for key, one in accounts(output).items()} == {
        "333333333333": "needs doing",
        "222222222222": "ok",
    }


def test_failed_from(three: ConnectedAccounts, tmp_path: Path) -> None:
    """What verify found invalid, with the roles that it named."""
    path = tmp_path / "results.json"
    verified = run_piped("verify", SPACE_ARN, "--wait", "2", "--output", "json", environment=three.environment)
    path.write_text(verified.stdout, encoding="utf-8")
    code, output, _ = doctor(three, SPACE_ARN, "--failed-from", str(path), *READ, "--output", "json")
    assert (code, list(accounts(output))) == (1, ["333333333333"])
    path.write_text(verified.stdout.replace('"invalid"', '"valid"'), encoding="utf-8")
    code, output, errors = doctor(three, SPACE_ARN, "--failed-from", str(path), *READ)
    assert (code, output, errors) == (0, "", "note: all accounts in the file were valid; nothing to do\n")


def test_accounts_file(three: ConnectedAccounts, tmp_path: Path) -> None:
    """Each account is compared with its entry; an association that the file does not have is said."""
    text = f'agent_space_arn: {SPACE_ARN}\naccounts: ["222222222222", "333333333333"]\n'
    (tmp_path / "devops-agent.yaml").write_text(text, encoding="utf-8")
    code, output, _ = doctor(three, "--all", *READ, "--output", "json", folder=tmp_path)
    found = accounts(output)
    assert (code, [one["result"] for one in found.values()]) == (1, ["ok", "needs doing", "not read"])
    assert found["444444444444"]["error"].startswith("devops-agent.yaml: it does not have account 444444444444")
