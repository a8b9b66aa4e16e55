"""Files are written whole, and nothing that is there is lost."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from devops_agent_constructs.cli.app import run
from devops_agent_constructs.cli.errors import CommandError
from devops_agent_constructs.cli.terminal.written_file import STANDARD_OUTPUT, signed, write_file
from tests.conftest import SPACE_ARN


def mode(path: Path) -> int:
    """The rights of a file."""
    return stat.S_IMODE(path.stat().st_mode)


def test_mode(tmp_path: Path) -> None:
    """A new file is an ordinary one; one that is replaced keeps its rights."""
    path = tmp_path / "a.yaml"
    before = os.umask(0o027)
    try:
        write_file(path, "new", force=False)
    finally:
        os.umask(before)
    assert (path.read_text(), mode(path)) == ("new", 0o640)
    path.chmod(0o600)
    write_file(path, "newer", force=True)
    assert (path.read_text(), mode(path)) == ("newer", 0o600)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("command", ["migrate", "accounts"])
def test_advice_is_what_the_command_takes(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The plan of `migrate` goes to standard output, so that its file cannot."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").touch()
    options = ["--config"] if command == "migrate" else ["--agent-space-arn", SPACE_ARN, "--output-file"]
    assert run([command, *options, "a.yaml"]) == 252
    more = "" if command == "migrate" else ", or - for standard output"
    fix = f"add --force to replace it, or name another file{more}"
    assert capsys.readouterr().err == f"error: a.yaml: the file exists; {fix}\n"


def test_link(tmp_path: Path) -> None:
    """What it leads to is replaced, and it stays a link."""
    target, link = tmp_path / "folder" / "a.yaml", tmp_path / "link.yaml"
    target.parent.mkdir()
    target.write_text("old")
    link.symlink_to(target)
    write_file(link, "new", force=True)
    assert link.is_symlink()
    assert target.read_text() == "new"


def test_no_regular_file(tmp_path: Path) -> None:
    """A FIFO, a device, a folder and a link that leads nowhere stay what they are, also with --force."""
    fifo, dangling, loop = tmp_path / "fifo", tmp_path / "dangling", tmp_path / "loop"
    os.mkfifo(fifo)
    dangling.symlink_to(tmp_path / "nowhere")
    loop.symlink_to(loop)
    device = tmp_path / "device"
    device.symlink_to("/dev/null")
    for path in (fifo, dangling, loop, device, Path("/dev/null"), tmp_path):
        before = path.lstat()
        with pytest.raises(CommandError):
            write_file(path, "text", force=True)
        assert path.lstat().st_ino == before.st_ino
    assert not (tmp_path / "nowhere").exists()


def test_standard_output(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`-` makes no file."""
    monkeypatch.chdir(tmp_path)
    write_file(STANDARD_OUTPUT, "text\n", force=False)
    assert capsys.readouterr().out == "text\n"
    assert list(tmp_path.iterdir()) == []


def test_full_disk() -> None:
    """One line, and nothing is left behind."""
    folder = Path("/proc/self")
    with pytest.raises(CommandError, match="cannot be written: "):
        write_file(folder / "a.yaml", "text", force=False)


def test_edited_file(tmp_path: Path) -> None:
    """A signed file is replaced as long as it is as it was written; line ends of another system are no edit.

    Promise: Edited files stay.
    """
    path = tmp_path / "a.yaml"
    write_file(path, signed("a: 1\n"), force=False, is_signed=True)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    write_file(path, signed("a: 2\n"), force=True, is_signed=True)
    path.write_text(path.read_text().replace("2", "3"))
    with pytest.raises(CommandError, match="it has been edited"):
        write_file(path, signed("a: 4\n"), force=True, is_signed=True)
    assert path.read_text().startswith("a: 3\n")
