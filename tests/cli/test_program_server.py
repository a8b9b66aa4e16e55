"""The program that most tests run is the installed one, in a process of its own, with all that a process has."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.cli.aws_cli import paste
from tests.cli.fake_service import SPACE_ID, FakeService
from tests.cli.programs import Program, loaded, run_piped

pytestmark = pytest.mark.end_to_end


def test_each_run_has_its_own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of this process, or of an earlier run, is in it."""
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    with FakeService(1) as service:
        without = {name: value for name, value in service.environment.items() if name != "AWS_REGION"}
        first = run_piped("list", SPACE_ID, environment=service.environment)
        second = run_piped("list", SPACE_ID, environment=without)
    assert first.returncode == 0, first.stderr
    assert second.stderr.startswith("error: Region: none is given")


def test_folder(tmp_path: Path) -> None:
    """Files are written where it runs."""
    arn = f"arn:aws:aidevops:us-east-1:111111111111:agentspace/{SPACE_ID}"
    arguments = ("template", "--agent-space-arn", arn, "--output-file", "role.json")
    result = run_piped(*arguments, environment={"PATH": "/usr/bin:/bin"}, folder=tmp_path)
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "role.json").exists()


def test_aws_cli() -> None:
    """The same for `aws` in a shell: its output, its pipes and its exit code."""
    result = paste("aws --version | cut -d / -f 1; aws no-such-service", {"PATH": "/usr/bin:/bin"})
    assert result.stdout == "aws-cli\n"
    assert "usage: " in result.stderr
    assert result.returncode == 2


def test_in_a_shell() -> None:
    """The same for our program, where `loaded` puts it on the PATH."""
    command = "devops-agent-accounts --version | cut -d ' ' -f 1; devops-agent-accounts nothing; echo $?"
    environment = {"PATH": loaded("devops-agent-accounts")}
    result = subprocess.run(["bash", "-c", command], env=environment, capture_output=True, text=True, check=True)
    assert result.stdout == "devops-agent-accounts\n252\n"
    assert "nothing" in result.stderr


def test_more_output_than_a_pipe_holds() -> None:
    """All of it arrives, as it is read while the program writes."""
    with FakeService(2000) as service:
        result = run_piped("list", SPACE_ID, environment=service.environment)
    assert len(result.stdout) > 100_000
    assert len(result.stdout.splitlines()) == 1 + 2000


def test_nothing_goes_on_after_a_failure() -> None:
    """A test that fails while the program runs ends it."""
    nothing = os.open(os.devnull, os.O_RDWR)
    with FakeService(1) as service:
        service.status = lambda _: "pending-confirmation"
        environment, streams = service.environment, [nothing] * 3
        with Program(
            ("verify", SPACE_ID), environment=environment, folder=None, streams=streams, skips_pauses=False
        ) as program:
            assert Path(f"/proc/{program.pid}").exists()
    os.close(nothing)
    assert not Path(f"/proc/{program.pid}").exists()
