"""`init`: files that the ready-made app takes, asked for or given, and never over what is there."""

from __future__ import annotations

import io
import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from devops_agent_constructs import config
from devops_agent_constructs.cli.app import run
from tests.cli.test_template import ARN
from tests.conftest import templates_of_script
from tests.markdown import ROOT, blocks

GIVEN = ["--yes", "--agent-space-arn", ARN]
ACCOUNT = [*GIVEN, "--account", "222222222222"]
FILE = """\
# Which accounts AWS DevOps Agent may investigate; by devops-agent-accounts init.
agent_space_arn: arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c
primary: {}  # the associations too
accounts:
  - "222222222222"
# Further settings, """


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def answer(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    """Sit at a terminal and type lines."""
    terminal = io.StringIO("".join(f"{line}\n" for line in lines))
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", terminal)


def test_accounts(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An accounts file with its associations, `cdk.json`, and the commands to the end: role, association, verified."""
    assert run(["init", *ACCOUNT]) == 0
    written = capsys.readouterr()
    assert written.err == "wrote devops-agent.yaml, cdk.json\n"
    assert written.out.splitlines() == [
        "cdk deploy DevOpsAgentSecondary-222222222222 --profile <profile of 222222222222>",
        "cdk deploy DevOpsAgentPrimary --exclusively --profile <profile of 111111111111>",
        "devops-agent-accounts verify --profile <profile of 111111111111>",
    ]
    assert (folder / "devops-agent.yaml").read_text("utf-8").startswith(FILE)
    onboarding = config.from_file(folder / "devops-agent.yaml")
    assert onboarding.primary is not None
    assert [account.account_id for account in onboarding.accounts] == ["222222222222"]
    assert json.loads((folder / "cdk.json").read_text("utf-8")) == json.loads((ROOT / "cdk.json").read_text("utf-8"))


def test_page(capsys: pytest.CaptureFixture[str]) -> None:
    """The command of docs/getting_started.md writes what stands there."""
    [block] = [code for language, code in blocks(ROOT / "docs" / "getting_started.md") if language == "console"]
    command, *expected = block.splitlines()
    assert run(shlex.split(command)[2:]) == 0
    assert capsys.readouterr().out.splitlines() == expected


def test_every_setting_in_a_comment_is_a_good_one(folder: Path) -> None:
    """Without their `#`, all of them together are taken."""
    assert run(["init", *ACCOUNT]) == 0
    text = (folder / "devops-agent.yaml").read_text("utf-8")
    settings = text[text.index("# role:") :]
    onboarding = config.from_file(write(folder, text.replace(settings, uncommented(settings))))
    assert onboarding.accounts[0].role_settings.permissions_boundary is not None
    assert None not in {onboarding.bootstrap_qualifier, onboarding.sync, onboarding.health, onboarding.validate}
    assert onboarding.tags == {"team": "operations"}


def test_every_setting_in_a_comment_is_a_good_one_of_units(folder: Path) -> None:
    """All together, too; there is no association of a stack to validate."""
    assert run(["init", *GIVEN, "--ou", "ou-a1b2-11112222", "--call-as", "self"]) == 0
    text = (folder / "devops-agent.yaml").read_text("utf-8")
    settings = text[text.index("# role:") :]
    onboarding = config.from_file(write(folder, text.replace(settings, uncommented(settings))))
    assert None not in {onboarding.bootstrap_qualifier, onboarding.sync, onboarding.health}
    assert "validate" not in text


def uncommented(lines: str) -> str:
    """Take the sign of a comment from each line."""
    return "".join(line.removeprefix("# ") for line in lines.splitlines(keepends=True))


def write(folder: Path, text: str) -> Path:
    """Write the file as `init` wrote it."""
    path = folder / "first.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_organization(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Units in place of accounts; the commands end with `sync`, which connects them."""
    options = ["--ou", "ou-a1b2-11112222", "--organization-account", "999999999999", "--call-as", "self"]
    assert run(["init", *GIVEN, *options]) == 0
    profiles = "--profile <profile of 111111111111> --organization-profile <profile of 999999999999>"
    assert capsys.readouterr().out.splitlines() == [
        "cdk deploy DevOpsAgentOrganization --profile <profile of 999999999999>",
        f"devops-agent-accounts sync {profiles}",
        f"devops-agent-accounts sync --apply --wait 10 {profiles}",
    ]
    organization = config.from_file(folder / "devops-agent.yaml").organization
    assert organization is not None
    assert (organization.account_id, organization.management_account_id) == ("999999999999", "999999999999")
    assert list(organization.deployment.organizational_units) == ["ou-a1b2-11112222"]


def test_it_asks(monkeypatch: pytest.MonkeyPatch, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is not given, until the answer is a good one."""
    answer(monkeypatch, "8f6187a7", ARN, "111111111111", "222222222222, 333333333333")
    assert run(["init"]) == 0
    errors = capsys.readouterr().err
    assert "--agent-space-arn: not the ARN of an Agent Space" in errors
    assert "--account or --ou: this is the Agent Space's own account; leave it out" in errors
    accounts = config.from_file(folder / "devops-agent.yaml").accounts
    assert [account.account_id for account in accounts] == ["222222222222", "333333333333"]


def test_it_asks_about_an_organization(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """A unit, and what the Agent Space's account is to the organization: AWS refuses a wrong word."""
    answer(monkeypatch, ARN, "ou-a1b2-11112222", "perhaps", "delegated_admin")
    assert run(["init"]) == 0
    organization = config.from_file(folder / "devops-agent.yaml").organization
    assert organization is not None
    assert (organization.account_id, organization.management_account_id) == ("111111111111", None)


@pytest.mark.parametrize("typed", [EOFError, KeyboardInterrupt], ids=["Ctrl-D", "Ctrl-C"])
def test_stopped_at_a_question(
    monkeypatch: pytest.MonkeyPatch,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    typed: type[BaseException],
) -> None:
    """One line, the code of Ctrl-C, and no file."""

    def stop(_: str) -> str:
        raise typed

    answer(monkeypatch)
    monkeypatch.setattr("click.termui.visible_prompt_func", stop)
    assert run(["init"]) == 130
    assert capsys.readouterr().err.splitlines()[1:] == ["stopped by Ctrl-C or Ctrl-D"]
    assert list(folder.iterdir()) == []


def test_no_such_folder(capsys: pytest.CaptureFixture[str]) -> None:
    """What to do is what `init` takes."""
    assert run(["init", *ACCOUNT, "--folder", "no/such"]) == 252
    fix = "make the folder, or choose another folder"
    assert capsys.readouterr().err == f"error: no/such/devops-agent.yaml: its folder does not exist; {fix}\n"


@pytest.mark.parametrize("options", [["--yes"], []], ids=["--yes", "in a pipe"])
def test_nothing_is_asked(
    monkeypatch: pytest.MonkeyPatch, folder: Path, capsys: pytest.CaptureFixture[str], options: list[str]
) -> None:
    """Neither with `--yes` nor without a terminal: it would wait for ever."""
    if options:
        answer(monkeypatch, ARN, "222222222222")
    assert run(["init", *options]) == 252
    expected = "error: --agent-space-arn: it is missing, and nothing may be asked; add it: ARN of the Agent Space\n"
    assert capsys.readouterr().err == expected
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ([*ACCOUNT, "--ou", "ou-a1b2-11112222"], "--account 222222222222: --ou says which accounts"),
        ([*ACCOUNT, "--call-as", "self"], "--call-as self: it is about a whole organization; leave it out"),
        ([*GIVEN, "--ou", "ou-a1b2-11112222", "--call-as", "root"], "--call-as root: not what an account can be"),
        ([*GIVEN, "--ou", "ou-a1b2-11112222"], "--call-as: it is missing, and nothing may be asked"),
        ([*GIVEN, "--account", "222"], "--account"),
        ([*GIVEN, "--account", "111111111111"], "--account='111111111111': this is the Agent Space's own account"),
        ([*ACCOUNT, "--account", "222222222222"], "--account"),
        ([*GIVEN, "--ou", "ou-1"], "--ou"),
        ([*ACCOUNT, "--folder", "nowhere"], "nowhere/devops-agent.yaml: its folder does not exist"),
    ],
)
def test_what_is_refused(folder: Path, capsys: pytest.CaptureFixture[str], options: list[str], error: str) -> None:
    """One line, and no file."""
    assert run(["init", *options]) == 252
    assert capsys.readouterr().err.startswith(f"error: {error}")
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("name", ["devops-agent.yaml", "cdk.json", "app.py"])
def test_nothing_is_overwritten(folder: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    """A file that is there stays as it is, and nothing is written beside it."""
    (folder / name).write_text("mine", encoding="utf-8")
    assert run(["init", *ACCOUNT, "--app"]) == 252
    expected = f"error: {name}: it is there, and is never overwritten; choose another folder, or move it away\n"
    assert capsys.readouterr().err == expected
    assert {path.name: path.read_text("utf-8") for path in folder.iterdir()} == {name: "mine"}


@pytest.mark.end_to_end
def test_app(folder: Path) -> None:
    """With `--app` there is an app to grow from, and `cdk.json` names it; its stacks are the ready-made app's."""
    assert run(["init", *ACCOUNT, "--app"]) == 0
    assert json.loads((folder / "cdk.json").read_text("utf-8"))["app"] == "python3 app.py"
    assert set(templates_of_script(folder / "app.py")) == {
        "DevOpsAgentSecondary-222222222222.template.json",
        "DevOpsAgentPrimary.template.json",
    }
    (folder / "devops-agent.yaml").write_text("accounts: []\n", encoding="utf-8")
    result = subprocess.run([sys.executable, "app.py"], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("error: devops-agent.yaml")
