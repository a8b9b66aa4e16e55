"""What AWS says to an app of `BootstraplessSynthesizer` in an account without bootstrap, by the real CDK CLI."""

from __future__ import annotations

from pathlib import Path

import pytest
from aws_cdk import App, BootstraplessSynthesizer, IStackSynthesizer, LegacyStackSynthesizer

from devops_agent_constructs import SecondaryAccount, SecondaryAccountStack
from tests.emulator.cdk import Cdk, CdkError
from tests.emulator.conftest import SPACE_ARN
from tests.emulator.server import Emulator
from tests.emulator.stack import role_names

ACCOUNT = "222222222222"


def deploy(emulator: Emulator, folder: Path, synthesizer: IStackSynthesizer | None, *, as_account: str) -> None:
    """Deploy the stack of a secondary account with somebody's credentials."""
    app = App(outdir=str(folder / "out"), analytics_reporting=False, builtin_cloud_formation_validation=False)
    account = SecondaryAccount(account_id=ACCOUNT)
    SecondaryAccountStack(app, "Orders", account=account, agent_space=SPACE_ARN, synthesizer=synthesizer)
    app.synth()
    environment = emulator.environment(as_account, "us-east-1")
    Cdk(folder, context={}).deploy("Orders", environment=environment, app=folder / "out")


def test_a_role_of_the_bootstrap_that_does_not_exist(emulator: Emulator, tmp_path: Path) -> None:
    """The CLI goes on with the caller's credentials, and CloudFormation refuses the role that it is to take."""
    with pytest.raises(CdkError) as refused:
        deploy(emulator, tmp_path, BootstraplessSynthesizer(), as_account=ACCOUNT)
    role = f"arn:aws:iam::{ACCOUNT}:role/cdk-hnb659fds-cfn-exec-role-{ACCOUNT}-us-east-1"
    assert f"Role {role} is invalid or cannot be assumed" in refused.value.output
    assert role_names(emulator.client("iam", ACCOUNT)) == []


@pytest.mark.parametrize("synthesizer", [None, LegacyStackSynthesizer()])
def test_no_role_at_all(emulator: Emulator, tmp_path: Path, synthesizer: IStackSynthesizer | None) -> None:
    """What the stacks do by themselves, and what the README says to write, needs the caller's credentials alone.

    Promise: No bootstrap.
    """
    deploy(emulator, tmp_path, synthesizer, as_account=ACCOUNT)
    assert role_names(emulator.client("iam", ACCOUNT)) == ["DevOpsAgentRole-SecondaryAccount"]


def test_credentials_of_another_account(emulator: Emulator, tmp_path: Path) -> None:
    """The CLI names both accounts, and nothing is made in either."""
    with pytest.raises(CdkError, match=ACCOUNT):
        deploy(emulator, tmp_path, None, as_account="333333333333")
    for account_id in (ACCOUNT, "333333333333"):
        assert role_names(emulator.client("iam", account_id)) == []
