"""The recipes of CONTRIBUTING.md, followed: what a reader is told to write is put into a copy of the package."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from devops_agent_constructs import service
from tests.library_source import PACKAGE, modules
from tests.markdown import ROOT

PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
pytestmark = pytest.mark.end_to_end  # Each runs Python once.


def recipe(title: str) -> list[str]:
    """Return the code of a recipe, block by block."""
    section = PAGE.partition(f"### {title}\n")[2].partition("\n### ")[0]
    return [dedent(code) for code in re.findall(r"^ *```python\n(.*?)^ *```$", section, re.MULTILINE | re.DOTALL)]


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Return a copy of the package, to be written into, beside one of the scripts."""
    for folder in (PACKAGE, "scripts"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / PACKAGE


def append(path: Path, code: str) -> None:
    """Put code at the end of a module."""
    path.write_text(f"{path.read_text(encoding='utf-8')}\n\n{code}", encoding="utf-8")


def insert_before(path: Path, line: str, code: str) -> None:
    """Put code before the first line that begins so."""
    text = path.read_text(encoding="utf-8")
    assert f"\n{line}" in text
    path.write_text(text.replace(f"\n{line}", f"\n{code}{line}", 1), encoding="utf-8")


def run(package: Path, code: str) -> str:
    """Run code with the copy; return what it prints."""
    environment = {**os.environ, "PYTHONPATH": str(package.parent)}
    command = [sys.executable, "-c", code]
    ran = subprocess.run(command, env=environment, cwd=package.parent, capture_output=True, text=True, check=False)
    assert ran.stderr == ""
    return ran.stdout


def test_a_capability(package: Path) -> None:
    """The reader of accounts files and the JSON Schema know it by its line."""
    code, key = recipe("A capability")
    append(package / "policies" / "additional_permissions.py", code)
    insert_before(package / "accounts_file" / "role_format.py", '    "custom_statement":', f"    {key}")
    text = (
        'agent_space_arn: "arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c"\n'
        'role: {capabilities: [{queue_messages: {queues: [orders]}}]}\naccounts: ["222222222222"]\n'
    )
    (package.parent / "devops-agent.yaml").write_text(text, encoding="utf-8")
    printed = run(
        package,
        "from pathlib import Path\n"
        "from devops_agent_constructs import config\n"
        "from scripts.accounts_file_schema import json_schema\n"
        "[account] = config.from_file(Path('devops-agent.yaml')).accounts\n"
        "print(account.capabilities, 'queue_messages' in str(json_schema()))",
    )
    assert printed == "(QueueMessages(queues=['orders']),) True\n"


def test_a_rule(package: Path) -> None:
    """It is found by being in a module of rules."""
    [code] = recipe("A rule")
    append(package / "checks" / "rules" / "permissions.py", code)
    printed = run(package, "from devops_agent_constructs.checks import RULES; print([rule.id for rule in RULES])")
    assert "rootPath" in ast.literal_eval(printed)


def test_a_command(package: Path) -> None:
    """Its help says what it does."""
    module, line = recipe("A command")
    (package / "cli" / "quotas.py").write_text(module, encoding="utf-8")
    insert_before(package / "cli" / "app.py", "app.command(", f"from {PACKAGE}.cli import quotas\n{line}")
    printed = run(package, f"from {PACKAGE}.cli.app import run; run(['quotas', '--help'])")
    assert "Print the limits that the constructs keep to." in printed
    assert "Example: devops-agent-accounts quotas" in printed


def test_a_region() -> None:
    """No other module names the Regions of Agent Spaces; some are an example or a default somewhere."""
    examples = {"us-east-1", "eu-west-1"}
    named = {
        (path, node.value)
        for path, nodes in modules().items()
        if path != "service.py"
        for node in nodes
        if isinstance(node, ast.Constant) and node.value in service.AGENT_SPACE_REGIONS - examples
    }
    assert named == set()


def test_what_the_page_names_is_there() -> None:
    """Files, targets of make, and modules that it runs."""
    paths = set(re.findall(r"`([a-z_]+(?:/[a-z_]+)*/(?:[a-z_]+\.(?:py|json|md))?|[a-z_]+\.(?:py|json))`", PAGE))
    assert len(paths) > 15
    for path in paths:
        assert (ROOT / path).exists() or (ROOT / PACKAGE / path).exists(), path
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"\bmake ([a-z-]+)", PAGE))
    assert targets
    assert targets <= set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    for module in re.findall(r"python -m ([a-z_.]+)", PAGE):
        path = ROOT / module.replace(".", "/")
        assert path.with_suffix(".py").exists() or (path / "__main__.py").exists()
