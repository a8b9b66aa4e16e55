"""`make demo-cli` shows the commands on a healthy and on a broken account, and what to do next."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.programs import loaded
from tests.emulator.processes import left_running
from tests.emulator.test_demo import demo
from tests.secret_scan import secrets_in

pytestmark = pytest.mark.end_to_end


def test_healthy_and_broken(tmp_path: Path) -> None:
    """Exit codes 0 and 1, the broken account and the command for the reason; nothing is left, no secret is shown."""
    with demo(tmp_path, "demo_cli", environment={"PATH": loaded("devops-agent-accounts", path=os.environ["PATH"])}) as (
        process,
        mark,
    ):
        output, _ = process.communicate(timeout=120)
    lines = output.splitlines()

    assert process.returncode == 0, output
    assert "2 accounts: 2 valid" in lines
    broken = lines.index("333333333333  invalid  arn:aws:iam::333333333333:role/DevOpsAgentRole-SecondaryAccount")
    assert lines[broken + 1] == "1 account: 1 invalid"
    assert lines[broken + 2] == "next, for the reason, with credentials of account 333333333333:"
    assert lines[broken + 4] == "# account 111111111111, exit code 1"
    assert left_running(mark) == []
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "output.txt").write_text(output, encoding="utf-8")
    assert secrets_in(tmp_path.iterdir()) == []
