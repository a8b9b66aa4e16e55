"""No secret is in the repository, in a template or in what a run prints; what scans for them is detect-secrets."""

import json
from pathlib import Path

import pytest
from aws_cdk import App, Environment, SecretValue, Stack

from devops_agent_constructs import AgentSpace, IdentityProviderSignIn
from tests.conftest import templates_of_script
from tests.emulator.server import Emulator
from tests.secret_scan import secrets_in

ROOT = Path(__file__).parent.parent
IGNORED = {"__pycache__", "node_modules", "dist", "cdk.out", "cdk-outputs.json"}
IGNORED |= {path.name for path in ROOT.glob(".*")}
LOCKS = {"package-lock.json", "requirements-dev.lock"}  # Hashes of packages, tens of thousands of them.


def in_repository() -> dict[str, list[Path]]:
    """Return folder -> every file of it, snapshots and examples among them, but for the lock files."""
    files: dict[str, list[Path]] = {}
    for path in ROOT.rglob("*"):
        folder = path.relative_to(ROOT).parent.parts
        if path.is_file() and path.name not in LOCKS and not IGNORED & {*folder, path.name}:
            # Most files are tests: their folders are looked at one by one, so that processes share the work.
            files.setdefault("/".join(folder[: 2 if folder[:1] == ("tests",) else 1]), []).append(path)
    return files


@pytest.mark.parametrize("folder", sorted(in_repository()))
def test_repository(folder: str) -> None:
    """No file of the repository has a secret."""
    files = in_repository()
    assert sum(map(len, files.values())) > 200
    assert secrets_in(files[folder]) == []


@pytest.mark.parametrize("example", sorted((ROOT / "examples").glob("*/app.py")), ids=lambda path: path.parent.name)
def test_assembly_of_an_example(example: Path, tmp_path: Path) -> None:
    """The templates that an example deploys."""
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
    assert {one.rpartition(" ")[2] for one in secrets_in([tmp_path / "log.txt"])} >= {"Key"}
