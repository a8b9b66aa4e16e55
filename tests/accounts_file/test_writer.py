"""The writer of accounts files: the library reads what it wrote as it was meant, whatever text it was given."""

from pathlib import Path

from devops_agent_constructs import AgentSpaceArn, Generation, config
from devops_agent_constructs.accounts_file.writer import WrittenAccount, accounts_file_text
from tests.conftest import AGENT_ROLE_ARN, SPACE_ARN

FOREIGN = 'a\n  - "999999999999"\r\u2028- b # c: \t"'


def test_whole_file() -> None:
    """Each part has its place; an account without settings is an id alone."""
    text = accounts_file_text(
        [
            "Workloads",
            WrittenAccount(account_id="222222222222", name="Orders"),
            WrittenAccount(account_id="333333333333", why_left_out="excluded", name="Carts"),
            WrittenAccount(
                account_id="444444444444", role={"name": "Agent", "max_session_seconds": 7200}, notes=("n",)
            ),
        ],
        agent_space=AgentSpaceArn.from_arn(SPACE_ARN),
        comments=["First", "", "   indented"],
        generation=Generation.PREVIEW,
        stack_prefix="Orders-",
        agent_role_arn=AGENT_ROLE_ARN,
        has_primary=True,
    )
    assert (
        text
        == f"""\
# First
#
#    indented
agent_space_arn: {SPACE_ARN}
generation: preview
stack_prefix: Orders-
agent_role_arn: {AGENT_ROLE_ARN}
primary: {{}}  # the associations too
accounts:
  # Workloads
  - "222222222222"  # Orders
  # left out, excluded: 333333333333  Carts
  - id: "444444444444"
    role:
      name: "Agent"
      max_session_seconds: 7200
      # n
"""
    )


def test_foreign_text_cannot_end_its_comment(tmp_path: Path) -> None:
    """Names, reasons, units and notes: what looks like an account in one is none."""
    text = accounts_file_text(
        [
            FOREIGN,
            WrittenAccount(account_id="222222222222", name=FOREIGN, notes=(FOREIGN,)),
            WrittenAccount(account_id="333333333333", name=FOREIGN, why_left_out=FOREIGN),
        ],
        agent_space=AgentSpaceArn.from_arn(SPACE_ARN),
        comments=[FOREIGN],
    )
    path = tmp_path / "devops-agent.yaml"
    path.write_text(text, encoding="utf-8")
    assert [account.account_id for account in config.from_file(path).accounts] == ["222222222222"]
