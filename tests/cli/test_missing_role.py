"""`doctor` about a role that is gone: the printed commands bring it back, each with credentials of its account."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from devops_agent_constructs.cli.app import run
from tests.cli.conftest import ROLE_NAME, ConnectedAccounts, use
from tests.emulator.example_organization import ExampleOrganization
from tests.emulator.profiles import write_profiles
from tests.emulator.ready_made_app import ReadyMadeApp
from tests.emulator.server import Emulator
from tests.emulator.trusting_roles import SPACE_ARN

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

pytestmark = pytest.mark.end_to_end

STACK = "DevOpsAgentSecondary-444444444444"
ORGANIZATION = """\
organization: {account_id: "999999999999", call_as: self, organizational_units: [ou-a1b2-11112222]}
"""


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """Return an emulator of its own."""
    with Emulator() as running:
        yield running


@pytest.fixture
def account(connected: ConnectedAccounts, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ConnectedAccounts:
    """Work in account 444444444444, in a folder of its own."""
    use(connected.emulator.environment("444444444444", "us-east-1"), monkeypatch)
    monkeypatch.chdir(tmp_path)
    return connected


def delete_role(iam: IAMClient) -> None:
    """Delete the role as somebody does by hand."""
    for policy in iam.list_attached_role_policies(RoleName=ROLE_NAME)["AttachedPolicies"]:
        iam.detach_role_policy(RoleName=ROLE_NAME, PolicyArn=policy["PolicyArn"])
    iam.delete_role_policy(RoleName=ROLE_NAME, PolicyName="DevOpsAgentInlinePolicy")
    iam.delete_role(RoleName=ROLE_NAME)


def printed(folder: Path, capsys: pytest.CaptureFixture[str], text: str, *options: str) -> list[str]:
    """Return the commands about a role that is missing."""
    (folder / "devops-agent.yaml").write_text(f"agent_space_arn: {SPACE_ARN}\n{text}", encoding="utf-8")
    assert run(["doctor", SPACE_ARN, "--account", "444444444444", *options, "--output", "json"]) == 1
    [found] = json.loads(capsys.readouterr().out)["accounts"]
    commands: list[str] = next(one["commands"] for one in found["differences"] if one["id"] == "roleMissing")
    return commands


def test_deleted_by_hand(account: ConnectedAccounts, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A stack that stands without its role, and one that nobody ever deployed: the same commands repair both."""
    text = 'primary: {}\naccounts: ["444444444444"]\n'
    commands = printed(tmp_path, capsys, text)
    assert commands == [f"cdk destroy {STACK} --exclusively", f"cdk deploy {STACK}"]
    assert printed(tmp_path, capsys, f"termination_protection: true\n{text}") == commands[1:]

    app = ReadyMadeApp(account.emulator, tmp_path)
    app.write(f"agent_space_arn: {SPACE_ARN}\n{text}")
    iam = account.emulator.client("iam", "444444444444")
    app.destroy(STACK)
    app.deploy_without_cli(STACK)
    delete_role(iam)
    assert printed(tmp_path, capsys, text) == commands
    app.destroy(STACK)
    app.deploy_without_cli(STACK)
    account.primary.associate("444444444444", iam.get_role(RoleName=ROLE_NAME)["Role"]["Arn"])
    assert account.primary.validate()["444444444444"].status == "valid"


def test_of_an_organization(
    account: ConnectedAccounts, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The stack is another account's, whose profile nobody named."""
    write_profiles(tmp_path / "config", account.emulator, {"other": "444444444444"})
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    assert printed(tmp_path, capsys, ORGANIZATION, "--profile", "other") == ["cdk deploy DevOpsAgentOrganization"]
    own = printed(tmp_path, capsys, 'accounts: ["444444444444"]\n', "--profile", "other")
    assert all(shlex.split(line)[-1] == "--profile=other" for line in own)


def test_gone_from_a_stack_set(emulator: Emulator, tmp_path: Path) -> None:
    """As docs/doctor_and_migrate.md says: the account is left out for one deployment; the others keep their roles."""
    example, app = ExampleOrganization.create(emulator), ReadyMadeApp(emulator, tmp_path)
    gone, other = (emulator.client("iam", account_id) for account_id in ("444444444444", "555555555555"))
    file = example.accounts_file(agent_space_arn=SPACE_ARN)
    app.write(file)
    app.deploy_without_cli("DevOpsAgentOrganization")
    delete_role(gone)
    before = other.get_role(RoleName=ROLE_NAME)["Role"]["RoleId"]
    for text in (file.replace("  exclude: [", '  exclude: ["444444444444", '), file):
        assert "  exclude: [" in text
        app.write(text)
        app.deploy_without_cli("DevOpsAgentOrganization")
    assert gone.get_role(RoleName=ROLE_NAME)
    assert other.get_role(RoleName=ROLE_NAME)["Role"]["RoleId"] == before
