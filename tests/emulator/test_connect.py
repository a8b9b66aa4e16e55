"""A connection changes and ends: accounts leave, roles get another name, and nobody else can take an account."""

from __future__ import annotations

from pathlib import Path

import pytest
from aws_cdk import App, Environment, LegacyStackSynthesizer, Stack
from botocore.exceptions import ClientError

from devops_agent_constructs import AgentSpaceArn, PrimaryAccountAccess, SecondaryAccount
from tests.emulator.primary_account import PrimaryAccount
from tests.emulator.ready_made_app import ReadyMadeApp
from tests.emulator.server import Emulator
from tests.emulator.stack import deploy_template, failures

SPACE_ARN = "arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c"
ACCOUNTS_FILE = f"""\
agent_space_arn: {SPACE_ARN}
primary: {{}}
accounts:
  - "222222222222"
"""
LEAVING = '  - "333333333333"\n'
RENAMED = "    role: {name: Other}\n"
DUPLICATE = (
    'Resource handler returned message: "AWS association with accountId 222222222222 already exists for this agent '
    'space (Service: DevOpsAgent, Status Code: 400)"'
)


def associate_again(emulator: Emulator, folder: Path) -> list[str]:
    """Deploy an app of somebody else, which connects account 222222222222 to the same Agent Space; return why not."""
    app = App(outdir=str(folder), analytics_reporting=False, builtin_cloud_formation_validation=False)
    env = Environment(account="111111111111", region="us-east-1")
    stack = Stack(app, "Stack", env=env, synthesizer=LegacyStackSynthesizer())
    account = SecondaryAccount(account_id="222222222222")
    PrimaryAccountAccess(stack, "Access", agent_space=AgentSpaceArn.from_arn(SPACE_ARN), accounts=[account])
    app.synth()
    cloudformation = emulator.client("cloudformation", "111111111111")
    deploy_template(cloudformation, "Stack", (folder / "Stack.template.json").read_text())
    return failures(cloudformation)


def test_a_connection_changes_and_ends(emulator: Emulator, primary: PrimaryAccount, tmp_path: Path) -> None:
    """What stays, what is replaced and what is gone after each step, as the README says it."""
    app = ReadyMadeApp(emulator, tmp_path)
    app.write(ACCOUNTS_FILE + LEAVING)
    app.deploy_without_cli("DevOpsAgentSecondary-222222222222")
    app.deploy_without_cli("DevOpsAgentSecondary-333333333333")
    app.deploy_without_cli("DevOpsAgentPrimary")
    before = primary.validate()
    assert {account_id: association.status for account_id, association in before.items()} == {
        "222222222222": "valid",
        "333333333333": "valid",
    }

    # Somebody else cannot connect an account again, and breaks nothing by trying.
    assert associate_again(emulator, tmp_path / "second") == [DUPLICATE]
    assert primary.associations() == before

    # Account 333333333333 leaves, and account 222222222222 gets a role of another name: it is another role.
    app.write(ACCOUNTS_FILE.replace('- "222222222222"', '- id: "222222222222"') + RENAMED)
    app.deploy_without_cli("DevOpsAgentSecondary-222222222222")
    assert primary.validate()["222222222222"].why_invalid == f"{before['222222222222'].role_arn} does not exist"
    app.deploy("DevOpsAgentPrimary")
    [(account_id, after)] = primary.validate().items()
    assert (account_id, after.status) == ("222222222222", "valid")
    assert after.role_arn == "arn:aws:iam::222222222222:role/Other"
    assert after.association_id == before["222222222222"].association_id

    # The role of an account that has left stays until its own stack goes.
    left = emulator.client("iam", "333333333333")
    assert left.get_role(RoleName="DevOpsAgentRole-SecondaryAccount")
    app.delete("DevOpsAgentSecondary-333333333333")
    with pytest.raises(ClientError, match="NoSuchEntity"):
        left.get_role(RoleName="DevOpsAgentRole-SecondaryAccount")

    # The primary account's stack takes all associations with it, but not the Agent Space, which it did not make.
    app.destroy("DevOpsAgentPrimary")
    assert primary.associations() == {}
    assert primary.api.get_agent_space(agentSpaceId=primary.space.agent_space_id)
