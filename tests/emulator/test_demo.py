"""`make demo` works from start to end, and stops at once."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.cli.programs import loaded
from tests.emulator.cdk import REPOSITORY, settings
from tests.emulator.processes import MARK, left_running, running
from tests.markdown import blocks
from tests.secret_scan import secrets_in


@contextmanager
def demo(
    folder: Path, module: str = "demo", *, environment: Mapping[str, str]
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The demo as a user runs it in a pipe; every process that it starts carries a mark.

    Args:
        folder: For all that it writes.
        module: Which demo it is.
        environment: By what it finds programs that are loaded already; none where a test is about their own processes.
    """
    mark = uuid.uuid4().hex
    process = subprocess.Popen(
        [sys.executable, "-m", f"tests.emulator.{module}"],
        cwd=REPOSITORY,
        env={**os.environ, **environment, MARK: mark, "TMPDIR": str(folder), "COLUMNS": "80"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # A shell lets what it starts in the background ignore Ctrl-C, and the tests hand that on.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509  # one system call, no lock
    )
    with process:
        try:
            yield process, mark
        finally:
            process.kill()


SECTION = """\
 account      333333333333
 role         arn:aws:iam::333333333333:role/DevOpsAgentRole-SecondaryAccount
 trusts       aidevops.amazonaws.com, and only with
                aws:SourceAccount 111111111111
                aws:SourceArn agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c
 managed      AIDevOpsAgentAccessPolicy
 inline       DevOpsAgentInlinePolicy
                AllowCreateServiceLinkedRoles
                KmsDecrypt
                S3Buckets
                S3Objects
 association  valid
"""


def test_the_demo_connects_both_accounts(tmp_path: Path) -> None:
    """It shows the commands, what stands in both accounts, and the same for AWS; nothing is left."""
    with demo(tmp_path, environment=settings()) as (process, mark):
        output, _ = process.communicate(timeout=120)
    lines = output.splitlines()

    assert process.returncode == 0, output
    assert max(map(len, lines)) <= 80
    assert SECTION in output
    for account_id in ("222222222222", "333333333333"):
        assert f" account      {account_id}" in lines
        assert f" role         arn:aws:iam::{account_id}:role/DevOpsAgentRole-SecondaryAccount" in lines
        [step, same] = [line for line in lines if f"cdk deploy DevOpsAgentSecondary-{account_id}" in line]
        assert re.fullmatch(r"\$ cdk deploy \S+  # [0-9]+\.[0-9] s", step)
        assert same == f"cdk deploy DevOpsAgentSecondary-{account_id} --profile <profile of {account_id}>"
    assert lines.count(" association  valid") == 2
    assert "cdk deploy DevOpsAgentPrimary --exclusively --profile <profile of 111111111111>" in lines
    assert left_running(mark) == []
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "output.txt").write_text(output, encoding="utf-8")
    assert secrets_in(tmp_path.iterdir()) == []
    page = (REPOSITORY / "docs" / "getting_started.md").read_text(encoding="utf-8")
    assert without_durations(output) in without_durations(page), "the page shows another output"


def without_durations(text: str) -> str:
    """Replace how long each step took."""
    return re.sub(r"# [0-9]+\.[0-9] s", "# … s", text)


GAP = """\
 account        unit                 role   association
 ──────────────────────────────────────────────────────────────────────────────
 100000000001   Sandbox              yes    none
 100000000002   Sandbox              yes    none
 100000000003   Sandbox              no     none          suspended
 100000000004   Sandbox              no     none          excluded
 100000000005   Sandbox              yes    none          joined
 111111111111   Platform             no     none          primary account
 222222222222   Workloads            yes    none
 333333333333   Workloads            yes    valid
 444444444444   Workloads            yes    valid
 555555555555   root                 no     invalid       moved out
 666666666666   Workloads/Payments   yes    valid
 777777777777   Workloads/Payments   yes    valid
 888888888888   Workloads/Payments   yes    valid
 999999999999   root                 no     none          management account
"""
IN_STEP = """\
 account        unit                 role   association
 ──────────────────────────────────────────────────────────────────────────────
 100000000001   Sandbox              yes    valid
 100000000002   Sandbox              yes    valid
 100000000003   Sandbox              no     none          suspended
 100000000004   Sandbox              no     none          excluded
 100000000005   Sandbox              yes    valid         joined
 100000000006   Sandbox              yes    valid         joined later
 111111111111   Platform             no     none          primary account
 222222222222   Workloads            yes    valid
 333333333333   Workloads            yes    valid
 444444444444   Workloads            yes    valid
 555555555555   root                 no     none          moved out
 666666666666   Workloads/Payments   yes    valid
 777777777777   Workloads/Payments   yes    valid
 888888888888   Workloads/Payments   yes    valid
 999999999999   root                 no     none          management account
"""


def test_the_demo_of_an_organization(tmp_path: Path) -> None:
    """On its schedule the sync closes the gap and connects who joins; a broken trust policy raises the alarm."""
    path = loaded("devops-agent-accounts", path=settings()["PATH"])
    with demo(tmp_path, "demo_organization", environment={**settings(), "PATH": path}) as (process, mark):
        output, _ = process.communicate(timeout=120)

    assert process.returncode == 0, output
    places = [re.sub("─+", "─" * 78, output).find(table) for table in (GAP, IN_STEP)]
    assert 0 < places[0] < places[1], output
    assert re.findall(r"^\$ devops-agent-accounts (.*)$", output, re.MULTILINE) == ["sync --config devops-agent.yaml"]
    assert "5 accounts in step, 4 to associate, 1 to disassociate" in output.splitlines()
    assert re.findall(r"^Alarm on InvalidAccounts: (.*)\. Metric InvalidAccounts: (\d)$", output, re.MULTILINE) == [
        ("OK", "0"),
        ("ALARM", "1"),
        ("OK", "0"),
    ]
    shown = [code for language, code in blocks(REPOSITORY / "docs" / "organizations.md") if language == "text"]
    assert [block for block in shown if without_durations(block) not in without_durations(output)] == []
    assert len(shown) == 3
    assert left_running(mark) == []
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_stops_everything(tmp_path: Path) -> None:
    """In the middle of a deployment: one line, exit code 130, and no process or file is left."""
    with demo(tmp_path, environment={}) as (process, mark):
        deadline = time.monotonic() + 60
        while not any("cdk deploy" in command for command in running(mark)):
            assert process.poll() is None, process.communicate()[0]
            assert time.monotonic() < deadline, "no deployment has started"
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=20)

    assert process.returncode == 130
    assert output.endswith("\nStopped: nothing is left running.\n")
    assert "Traceback" not in output
    assert left_running(mark) == []
    assert list(tmp_path.iterdir()) == []
