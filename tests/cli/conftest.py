"""An Agent Space with two connected accounts in the emulator, and a light stand-in for what the emulator is not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from devops_agent_constructs.cli.aws import session
from tests.cli import commands_once
from tests.cli.fake_service import FakeService
from tests.cli.sync_scene import Scene, sync_scene
from tests.emulator.primary_account import PrimaryAccount
from tests.emulator.profiles import write_profiles
from tests.emulator.server import Emulator
from tests.emulator.trusting_roles import SPACE_ARN, by_service

commands_once.share()

ROLE_NAME = "DevOpsAgentRole-SecondaryAccount"


@dataclass(frozen=True, kw_only=True, slots=True)
class ConnectedAccounts:
    """Accounts 222222222222 and 333333333333, each with a role that the Agent Space may assume."""

    emulator: Emulator
    primary: PrimaryAccount

    @property
    def environment(self) -> dict[str, str]:
        """The environment of somebody who works in the primary account."""
        return self.emulator.environment("111111111111", "us-east-1")

    def break_account(self, account_id: str) -> None:
        """Let the role trust the Agent Space of another account."""
        trust = by_service(account_id="999999999999")
        iam = self.emulator.client("iam", account_id)
        iam.update_assume_role_policy(RoleName=ROLE_NAME, PolicyDocument=trust)

    def repair_account(self, account_id: str) -> None:
        """Let the role trust the Agent Space again."""
        iam = self.emulator.client("iam", account_id)
        iam.update_assume_role_policy(RoleName=ROLE_NAME, PolicyDocument=by_service())


@pytest.fixture
def connected() -> Iterator[ConnectedAccounts]:
    """Return them in an emulator of their own."""
    with Emulator() as emulator:
        primary = PrimaryAccount(emulator, SPACE_ARN)
        for account_id in ("222222222222", "333333333333"):
            role = emulator.client("iam", account_id).create_role(
                RoleName=ROLE_NAME, AssumeRolePolicyDocument=by_service()
            )
            primary.associate(account_id, role["Role"]["Arn"])
        yield ConnectedAccounts(emulator=emulator, primary=primary)


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Scene]:
    """Return an organization that `sync` follows; this process works in its primary account."""
    with sync_scene(monkeypatch, capsys) as found:
        use(found.emulator.environment("111111111111", "us-east-1"), monkeypatch)
        yield found


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeService]:
    """Return a stand-in with three accounts; this process calls it, too."""
    with FakeService(3) as service:
        use(service.environment, monkeypatch)
        yield service


@pytest.fixture
def own_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give this process credentials and a Region, and clients of its own."""
    with FakeService(0) as service:
        environment = service.environment
    use({**environment, "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, monkeypatch)


def use(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Take over what an environment says about AWS, without clients that were made for another."""
    for name, value in environment.items():
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    session._boto3_session.cache_clear()
    session._client.cache_clear()


def with_profile(connected: ConnectedAccounts, folder: Path, name: str, account_id: str) -> dict[str, str]:
    """Return an environment without credentials but for those of one profile."""
    write_profiles(folder / "aws-config", connected.emulator, {name: account_id})
    own = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION")
    environment = {key: value for key, value in connected.environment.items() if key not in own}
    return {**environment, "AWS_CONFIG_FILE": str(folder / "aws-config")}


def entries(output: str) -> dict[str, str]:
    """Return account -> status of the JSON that list or verify wrote."""
    return {entry["accountId"]: entry["status"] for entry in json.loads(output)["associations"]}
