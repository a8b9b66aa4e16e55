"""No secret is in the repository, in a template or in what a run prints; what scans for them is detect-secrets."""

import json
import os
from functools import cache
from pathlib import Path

import pytest
from aws_cdk import App, Environment, SecretValue, Stack
from detect_secrets.core.scan import scan_file
from detect_secrets.settings import default_settings

from devops_agent_constructs import AgentSpace, IdentityProviderSignIn
from tests import secret_scan
from tests.conftest import templates_of_script
from tests.emulator.server import Emulator
from tests.kept_findings import kept
from tests.secret_scan import secrets_in

ROOT = Path(__file__).parent.parent
IGNORED = {"__pycache__", "node_modules", "dist", "cdk.out", "cdk-outputs.json"}
IGNORED |= {path.name for path in ROOT.glob(".*")}
LOCKS = {"package-lock.json", "requirements-dev.lock"}  # Hashes of packages, tens of thousands of them.


@cache
def in_repository() -> dict[str, list[Path]]:
    """Return folder -> every file of it, snapshots and examples among them, but for the lock files."""
    files: dict[str, list[Path]] = {}
    for name, folders, names in os.walk(ROOT):
        folders[:] = sorted(set(folders) - IGNORED)  # Not walked at all: node_modules alone has ten thousand files.
        folder = Path(name).relative_to(ROOT).parts
        # Most files are tests: their folders are looked at one by one, so that processes share the work.
        found = files.setdefault("/".join(folder[: 2 if folder[:1] == ("tests",) else 1]), [])
        found += [Path(name, file_name) for file_name in sorted(set(names) - IGNORED - LOCKS)]
    return {folder: names for folder, names in files.items() if names}


@pytest.mark.parametrize("folder", sorted(in_repository()))
def test_repository(folder: str) -> None:
    """No file of the repository has a secret.

    Promise: No secret leaves.
    """
    files = in_repository()
    assert sum(map(len, files.values())) > 200
    texts = {str(path.relative_to(ROOT)): path.read_text("utf-8", errors="replace") for path in files[folder]}
    scanner = Path(secret_scan.__file__).read_text("utf-8")
    assert kept("detect-secrets", scanner, json.dumps(texts), lambda: secrets_in(files[folder])) == []


@pytest.mark.parametrize("example", sorted((ROOT / "examples").glob("*/app.py")), ids=lambda path: path.parent.name)
def test_assembly_of_an_example(example: Path, tmp_path: Path) -> None:
    """The templates that an example deploys.

    Promise: No secret leaves.
    """
    for name, template in templates_of_script(example).items():
        (tmp_path / name).write_text(json.dumps(template, indent=1), encoding="utf-8")
    assert list(tmp_path.iterdir())
    assert secrets_in(tmp_path.iterdir()) == []


def test_client_secret(app: App) -> None:
    """The secret of an identity provider is a reference in the template, which CloudFormation resolves."""
    stack = Stack(app, "Space", env=Environment(account="111111111111", region="us-east-1"))
    secret = SecretValue.secrets_manager("okta", json_field="client")
    sign_in = IdentityProviderSignIn(
        provider="okta", issuer_url="https://example.okta.com", client_id="devops-agent", client_secret=secret
    )
    AgentSpace(stack, "AgentSpace", name="Operations", operator_app=sign_in)
    assembly = app.synth().directory
    [template] = Path(assembly).glob("*.template.json")
    assert '"ClientSecret": "{{resolve:secretsmanager:okta:SecretString:client::}}"' in template.read_text("utf-8")


def test_a_secret_is_found(tmp_path: Path) -> None:
    """Credentials as the emulator hands them out, if something printed them."""
    with Emulator() as emulator:
        credentials = emulator.credentials("222222222222")
    text = f"aws_access_key_id={credentials.access_key_id}\naws_secret_access_key='{credentials.secret_access_key}'\n"
    (tmp_path / "log.txt").write_text(text, encoding="utf-8")
    assert {secret.rpartition(" ")[2] for secret in secrets_in([tmp_path / "log.txt"])} >= {"Key"}


# Each in two parts, so that this file has none.
PLANTED = {
    "AWS Access Key": "key = 'AKIA" + "Z7RQWXYN4T5KPL2M'",
    "Base64 High Entropy String": "value = 'c3VwZXIg" + "bG9uZyBzdHJpbmcgc2hvdWxkIGNhdXNlIGVub3VnaCBlbnRyb3B5'",
    "Basic Auth Credentials": "url = 'https://ann:gh8" + "Tq2Lm@example.com'",
    "GitHub Token": "token = 'ghp_wWPw5k4aXcaT4fNP" + "0UcnZwJUVFk6LO0pINUx'",
    "Hex High Entropy String": "value = '2b00042f7481c7b0" + "56c4b410d28f33cf'",
    "JSON Web Token": "jwt = 'eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmN'",
    "Private Key": "key = '-----BEGIN RSA " + "PRIVATE KEY-----'",
    "Secret Keyword": "password = 'Tr0ub" + "4dor-and-3'",
    "Slack Token": "token = 'xoxb-" + "34532454-e039d02840a0b9379c'",
}


@pytest.mark.parametrize("kind", PLANTED)
@pytest.mark.parametrize("suffix", [".py", ".json", ".yaml", ".ambr"])
def test_a_secret_is_found_in_a_long_file(kind: str, suffix: str, tmp_path: Path) -> None:
    """Also where a whole file is looked at before its lines: as many as detect-secrets finds line by line."""
    name, _, value = PLANTED[kind].partition(" = ")
    lines = {".json": f' "{name}": "{value[1:-1]}",', ".yaml": f"{name}: {value}"}
    line = lines.get(suffix, f"{name} = {value}")
    path = tmp_path / f"long{suffix}"
    path.write_text("".join(f'a{number}: "b"\n' for number in range(50)) + f"{line}\nz: 'end'\n", encoding="utf-8")
    with default_settings():
        expected = {f"{path}:{secret.line_number} {secret.type}" for secret in scan_file(str(path))}
    assert f"{path}:51 {kind}" in expected
    assert set(secrets_in([path])) == expected
