"""What appears in a real pseudo-terminal of 80 and of 200 columns, and what a pipe gets."""

from __future__ import annotations

import subprocess
import threading

import pytest
from rich.cells import cell_len

from tests.cli import fake_service
from tests.cli.conftest import ConnectedAccounts
from tests.cli.fake_service import SPACE_ID, FakeService
from tests.cli.programs import Terminal, environment_of_user, loaded, run_in_terminal, run_piped
from tests.emulator.organization import Organization
from tests.emulator.trusting_roles import SPACE_ARN

pytestmark = pytest.mark.end_to_end

GREEN, RED = "\x1b[32m", "\x1b[31m"


def test_80_columns(connected: ConnectedAccounts) -> None:
    """Every line fits, and account, status, day and the whole name of the role are there."""
    connected.primary.validate()
    terminal = run_in_terminal("list", SPACE_ARN, environment=connected.environment, columns=80)

    assert terminal.exit_code == 0, terminal.output
    lines = terminal.text.splitlines()
    assert max(map(len, lines)) <= 80
    [row] = [line for line in lines if line.startswith("222222222222")]
    account_id, status, day, role, name = row.split()
    assert (account_id, name, status, role) == ("222222222222", "-", "valid", "DevOpsAgentRole-SecondaryAccount")
    assert len(day) == len("2026-10-20")


def test_200_columns(connected: ConnectedAccounts) -> None:
    """There is room for the ARN and the time."""
    terminal = run_in_terminal("list", SPACE_ARN, environment=connected.environment, columns=200)
    [row] = [line for line in terminal.text.splitlines() if line.startswith("222222222222")]
    assert row.split()[3:] == ["arn:aws:iam::222222222222:role/DevOpsAgentRole-SecondaryAccount", "-"]


def test_long_names_go_on_below(connected: ConnectedAccounts) -> None:
    """Nothing is cut: a long role name continues on the next line, in its column."""
    iam = connected.emulator.client("iam", "444444444444")
    name = "DevOpsAgentRole-SecondaryAccount-OfTheOrdersDepartment"
    role = iam.create_role(RoleName=name, Path="/operations/", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    connected.primary.associate("444444444444", role)
    terminal = run_in_terminal("list", SPACE_ARN, environment=connected.environment, columns=80)
    lines = terminal.text.splitlines()
    first = next(index for index, line in enumerate(lines) if line.startswith("444444444444"))
    assert "".join(line[35:67] for line in lines[first : first + 3]).replace(" ", "") == f"operations/{name}"
    assert lines[first + 1][:35].strip() == ""


def test_colours_on_a_terminal_only(connected: ConnectedAccounts) -> None:
    """Statuses have colours there; not in a pipe, and not with NO_COLOR."""
    connected.break_account("333333333333")
    connected.primary.validate()
    environment = connected.environment

    terminal = run_in_terminal("list", SPACE_ARN, environment=environment, columns=80)
    assert f"{GREEN}valid" in terminal.output
    assert f"{RED}invalid" in terminal.output
    plain = run_in_terminal("list", SPACE_ARN, environment={**environment, "NO_COLOR": "1"}, columns=80)
    assert "\x1b" not in plain.output
    assert plain.text == terminal.text
    for variables in ({}, {"FORCE_COLOR": "1"}, {"CI": "true", "GITHUB_ACTIONS": "true"}):
        assert "\x1b" not in run_piped("list", SPACE_ARN, environment={**environment, **variables}).stdout


def test_progress_bar(connected: ConnectedAccounts) -> None:
    """It is there while verify waits, and gone afterwards; the results stay."""
    terminal = run_in_terminal("verify", SPACE_ARN, environment=connected.environment, columns=80)
    assert terminal.exit_code == 0, terminal.output
    assert "validating 2 accounts, up to 5 min" in terminal.text
    assert "\x1b[?25l" in terminal.output
    assert terminal.output.rindex("\x1b[?25h") < terminal.output.index("2 accounts: 2 valid")


def test_escapes_in_names_do_not_reach_the_terminal(connected: ConnectedAccounts) -> None:
    """AWS Organizations admits any character in a name; a terminal would obey some of them."""
    organization = Organization(connected.emulator, management_account_id="999999999999")
    for account_id in ("111111111111", "222222222222"):
        organization.add_account(organization.root_id, account_id=account_id)
    organization.register_delegated_administrator("111111111111")
    organization.rename("222222222222", "\x1b[2Jorders\r\n999")
    for columns in (80, 200):
        terminal = run_in_terminal("list", SPACE_ARN, environment=connected.environment, columns=columns)
        assert "\x1b[2J" not in terminal.output
        assert "[2Jorders" in terminal.text


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("注文システム本番環境", "注文システ…"),
        ("🚀🚀 launch pad of everything", "🚀🚀 launc…"),
        ("Re\u0301union de\u0301partement d'outre-mer", "Re\u0301union de\u0301…"),
        ("x" * 50, f"{'x' * 10}…"),
    ],
    ids=["wide", "emoji", "combining", "long"],
)
def test_names_of_any_width(monkeypatch: pytest.MonkeyPatch, name: str, shown: str) -> None:
    """At 80 columns a name is cut to what fits, by the cells that it takes; in a pipe it is whole."""
    monkeypatch.setattr(fake_service, "_account", lambda number: {"Id": fake_service.account_id(number), "Name": name})
    with FakeService(1) as service:
        terminal = run_in_terminal("list", SPACE_ID, environment=service.environment, columns=80)
        piped = run_piped("list", SPACE_ID, environment=service.environment)
    row = terminal.text.splitlines()[1]
    assert row == f"200000000000  valid    2026-10-20  DevOpsAgentRole-SecondaryAccount  {shown}"
    assert cell_len(row) <= 80
    assert piped.stdout.splitlines()[1].endswith(name)


def test_a_dumb_terminal() -> None:
    """`TERM=dumb` gets no escape sequence, and COLUMNS says how wide it is."""
    with FakeService(1) as service:
        environment = {**service.environment, "TERM": "dumb", "COLUMNS": "60"}
        terminal = run_in_terminal("list", SPACE_ID, environment=environment, columns=80)
    assert "\x1b" not in terminal.output
    assert terminal.exit_code == 0


def test_a_terminal_without_unicode(connected: ConnectedAccounts) -> None:
    """A name that it cannot show is spelt out."""
    organization = Organization(connected.emulator, management_account_id="999999999999")
    for account_id in ("111111111111", "222222222222"):
        organization.add_account(organization.root_id, account_id=account_id)
    organization.register_delegated_administrator("111111111111")
    organization.rename("222222222222", "Bücher")
    result = run_piped("list", SPACE_ARN, environment={**connected.environment, "PYTHONIOENCODING": "ascii"})
    assert result.returncode == 0, result.stderr
    assert "B\\xfccher" in result.stdout.splitlines()[1]


def test_ctrl_c_while_waiting() -> None:
    """One line, exit code 130, no traceback, and the terminal as it was: with a cursor and with echo."""
    with FakeService(2) as service:
        service.status = lambda _: "pending-confirmation"
        terminal = Terminal("verify", SPACE_ID, environment=service.environment, columns=80)
        terminal.wait_until(lambda text: "0/2" in text)
        terminal.press(b"\x03")
        terminal.wait()
    assert terminal.exit_code == 130
    assert terminal.text.splitlines()[-1] == "stopped by Ctrl-C"
    assert "Traceback" not in terminal.text
    assert terminal.output.rindex("\x1b[?25h") > terminal.output.rindex("\x1b[?25l")


def test_ctrl_c_in_the_middle_of_a_list() -> None:
    """The same while an answer is awaited."""
    go_on = threading.Event()
    with FakeService(200) as service:
        service.before_page = lambda page: page == 0 or go_on.wait(60)
        terminal = Terminal("list", SPACE_ID, environment=service.environment, columns=80)
        terminal.wait_until(lambda text: "200000000099" in text)
        terminal.press(b"\x03")
        terminal.wait()
        go_on.set()
    assert terminal.exit_code == 130
    assert terminal.text.splitlines()[-1].endswith("stopped by Ctrl-C")
    assert "Traceback" not in terminal.text


def test_sigterm_gives_the_cursor_back() -> None:
    """A program that is told to end leaves the terminal as it was."""
    with FakeService(2) as service:
        service.status = lambda _: "pending-confirmation"
        terminal = Terminal("verify", SPACE_ID, environment=service.environment, columns=80)
        terminal.wait_until(lambda text: "0/2" in text)
        terminal.process.terminate()
        terminal.wait()
    assert terminal.exit_code == 143
    assert terminal.output.rindex("\x1b[?25h") > terminal.output.rindex("\x1b[?25l")


@pytest.mark.parametrize("output", ["table", "json"])
def test_a_reader_that_stops(output: str) -> None:
    """`| head -1` ends the command quietly, with the code that shells give it."""
    with FakeService(10_000) as service:
        command = f"devops-agent-accounts list {SPACE_ID} --output {output} | head -1; echo ${{PIPESTATUS[0]}}"
        result = subprocess.run(
            ["bash", "-c", command],
            env={**environment_of_user(service.environment), "PATH": loaded("devops-agent-accounts")},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert result.stdout.splitlines()[-1] == "141"
    assert result.stderr == ""
