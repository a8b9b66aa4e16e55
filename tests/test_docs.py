"""Every code block below docs/ is run or checked; a block of a kind that no test knows fails."""

import re
import runpy
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
import yaml
from typer.core import TyperGroup

from devops_agent_constructs import config
from devops_agent_constructs.cli.app import app
from tests.conftest import lint_findings, templates_of_script
from tests.markdown import ROOT, blocks, commands, unknown_options

PAGES = sorted((ROOT / "docs").glob("*.md"))
# Those of constructs are computed, and their blocks are tests/test_docs_constructs.py's.
LINKING = [*PAGES, *sorted((ROOT / "docs" / "constructs").glob("*.md")), *sorted(ROOT.glob("*.md"))]
BLOCKS = [(page, language, code) for page in PAGES for language, code in blocks(page)]
PYTHON = [code for _, language, code in BLOCKS if language == "python"]
YAML = [code for _, language, code in BLOCKS if language == "yaml"]
PIPELINES = [code for code in YAML if "devops-agent-accounts " in code]
FILES = [code for code in YAML if code not in PIPELINES]
# The CDK's own, in the stack of a pipeline, which has no resource of ours.
OF_CDK_PIPELINES = (
    "W3005 'PipelineRoleB27FAA37' dependency already enforced by a 'GetAtt' at "
    "'Resources/Pipeline9850B417/Properties/RoleArn'"
)
COMMANDS = [command for page in PAGES for command in commands(page)]


def test_every_block_is_of_a_kind_that_is_tested() -> None:
    """A block in another language, or another command, needs a test here first."""
    # `text` is docs/checks.md's, which tests/checks/test_page.py compares, docs/organizations.md's, which
    # tests/emulator/test_demo.py does, and docs/known_to_work.md's, which
    # tests/association_health/test_deployed_validation.py does; the last three are of three pages, which
    # tests/cli/test_command_line_page.py and its neighbours play. docs/command_line_options.md is compared by
    # tests/test_docs_site.py, `ini` and `json` of docs/deploying.md and docs/security.md by
    # tests/test_docs_permissions.py; docs/deployer_policies.md by tests/emulator/test_deployer_policies.py.
    assert {language for _, language, _ in BLOCKS} == {"python", "sh", "yaml", "text", "bash", "console", "json", "ini"}
    played = {page.name for page, language, _ in BLOCKS if language in {"bash", "console", "json"}}
    assert played == {
        "command_line.md",
        "deployer_policies.md",
        "deploying.md",
        "doctor_and_migrate.md",
        "getting_started.md",
        "keep_in_step.md",
        "security.md",
    }
    known = ("aws ", "cdk deploy DevOpsAgent", "cdk destroy DevOpsAgent", "python3 -m pip install ")
    uv = ("printf ", "uv tool install ")  # tests/cli/test_command_line_page.py
    python = "python3 -c "  # tests/test_docs_permissions.py
    assert [command for command in COMMANDS if not command.startswith((*known, *uv, python))] == []


@pytest.mark.parametrize("code", PYTHON, ids=lambda code: code.splitlines()[-1][:30])
def test_python(code: str, tmp_path: Path) -> None:
    """It runs as it stands, and cfn-lint accepts the templates of its app, or the one that it has as data.

    Promise: What you read is run.
    """
    (tmp_path / "app.py").write_text(code, encoding="utf-8")
    if "App()" in code:
        templates = list(templates_of_script(tmp_path / "app.py").values())
    else:
        templates = [runpy.run_path(str(tmp_path / "app.py"))["template"]]
    assert templates
    for template in templates:
        assert [finding for finding in lint_findings(template) if finding != OF_CDK_PIPELINES] == []


@pytest.mark.parametrize("text", FILES, ids=lambda text: text.splitlines()[-1])
def test_accounts_file(text: str, tmp_path: Path) -> None:
    """It is a good one."""
    path = tmp_path / "devops-agent.yaml"
    path.write_text(text, encoding="utf-8")
    onboarding = config.from_file(path)
    assert onboarding.accounts or onboarding.organization


@pytest.mark.parametrize("text", PIPELINES, ids=lambda text: text.splitlines()[0])
def test_pipeline(text: str) -> None:
    """Its commands have arguments that they take, and the file that they write is the one that is shown."""
    scripts = [line for line in texts_in(yaml.safe_load(text)) if line.startswith("devops-agent-accounts ")]
    for script in scripts:
        command, _, file = script.partition(" > ")
        _, name, *arguments = shlex.split(command)
        group = typer.main.get_command(app)
        assert isinstance(group, TyperGroup)
        # As `run` does: a command keeps the names of its help option from its first context.
        whole = typer.Context(group, **group.context_settings)
        group.commands[name].make_context(name, arguments, parent=whole).close()
        assert file in set(texts_in(yaml.safe_load(text)))
    assert scripts


def texts_in(value: object) -> Iterator[str]:
    """Yield every text of a document, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from texts_in(item)


@pytest.mark.parametrize(
    "command", [command for command in COMMANDS if command.startswith("aws ")], ids=lambda command: command[:60]
)
def test_aws_command(command: str) -> None:
    """The operation and its options are in AWS's own model."""
    assert unknown_options(command) == set()


@pytest.mark.parametrize("page", LINKING, ids=lambda page: page.name)
def test_links(page: Path) -> None:
    """Files and headings that a page links to exist, on this page and on others."""
    for target in re.findall(r"\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
        if target.startswith("https://"):
            continue
        path, _, heading = target.partition("#")
        linked = page.parent / path if path else page
        assert linked.exists(), target
        if heading:
            assert heading in headings(linked), target


def headings(page: Path) -> set[str]:
    """Return the anchors of a page."""
    titles = re.findall("^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub("[^a-z0-9_ -]", "", title.lower()).replace(" ", "-") for title in titles}
