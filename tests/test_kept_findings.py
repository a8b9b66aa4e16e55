"""What a judge found is kept for the same question, and for no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import kept_findings
from tests.kept_findings import kept


class Judge:
    """Finds what it is told to, and counts."""

    def __init__(self, *found: str) -> None:
        self.found, self.asked = found, 0

    def __call__(self) -> tuple[str, ...]:
        """Answer."""
        self.asked += 1
        return self.found


@pytest.fixture(autouse=True)
def _nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_findings, "_FOLDER", tmp_path)


@pytest.mark.parametrize("judge", [Judge("line 1: a fault", "line 2: another"), Judge()], ids=["faults", "none"])
def test_asked_once(judge: Judge) -> None:
    """Findings come back as they were, and so does their absence."""
    for _ in range(2):
        assert kept("cfn-lint", ["us-east-1"], "text", judge) == list(judge.found)
    assert judge.asked == 1


def test_another_question(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another text, setting, judge or version of it."""
    judge = Judge()
    kept("cfn-lint", ["us-east-1"], "text", judge)
    kept("cfn-lint", ["us-east-1"], "another", judge)
    kept("cfn-lint", ["eu-west-1"], "text", judge)
    kept("detect-secrets", ["us-east-1"], "text", judge)
    monkeypatch.setattr(kept_findings, "version", lambda _: "0")
    kept("cfn-lint", ["us-east-1"], "text", judge)
    assert judge.asked == 5
