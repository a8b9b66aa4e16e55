"""`--failed-from` reads what verify and list wrote, and says so if a file is something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from devops_agent_constructs.cli.earlier_results import failed_accounts
from devops_agent_constructs.cli.errors import CommandError


def test_all_but_the_valid_ones(tmp_path: Path) -> None:
    """Invalid and pending accounts have to be tested again."""
    path = tmp_path / "results.json"
    path.write_text(
        '{"associations": [{"accountId": "1", "status": "valid"}, {"accountId": "2", "status": "invalid"},'
        '{"accountId": "3", "status": "pending-confirmation"}], "totals": {}}',
        encoding="utf-8",
    )
    assert failed_accounts(path) == {"2", "3"}


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"associations": [', '{"associations": [1]}', '{"associations": [{}]}', "ACCOUNT  NAME\n"]
)
def test_something_else(tmp_path: Path, text: str) -> None:
    """A table, or a document that broke off, is refused: accounts would be missing."""
    path = tmp_path / "results.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match="not what verify or list --output json wrote, or only a part of it"):
        failed_accounts(path)


def test_no_file(tmp_path: Path) -> None:
    """A missing file is named."""
    with pytest.raises(CommandError, match=r"missing\.json: cannot be read: No such file or directory; write it with"):
        failed_accounts(tmp_path / "missing.json")
