"""`template`: the library's template, without CDK and without a call to AWS."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from devops_agent_constructs import AgentSpaceArn, Generation
from devops_agent_constructs.cli.app import run
from devops_agent_constructs.templates import quick_create_url, secondary_account_template
from tests.conftest import lint_findings

ARN = "arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c"
SPACE = AgentSpaceArn.from_arn(ARN)
AGENT_ROLE = "arn:aws:iam::111111111111:role/DevOpsAgentRole-AgentSpace"
URL = "https://my-bucket.s3.eu-west-1.amazonaws.com/role.json"
LINK = ["--agent-space-arn", ARN, "--quick-create-url", URL]
IN_S3 = "--quick-create-url prints a link to a template that is in S3 already; give it when the template is written"


def test_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    """JSON that CloudFormation takes, with the Agent Space filled in."""
    assert run(["template", "--agent-space-arn", ARN]) == 0
    template = json.loads(capsys.readouterr().out)
    assert template == secondary_account_template(agent_space=SPACE)
    assert lint_findings(template) == []


def test_options(capsys: pytest.CaptureFixture[str]) -> None:
    """Set-up, agent role, name and path are those of the library."""
    options = ["--generation", "transition", "--agent-role-arn", AGENT_ROLE, "--role-name", "Agent", "--path", "/ops/"]
    assert run(["template", "--agent-space-arn", ARN, *options]) == 0
    assert json.loads(capsys.readouterr().out) == secondary_account_template(
        agent_space=SPACE,
        generation=Generation.TRANSITION,
        agent_role_arn=AGENT_ROLE,
        role_name="Agent",
        path="/ops/",
    )


def test_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is there is replaced with --force alone."""
    path = tmp_path / "role.json"
    assert run(["template", "--output-file", str(path)]) == 0
    assert json.loads(path.read_text("utf-8")) == secondary_account_template()
    path.write_text("mine", encoding="utf-8")
    assert run(["template", "--output-file", str(path)]) == 252
    assert f"error: {path}: the file exists; add --force" in capsys.readouterr().err
    assert path.read_text("utf-8") == "mine"
    assert run(["template", "--output-file", str(path), "--force"]) == 0
    assert json.loads(path.read_text("utf-8")) == secondary_account_template()
    assert list(tmp_path.iterdir()) == [path]


def test_link(capsys: pytest.CaptureFixture[str]) -> None:
    """The library's Quick-Create link, alone on its line."""
    assert run(["template", "--agent-space-arn", ARN, "--quick-create-url", URL]) == 0
    assert capsys.readouterr().out == quick_create_url(URL, agent_space=SPACE) + "\n"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--quick-create-url", URL], "--quick-create-url: the link carries the Agent Space's ARN; add"),
        (["--agent-space-arn", "space"], "--agent-space-arn='space': not the ARN of an Agent Space; copy it"),
        (["--role-name", "Dev Ops"], "--role-name='Dev Ops': a role name is 1-64 of A-Z a-z 0-9 _+=,.@-; rename it"),
        (["--path", "ops"], "--path='ops': a path begins and ends with '/'"),
        (["--agent-space-arn", ARN, "--quick-create-url", "http://x"], "--quick-create-url='http://x': not the https"),
        (["--agent-space-arn", ARN, "--agent-role-arn", "x"], "--agent-role-arn='x': not the ARN of an IAM role"),
        ([*LINK, "--role-name", "Agent"], f"--role-name: {IN_S3}"),
        ([*LINK, "--path", "/ops/"], f"--path: {IN_S3}"),
        ([*LINK, "--generation", "preview"], f"--generation: {IN_S3}"),
        (["--force"], "--force: no file is written; add --output-file, or leave it out"),
        (["--output-file", "missing/role.json"], "missing/role.json: its folder does not exist; make the folder"),
    ],
)
def test_wrong_usage(options: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 252 and one line."""
    assert run(["template", *options]) == 252
    assert capsys.readouterr().err.startswith(f"error: {message}")
