"""docs/checks.md says what the rules say."""

import re
from pathlib import Path

import pytest

from devops_agent_constructs.checks import RULES, Rule
from tests.conftest import templates_of_script
from tests.markdown import ROOT, blocks

PATH = ROOT / "docs" / "checks.md"
PAGE = PATH.read_text(encoding="utf-8")


def escaped(text: str) -> str:
    """Return a text as Markdown takes it literally, but for code in backquotes."""
    parts = re.split("(`[^`]*`)", text)
    return "".join(part if part.startswith("`") else part.replace("<", "&lt;").replace("*", r"\*") for part in parts)


def row(rule: Rule) -> str:
    """Return the rule's row."""
    severity = f"{rule.severity.value}; warning where {escaped(rule.milder)}" if rule.milder else rule.severity.value
    return f"| `{rule.id}` | {severity} | {escaped(rule.what)} | {escaped(rule.fix)} |"


def test_table_of_rules() -> None:
    """Each rule once, in the registry's order, word by word."""
    assert [line for line in PAGE.splitlines() if re.match(r"\| `\w+` \| (error|warning)[ ;]", line)] == [
        row(rule) for rule in RULES
    ]


def test_error_message(tmp_path: Path) -> None:
    """The mistake that the page names gives the report on the page."""
    code = next(code for language, code in blocks(PATH) if language == "python")
    [report] = [code for language, code in blocks(PATH) if language == "text"]
    [line] = [line for line in code.splitlines(keepends=True) if "aws:SourceAccount" in line]
    own_account = line.replace("111111111111", "222222222222")
    (tmp_path / "app.py").write_text(code.replace(line, own_account), encoding="utf-8")
    with pytest.raises(RuntimeError) as caught:
        templates_of_script(tmp_path / "app.py")
    assert report in str(caught.value)
