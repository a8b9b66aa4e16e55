"""docs/narrow_the_access.md: every row of its table of requests is what IAM decides."""

import re

import pytest
import yaml

from devops_agent_constructs import AccessLimits
from tests.markdown import ROOT
from tests.policies.test_access_limits import asked, is_allowed

PAGE = (ROOT / "docs" / "narrow_the_access.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (none|`[a-z_]+: .*`) \| `(\S+)` \| (\S+) \| (allowed|denied) \|$", PAGE, re.MULTILINE)


def test_the_table_is_found() -> None:
    """The rows below are not empty by accident."""
    assert len(ROWS) == 16


@pytest.mark.parametrize(("setting", "action", "region", "expected"), ROWS)
def test_row(setting: str, action: str, region: str, expected: str) -> None:
    """With AWS's policy attached, and the limit as the accounts file has it."""
    limits = None if setting == "none" else AccessLimits(**yaml.safe_load(setting.strip("`")))
    assert is_allowed(limits, asked(action, region)) is (expected == "allowed")
