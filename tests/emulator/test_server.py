"""The emulator starts, keeps the accounts apart, and leaves nothing behind."""

import os
import socket
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

from tests.emulator.server import Emulator


def is_listening(endpoint_url: str) -> bool:
    """Whether anything answers at the port."""
    address = urlsplit(endpoint_url)
    with socket.socket() as client:
        client.settimeout(5)
        return client.connect_ex(("127.0.0.1", address.port or 0)) == 0


def test_credentials_belong_to_their_account(emulator: Emulator) -> None:
    """A client of an account works in that account."""
    for account_id in ("111111111111", "222222222222"):
        identity = emulator.client("sts", account_id).get_caller_identity()
        assert identity["Account"] == account_id
        assert identity["Arn"] == f"arn:aws:sts::{account_id}:assumed-role/OrganizationAccountAccessRole/emulator"


def test_a_role_stands_in_its_account_only(emulator: Emulator) -> None:
    """What one account creates, another does not see."""
    emulator.client("iam", "111111111111").create_role(RoleName="Agent", AssumeRolePolicyDocument="{}")

    with pytest.raises(ClientError, match="NoSuchEntity"):
        emulator.client("iam", "222222222222").get_role(RoleName="Agent")


def test_managed_policies_of_aws_exist(emulator: Emulator) -> None:
    """The policies that AWS DevOps Agent needs can be attached."""
    iam = emulator.client("iam", "222222222222")
    for name in ("AIDevOpsAgentAccessPolicy", "AIOpsAssistantPolicy"):
        assert iam.get_policy(PolicyArn=f"arn:aws:iam::aws:policy/{name}")["Policy"]["PolicyName"] == name


def test_programs_get_one_account_and_nothing_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's own profile, keys and proxies do not reach a program that works in an account."""
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_ENDPOINT_URL_IAM", "https://iam.amazonaws.com")
    monkeypatch.setenv("https_proxy", "http://proxy.example.com")
    with Emulator() as emulator:
        credentials = emulator.credentials("222222222222")
        environment = emulator.environment("222222222222", "eu-west-1")

    assert {name: value for name, value in environment.items() if name.startswith("AWS_")} == {
        "AWS_ACCESS_KEY_ID": credentials.access_key_id,
        "AWS_SECRET_ACCESS_KEY": credentials.secret_access_key,
        "AWS_SESSION_TOKEN": credentials.session_token,
        "AWS_REGION": "eu-west-1",
        "AWS_ENDPOINT_URL": emulator.endpoint_url,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
    }
    assert "https_proxy" not in environment


def test_one_at_a_time(emulator: Emulator) -> None:
    """A second emulator would take the state of the first; it does not start."""
    emulator.client("iam", "111111111111").create_user(UserName="first")

    with pytest.raises(RuntimeError, match="is running in this process already"):
        Emulator().__enter__()
    assert emulator.client("iam", "111111111111").get_user(UserName="first")


@pytest.mark.parametrize("error", [None, ValueError, KeyboardInterrupt])
def test_nothing_is_left(error: type[BaseException] | None) -> None:
    """However it ends, the port is closed, the environment is restored and the accounts are empty."""
    before, emulator = dict(os.environ), Emulator()
    with suppress(ValueError, KeyboardInterrupt), emulator:
        emulator.client("iam", "111111111111").create_user(UserName="left")
        assert is_listening(emulator.endpoint_url)
        assert dict(os.environ) != before
        if error:
            raise error

    assert not is_listening(emulator.endpoint_url)
    assert dict(os.environ) == before
    with emulator:
        assert emulator.client("iam", "111111111111").list_users()["Users"] == []


def test_moto_is_itself_again() -> None:
    """What the emulator adds to moto is taken away with it."""
    from moto.cloudformation import models, parsing  # noqa: PLC0415 (takes seconds)
    from moto.iam.models import Role  # noqa: PLC0415

    execute = models.CloudFormationBackend.execute_change_set
    with Emulator():
        assert models.CloudFormationBackend.execute_change_set is not execute
    assert models.CloudFormationBackend.execute_change_set is execute
    assert parsing.get_model_map()["AWS::IAM::Role"] is Role
