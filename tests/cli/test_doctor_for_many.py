"""`doctor` for many accounts: a line for each, the reports below, and one account that fails ends nothing."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import ROLE_NAME, ConnectedAccounts, with_profile
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
    return {account["accountId"]: account for account in json.loads(output)["accounts"]}


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
            "account 222222222222: these credentials are of account 111111111111; take the --profile of "
            "222222222222, or give --assume-role-name with a role of that account that these credentials may assume"
        ),
    }
    assert json.loads(output)["totals"] == {"ok": 0, "needs doing": 1, "not read": 1}


def test_accounts_in_their_order(three: ConnectedAccounts) -> None:
    """No --account wins over another, and one that is named twice is examined once."""
    chosen = [
        word for account_id in ("333333333333", "222222222222", "333333333333") for word in ("--account", account_id)
    ]
    code, output, _ = doctor(three, SPACE_ARN, *chosen, *READ, "--output", "json")
    assert code == 1
    assert {key: account["result"] for key, account in accounts(output).items()} == {
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
    assert (code, [account["result"] for account in found.values()]) == (1, ["ok", "needs doing", "not read"])
    assert found["444444444444"]["error"].startswith("devops-agent.yaml: it does not have account 444444444444")


def test_unit(three: ConnectedAccounts) -> None:
    """Its accounts are left out, which is said; with a botocore that cannot read it, the answer is not whole."""
    three.primary.connect_unit("ou-a1b2-11112222")
    code, output, errors = doctor(three, SPACE_ARN, "--all", *READ)
    assert (code, output.splitlines()[-1]) == (1, "3 accounts: 1 ok, 2 needs doing, 0 not read")
    assert "error: Agent Space" in errors or "note: roles in accounts of organizational units" in errors


def test_profile_wins_over_the_environment(three: ConnectedAccounts, tmp_path: Path) -> None:
    """The accounts are read with --profile, even if AWS_PROFILE names one that there is not."""
    environment = {**with_profile(three, tmp_path, "operations", "111111111111"), "AWS_PROFILE": "gone"}
    arguments = ("doctor", SPACE_ARN, "--all", *READ, "--profile", "operations")
    result = run_piped(*arguments, environment=environment)
    assert (result.returncode, result.stdout.splitlines()[-1]) == (1, "3 accounts: 1 ok, 2 needs doing, 0 not read")


@pytest.mark.parametrize("variable", [SPACE_ARN, SPACE_ARN.rpartition("/")[2]], ids=["ARN", "id"])
def test_variable(three: ConnectedAccounts, tmp_path: Path, variable: str) -> None:
    """The Agent Space of DEVOPS_AGENT_SPACE, compared with the accounts file of the same one."""
    text = f'agent_space_arn: {SPACE_ARN}\naccounts: [{{id: "222222222222", role: {{max_session_seconds: 7200}}}}]\n'
    (tmp_path / "devops-agent.yaml").write_text(text, encoding="utf-8")
    environment = {**three.environment, "DEVOPS_AGENT_SPACE": variable}
    arguments = ("doctor", "--account", "222222222222", *READ, "--output", "json")
    result = run_piped(*arguments, environment=environment, folder=tmp_path)
    assert result.stderr == f"note: Agent Space {variable}, from DEVOPS_AGENT_SPACE\n"
    assert [difference["id"] for difference in accounts(result.stdout)["222222222222"]["differences"]] == [
        "otherMaxSession"
    ]


def test_variable_of_another_agent_space(three: ConnectedAccounts, tmp_path: Path) -> None:
    """An id that the file does not have is too little; --config is taken before the variable."""
    (tmp_path / "devops-agent.yaml").write_text(f'agent_space_arn: {SPACE_ARN}\naccounts: ["222222222222"]\n')
    environment = {**three.environment, "DEVOPS_AGENT_SPACE": "another-space"}
    arguments = ("doctor", "--account", "222222222222", *READ)
    refused = run_piped(*arguments, environment=environment, folder=tmp_path)
    assert (refused.returncode, refused.stdout) == (252, "")
    assert "AGENT_SPACE_ARN another-space: devops-agent.yaml names another" in refused.stderr
    result = run_piped(*arguments, "--config", "devops-agent.yaml", environment=environment, folder=tmp_path)
    assert (result.returncode, result.stderr) == (0, "")


def test_command_of_verify(three: ConnectedAccounts, tmp_path: Path) -> None:
    """For several accounts it has all that it takes, but for the name that only the user knows."""
    three.break_account("222222222222")
    environment = with_profile(three, tmp_path, '"my ops"', "111111111111")
    verified = run_piped("verify", SPACE_ARN.rpartition("/")[2], "--profile", "my ops", environment=environment)
    assert verified.returncode == 1
    command = verified.stderr.splitlines()[-1]
    assert command == (
        f"devops-agent-accounts doctor {SPACE_ARN} --account 222222222222 --account 333333333333 "
        "--assume-role-name=NAME --profile='my ops'"
    )
    words = shlex.split(command.replace("NAME", AUDIT_ROLE))[1:]
    result = run_piped(*words, environment=environment)
    assert (result.returncode, result.stdout.splitlines()[-1]) == (1, "2 accounts: 0 ok, 2 needs doing, 0 not read")
