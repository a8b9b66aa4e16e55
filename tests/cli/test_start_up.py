"""The program starts fast, without CDK and Node, and says so if the extra is missing."""

from __future__ import annotations

import resource
import subprocess
import sys
from importlib.metadata import version

import pytest

from tests.cli.programs import PROGRAM, environment_of_user, run_piped

pytestmark = pytest.mark.end_to_end

PLAIN = {"PATH": "/usr/bin:/bin"}
COMMANDS = ["list", "verify", "sync", "spaces", "doctor", "migrate", "accounts", "template"]


OF_TYPER = "import typer; app = typer.Typer(); app.command()(lambda: None); app(['--help'])"


@pytest.mark.parametrize("arguments", [(), *((command,) for command in COMMANDS)], ids=" ".join)
def test_help_within_half_a_second(arguments: tuple[str, ...]) -> None:
    """Of a processor's time, which is all that it needs: a machine with other work may let it wait longer.

    A machine that is slow just now shows it in the help of an empty program: ours takes at most twice as long.
    """
    for attempt in range(3):
        if processor_seconds(PROGRAM, *arguments, "--help") < max(0.5, 2 * typers_own(attempt)):
            return
    pytest.fail("help takes more than half a second, and more than twice as long as that of an empty program")


def typers_own(attempt: int) -> float:
    """Return what the help of an empty program takes; at the first attempt it is not needed on most machines."""
    return processor_seconds(sys.executable, "-c", OF_TYPER) if attempt else 0


def processor_seconds(*command: str) -> float:
    """Run a command; return how long a processor worked for it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=environment_of_user(PLAIN), capture_output=True, check=True, timeout=120)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def test_nothing_heavy_is_imported() -> None:
    """Neither the CDK nor Node's bridge, nor boto3 and rich before a command needs them.

    Promise: Starts without the CDK.
    """
    heavy = "{'aws_cdk', 'jsii', 'constructs', 'boto3', 'botocore', 'rich', 'pydantic', 'msgspec', 'yaml'}"
    code = f"import devops_agent_constructs.cli.app, sys; print(sorted({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_examples(command: str) -> None:
    """What each command is used for, to be copied."""
    text = run_piped(command, "--help", environment=PLAIN).stdout
    assert f"  Examples:\n    devops-agent-accounts {command} " in text


def test_no_summary_is_cut() -> None:
    """Of each command, in a terminal of the usual width."""
    text = run_piped("--help", environment={**PLAIN, "COLUMNS": "80"}).stdout
    assert "..." not in text.partition("Commands:")[2]


def test_help_has_exit_codes() -> None:
    """All of them, and those of verify with their meaning there."""
    text = run_piped("--help", environment=PLAIN).stdout
    for code in ("0  ", "1  ", "2  ", "3  ", "130", "252"):
        assert f"\n    {code}  " in text, code
    assert "2  none is invalid, but one is still pending" in run_piped("verify", "--help", environment=PLAIN).stdout


@pytest.mark.parametrize("missing", ["boto3", "rich", "typer"])
def test_extra_is_missing(missing: str) -> None:
    """One line says how to install it."""
    code = (
        "import importlib.util as util; find = util.find_spec;"
        f"util.find_spec = lambda name: None if name == '{missing}' else find(name);"
        "from devops_agent_constructs import cli; cli.main()"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 3
    assert result.stderr == (
        f"error: devops-agent-accounts: it takes {missing}, which is not installed; in a clone of the repository: "
        "python3 -m pip install '.[cli]'\n"
    )


@pytest.mark.parametrize(
    "arguments",
    [("lists",), ("list",), ("list", "a", "--output", "xml"), ("verify", "a", "--wait", "-1"), ("list", "a", "--fast")],
    ids=" ".join,
)
def test_wrong_usage(arguments: tuple[str, ...]) -> None:
    """The AWS CLI's code for it, as 2 says that an account is pending."""
    command = [PROGRAM, *arguments]
    result = subprocess.run(command, env=environment_of_user(PLAIN), capture_output=True, text=True, check=False)
    assert result.returncode == 252
    assert "Traceback" not in result.stderr
    # What the other tests run, which has been loaded before: the same program.
    again = run_piped(*arguments, environment=PLAIN)
    assert (again.returncode, again.stdout, again.stderr) == (result.returncode, result.stdout, result.stderr)


@pytest.mark.parametrize(("typed", "suggested"), [("ver", "verify"), ("list space --region eu-", "eu-west-1")])
def test_completion(typed: str, suggested: str) -> None:
    """The shell completes commands, and Regions where DevOps Agent is."""
    environment = {
        **PLAIN,
        "_DEVOPS_AGENT_ACCOUNTS_COMPLETE": "complete_bash",
        "COMP_WORDS": f"devops-agent-accounts {typed}",
        "COMP_CWORD": str(len(typed.split())),
    }
    result = run_piped(environment=environment)
    assert result.returncode == 0
    assert suggested in result.stdout.split()


def test_version() -> None:
    """The installed version, in the form that tools print it."""
    result = run_piped("--version", environment=PLAIN)
    assert (result.returncode, result.stdout) == (0, f"devops-agent-accounts {version('devops-agent-constructs')}\n")


@pytest.mark.parametrize("arguments", [(), *((command,) for command in COMMANDS)], ids=" ".join)
def test_short_help(arguments: tuple[str, ...]) -> None:
    """`-h` is `--help`, for every command."""
    short, long = (run_piped(*arguments, option, environment=PLAIN) for option in ("-h", "--help"))
    assert short.returncode == 0
    assert short.stdout == long.stdout
