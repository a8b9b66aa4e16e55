"""`migrate`, over HTTP: the plan, what AWS's policies change, and the accounts file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from devops_agent_constructs import config
from tests.cli.conftest import ConnectedAccounts, with_profile
from tests.cli.programs import run_in_terminal, run_piped
from tests.emulator.audit_role import AUDIT_ROLE, create_audit_role
from tests.emulator.primary_account import PrimaryAccount
from tests.emulator.server import Emulator
from tests.emulator.trusting_roles import AGENT_ROLE_ARN, EUROPEAN_ARN, SPACE_ARN, by_chaining, by_service, grant

pytestmark = pytest.mark.end_to_end

SPACE_ID = "8f6187a7-0388-4926-8217-3a0fe32f757c"
ROLE_ARNS = [f"arn:aws:iam::{account_id}:role/agents/Agent" for account_id in ("222222222222", "333333333333")]
READ = ("--assume-role-name", AUDIT_ROLE)


@pytest.fixture
def preview() -> Iterator[ConnectedAccounts]:
    """Return account 222222222222 in the preview's set-up, and 333333333333 in the present one."""
    with Emulator() as emulator:
        primary = PrimaryAccount(emulator, SPACE_ARN)
        primary.create_agent_role()
        primary.iam.put_role_policy(
            RoleName="DevOpsAgentRole-AgentSpace", PolicyName="CrossAccount", PolicyDocument=grant(Resource=ROLE_ARNS)
        )
        for account_id, trust in (("222222222222", by_chaining()), ("333333333333", by_service())):
            iam = emulator.client("iam", account_id)
            role = iam.create_role(RoleName="Agent", Path="/agents/", AssumeRolePolicyDocument=trust)
            primary.associate(account_id, role["Role"]["Arn"])
            create_audit_role(emulator, account_id)
        iam = emulator.client("iam", "222222222222")
        iam.attach_role_policy(RoleName="Agent", PolicyArn="arn:aws:iam::aws:policy/AIOpsAssistantPolicy")
        yield ConnectedAccounts(emulator=emulator, primary=primary)


def plan(preview: ConnectedAccounts, *arguments: str, code: int = 0) -> Any:
    """Return the JSON document."""
    result = run_piped("migrate", SPACE_ARN, *arguments, "--output", "json", environment=preview.environment)
    assert result.returncode == code, result.stderr
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
        "othersLetIn": [],
        "otherInlinePolicies": {},
        "otherManagedPolicies": [],
    }
    assert (second["generation"], second["whyNotAdopted"]) == ("ga", "it is of the present set-up already")
    assert document["agentRoleArn"] == "arn:aws:iam::111111111111:role/DevOpsAgentRole-AgentSpace"
    assert [step["title"] for step in document["steps"]] == ["adopt", "transition", "verify", "ga", "primary"]
    assert document["steps"][-1]["commands"] == [
        (
            'test "$(aws sts get-caller-identity --query Account --output text --region=us-east-1)" = 111111111111 && '
            "aws iam delete-role-policy --role-name=DevOpsAgentRole-AgentSpace --policy-name=CrossAccount"
        )
    ]


def test_prefix_of_the_accounts_file(preview: ConnectedAccounts, tmp_path: Path) -> None:
    """The stacks that are printed are those of the file that is there; one of another Agent Space is not about them."""
    path = tmp_path / "devops-agent.yaml"
    for space, prefix, is_noted in ((SPACE_ARN, "Orders-", False), (EUROPEAN_ARN, "", True)):
        text = f'agent_space_arn: {space}\nstack_prefix: Orders-\naccounts: ["333333333333"]\n'
        path.write_text(text, encoding="utf-8")
        result = run_piped("migrate", SPACE_ARN, *READ, environment=preview.environment, folder=tmp_path)
        assert f"  cdk import {prefix}DevOpsAgentSecondary-222222222222 " in result.stdout
        assert ("note: stacks are named as without devops-agent.yaml: " in result.stderr) is is_noted


def test_permissions_as_they_are_in_the_account(preview: ConnectedAccounts) -> None:
    """AWS's two policies are read, and compared by what their patterns cover."""
    document = plan(preview, *READ)
    assert document["policies"] == {"AIOpsAssistantPolicy": "v15", "AIDevOpsAgentAccessPolicy": "v11"}
    lost = {permission["action"]: permission for permission in document["lost"]}
    assert lost["lambda:GetFunction"] == {
        "action": "lambda:GetFunction",
        "resource": "*",
        "conditions": [],
        "stays": [],
        "supported": [],
    }
    buckets = lost["s3:List*"]
    assert "s3:ListBucket" in {permission["action"] for permission in buckets["stays"] if permission["conditions"]}
    assert buckets["supported"] == ["s3:ListBucket"]
    gained = {permission["action"] for permission in document["gained"]}
    assert {"logs:GetLogEvents", "iam:CreateServiceLinkedRole"} <= gained
    # The preview's inline policy had them.
    assert not {"support:CreateCase", "resource-explorer-2:Search"} & gained
    assert not lost.keys() & gained


def test_without_credentials_for_the_accounts(preview: ConnectedAccounts) -> None:
    """Nothing is guessed: each account says why it was not read."""
    document = plan(preview, "--account", "222222222222", code=3)
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


def primary_step(preview: ConnectedAccounts, *arguments: str, code: int = 0) -> dict[str, Any]:
    """Return the last step."""
    step: dict[str, Any] = plan(preview, *READ, *arguments, code=code)["steps"][-1]
    assert step["title"] == "primary"
    return step


def test_account_that_is_not_chosen(preview: ConnectedAccounts) -> None:
    """Nobody knows whether it needs the agent role, which keeps its permission."""
    step = primary_step(preview, "--account", "222222222222")
    assert step["commands"] == []
    assert step["what"].endswith("needed by 333333333333 (left out by --account)")


def test_unit(preview: ConnectedAccounts) -> None:
    """What the roles in its accounts trust, nobody knows: the agent role keeps its permission."""
    preview.primary.connect_unit("ou-a1b2-11112222")
    step = primary_step(preview)
    assert step["commands"] == []
    assert step["what"].endswith("needed by 1 association of organizational units, or of a kind that is not known")


def test_agent_space_with_the_same_agent_role(preview: ConnectedAccounts) -> None:
    """One of another Region counts, as IAM is global; once its accounts have arrived, it needs nothing."""
    european = PrimaryAccount(preview.emulator, EUROPEAN_ARN)
    european.associate("111111111111", AGENT_ROLE_ARN, kind="aws")
    iam = preview.emulator.client("iam", "444444444444")
    role = iam.create_role(RoleName="Agent", AssumeRolePolicyDocument=by_chaining(external_id=EUROPEAN_ARN))
    create_audit_role(preview.emulator, "444444444444")
    european.associate("444444444444", role["Role"]["Arn"])
    step = primary_step(preview)
    assert step["commands"] == []
    assert step["what"].endswith(f"needed by Agent Space {EUROPEAN_ARN}, for 444444444444")

    trust = by_service(source_arn=EUROPEAN_ARN)
    iam.update_assume_role_policy(RoleName="Agent", PolicyDocument=trust)
    assert len(primary_step(preview)["commands"]) == 1


def test_profile_of_the_primary_account(preview: ConnectedAccounts, tmp_path: Path) -> None:
    """Its commands carry it; those of other accounts have other profiles, which nobody named."""
    environment = with_profile(preview, tmp_path, "operations", "111111111111")
    arguments = ("migrate", SPACE_ARN, *READ, "--profile", "operations", "--output", "json")
    result = run_piped(*arguments, environment=environment)
    assert result.returncode == 0, result.stderr
    steps = {step["title"]: step["commands"] for step in json.loads(result.stdout)["steps"]}
    assert all(command.count("--profile=operations") == 2 for command in steps["primary"])
    assert steps["verify"][0].endswith(" --profile=operations")
    assert not any("--profile" in command for title in ("adopt", "transition") for command in steps[title])


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
    _, wrote, primary, rest = result.stderr.splitlines()
    assert wrote == "wrote devops-agent.yaml: 1 role to adopt"
    assert primary.startswith("note: it has no `primary`: the associations stay as they are")
    assert rest == "note: 1 account is left out; comments in the file say why"
    [account] = config.from_file(tmp_path / "devops-agent.yaml").accounts
    assert account.role_arn() == "arn:aws:iam::222222222222:role/agents/Agent"

    refused = run_piped(*arguments, environment=preview.environment, folder=tmp_path)
    assert (refused.returncode, refused.stdout) == (252, "")
    assert refused.stderr.startswith("error: devops-agent.yaml: the file exists; add --force to replace it")
    assert run_piped(*arguments, "--force", environment=preview.environment, folder=tmp_path).returncode == 0
    with (tmp_path / "devops-agent.yaml").open("a") as file:
        file.write("# mine\n")
    refused = run_piped(*arguments, "--force", environment=preview.environment, folder=tmp_path)
    assert (refused.returncode, refused.stdout) == (252, "")
    assert "it has been edited" in refused.stderr


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
    see = f"see devops-agent-accounts list {SPACE_ARN}\n"
    assert result.stderr.endswith(f"it has no association for account 444444444444; {see}")


def test_id_is_enough(preview: ConnectedAccounts) -> None:
    """The rest of the ARN is known from the credentials and the Region."""
    result = run_piped("migrate", SPACE_ID, "--output", "json", environment=preview.environment)
    assert json.loads(result.stdout)["agentSpaceArn"] == SPACE_ARN


def test_on_a_terminal(preview: ConnectedAccounts) -> None:
    """Wrapped to 80 columns, but for commands; in a pipe the same words."""
    terminal = run_in_terminal("migrate", SPACE_ARN, *READ, environment=preview.environment, columns=80)
    assert terminal.exit_code == 0
    commands = ("  cdk ", "  test ", "  devops-agent-accounts ")
    long = [line for line in terminal.text.splitlines() if len(line) > 80 and not line.startswith(commands)]
    assert [line for line in long if not line.startswith("reading 2 roles")] == []
    piped = run_piped("migrate", SPACE_ARN, *READ, environment=preview.environment).stdout
    assert "".join(terminal.text.split()).endswith("".join(piped.split()))
