"""`--failed-from` reads what verify and list wrote, and says so if a file is something else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from devops_agent_constructs.cli.connection_report import failed_earlier
from devops_agent_constructs.cli.errors import CommandError


def test_all_but_the_valid_ones(tmp_path: Path) -> None:
    """Invalid and pending accounts have to be tested again."""
    path = tmp_path / "results.json"
    path.write_text(
        '{"associations": [{"accountId": "1", "status": "valid"}, {"accountId": "2", "status": "invalid"},'
        '{"accountId": "3", "status": "pending-confirmation"}], "totals": {}}',
        encoding="utf-8",
    )
    assert set(failed_earlier(path).roles) == {"2", "3"}


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"associations": [', '{"associations": [1]}', '{"associations": [{}]}', "ACCOUNT  NAME\n"]
)
def test_something_else(tmp_path: Path, text: str) -> None:
    """A table, or a document that broke off, is refused: accounts would be missing."""
    path = tmp_path / "results.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match="not what verify or list --output json wrote, or only a part of it"):
        failed_earlier(path)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_what_powershell_writes(tmp_path: Path, encoding: str) -> None:
    """`verify ... > results.json` in Windows PowerShell makes UTF-16 with a byte order mark."""
    path = tmp_path / "results.json"
    path.write_bytes('{"associations": [{"accountId": "1", "status": "invalid"}]}\r\n'.encode(encoding))
    assert set(failed_earlier(path).roles) == {"1"}


@pytest.mark.parametrize("content", [b"[" * 1_000_000, b'{"pass": "hunter2"}', b"hunter2", b"\xffhunter2"])
def test_nothing_of_another_file_is_quoted(tmp_path: Path, content: bytes) -> None:
    """It may hold secrets; and it may be nested so deep that Python gives up."""
    path = tmp_path / "results.json"
    path.write_bytes(content)
    with pytest.raises(CommandError) as caught:
        failed_earlier(path)
    assert "hunter2" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_pipe_is_refused(tmp_path: Path) -> None:
    """A FIFO, as `<(...)` makes one, would be waited for."""
    path = tmp_path / "results.json"
    os.mkfifo(path)
    with pytest.raises(CommandError, match="not a regular file, but a pipe, a device or a socket; write it with"):
        failed_earlier(path)


def test_no_file(tmp_path: Path) -> None:
    """A missing file is named."""
    with pytest.raises(CommandError, match=r"missing\.json: cannot be read: No such file or directory; write it with"):
        failed_earlier(tmp_path / "missing.json")
