"""Failures as a user meets them, with the program itself: one line, the exit code, no traceback without --debug."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.fake_service import SPACE_ID, FakeService
from tests.cli.programs import run_piped

SPACE_ARN = f"arn:aws:aidevops:us-east-1:111111111111:agentspace/{SPACE_ID}"

pytestmark = pytest.mark.end_to_end


@pytest.mark.parametrize(
    ("variables", "arguments", "beginning"),
    [
        ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, (), "credentials: there are none; give --profile"),
        ({"AWS_REGION": ""}, (), "Region: none is given, and neither the environment nor the profile has one; add"),
        ({}, ("--profile", "nobody"), "--profile nobody: the AWS CLI's files know no such profile; aws configure"),
        ({}, ("--region", "us east"), "Region: 'us east' is not the name of one; write it like us-east-1"),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1"}, (), "network: no connection to http"),
    ],
    ids=["no credentials", "no Region", "no profile", "no such Region", "no network"],
)
def test_before_the_first_answer(variables: dict[str, str], arguments: tuple[str, ...], beginning: str) -> None:
    """Exit code 3, one line on standard error, nothing on standard output."""
    with FakeService(1) as service:
        result = run_piped("list", SPACE_ID, *arguments, environment={**service.environment, **variables})
    assert (result.returncode, result.stdout) == (3, "")
    [line] = result.stderr.splitlines()
    assert line.startswith(f"error: {beginning}")


def test_throttled_to_the_end() -> None:
    """After the attempts that the user's AWS_MAX_ATTEMPTS allows."""
    with FakeService(1) as service:
        service.refuse("ListAssociations", "ThrottlingException", status=429)
        result = run_piped("list", SPACE_ID, environment={**service.environment, "AWS_MAX_ATTEMPTS": "2"})
    assert result.returncode == 3
    assert result.stderr == (
        "error: ListAssociations: AWS throttles the calls (attempts: 2); try again later, or with a larger "
        "AWS_MAX_ATTEMPTS\n"
    )
    assert service.requests == ["ListAssociations"] * 2


def test_failure_after_the_first_page() -> None:
    """What was there stays; the exit code and standard error say that it is not all."""
    with FakeService(200) as service:
        service.before_page = lambda _: service.refuse("ListAssociations", "AccessDeniedException", status=403)
        result = run_piped("list", SPACE_ID, environment=service.environment)
    assert result.returncode == 3
    assert len(result.stdout.splitlines()) == 1 + 100
    assert "lack the permission aidevops:ListAssociations" in result.stderr


def test_failure_before_the_first_page() -> None:
    """No half of a JSON document is left."""
    with FakeService(1) as service:
        service.refuse("ListAssociations", "AccessDeniedException", status=403)
        result = run_piped("list", SPACE_ID, "--output", "json", environment=service.environment)
    assert (result.returncode, result.stdout) == (3, "")


def test_debug() -> None:
    """The traceback comes first, the line last."""
    with FakeService(1) as service:
        service.refuse("ListAssociations", "ValidationException")
        result = run_piped("list", SPACE_ID, "--debug", environment=service.environment)
    assert result.stderr.startswith("Traceback (most recent call last):\n")
    assert result.stderr.splitlines()[-1].startswith("error: ListAssociations: ValidationException")


@pytest.mark.parametrize(
    ("space", "message"),
    [
        ("a_b", "AGENT_SPACE='a_b': neither an id, 1-64 of A-Z a-z 0-9 -, nor the ARN of an Agent Space; devops-agent"),
        (f"arn:aws:aidevops:us-east-1:11111111111:agentspace/{SPACE_ID}", "'11111111111' is not an AWS account id"),
    ],
)
def test_wrong_agent_space(space: str, message: str) -> None:
    """Exit code 252, without a call."""
    with FakeService(1) as service:
        result = run_piped("list", space, environment=service.environment)
    assert result.returncode == 252
    assert message in result.stderr
    assert service.requests == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("accounts", "--agent-space-arn", SPACE_ARN, "--ou", "x"), "--ou='x': neither the id of an organizational"),
        (("migrate", SPACE_ARN, "--account", "22"), "--account='22': an AWS account id has 12 digits"),
        (("migrate", SPACE_ARN, "--assume-role-name", "a b"), "--assume-role-name='a b': not the name of a role"),
        (
            ("migrate", SPACE_ARN, "--assume-role-name", "arn:aws:iam::222222222222:role/Audit"),
            "--assume-role-name='arn:aws:iam::222222222222:role/Audit': not the name of a role",
        ),
        (("migrate", SPACE_ARN, "--force"), "--force: no file is written without --config; add --config"),
        (("doctor", SPACE_ARN, "--all", "--assume-role-name", "a b"), "--assume-role-name='a b': not the name of a"),
    ],
    ids=lambda value: " ".join(value[-2:]) if isinstance(value, tuple) else "",
)
def test_wrong_options(arguments: tuple[str, ...], message: str) -> None:
    """Exit code 252, before anybody asks for credentials."""
    with FakeService(1) as service:
        environment = {**service.environment, "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}
        result = run_piped(*arguments, environment=environment)
    assert (result.returncode, result.stdout) == (252, "")
    assert result.stderr.startswith(f"error: {message}")
    assert service.requests == []


def test_arn_and_another_region() -> None:
    """The two disagree: nobody guesses which one is right."""
    arn = f"arn:aws:aidevops:us-east-1:111111111111:agentspace/{SPACE_ID}"
    with FakeService(1) as service:
        result = run_piped("list", arn, "--region", "eu-west-1", environment=service.environment)
    assert result.returncode == 252
    assert result.stderr == (
        "error: --region eu-west-1: the Agent Space's ARN says Region us-east-1; leave out --region: the ARN is "
        "enough\n"
    )


def test_profile(tmp_path: Path) -> None:
    """Credentials and Region of a profile are used, as by the AWS CLI."""
    config = tmp_path / "config"
    with FakeService(1) as service:
        key = "aws_access_key_id = anybody\naws_secret_access_key = anybody\n"  # pragma: allowlist secret
        config.write_text(f"[profile operations]\nregion = eu-west-1\n{key}", encoding="utf-8")
        unset = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_REGION": "", "AWS_CONFIG_FILE": str(config)}
        result = run_piped("list", SPACE_ID, "--profile", "operations", environment={**service.environment, **unset})
    assert result.returncode == 0, result.stderr
