"""The ready-made app as the CDK CLI runs it: context and output folder are in the environment."""

import json
import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from tests.accounts_files import ACCOUNTS, FULL, ORGANIZATION, SPACE
from tests.emulator.ready_made_app import run_app

pytestmark = pytest.mark.end_to_end

REORDERED = FULL.replace('  - "222222222222"\n', "") + '  - "222222222222"\n'


def run(folder: Path, text: str, out: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the app on an accounts file, with more in its environment; `out` is the folder that it synthesizes into."""
    (folder / "accounts.yaml").write_text(text, encoding="utf-8")
    context = {"devops-agent-constructs:configFile": "accounts.yaml"}
    settings = {"CDK_CONTEXT_JSON": json.dumps(context), "CDK_OUTDIR": str(folder / out)}
    command = [sys.executable, "-m", "devops_agent_constructs"]
    return subprocess.run(
        command, cwd=folder, env=os.environ | settings | more, capture_output=True, text=True, timeout=120, check=False
    )


def run_here(folder: Path, text: str, out: str) -> None:
    """Do the same in this process: with the CDK's own look at templates loaded, a second run takes no four seconds."""
    (folder / "accounts.yaml").write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        context = {"devops-agent-constructs:configFile": "accounts.yaml"}
        run_app(outdir=str(folder / out), context=context, builtin_cloud_formation_validation=True)


def files(folder: Path) -> dict[str, bytes]:
    """Return the content of every file in an assembly."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def assemblies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, bytes]]:
    """Return two assemblies: of the documented format, and of the same with the accounts in another order.

    They are of two processes, in which Python's sets have two orders.
    """
    folder = tmp_path_factory.mktemp("app")
    result = run(folder, FULL, "first")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    run_here(folder, REORDERED, "reordered")
    return {out: files(folder / out) for out in ("first", "reordered")}


def test_one_stack_per_account(assemblies: dict[str, dict[str, bytes]]) -> None:
    """Each account has its stack, in the Agent Space's Region unless the file says otherwise."""
    artifacts = json.loads(assemblies["first"]["manifest.json"])["artifacts"]
    environments = {
        name: artifact["environment"] for name, artifact in artifacts.items() if artifact["type"].endswith(":stack")
    }
    assert environments == {
        "DevOpsAgentSecondary-222222222222": "aws://222222222222/us-east-1",
        "DevOpsAgentSecondary-333333333333": "aws://333333333333/eu-west-1",
    }


def test_two_runs_are_equal_in_any_order_of_accounts(assemblies: dict[str, dict[str, bytes]]) -> None:
    """Two runs write the same bytes into every file, also after an account moved: a diff shows real changes only.

    Promise: The same bytes.
    """
    assert REORDERED != FULL
    assert assemblies["first"] == assemblies["reordered"]


def test_organization(tmp_path: Path) -> None:
    """Its stack, and the primary account's after it; no account need be listed."""
    result = run(tmp_path, SPACE + ORGANIZATION, "out", CDK_VALIDATION="false")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    run_here(tmp_path, SPACE + ORGANIZATION, "looked at")
    report = json.loads((tmp_path / "looked at" / "validation-report.json").read_text(encoding="utf-8"))
    assert [violation for plugin in report["pluginReports"] for violation in plugin["violations"]] == []
    artifacts = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))["artifacts"]
    stacks = {name: artifact for name, artifact in artifacts.items() if artifact["type"].endswith(":stack")}
    assert {name: artifact["environment"] for name, artifact in stacks.items()} == {
        "DevOpsAgentOrganization": "aws://999999999999/eu-west-1",
        "DevOpsAgentPrimary": "aws://111111111111/us-east-1",
    }
    assert "DevOpsAgentOrganization" in stacks["DevOpsAgentPrimary"]["dependencies"]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (
            SPACE + "accounts: [222222222222]\n",
            (
                "error: accounts.yaml:2:12: accounts[0]='222222222222': must be an account id in quotes, or a mapping "
                'with its id, but unquoted it is a number; quote it: "222222222222"\n'
            ),
        ),
        (
            SPACE + ACCOUNTS + "generation: preview\n",
            (
                "error: accounts.yaml:3:1: agent_role_arn=None: the generation 'preview' trusts the agent role of "
                "account 111111111111, which is not given; add it, e.g. "
                "'arn:aws:iam::111111111111:role/DevOpsAgentRole-AgentSpace'\n"
            ),
        ),
    ],
)
def test_bad_input_is_one_line_and_no_assembly(tmp_path: Path, text: str, error: str) -> None:
    """A bad file ends the app with code 1 and one line on stderr, and nothing is there to deploy by mistake.

    Promise: Misuse raises first.
    """
    result = run(tmp_path, text, "out")
    assert (result.returncode, result.stdout, result.stderr) == (1, "", error)
    assert not (tmp_path / "out" / "manifest.json").exists()


def test_help_says_what_it_is(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """No file is asked for: who calls it by hand learns that the CDK CLI does."""
    monkeypatch.setattr(sys, "argv", ["devops_agent_constructs", "--help"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("devops_agent_constructs", run_name="__main__")
    assert not ended.value.code
    assert 'cdk deploy --app "python3 -m devops_agent_constructs"' in capsys.readouterr().out
