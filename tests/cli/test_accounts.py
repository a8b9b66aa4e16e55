"""`accounts`: an accounts file from AWS Organizations that the library reads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from devops_agent_constructs import AgentSpaceArn, config
from devops_agent_constructs.account_sync.organizational_units import OrganizationAccount, Unit
from devops_agent_constructs.cli.accounts import OrganizationFile
from tests.cli.programs import run_piped
from tests.emulator.example_organization import ExampleOrganization
from tests.emulator.server import Emulator
from tests.emulator.trusting_roles import SPACE_ARN

pytestmark = pytest.mark.end_to_end

WORKLOADS = """\
agent_space_arn: arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c
accounts:
  # Workloads (ou-a1b2-11112222)
  - "222222222222"  # Orders
  - "333333333333"  # 333333333333
  - "444444444444"  # 444444444444
  - "555555555555"  # 555555555555
  # Workloads / Payments (ou-a1b2-77778888)
  - "666666666666"  # 666666666666
  # left out, excluded: 777777777777  777777777777
  - "888888888888"  # 888888888888
"""
SANDBOX = """\
  # Sandbox (ou-a1b2-33334444)
  - "100000000001"  # 100000000001
  - "100000000002"  # 100000000002
  # left out, suspended: 100000000003  100000000003
  - "100000000004"  # 100000000004
"""
NOTES = [
    "it makes roles alone: --primary adds the associations, for which the Agent Space needs no other stack",
    ("the management account 999999999999 is in none of the units, and left out: --include-management-account adds it"),
]


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """Return an emulator with the example organization; account 222222222222 has a name."""
    with Emulator() as running:
        ExampleOrganization.create(running).organization.rename("222222222222", "Orders")
        yield running


def accounts(emulator: Emulator, folder: Path, *options: str, account_id: str = "999999999999") -> tuple[int, str]:
    """Run it in a folder; return exit code and standard error."""
    environment = emulator.environment(account_id, "us-east-1")
    result = run_piped("accounts", "--agent-space-arn", SPACE_ARN, *options, environment=environment, folder=folder)
    assert result.stdout == ""
    return result.returncode, result.stderr


@pytest.mark.parametrize("account_id", ["999999999999", "111111111111"], ids=["management account", "administrator"])
def test_units_with_names_and_what_is_left_out(emulator: Emulator, tmp_path: Path, account_id: str) -> None:
    """Unit by unit; names, suspended and excluded accounts are comments; the library reads the file."""
    options = ("--ou", "ou-a1b2-11112222", "--ou", "ou-a1b2-33334444", "--exclude", "777777777777")
    code, errors = accounts(emulator, tmp_path, *options, account_id=account_id)

    assert code == 0, errors
    path = tmp_path / "devops-agent.yaml"
    first, *notes = path.read_text("utf-8").partition("agent_space_arn")[0].splitlines()
    assert first.startswith("# From AWS Organizations (o-")
    assert [line.removeprefix("# ") for line in notes] == NOTES
    *rest, last = path.read_text("utf-8").splitlines(keepends=True)[3:]
    assert "".join(rest) == WORKLOADS + SANDBOX
    assert last.startswith("# unedited: ")
    wrote, *said = errors.splitlines()
    assert wrote.startswith("wrote devops-agent.yaml: 9 accounts of o-")
    assert said == [f"note: {line}" for line in NOTES]
    read = config.from_file(path)
    assert read.agent_space == AgentSpaceArn.from_arn(SPACE_ARN)
    assert len(read.accounts) == 9


def test_whole_organization(emulator: Emulator, tmp_path: Path) -> None:
    """Every active account but the primary one, the management account among them."""
    assert accounts(emulator, tmp_path)[0] == 0
    path = tmp_path / "devops-agent.yaml"
    assert "  # left out, the primary account: 111111111111" in path.read_text("utf-8")
    ids = {account.account_id for account in config.from_file(path).accounts}
    assert "999999999999" in ids
    assert ids.isdisjoint({"111111111111", "100000000003"})
    assert len(ids) == 11


def test_a_unit_below_another_counts_once(emulator: Emulator, tmp_path: Path) -> None:
    """An account that is named twice would be refused."""
    assert accounts(emulator, tmp_path, "--ou", "ou-a1b2-11112222", "--ou", "ou-a1b2-77778888")[0] == 0
    assert len(config.from_file(tmp_path / "devops-agent.yaml").accounts) == 7


def test_existing_file(emulator: Emulator, tmp_path: Path) -> None:
    """It is replaced with --force alone, and not if somebody has edited it."""
    path = tmp_path / "devops-agent.yaml"
    assert accounts(emulator, tmp_path, "--exclude", "222222222222")[0] == 0
    code, errors = accounts(emulator, tmp_path)
    assert code == 252
    assert "error: devops-agent.yaml: the file exists; add --force" in errors
    assert accounts(emulator, tmp_path, "--force")[0] == 0
    assert len(config.from_file(path).accounts) == 11
    # An account that somebody took out must not come back by itself.
    edited = "".join(line for line in path.read_text("utf-8").splitlines(keepends=True) if "333333333333" not in line)
    path.write_text(edited, encoding="utf-8")
    code, errors = accounts(emulator, tmp_path, "--force")
    assert (code, path.read_text("utf-8")) == (252, edited)
    assert errors.startswith("error: devops-agent.yaml: it has been edited, or this command did not write it")


def test_primary_and_management_account(emulator: Emulator, tmp_path: Path) -> None:
    """Both on request; then nothing is left to say."""
    options = ("--ou", "ou-a1b2-77778888", "--primary", "--include-management-account")
    code, errors = accounts(emulator, tmp_path, *options)
    assert (code, len(errors.splitlines())) == (0, 1), errors
    read = config.from_file(tmp_path / "devops-agent.yaml")
    assert read.primary is not None
    assert "999999999999" in {account.account_id for account in read.accounts}


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (("--ou", "ou-a1b2-99999999"), 252, "--ou ou-a1b2-99999999: the organization has no such unit; copy the id"),
        (("--exclude", "123456789012"), 252, "--exclude 123456789012: the account is in none of the units; correct"),
        (("--exclude", "1234"), 252, "--exclude='1234': an AWS account id has 12 digits"),
        (("--ou", "ou-a1b2-55556666"), 3, "devops-agent.yaml: there is no active account to connect; choose other"),
    ],
)
def test_nothing_is_written(
    emulator: Emulator, tmp_path: Path, options: tuple[str, ...], code: int, message: str
) -> None:
    """A slip in an id, or nothing to connect, leaves no file."""
    found, errors = accounts(emulator, tmp_path, *options)
    assert found == code
    assert errors.startswith(f"error: {message}")
    assert list(tmp_path.iterdir()) == []


def test_member_account(emulator: Emulator, tmp_path: Path) -> None:
    """An account that may not ask is told which permission it takes."""
    code, errors = accounts(emulator, tmp_path, account_id="222222222222")
    assert code == 3
    assert errors == (
        "error: ListRoots: these credentials lack the permission organizations:ListRoots; allow "
        "organizations:ListRoots to this user or role, or take another --profile\n"
    )


def test_names_of_any_characters(tmp_path: Path) -> None:
    """A name cannot end its comment: what looks like an account in it is none."""
    name = 'a\n  - "999999999999"\r\u2028- b # c: \t"'
    account = OrganizationAccount(account_id="222222222222", name=name, state="ACTIVE")
    unit = Unit(unit_id="ou-a1b2-11112222", names=("x\ny",), accounts=(account,))
    file = OrganizationFile(
        agent_space=AgentSpaceArn.from_arn(SPACE_ARN),
        organization_id="o-a1b2c3d4e5",
        management_account_id="999999999999",
        units=[unit],
    )
    (tmp_path / "devops-agent.yaml").write_text(file.text(), encoding="utf-8")
    read = config.from_file(tmp_path / "devops-agent.yaml")
    assert [account.account_id for account in read.accounts] == ["222222222222"]
