"""`migrate`, over HTTP: the plan, what AWS's policies change, and the accounts file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from devops_agent_constructs import config
from tests.cli.conftest import ConnectedAccounts
from tests.cli.programs import run_in_terminal, run_piped
from tests.emulator.audit_role import AUDIT_ROLE, create_audit_role
from tests.emulator.primary_account import PrimaryAccount
from tests.emulator.server import Emulator
from tests.emulator.trusting_roles import SPACE_ARN, by_chaining, by_service, grant

pytestmark = pytest.mark.end_to_end

SPACE_ID = "8f6187a7-0388-4926-8217-3a0fe32f757c"
READ = ("--assume-role-name", AUDIT_ROLE)


@pytest.fixture
def preview() -> Iterator[ConnectedAccounts]:
    """Return account 222222222222 in the preview's set-up, and 333333333333 in the present one."""
    with Emulator() as emulator:
        primary = PrimaryAccount(emulator, SPACE_ARN)
        primary.create_agent_role()
        primary.iam.put_role_policy(
            RoleName="DevOpsAgentRole-AgentSpace", PolicyName="CrossAccount", PolicyDocument=grant()
        )
        for account_id, trust in (("222222222222", by_chaining()), ("333333333333", by_service())):
            iam = emulator.client("iam", account_id)
            role = iam.create_role(RoleName="Agent", Path="/agents/", AssumeRolePolicyDocument=trust)
            primary.associate(account_id, role["Role"]["Arn"])
            create_audit_role(emulator, account_id)
        iam = emulator.client("iam", "222222222222")
        iam.attach_role_policy(RoleName="Agent", PolicyArn="arn:aws:iam::aws:policy/AIOpsAssistantPolicy")
        yield ConnectedAccounts(emulator=emulator, primary=primary)


def plan(preview: ConnectedAccounts, *arguments: str) -> Any:
    """Return the JSON document."""
    result = run_piped("migrate", SPACE_ARN, *arguments, "--output", "json", environment=preview.environment)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_json(preview: ConnectedAccounts) -> None:
    """The documented shape."""
    document = plan(preview, *READ)
    assert set(document) == {
        "accounts",
        "agentSpaceArn",
        "agentRoleArn",
        "steps",
        "policies",
        "lost",
        "gained",
    }
    first, second = document["accounts"]
    assert first == {
        "accountId": "222222222222",
        "roleArn": "arn:aws:iam::222222222222:role/agents/Agent",
        "generation": "preview",
        "stackName": None,
        "whyNotAdopted": None,
        "changes": {
            "transition": [
                "the trust policy lets in the service",
                "AIDevOpsAgentAccessPolicy comes",
                "DevOpsAgentInlinePolicy comes",
            ],
            "ga": [
                "the trust policy no longer lets in the agent role",
                "AIOpsAssistantPolicy goes",
                "the inline statements of the preview go",
            ],
        },
        "otherInlinePolicies": {},
        "otherManagedPolicies": [],
    }
    assert (second["generation"], second["whyNotAdopted"]) == ("ga", "it is of the present set-up already")
    assert document["agentRoleArn"] == "arn:aws:iam::111111111111:role/DevOpsAgentRole-AgentSpace"
    assert [step["title"] for step in document["steps"]] == ["adopt", "transition", "verify", "ga", "primary"]
    assert document["steps"][-1]["commands"] == [
        "aws iam delete-role-policy --role-name DevOpsAgentRole-AgentSpace --policy-name CrossAccount"
    ]


def test_permissions_as_they_are_in_the_account(preview: ConnectedAccounts) -> None:
    """AWS's two policies are read, and compared by what their patterns cover."""
    document = plan(preview, *READ)
    assert document["policies"] == {"AIOpsAssistantPolicy": "v15", "AIDevOpsAgentAccessPolicy": "v11"}
    lost = {one["action"]: one for one in document["lost"]}
    assert lost["lambda:GetFunction"] == {
        "action": "lambda:GetFunction",
        "resource": "*",
        "conditions": [],
        "stays": [],
        "supported": [],
    }
    buckets = lost["s3:List*"]
    assert "s3:ListBucket" in {one["action"] for one in buckets["stays"] if one["conditions"]}
    assert buckets["supported"] == ["s3:ListBucket"]
    gained = {one["action"] for one in document["gained"]}
    assert {"logs:GetLogEvents", "iam:CreateServiceLinkedRole"} <= gained
    # The preview's inline policy had them.
    assert not {"support:CreateCase", "resource-explorer-2:Search"} & gained
    assert not lost.keys() & gained


def test_without_credentials_for_the_accounts(preview: ConnectedAccounts) -> None:
    """Nothing is guessed: each account says why it was not read."""
    document = plan(preview, "--account", "222222222222")
    [account] = document["accounts"]
    assert account["generation"] is None
    assert account["whyNotAdopted"] == (
        "not read: give --assume-role-name with a role of that account that these credentials may assume"
    )
    assert document["steps"] == []
    result = run_piped("migrate", SPACE_ARN, environment=preview.environment)
    assert result.stdout.splitlines()[-1].strip() == (
        "2 accounts, 2 of them not read, so that the steps leave them out"
    )


def test_role_that_is_gone(preview: ConnectedAccounts) -> None:
    """The association is still there."""
    iam = preview.emulator.client("iam", "333333333333")
    iam.delete_role(RoleName="Agent")
    assert plan(preview, *READ)["accounts"][1]["whyNotAdopted"] == "the role does not exist"


def test_accounts_file(preview: ConnectedAccounts, tmp_path: Path) -> None:
    """It parses, and replaces another file only when told to."""
    arguments = ("migrate", SPACE_ARN, *READ, "--config", "devops-agent.yaml")
    result = run_piped(*arguments, environment=preview.environment, folder=tmp_path)
    assert result.returncode == 0
    assert result.stderr.splitlines()[-1] == "wrote devops-agent.yaml: 1 role to adopt"
    [account] = config.from_file(tmp_path / "devops-agent.yaml").accounts
    assert account.role_arn() == "arn:aws:iam::222222222222:role/agents/Agent"

    refused = run_piped(*arguments, environment=preview.environment, folder=tmp_path)
    assert (refused.returncode, refused.stdout) == (252, "")
    assert refused.stderr == (
        "error: devops-agent.yaml: the file exists; add --force to replace it, or name another with --config\n"
    )
    assert run_piped(*arguments, "--force", environment=preview.environment, folder=tmp_path).returncode == 0


def test_nothing_to_adopt(preview: ConnectedAccounts, tmp_path: Path) -> None:
    """No file is written, and the plan is there all the same."""
    arguments = ("migrate", SPACE_ARN, *READ, "--account", "333333333333", "--config", "a.yaml")
    result = run_piped(*arguments, environment=preview.environment, folder=tmp_path)
    assert result.returncode == 3
    assert result.stdout.splitlines()[-1].strip() == "1 account, nothing left to migrate"
    assert result.stderr.splitlines()[-1].startswith("error: a.yaml: no role was read that is still of the preview")
    assert list(tmp_path.iterdir()) == []


def test_account_without_association(preview: ConnectedAccounts) -> None:
    """A slip in an id is not passed over."""
    result = run_piped("migrate", SPACE_ARN, "--account", "444444444444", environment=preview.environment)
    assert (result.returncode, result.stdout) == (3, "")
    assert "it has no association for account 444444444444; see devops-agent-accounts list" in result.stderr


def test_id_is_enough(preview: ConnectedAccounts) -> None:
    """The rest of the ARN is known from the credentials and the Region."""
    result = run_piped("migrate", SPACE_ID, "--output", "json", environment=preview.environment)
    assert json.loads(result.stdout)["agentSpaceArn"] == SPACE_ARN


def test_on_a_terminal(preview: ConnectedAccounts) -> None:
    """Wrapped to 80 columns, but for commands; in a pipe the same words."""
    terminal = run_in_terminal("migrate", SPACE_ARN, *READ, environment=preview.environment, columns=80)
    assert terminal.exit_code == 0
    commands = ("  cdk ", "  aws ", "  devops-agent-accounts ")
    long = [line for line in terminal.text.splitlines() if len(line) > 80 and not line.startswith(commands)]
    assert [line for line in long if not line.startswith("reading 2 roles")] == []
    piped = run_piped("migrate", SPACE_ARN, *READ, environment=preview.environment).stdout
    assert "".join(terminal.text.split()).endswith("".join(piped.split()))
