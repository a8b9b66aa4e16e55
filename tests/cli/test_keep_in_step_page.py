"""docs/keep_in_step.md shows real output, and the permissions that are used."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import botocore.client
import pytest

from devops_agent_constructs.account_sync.metrics import SyncMetric
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.cli.app import run
from devops_agent_constructs.policies.organization_access import organization_read_statements, stack_set_arns
from devops_agent_constructs.policies.primary_account import associate_statements
from tests.cli.console_blocks import printed
from tests.cli.programs import environment_of_user, loaded
from tests.cli.sync_scene import Scene, role_arn, without_paths
from tests.emulator.trusting_roles import SPACE_ARN, by_service
from tests.markdown import ROOT, blocks

pytestmark = pytest.mark.end_to_end

PAGE = ROOT / "docs" / "keep_in_step.md"
BLOCKS = blocks(PAGE)
EXAMPLE = ROOT / "examples" / "sync_from_a_pipeline"
FILE = next(code for language, code in BLOCKS if language == "yaml")
CONNECTED, CONSOLE, MOVED = "666666666666", "888888888888", "555555555555"


@pytest.fixture
def page_scene(scene: Scene, tmp_path: Path) -> Scene:
    """Return the page's accounts: one in step, one that moved away, one that somebody connected in the console."""
    for account_id in (CONNECTED, MOVED):
        scene.primary.associate(account_id, role_arn(account_id))
    iam = scene.emulator.client("iam", CONSOLE)
    iam.create_role(RoleName="Console", AssumeRolePolicyDocument=by_service())
    scene.primary.associate(CONSOLE, role_arn(CONSOLE, "Console"))
    (tmp_path / "devops-agent.yaml").write_text(FILE, encoding="utf-8")
    return scene


def test_output(page_scene: Scene, tmp_path: Path) -> None:
    """Every command prints what the page shows."""
    environment = {**page_scene.emulator.environment("111111111111", "us-east-1"), "NO_COLOR": "1"}
    shown = [code for language, code in BLOCKS if language == "console"]
    assert len(shown) == 3
    for block in shown:
        assert "".join(printed(block, environment, tmp_path)) == block


def test_example_is_what_the_page_shows() -> None:
    """Script and accounts file."""
    assert [(EXAMPLE / "sync.sh").read_text("utf-8")] == [code for language, code in BLOCKS if language == "bash"]
    assert (EXAMPLE / "devops-agent.yaml").read_text("utf-8") == FILE


def run_example(scene: Scene, folder: Path) -> int:
    """Run the script in a folder with an accounts file, as a pipeline would; return its exit code."""
    environment = environment_of_user(scene.emulator.environment("111111111111", "us-east-1"))
    command = ["bash", str(EXAMPLE / "sync.sh")]
    environment["PATH"] = loaded("devops-agent-accounts")
    return subprocess.run(command, cwd=folder, env=environment, check=False, timeout=100).returncode


def test_script_for_a_pipeline(page_scene: Scene, tmp_path: Path) -> None:
    """It leaves the plan and the results, and ends with the code of the run."""
    assert run_example(page_scene, tmp_path) == 0
    plan, done = (json.loads((tmp_path / name).read_text("utf-8")) for name in ("plan.json", "results.json"))
    assert [entry["accountId"] for entry in plan["actions"]] == [MOVED, "777777777777", CONSOLE]
    assert (plan["applied"], done["applied"]) == (False, True)


def test_script_changes_nothing_after_half_a_plan(page_scene: Scene, tmp_path: Path) -> None:
    """A unit that is not there: the plan says why, and there is no second run."""
    file = FILE.replace("[ou-a1b2-77778888]", "[ou-a1b2-77778888, ou-a1b2-99999999]")
    (tmp_path / "devops-agent.yaml").write_text(file, encoding="utf-8")
    before = page_scene.connected()
    assert run_example(page_scene, tmp_path) != 0
    assert json.loads((tmp_path / "plan.json").read_text("utf-8"))["failure"] is not None
    assert not (tmp_path / "results.json").exists()
    assert page_scene.connected() == before


def test_keys_of_the_document(page_scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page names all of them."""
    monkeypatch.chdir(tmp_path)
    run(["sync", "--output", "json"])
    document = json.loads(page_scene.capsys.readouterr().out)
    text = PAGE.read_text("utf-8")
    for key in (*document, *document["actions"][0]):
        assert f"`{key}`" in text, key


@pytest.mark.usefixtures("page_scene")
def test_permissions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is called is what the page allows, with what AWS asks for without a call of its own."""
    called = set[str]()
    call: Any = botocore.client.BaseClient._make_api_call  # type: ignore[attr-defined]

    def recorded(client: Any, operation: str, parameters: Any) -> Any:
        called.add(f"{client.meta.service_model.signing_name}:{operation}")
        return call(client, operation, parameters)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", recorded)
    assert run(["sync", "--apply", "--wait", "1", "--adopt", CONSOLE]) == 0
    without_paths(monkeypatch)
    assert run(["sync"]) == 0
    [document] = [json.loads(code) for language, code in BLOCKS if language == "json"]
    allowed = {action for statement in document["Statement"] for action in statement["Action"]}
    # A delegated administrator of StackSets needs the second beside its calls.
    # DescribeStackInstance is for templates in which the role's name is a parameter.
    not_called = {
        "cloudformation:DescribeStackInstance",
        "iam:PassRole",
        "organizations:ListDelegatedAdministrators",
    }
    assert allowed - called == not_called
    assert called - allowed == {"sts:GetCallerIdentity"}
    stack_sets = stack_set_arns(["DevOpsAgentSecondary"], partition="aws", region="us-east-1")
    reads = organization_read_statements(stack_sets)
    assert document["Statement"] == [
        *reads,
        *associate_statements(AgentSpaceArn.from_arn(SPACE_ARN), by_cloudformation=False),
    ]


def test_example_that_follows_the_organization() -> None:
    """The page shows what matters of it."""
    source = (ROOT / "examples" / "follow_the_organization" / "app.py").read_text("utf-8")
    [shown] = [code for language, code in BLOCKS if language == "python" and "AccountSync(" in code]
    assert shown in source


def test_metrics() -> None:
    """The page names all of them, and the price of each."""
    text = PAGE.read_text("utf-8")
    for metric in SyncMetric:
        assert f"`{metric.value}`" in text, metric
    assert f"| nine metrics | $0.30 each | ${0.3 * len(SyncMetric):.2f} |" in text
