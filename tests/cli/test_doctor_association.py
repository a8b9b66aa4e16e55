"""`doctor` and the association: a slip in it is found where it can be read, and elsewhere it is said who reads it."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import ROLE_NAME, ConnectedAccounts
from tests.cli.programs import run_piped
from tests.diagnosis.roles import GA_INLINE, GA_POLICY, policy
from tests.emulator.audit_role import AUDIT_ROLE, create_audit_role
from tests.emulator.trusting_roles import SPACE_ARN, by_service

pytestmark = pytest.mark.end_to_end

ACCOUNT = "222222222222"
OTHERS = "333333333333", "444444444444"
FILE = f'agent_space_arn: {SPACE_ARN}\naccounts: ["{ACCOUNT}"]\n'
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/{ROLE_NAME}"


@pytest.fixture
def right(connected: ConnectedAccounts) -> ConnectedAccounts:
    """Return an account whose role is as it should be, and roles to read it with, of the primary account too."""
    iam = connected.emulator.client("iam", ACCOUNT)
    iam.attach_role_policy(RoleName=ROLE_NAME, PolicyArn=GA_POLICY)
    inline = json.dumps(policy(GA_INLINE))
    iam.put_role_policy(RoleName=ROLE_NAME, PolicyName="DevOpsAgentInlinePolicy", PolicyDocument=inline)
    create_audit_role(connected.emulator, ACCOUNT)
    return connected


def slip(connected: ConnectedAccounts, role_arn: str) -> None:
    """Let the association of the account name another role."""
    association_id = connected.primary.associations()[ACCOUNT].association_id
    configuration = {"sourceAws": {"accountId": ACCOUNT, "accountType": "source", "assumableRoleArn": role_arn}}
    space_id = SPACE_ARN.rpartition("/")[2]
    connected.primary.api.update_association(
        agentSpaceId=space_id, associationId=association_id, configuration=configuration
    )


def doctor(connected: ConnectedAccounts, caller: str, *arguments: str, folder: Path | None = None) -> tuple[int, Any]:
    """Run it with the credentials of an account; return the exit code and what it says of the account."""
    words = ("doctor", SPACE_ARN, "--account", ACCOUNT, *arguments, "--output", "json")
    environment = connected.emulator.environment(caller, "us-east-1")
    result = run_piped(*words, environment=environment, folder=folder)
    assert result.stderr == ""
    [account] = json.loads(result.stdout)["accounts"]
    return result.returncode, account


SLIPS = [
    f"arn:aws:iam::{ACCOUNT}:role/agents/{ROLE_NAME}",
    f"arn:aws:iam::{ACCOUNT}:role/DevOpsAgentRole-Secondary",
    f"arn:aws:iam::333333333333:role/{ROLE_NAME}",
]


@pytest.mark.parametrize("named", SLIPS, ids=["path", "name", "account"])
def test_slip(right: ConnectedAccounts, tmp_path: Path, named: str) -> None:
    """With credentials of the primary account it is found, also where the role itself is as it should be."""
    (tmp_path / "devops-agent.yaml").write_text(FILE, encoding="utf-8")
    slip(right, named)
    code, account = doctor(right, "111111111111", "--assume-role-name", AUDIT_ROLE, folder=tmp_path)
    assert (code, account["result"], account["associationRoleArn"]) == (1, "needs doing", named)
    [difference] = account["differences"]
    assert (difference["id"], difference["severity"]) == ("associationRoleMismatch", "error")
    assert difference["what"] == f"the association names {named}, but the role is {ROLE_ARN}"
    assert account["notSeen"][1:] == [] == difference["commands"]


@pytest.mark.parametrize("named", [f"arn:aws:iam::{ACCOUNT}:role/a//b", "arn:aws:iam::333333333333:role/Other"])
def test_slip_without_a_file(right: ConnectedAccounts, named: str) -> None:
    """No role of the account can have such an ARN: the one of the usual name is judged, and it is in order."""
    slip(right, named)
    code, account = doctor(right, "111111111111", "--assume-role-name", AUDIT_ROLE)
    assert (code, [difference["id"] for difference in account["differences"]]) == (1, ["associationRoleMismatch"])
    assert account["differences"][0]["what"] == f"the association names {named}, but the role is {ROLE_ARN}"


def test_no_association(right: ConnectedAccounts) -> None:
    """An account that nothing connects is no healthy one."""
    space_id, association = SPACE_ARN.rpartition("/")[2], right.primary.associations()[ACCOUNT]
    right.primary.api.disassociate_service(agentSpaceId=space_id, associationId=association.association_id)
    code, account = doctor(right, "111111111111", "--assume-role-name", AUDIT_ROLE)
    assert (code, [difference["id"] for difference in account["differences"]]) == (1, ["associationMissing"])
    # One of a unit may connect it, by a role of AWS's own.
    right.primary.connect_unit("ou-a1b2-11112222")
    code, account = doctor(right, "111111111111", "--assume-role-name", AUDIT_ROLE)
    assert (code, account["associationRoleArn"], account["differences"]) == (0, None, [])
    reason = ", as the account has none of its own, and that of an organizational unit may connect it: with credentials"
    assert reason in account["notSeen"][0]


def test_from_the_management_account(right: ConnectedAccounts) -> None:
    """The role to read with may be in the primary account, too."""
    for account_id in (ACCOUNT, "111111111111"):
        iam = right.emulator.client("iam", account_id)
        if account_id == ACCOUNT:
            iam.delete_role(RoleName=AUDIT_ROLE)
        create_audit_role(right.emulator, account_id, trusts="999999999999")
    slip(right, SLIPS[0])
    code, account = doctor(right, "999999999999", "--assume-role-name", AUDIT_ROLE)
    assert (code, [difference["id"] for difference in account["differences"]]) == (1, ["associationRoleMismatch"])


def test_association_that_cannot_be_read(right: ConnectedAccounts) -> None:
    """It is in another account: a line says so, with the command that reads it; not that nothing needs doing."""
    slip(right, SLIPS[0])
    code, account = doctor(right, ACCOUNT)
    assert (code, account["associationRoleArn"], account["differences"]) == (0, None, [])
    line, *_ = account["notSeen"]
    command = f"devops-agent-accounts list {SPACE_ARN}"
    assert line == (
        f"the association, which must name {ROLE_ARN}: with credentials of account 111111111111, where it is, "
        f"{command} shows what it names"
    )
    listed = run_piped(*shlex.split(command)[1:], environment=right.environment)
    assert "agents/" in listed.stdout
    environment = right.emulator.environment(ACCOUNT, "us-east-1")
    result = run_piped("doctor", SPACE_ARN, "--account", ACCOUNT, environment=environment)
    assert result.stdout.splitlines()[-1].strip() == "nothing needs doing, but the association was not read"


def test_agent_role(right: ConnectedAccounts) -> None:
    """The association of the primary account itself is read with its own credentials."""
    arn = right.primary.create_agent_role()
    environment = right.environment
    words = ("doctor", SPACE_ARN, "--account", "111111111111", "--output", "json")
    [account] = json.loads(run_piped(*words, environment=environment).stdout)["accounts"]
    assert (account["associationRoleArn"], account["expectedRoleArn"]) == (arn, arn)


def test_line_of_many_accounts(right: ConnectedAccounts) -> None:
    """It does not read as if all had been seen."""
    for account_id in OTHERS:
        iam = right.emulator.client("iam", account_id)
        if account_id == "444444444444":
            iam.create_role(RoleName=ROLE_NAME, AssumeRolePolicyDocument=by_service())
        create_audit_role(right.emulator, account_id, trusts="999999999999")
    words = [word for account_id in OTHERS for word in ("--account", account_id)]
    environment = right.emulator.environment("999999999999", "us-east-1")
    result = run_piped("doctor", SPACE_ARN, *words, "--assume-role-name", AUDIT_ROLE, environment=environment)
    assert result.stdout.splitlines()[-1] == "2 accounts: 0 ok, 2 needs doing, 0 not read; 2 associations not read"
