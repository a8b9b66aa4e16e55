"""Two accounts files for two Agent Spaces, by the real CDK CLI: neither takes what is the other's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.emulator.cdk import CdkError
from tests.emulator.conftest import SPACE_ARN
from tests.emulator.example_organization import REACHED, ExampleOrganization
from tests.emulator.live_role import LiveRole
from tests.emulator.primary_account import PrimaryAccount
from tests.emulator.ready_made_app import ReadyMadeApp
from tests.emulator.server import Emulator

OTHER_ARN = "arn:aws:aidevops:us-east-1:111111111111:agentspace/00000000-0000-0000-0000-000000000000"
SECONDARY, PRIMARY, ORGANIZATION = "DevOpsAgentSecondary-222222222222", "DevOpsAgentPrimary", "DevOpsAgentOrganization"
ROLE = "DevOpsAgentRole-SecondaryAccount"
FILE = """\
agent_space_arn: {space}
primary: {{}}
role: {{name: {role}}}
accounts: ["222222222222"]
"""


@pytest.fixture
def app(emulator: Emulator, tmp_path: Path) -> ReadyMadeApp:
    """The ready-made app, not yet deployed."""
    return ReadyMadeApp(emulator, tmp_path)


def trusted(emulator: Emulator, account_id: str, role_name: str = ROLE) -> str:
    """The Agent Space that the role of an account trusts."""
    role = LiveRole.find(emulator.client("iam", account_id), role_name)
    assert role is not None
    [statement] = role.trust_policy["Statement"]
    arn: str = statement["Condition"]["ArnLike"]["aws:SourceArn"]
    return arn


def statuses(primary: PrimaryAccount) -> dict[str, str]:
    """Account id -> status of its association."""
    return {account_id: one.status for account_id, one in primary.validate().items()}


def assert_refused(app: ReadyMadeApp, stack_id: str, **account: Any) -> None:
    """Deploy a stack that is another Agent Space's, and read why not."""
    with pytest.raises(CdkError) as refused:
        app.deploy(stack_id, **account)
    said = " ".join(refused.value.output.split())
    assert f"This template connects {OTHER_ARN}, but the stack's parameter AgentSpace says" in said
    assert f"add --parameters {stack_id}:AgentSpace={OTHER_ARN}" in said


def test_a_second_file_takes_nothing_from_the_first(
    app: ReadyMadeApp, emulator: Emulator, primary: PrimaryAccount
) -> None:
    """It is refused, lives beside the first by names of its own, or takes the stack over because somebody says so."""
    other = PrimaryAccount(emulator, OTHER_ARN)
    app.write(FILE.format(space=SPACE_ARN, role=ROLE))
    app.deploy_without_cli(SECONDARY)
    app.deploy_without_cli(PRIMARY)

    app.write(FILE.format(space=OTHER_ARN, role=ROLE))
    assert_refused(app, SECONDARY)
    assert_refused(app, PRIMARY)
    assert (trusted(emulator, "222222222222"), statuses(primary)) == (SPACE_ARN, {"222222222222": "valid"})

    app.write("stack_prefix: Orders-\n" + FILE.format(space=OTHER_ARN, role="OrdersAgent"))
    app.deploy_without_cli(f"Orders-{SECONDARY}")
    app.deploy_without_cli(f"Orders-{PRIMARY}")
    assert trusted(emulator, "222222222222", "OrdersAgent") == OTHER_ARN
    assert statuses(primary) == statuses(other) == {"222222222222": "valid"}

    app.write(FILE.format(space=OTHER_ARN, role=ROLE))
    app.deploy(SECONDARY, "us-east-1", f"--parameters={SECONDARY}:AgentSpace={OTHER_ARN}")
    assert trusted(emulator, "222222222222") == OTHER_ARN
    # The stack remembers it: the next deployment needs no parameter, and the first file is now the other one.
    app.deploy(SECONDARY)
    app.write(FILE.format(space=SPACE_ARN, role=ROLE))
    with pytest.raises(CdkError, match="AgentSpace"):
        app.deploy(SECONDARY)


def test_a_second_rollout_takes_nothing_from_the_first(
    app: ReadyMadeApp, emulator: Emulator, primary: PrimaryAccount
) -> None:
    """The StackSet stays as it is, and so do the roles in all accounts."""
    assert primary.space.arn == SPACE_ARN
    example = ExampleOrganization.create(emulator)
    app.write(example.accounts_file(agent_space_arn=SPACE_ARN))
    app.deploy_without_cli(ORGANIZATION)
    app.write(example.accounts_file(agent_space_arn=OTHER_ARN))
    assert_refused(app, ORGANIZATION)
    assert {trusted(emulator, account_id) for account_id in REACHED} == {SPACE_ARN}


def test_a_stack_of_a_deleted_agent_space(app: ReadyMadeApp, primary: PrimaryAccount, emulator: Emulator) -> None:
    """A stale ARN: AWS refuses the association to a space that is gone, and the stack goes back to what it was."""
    app.write(FILE.format(space=SPACE_ARN, role=ROLE))
    app.deploy_without_cli(SECONDARY)
    primary.api.delete_agent_space(agentSpaceId=primary.space.agent_space_id)
    with pytest.raises(CdkError) as refused:
        app.deploy(PRIMARY)
    assert "ROLLBACK_COMPLETE" in refused.value.output
    assert primary.space.agent_space_id in refused.value.output
    assert trusted(emulator, "222222222222") == SPACE_ARN
