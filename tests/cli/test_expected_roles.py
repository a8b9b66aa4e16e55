"""The accounts file as the command line reads it: what goes wrong is one line with the right exit code."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from devops_agent_constructs import AgentSpaceArn, _extras
from devops_agent_constructs.cli.agent_space_target import default_agent_space
from devops_agent_constructs.cli.errors import CommandError, ExitCode
from devops_agent_constructs.cli.expected_roles import RolesByDefault, RolesOfFile
from tests.accounts_files import ACCOUNTS, SPACE
from tests.conftest import SPACE_ARN


def error_about(path: Path) -> CommandError:
    """Return the error of reading the file."""
    with pytest.raises(CommandError) as caught:
        RolesOfFile.read(path, given={})
    assert str(caught.value).isprintable()
    return caught.value


def test_the_extra_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is not to blame, and the fix is what installs it, also where only its Agent Space is asked for."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DEVOPS_AGENT_SPACE", raising=False)
    path = Path("devops-agent.yaml")
    path.write_text(SPACE + ACCOUNTS, encoding="utf-8")
    find = importlib.util.find_spec
    monkeypatch.setattr(_extras, "find_spec", lambda name: None if name in {"msgspec", "yaml"} else find(name))
    error = error_about(path)
    takes = f"reading {path} takes msgspec and PyYAML, which are not installed"
    how = "in a clone of the repository: python3 -m pip install '.[app]'"
    assert str(error) == f"extra='app': {takes}; {how}"
    assert error.exit_code is ExitCode.FAILED
    with pytest.raises(CommandError) as caught:
        default_agent_space()
    assert str(caught.value).startswith(f"extra='app': {takes}; {how}; or give AGENT_SPACE")
    assert caught.value.exit_code is ExitCode.FAILED


@pytest.mark.parametrize(
    "text", ["password: hunter2\n", "hunter2", SPACE + ACCOUNTS + "pass: hunter2\n"], ids=str.__len__
)
def test_another_file(tmp_path: Path, text: str) -> None:
    """Usage is to blame, and nothing of the file is quoted."""
    path = tmp_path / "\x1b[31m.yaml"
    path.write_text(text, encoding="utf-8")
    error = error_about(path)
    assert error.exit_code is ExitCode.USAGE
    assert "hunter2" not in str(error)


def test_an_enormous_value_is_cut(tmp_path: Path) -> None:
    """As in the library's own message."""
    path = tmp_path / "accounts.yaml"
    path.write_text(SPACE + ACCOUNTS + f"generation: {'x' * 100_000}\n", encoding="utf-8")
    assert len(str(error_about(path))) < 2_000


SLIPS = [
    "arn:aws:iam::222222222222:user/agents/Agent",
    "Agent",
    "",
    "arn:aws:iam::222222222222:role/a//b",
    "arn:aws:iam::222222222222:role/ä/Agent",
    f"arn:aws:iam::222222222222:role/{'x' * 65}",
    f"arn:aws:iam::222222222222:role/{'x' * 600}/Agent",
    f"arn:aws:iam::222222222222:role/{'x/' * 250}Agent-{'x' * 50}",
    "arn:aws:iam::222222222222:role/Agent*",
    "arn:aws:iam::222222222222:role/*/Agent",
    "arn:aws:iam::333333333333:role/Other",
    "arn:aws:iam::*:role/Other",
]
"""What an association names that cannot be a role of account 222222222222."""


@pytest.mark.parametrize("named", SLIPS)
def test_association_that_names_no_role(named: str) -> None:
    """The role of the usual name is compared; what the association names is a slip of its own."""
    expected = RolesByDefault(agent_space=AgentSpaceArn.from_arn(SPACE_ARN)).role("222222222222", named)
    assert expected.arn == "arn:aws:iam::222222222222:role/DevOpsAgentRole-SecondaryAccount"
    assert expected.association_role_arn == named


def test_agent_role(tmp_path: Path) -> None:
    """No accounts file describes it: it is compared with AWS's set-up, also where the file has an organization."""
    path = tmp_path / "accounts.yaml"
    path.write_text(SPACE + ACCOUNTS, encoding="utf-8")
    expected = RolesOfFile.read(path, given={}).role("111111111111", None)
    assert (expected.is_of_primary_account, expected.accounts_file) == (True, None)
    assert expected.arn == "arn:aws:iam::111111111111:role/DevOpsAgentRole-AgentSpace"
