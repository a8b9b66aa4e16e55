"""The accounts file that adopts roles: it parses, and the ready-made app makes the roles of it as they are."""

from __future__ import annotations

from pathlib import Path

from aws_cdk import App

from devops_agent_constructs import Generation, config, connect_accounts
from devops_agent_constructs.migration.adopted_accounts import adopted_accounts_text
from tests.conftest import AGENT_ROLE_ARN, PREVIEW_TRUST, SPACE_ARN, template_of
from tests.diagnosis.roles import PREVIEW_POLICY, policy
from tests.migration.roles import connected, migration, unread

EXTRA = policy({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::orders/*"})
FULL = connected(
    "222222222222",
    "preview",
    arn="arn:aws:iam::222222222222:role/agents/Agent",
    description='Made by "hand": é #1',
    max_session_seconds=7200,
    permissions_boundary_arn="arn:aws:iam::222222222222:policy/B",
    inline_policies={"Extra": EXTRA},
    managed_policy_arns=(PREVIEW_POLICY, "arn:aws:iam::aws:policy/ReadOnlyAccess"),
)


def test_text() -> None:
    """The whole file, with what it leaves out and what no stack manages."""
    text = adopted_accounts_text(
        migration(
            FULL,
            connected("333333333333", "ga"),
            unread("444444444444"),
            connected("555555555555", "preview", stack_name="Legacy"),
        )
    )
    mapping = """'{"Role11E5256C": {"RoleName": "Agent"}}'"""
    assert (
        text
        == f"""\
# Adopts the roles that {SPACE_ARN} uses; by devops-agent-accounts migrate.
#
# 1. Import each role into its stack, with the credentials of its account. It changes nothing in the role:
#      cdk import DevOpsAgentSecondary-222222222222 --resource-mapping-inline {mapping}
# 2. Then follow the other steps that devops-agent-accounts migrate prints.
#
# There is no `primary` here: the associations exist, and AWS refuses a second one for an account.
agent_space_arn: {SPACE_ARN}
generation: preview
agent_role_arn: {AGENT_ROLE_ARN}
accounts:
  - id: "222222222222"
    role:
      name: "Agent"
      path: "/agents/"
      description: "Made by \\"hand\\": é #1"
      max_session_seconds: 7200
      permissions_boundary: "arn:aws:iam::222222222222:policy/B"
      # no stack manages its inline policy Extra, which also allows s3:GetObject on arn:aws:s3:::orders/*
      # no stack manages its managed policy arn:aws:iam::aws:policy/ReadOnlyAccess
  # left out, it is of the present set-up already: 333333333333
  # left out, not read: denied: 444444444444
  # left out, the stack Legacy manages its role; change it there: 555555555555
"""
    )


def test_file_is_read_as_it_was_meant(tmp_path: Path) -> None:
    """Every setting of the role comes back."""
    path = tmp_path / "devops-agent.yaml"
    path.write_text(adopted_accounts_text(migration(FULL)), encoding="utf-8")
    onboarding = config.from_file(path)
    assert onboarding.generation is Generation.PREVIEW
    [account] = onboarding.accounts
    assert account.role_arn() == "arn:aws:iam::222222222222:role/agents/Agent"
    assert (account.description, account.max_session_seconds) == ('Made by "hand": é #1', 7200)
    assert account.permissions_boundary == "arn:aws:iam::222222222222:policy/B"


def test_template_of_the_app(app: App, tmp_path: Path) -> None:
    """The role has the logical id and the name that the import names, and the trust policy that it has now."""
    path = tmp_path / "devops-agent.yaml"
    path.write_text(adopted_accounts_text(migration(FULL)), encoding="utf-8")
    onboarding = config.from_file(path)
    stacks = connect_accounts(app, onboarding)
    stack = stacks.secondary["222222222222"]
    assert stack.stack_name == "DevOpsAgentSecondary-222222222222"
    role = template_of(stack)["Resources"]["Role11E5256C"]["Properties"]
    assert role["RoleName"] == "Agent"
    assert role["AssumeRolePolicyDocument"] == policy(PREVIEW_TRUST)


def test_stack_prefix() -> None:
    """The stacks of the file are called like those that are there, so that one file can have them all."""
    prefixed = connected("333333333333", "ga", stack_name="Orders-DevOpsAgentSecondary-333333333333")
    text = adopted_accounts_text(migration(FULL, prefixed))
    assert "\ngeneration: preview\nstack_prefix: Orders-\n" in text
    assert "cdk import Orders-DevOpsAgentSecondary-222222222222 " in text
    assert "# left out, its stack is there already: 333333333333" in text
