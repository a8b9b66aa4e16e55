"""No secret is printed: not of the AWS CLI's files, of a credential process, of a variable or of a URL."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.fake_service import SPACE_ID, FakeService
from tests.cli.programs import run_piped

pytestmark = pytest.mark.end_to_end

SECRET = "no-such-secret-0123456789"  # pragma: allowlist secret
UNSET = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}  # pragma: allowlist secret


@pytest.mark.parametrize(
    ("variables", "file", "expected"),
    [
        (
            {**UNSET, "AWS_SHARED_CREDENTIALS_FILE": "FILE"},
            f"[default]\naws_secret_access_key {SECRET}\n",
            "FILE: the AWS",
        ),
        ({**UNSET, "AWS_SHARED_CREDENTIALS_FILE": "FILE"}, f"{SECRET}\n", "FILE: the AWS CLI's file cannot be parsed"),
        (
            {**UNSET, "AWS_CONFIG_FILE": "FILE"},
            f"[default]\ncredential_process = sh -c 'echo {SECRET} >&2; exit 1'\n",
            "credentials: the profile's credential_process gave none",
        ),
        (
            {**UNSET, "AWS_CONFIG_FILE": "FILE"},
            f"[default]\ncredential_process = echo {SECRET}\n",
            "credentials: the profile's credential_process did not write JSON",
        ),
        ({"AWS_SESSION_TOKEN": f"{SECRET}\nx"}, "", "credentials: a key or token holds a line break"),
        ({"AWS_ENDPOINT_URL": f"http://user:{SECRET}@127.0.0.1:9"}, "", "network: no connection to http://***@"),
        ({"AWS_ENDPOINT_URL": f"http://user:{SECRET}@"}, "", ""),
        ({"HTTP_PROXY": f"http://user:{SECRET}@127.0.0.1:9", "NO_PROXY": ""}, "", "network: the proxy http://***@"),
    ],
    ids=["no =", "no section", "process fails", "process writes", "token", "endpoint", "bad endpoint", "proxy"],
)
def test_no_secret_is_printed(tmp_path: Path, variables: dict[str, str], file: str, expected: str) -> None:
    """One line without it, also after the traceback of --debug; exit code 3.

    Promise: No secret leaves.
    """
    path = tmp_path / "file"
    path.write_text(file, encoding="utf-8")
    changed = {name: value.replace("FILE", str(path)) for name, value in variables.items()}
    with FakeService(1) as service:
        environment = {**service.environment, "AWS_MAX_ATTEMPTS": "1", **changed}
        plain = run_piped("list", SPACE_ID, environment=environment)
        debug = run_piped("list", SPACE_ID, "--debug", environment=environment)
    assert (plain.returncode, debug.returncode) == (3, 3), plain.stderr
    [line] = plain.stderr.splitlines()
    assert line.startswith(f"error: {expected.replace('FILE', str(path))}")
    assert "Traceback" in debug.stderr
    for result in (plain, debug):
        assert SECRET not in result.stdout + result.stderr


@pytest.mark.parametrize(
    ("variables", "arguments", "expected"),
    [
        ({"AWS_PROFILE": ""}, (), "AWS_PROFILE: it is empty, which names no profile; unset AWS_PROFILE, or give"),
        ({"AWS_PROFILE": "nobody"}, (), "AWS_PROFILE=nobody: the AWS CLI's files know no such profile"),
        ({}, ("--profile", ""), "--profile: it is empty, which names no profile; give --profile NAME"),
        ({"AWS_SECRET_ACCESS_KEY": ""}, (), "credentials: AWS_SECRET_ACCESS_KEY is missing in env"),
    ],
    ids=["empty variable", "variable", "empty option", "half of the keys"],
)
def test_who_is_to_blame(variables: dict[str, str], arguments: tuple[str, ...], expected: str) -> None:
    """The variable, where the option was not given."""
    with FakeService(1) as service:
        result = run_piped("list", SPACE_ID, *arguments, environment={**service.environment, **variables})
    assert result.returncode == 3
    assert result.stderr.startswith(f"error: {expected}")
