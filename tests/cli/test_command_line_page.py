"""docs/command_line.md shows real output, real permissions and a script that works."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import time
from importlib.metadata import requires
from pathlib import Path

import botocore.session
import pytest
from packaging.requirements import Requirement

from devops_agent_constructs.cli.errors import ExitCode
from tests.cli.conftest import ConnectedAccounts, entries
from tests.cli.console_blocks import played, prepare, without_chance
from tests.cli.programs import environment_of_user, loaded
from tests.emulator.trusting_roles import SPACE_ARN
from tests.markdown import ROOT, blocks

pytestmark = pytest.mark.end_to_end

PAGE = ROOT / "docs" / "command_line.md"
BLOCKS = blocks(PAGE)


def test_output(connected: ConnectedAccounts, tmp_path: Path) -> None:
    """Every command in it, one after the other, prints what the page shows; but for times and made-up ids."""
    environment = prepare(connected, tmp_path)
    shown = [code for language, code in BLOCKS if language == "console"]
    assert len(shown) > 5
    for block in shown:
        assert without_chance(played(block, connected, environment, tmp_path)) == without_chance(block)


def test_permissions() -> None:
    """The policy is one, with actions that AWS's own models have as operations."""
    [document] = [json.loads(code) for language, code in BLOCKS if language == "json"]
    session = botocore.session.get_session()
    models = {"aidevops": "devops-agent", "organizations": "organizations"}
    actions = [action for statement in document["Statement"] for action in statement["Action"]]
    assert set(document) == {"Version", "Statement"}
    for action in actions:
        prefix, _, operation = action.partition(":")
        assert operation in session.get_service_model(models[prefix]).operation_names, action
    text = PAGE.read_text("utf-8")
    for action in actions:
        assert text.count(f"`{action}`") >= 1, f"the table of permissions lacks {action}"


def test_exit_codes() -> None:
    """The table has all of them."""
    rows = [line.split("|")[1].strip() for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")]
    assert {row for row in rows if row.isdigit()} == {str(int(code)) for code in ExitCode}


def test_install_commands() -> None:
    """The extra exists, and the way without the CDK installs the same as the extras do."""
    commands = [shlex.split(line) for language, code in BLOCKS if language == "sh" for line in code.splitlines()]
    pip = [words[4:] for words in commands if words[:4] == ["python3", "-m", "pip", "install"]]
    assert len(pip) + 2 == len(commands)
    whole, alone, cli, app = pip
    assert (whole, alone) == ([".[cli]"], ["--no-deps", "."])
    for words, extra in ((cli, "cli"), (app, "app")):
        needed = [text.partition(";") for text in requires("devops-agent-constructs") or []]
        of_extra = {str(Requirement(package.lower())) for package, _, marker in needed if f"'{extra}'" in marker}
        assert {str(Requirement(word.lower())) for word in words} == of_extra


def test_overrides() -> None:
    """What the file takes out is the core, on every machine; uv's commands take the file, and extras that exist."""
    _, (_, text, *names), uv = [
        shlex.split(line.partition(" > ")[0])
        for language, code in BLOCKS
        if language == "sh" and ("printf" in code or "[cli]" in code)
        for line in code.splitlines()
    ]
    lines = [Requirement(text.replace("%s", name).replace("\\n", "")) for name in names]
    core = [Requirement(one).name for one in requires("devops-agent-constructs") or [] if "extra ==" not in one]
    assert [line.name for line in lines] == core
    assert [line.marker.evaluate() for line in lines if line.marker] == [False] * len(core)
    assert uv == ["uv", "tool", "install", "--overrides", "without-cdk.txt", ".[app,cli]"]
    page = PAGE.read_text("utf-8")
    assert "uvx --overrides without-cdk.txt --from '.[app,cli]' devops-agent-accounts" in page


def test_no_command_loads_the_cdk(tmp_path: Path) -> None:
    """Every module of the command line can be imported where there is no CDK, and a template written."""
    for name in ("aws_cdk", "constructs", "jsii"):
        (tmp_path / f"{name}.py").write_text("raise ModuleNotFoundError(__name__)", encoding="utf-8")
    code = (
        "import importlib, pkgutil, devops_agent_constructs.cli as cli\n"
        "for one in pkgutil.iter_modules(cli.__path__): importlib.import_module(f'{cli.__name__}.{one.name}')\n"
        "import devops_agent_constructs.config, devops_agent_constructs.diagnosis.diagnosis\n"
        "import devops_agent_constructs.accounts_file.reader\n"
        f"from devops_agent_constructs.cli.app import run; run(['template', '--agent-space-arn', '{SPACE_ARN}'])"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    result = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["Resources"]


def test_script_for_a_pipeline(connected: ConnectedAccounts, tmp_path: Path) -> None:
    """What failed is tested once more after a pause, and the script ends with the code of the last try."""
    connected.break_account("333333333333")
    [script] = [text for language, text in BLOCKS if language == "bash"]
    # In place of the minutes that a new role needs: the pause lasts until the account is repaired.
    asleep, repaired = tmp_path / "asleep", tmp_path / "repaired"
    wait = f"#!/bin/sh\ntouch {asleep}\nwhile [ ! -e {repaired} ]; do /bin/sleep 0.1; done\n"
    (tmp_path / "sleep").write_text(wait, encoding="utf-8")
    (tmp_path / "sleep").chmod(0o755)
    environment = environment_of_user(connected.environment)
    path = f"{tmp_path}:{loaded('devops-agent-accounts')}"
    with subprocess.Popen(
        ["bash", "-c", script],
        cwd=tmp_path,
        env={**environment, "PATH": path, "AGENT_SPACE": SPACE_ARN},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        while process.poll() is None and not asleep.exists():
            time.sleep(0.1)
        connected.repair_account("333333333333")
        repaired.touch()
        output, _ = process.communicate(timeout=100)
    assert process.returncode == 0, output
    assert entries((tmp_path / "results.json").read_text("utf-8")) == {
        "222222222222": "valid",
        "333333333333": "invalid",
    }
    assert output.splitlines()[-1].split()[:2] == ["333333333333", "valid"]
