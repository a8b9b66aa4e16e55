"""`cdk deploy --all`, by the real CDK CLI, through the roles of `cdk bootstrap`: every account, in the right order."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import SPACE_ARN
from tests.emulator.bootstrap import bootstrap
from tests.emulator.cdk import settings
from tests.emulator.primary_account import PrimaryAccount
from tests.emulator.server import Emulator

ROOT = Path(__file__).parents[2]
EXISTING = f"""\
agent_space_arn: {SPACE_ARN}
primary: {{}}
bootstrap_qualifier: hnb659fds
accounts: ["222222222222", "333333333333"]
"""
NEW = """\
primary:
  create_agent_space: {name: production, account_id: "111111111111", region: us-east-1}
bootstrap_qualifier: hnb659fds
accounts: ["222222222222"]
"""


def deploy_all(emulator: Emulator, folder: Path, *options: str) -> list[str]:
    """Run `cdk deploy --all` with credentials of the primary account; return the stacks in their order."""
    result = run_cdk(emulator, folder, "deploy", "--all", *options)
    assert result.returncode == 0, result.stderr
    return re.findall(r"✅\s+(\S+)", result.stdout + result.stderr)


def run_cdk(
    emulator: Emulator, folder: Path, *arguments: str, app: str = "python3 -m devops_agent_constructs"
) -> subprocess.CompletedProcess[str]:
    """Run the CDK CLI on the ready-made app, with credentials of the primary account."""
    command = ["cdk", *arguments, "--app", app, "--require-approval", "never"]
    return subprocess.run(
        [*command, "--no-notices", "--no-version-reporting"],
        cwd=folder,
        env={
            **emulator.environment("111111111111", "us-east-1"),
            **settings(),
            "CDK_HOME": str(folder / "home"),
            "CI": "true",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=170,
    )


@pytest.mark.end_to_end
def test_deploy_all(tmp_path: Path) -> None:
    """Roles first, then the associations, in one command; all are valid at the end."""
    (tmp_path / "devops-agent.yaml").write_text(EXISTING, encoding="utf-8")
    with Emulator() as emulator:
        primary = PrimaryAccount(emulator, SPACE_ARN)
        for account_id in ("111111111111", "222222222222", "333333333333"):
            bootstrap(emulator, account_id)
        *roles, last = deploy_all(emulator, tmp_path)
        assert sorted(roles) == ["DevOpsAgentSecondary-222222222222", "DevOpsAgentSecondary-333333333333"]
        assert last == "DevOpsAgentPrimary"
        statuses = {account: association.status for account, association in primary.validate().items()}
        assert statuses == {"222222222222": "valid", "333333333333": "valid"}


@pytest.mark.end_to_end
def test_new_agent_space_in_two_steps(tmp_path: Path) -> None:
    """The first deployment makes the space and leaves its ARN; the second reads it and connects the account."""
    (tmp_path / "devops-agent.yaml").write_text(NEW, encoding="utf-8")
    with Emulator() as emulator:
        for account_id in ("111111111111", "222222222222"):
            bootstrap(emulator, account_id)
        assert deploy_all(emulator, tmp_path, "--outputs-file", "cdk-outputs.json") == ["DevOpsAgentSpace"]
        outputs = json.loads((tmp_path / "cdk-outputs.json").read_text(encoding="utf-8"))["DevOpsAgentSpace"]
        assert sorted(deploy_all(emulator, tmp_path)) == [
            "DevOpsAgentPrimary",
            "DevOpsAgentSecondary-222222222222",
            "DevOpsAgentSpace",
        ]
        api = emulator.client("devops-agent", "111111111111")
        api.validate_aws_associations(agentSpaceId=outputs["AgentSpaceId"])
        assert connections(api, outputs["AgentSpaceId"]) == [("aws", "valid"), ("sourceAws", "valid")]

        # A fresh clone has no outputs file: the run defines the space alone, and takes nothing away.
        (tmp_path / "cdk-outputs.json").unlink()
        assert deploy_all(emulator, tmp_path) == ["DevOpsAgentSpace"]
        refused = run_cdk(emulator, tmp_path, "deploy", "DevOpsAgentPrimary", app="cdk.out")
        assert refused.returncode != 0
        assert "No stacks match the name(s) DevOpsAgentPrimary" in refused.stdout + refused.stderr
        assert connections(api, outputs["AgentSpaceId"]) == [("aws", "valid"), ("sourceAws", "valid")]


def connections(api: Any, agent_space_id: str) -> list[tuple[str, str]]:
    """Return kind and status of each association."""
    found = api.list_associations(agentSpaceId=agent_space_id)["associations"]
    return sorted((*association["configuration"], association["status"]) for association in found)
