"""The CDK CLI that most tests run is the installed one, and each command is as alone as in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import time
import uuid
from pathlib import Path

from tests.emulator.cdk import REPOSITORY, settings
from tests.emulator.processes import MARK, left_running, running


def run(command: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a shell as a test of a page does."""
    environment = {**os.environ, **settings(), **more}
    return subprocess.run(
        command, shell=True, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def test_version(tmp_path: Path) -> None:
    """The installed one answers; it leaves by itself after that, and the next command finds another."""
    package = json.loads((REPOSITORY / "node_modules" / "aws-cdk" / "package.json").read_text("utf-8"))
    for _ in range(2):
        result = run("cdk --version | cut -d ' ' -f 1", tmp_path)
        assert (result.returncode, result.stdout) == (0, f"{package['version']}\n")


def test_folder_environment_and_exit_code(tmp_path: Path) -> None:
    """Nothing of an earlier command is in the next one."""
    (tmp_path / "app").write_text('#!/bin/sh\necho "in $(pwd) with $ONE" >&2\nexit 3\n', encoding="utf-8")
    (tmp_path / "app").chmod(0o755)
    first = run("cdk ls --no-notices --app ./app", tmp_path, ONE="one")
    assert (first.returncode, first.stderr.splitlines()[0]) == (1, f"in {tmp_path} with one")
    (tmp_path / "other").mkdir()
    second = run("cdk ls --no-notices --app ../app", tmp_path / "other")
    assert (second.returncode, second.stderr.splitlines()[0]) == (1, f"in {tmp_path / 'other'} with ")


def test_nothing_goes_on_without_its_caller(tmp_path: Path) -> None:
    """What a command has started ends with whoever asked for it."""
    mark = uuid.uuid4().hex
    environment = {**os.environ, **settings(), MARK: mark}
    with subprocess.Popen(["cdk", "ls", "--app", "sleep 60"], cwd=tmp_path, env=environment) as process:
        deadline = time.monotonic() + 60
        while not any(command.startswith("sleep") for command in running(mark)):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.kill()
    assert left_running(mark) == []
    # Not `--version`, which would take the next one along.
    result = run("cdk ls --no-notices --app 'echo again >&2; exit 3'", tmp_path)
    assert (result.returncode, result.stderr.splitlines()[0]) == (1, "again")
