"""`spaces` finds the ARN; the other commands find the Agent Space where none is written."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli import fake_service
from tests.cli.fake_service import SPACE_ID, FakeService
from tests.cli.programs import run_in_terminal, run_piped

pytestmark = pytest.mark.end_to_end

ARN = f"arn:aws:aidevops:us-east-1:111111111111:agentspace/{SPACE_ID}"
OTHER = "arn:aws:aidevops:us-east-1:111111111111:agentspace/another"
FILE = f'agent_space_arn: {ARN}\naccounts: ["222222222222"]\n'


def test_spaces() -> None:
    """Every form has the whole ARN, on a terminal on one line."""
    with FakeService(0) as service:
        piped = run_piped("spaces", environment=service.environment)
        terminal = run_in_terminal("spaces", environment=service.environment, columns=80)
        document = json.loads(run_piped("spaces", "--output", "json", environment=service.environment).stdout)
        table = run_piped("spaces", "--output", "csv", environment=service.environment).stdout
    assert piped.returncode == 0, piped.stderr
    assert piped.stdout.splitlines()[1].split() == ["us-east-1", ARN, "Operations"]
    assert ARN in terminal.text
    [space] = document["agentSpaces"]
    assert (space["agentSpaceId"], space["region"], space["arn"]) == (SPACE_ID, "us-east-1", ARN)
    assert next(csv.DictReader(io.StringIO(table)))["arn"] == ARN


def test_all_regions() -> None:
    """A Region that refuses is named; the others are listed; the exit code says that something is missing."""
    with FakeService(0) as service:
        service.refuse("ListAgentSpaces", "AccessDeniedException", status=403, times=1)
        result = run_piped("spaces", "--all-regions", environment=service.environment)
    assert result.returncode == 3
    assert len(result.stdout.splitlines()) == 1 + 10
    assert result.stderr.startswith("error: Region ap-northeast-1: ListAgentSpaces: these credentials lack")


def test_no_space() -> None:
    """Nothing on standard output, and where else to look."""
    with FakeService(0) as service:
        service.space_names = {}
        result = run_piped("spaces", environment=service.environment)
    assert (result.returncode, result.stdout) == (0, "")
    assert result.stderr == "no Agent Space in us-east-1; --all-regions asks the others, too\n"


def test_no_region() -> None:
    """Wrong usage, with what this command takes: no Agent Space's ARN, but the option that asks all Regions."""
    with FakeService(0) as service:
        environment = {**service.environment, "AWS_REGION": ""}
        result = run_piped("spaces", environment=environment)
        everywhere = run_piped("spaces", "--all-regions", environment=environment)
    assert result.returncode == 252
    assert result.stderr.startswith("error: --region: none is given, and neither the environment nor the profile has")
    assert "--all-regions" in result.stderr
    assert everywhere.returncode == 0


@pytest.mark.parametrize(
    ("argument", "variable", "said"),
    [
        ((ARN,), OTHER, ""),
        ((), ARN, f"note: Agent Space {ARN}, from DEVOPS_AGENT_SPACE\n"),
        ((), "", f"note: Agent Space {ARN}, from devops-agent.yaml in this folder\n"),
    ],
    ids=["argument", "variable", "file"],
)
def test_precedence(tmp_path: Path, argument: tuple[str, ...], variable: str, said: str) -> None:
    """The argument, the variable, the file: the first that there is, and what was not written here is said."""
    (tmp_path / "devops-agent.yaml").write_text(FILE if not variable else "nothing: of ours", encoding="utf-8")
    with FakeService(1) as service:
        environment = {**service.environment, "DEVOPS_AGENT_SPACE": variable}
        result = run_piped("list", *argument, environment=environment, folder=tmp_path)
    assert result.returncode == 0, result.stderr
    assert result.stderr == f"{said}1 account: 1 valid\n"


@pytest.mark.parametrize(
    ("file", "variable", "expected"),
    [
        (
            None,
            "",
            "AGENT_SPACE: none is given, DEVOPS_AGENT_SPACE is not set, and this folder has no devops-agent.yaml",
        ),
        ("accounts: 7", "", "devops-agent.yaml:"),
        (None, "a_b", "DEVOPS_AGENT_SPACE='a_b': neither an id, 1-64 of A-Z a-z 0-9 -, nor the ARN of an Agent Space"),
    ],
    ids=["nothing", "broken file", "broken variable"],
)
def test_nothing_that_works(tmp_path: Path, file: str | None, variable: str, expected: str) -> None:
    """Wrong usage, without a call; what is to blame is named."""
    if file is not None:
        (tmp_path / "devops-agent.yaml").write_text(file, encoding="utf-8")
    with FakeService(1) as service:
        environment = {**service.environment, "DEVOPS_AGENT_SPACE": variable}
        result = run_piped("list", environment=environment, folder=tmp_path)
    assert result.returncode == 252
    assert expected in result.stderr
    assert service.requests == []


def test_csv_of_hostile_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Quotes, commas and line ends as RFC 4180 has them; no cell is a formula."""
    name = '=HYPERLINK("http://x",1)'
    monkeypatch.setattr(fake_service, "_account", lambda number: {"Id": fake_service.account_id(number), "Name": name})
    with FakeService(1) as service:
        result = run_piped("list", SPACE_ID, "--output", "csv", environment=service.environment)
    [row] = csv.DictReader(io.StringIO(result.stdout))
    assert row["accountName"] == f"'{name}"
    assert '"\'=HYPERLINK(""http://x"",1)"' in result.stdout


def test_hints_work_as_printed() -> None:
    """The command in an error runs, with the Region and profile that were given."""
    with FakeService(1) as service:
        arguments = ("verify", SPACE_ID, "--region", "eu-west-1", "--account", "999999999999")
        result = run_piped(*arguments, environment=service.environment)
        hint = result.stderr.partition("see devops-agent-accounts ")[2].partition(", or connect it")[0]
        assert hint == f"list {SPACE_ID} --region=eu-west-1"
        assert run_piped(*hint.split(), environment=service.environment).returncode == 0
        none = run_piped("list", environment=service.environment, folder=Path("/"))
        hint = none.stderr.partition("devops-agent-accounts ")[2].partition(" shows")[0]
        assert run_piped(*hint.split(), environment=service.environment).returncode == 0
        invalid = service.status
        service.status = lambda _: "invalid" if "ValidateAwsAssociations" in service.requests else "valid"
        broken = run_piped("verify", SPACE_ID, environment=service.environment)
        service.status = invalid
        *_, command = broken.stderr.splitlines()
        program, *words = command.split()
        doctor = run_piped(*words, environment=service.environment)
    assert program == "devops-agent-accounts"
    assert "these credentials are of account 111111111111" in doctor.stderr
