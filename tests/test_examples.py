"""Every example synthesizes as it stands, short and safe, and passes cfn-lint."""

import re
from pathlib import Path

import pytest

from tests.conftest import lint_findings, templates_of_script

ROOT = Path(__file__).parent.parent
EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/app.py"))


def test_examples_exist() -> None:
    """The list below is not empty by accident; an example without an app is tested where its page is."""
    folders = [path for path in (ROOT / "examples").iterdir() if path not in EXAMPLES]
    assert [path.name for path in folders] == ["sync_from_a_pipeline"]  # tests/cli/test_keep_in_step_page.py
    assert [path.name for path in EXAMPLES] == [
        "add_to_existing_app",
        "alarm_on_broken_accounts",
        "approve_directed_actions",
        "check_your_own_roles",
        "connect_many_accounts",
        "connect_one_account",
        "connect_with_role_chaining",
        "create_agent_space",
        "follow_the_organization",
        "keep_the_preview_setup",
        "narrow_the_access",
        "one_deploy_for_everything",
        "roll_out_to_organization",
        "test_your_own_app",
        "use_console_created_agent_space",
    ]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_example(example: Path) -> None:
    """It runs without an edit and gives templates that the CDK and cfn-lint accept.

    Promise: Nothing for the linters to find.
    """
    source = (example / "app.py").read_text(encoding="utf-8")
    assert source.count("\n") < 40
    assert "AdministratorAccess" not in source
    assert set(re.findall(r"[0-9]{12}", source)) <= {"111111111111", "222222222222", "333333333333"}
    templates = templates_of_script(example / "app.py")
    assert templates
    for name, template in templates.items():
        assert lint_findings(template) == [], name
