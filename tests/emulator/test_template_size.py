"""Where the CDK CLI refuses a template for its length, and whether synthesis has said so."""

from __future__ import annotations

from pathlib import Path

import pytest
from aws_cdk import App

from devops_agent_constructs import (
    AgentSpaceArn,
    CallAs,
    Onboarding,
    Organization,
    PrimaryAccount,
    SecondaryAccount,
    ServiceManagedDeployment,
    connect_accounts,
)
from tests.emulator.bootstrap import bootstrap
from tests.emulator.cdk import Cdk, CdkError
from tests.emulator.conftest import SPACE_ARN
from tests.emulator.example_organization import ExampleOrganization
from tests.emulator.primary_account import PrimaryAccount as LivePrimaryAccount
from tests.emulator.server import Emulator

STACK = "DevOpsAgentPrimary"
WARNING = "devops-agent-constructs:templateAboveCliLimit"


def new_app(folder: Path) -> App:
    """An app as the CLI runs it."""
    return App(
        outdir=str(folder),
        context={"aws:cdk:enable-path-metadata": True},
        analytics_reporting=False,
        builtin_cloud_formation_validation=False,  # As in `cdk.settings`.
    )


def is_warned_in(app: App) -> bool:
    """Synthesize; return whether there is the warning."""
    app.synth()
    return any(WARNING in path.read_text("utf-8") for path in Path(app.outdir).glob("*.json"))


def is_rollout_warned(folder: Path, excluded: int) -> bool:
    """Synthesize the stack of a rollout that excludes many accounts; return whether it warns."""
    app = new_app(folder)
    deployment = ServiceManagedDeployment(
        organizational_units=["ou-a1b2-11112222"],
        call_as=CallAs.DELEGATED_ADMIN,
        exclude_accounts=[f"{300_000_000_000 + number}" for number in range(excluded)],
    )
    organization = Organization(account_id="111111111111", deployment=deployment)
    connect_accounts(app, Onboarding(agent_space=SPACE_ARN, accounts=[], organization=organization))
    return is_warned_in(app)


def is_warned(folder: Path, accounts: int) -> bool:
    """Synthesize the primary account's stack with many associations; return whether it warns."""
    app = new_app(folder)
    connect_accounts(
        app,
        Onboarding(
            agent_space=AgentSpaceArn.from_arn(SPACE_ARN),
            accounts=[SecondaryAccount(account_id=f"{200_000_000_000 + number}") for number in range(accounts)],
            primary=PrimaryAccount(),
        ),
    )
    return is_warned_in(app)


def test_the_warning_agrees_with_the_cli(emulator: Emulator, primary: LivePrimaryAccount, tmp_path: Path) -> None:
    """What is not warned of deploys without bootstrap; what is warned of does not, until there is one."""
    cdk = Cdk(tmp_path, context={})
    environment = emulator.environment("111111111111", "us-east-1")
    assert not is_warned(tmp_path / "fits", 133)
    cdk.deploy(STACK, environment=environment, app=tmp_path / "fits")
    assert len(primary.associations()) == 133

    assert is_warned(tmp_path / "larger", 139)
    with pytest.raises(CdkError, match=r'Template too large to deploy \("cdk bootstrap" is required\)'):
        cdk.deploy(STACK, environment=environment, app=tmp_path / "larger")
    bootstrap(emulator, "111111111111")
    cdk.deploy(STACK, environment=environment, app=tmp_path / "larger")
    assert len(primary.associations()) == 139


def test_the_warning_of_a_rollout_agrees_with_the_cli(emulator: Emulator, tmp_path: Path) -> None:
    """The role's template is text inside of the stack's template, and the accounts come to it."""
    ExampleOrganization.create(emulator)
    cdk = Cdk(tmp_path, context={})
    environment = emulator.environment("111111111111", "us-east-1")
    assert not is_rollout_warned(tmp_path / "fits", 1_480)
    cdk.deploy("DevOpsAgentOrganization", environment=environment, app=tmp_path / "fits")
    assert is_rollout_warned(tmp_path / "larger", 1_560)
    with pytest.raises(CdkError, match=r'Template too large to deploy \("cdk bootstrap" is required\)'):
        cdk.deploy("DevOpsAgentOrganization", environment=environment, app=tmp_path / "larger")
