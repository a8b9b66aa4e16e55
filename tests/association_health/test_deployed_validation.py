"""A deployment fails if an account is not valid, and says why; deployed, changed, rolled back and deleted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.association_health.deployed_validation import (
    BILLING,
    KEY_ARN,
    NAME,
    ORDERS,
    PRIMARY,
    DeployedValidation,
    synthesize,
)
from tests.emulator.bootstrap import bootstrap
from tests.emulator.cdk import Cdk, CdkError
from tests.emulator.clock import CLOCK
from tests.emulator.faults import FAULTS
from tests.emulator.primary_account import PrimaryAccount
from tests.emulator.server import Emulator
from tests.emulator.stack import failures
from tests.emulator.trusting_roles import SPACE_ARN
from tests.markdown import ROOT, blocks

pytestmark = pytest.mark.end_to_end

ROLE = f"arn:aws:iam::{ORDERS}:role/DevOpsAgentRole-SecondaryAccount"


@pytest.fixture(scope="module")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the synthesized stacks."""
    return synthesize(tmp_path_factory.mktemp("assembly"))


@pytest.fixture
def stack(assembly: Path) -> Iterator[DeployedValidation]:
    """Return the stack, which is not deployed; the account is bootstrapped, and the Agent Space is there."""
    with Emulator() as emulator:
        bootstrap(emulator, PRIMARY)
        PrimaryAccount(emulator, SPACE_ARN, encryption_key_arn=KEY_ARN)
        deployed = DeployedValidation(emulator, assembly)
        deployed.upload()
        yield deployed


def test_from_creation_to_deletion(stack: DeployedValidation) -> None:
    """Each change of an account is validated; a rollback and the deletion call nothing, and do not fail."""
    stack.create_role(ORDERS)
    assert stack.deploy("One") == "CREATE_COMPLETE"
    assert stack.summary() == "1 valid"

    assert stack.deploy("Two", change="UPDATE") == "UPDATE_ROLLBACK_COMPLETE"
    [reason] = failures(stack.cloudformation)
    [shown] = [text for language, text in blocks(ROOT / "docs" / "known_to_work.md") if language == "text"]
    assert reason.partition(" (RequestId: ")[0] == shown.rstrip()
    assert stack.summary() == "1 valid"

    # What was good before need not be good now, and must not keep the stack from going back.
    stack.delete_role(ORDERS)
    assert stack.deploy("Two", change="UPDATE") == "UPDATE_ROLLBACK_COMPLETE"
    stack.create_role(ORDERS)
    stack.create_role(BILLING)
    assert stack.deploy("Two", change="UPDATE") == "UPDATE_COMPLETE"
    assert stack.summary() == "2 valid"

    stack.cloudformation.delete_stack(StackName=NAME)
    rolled_back = ("Update", "SUCCESS", "not validated: the stack is being rolled back")
    assert stack.requests() == [
        ("Create", "SUCCESS", "1 valid"),
        ("Update", "FAILED", "after 300 seconds: 1 valid, 1 invalid"),
        rolled_back,
        ("Update", "FAILED", "after 300 seconds: 2 invalid"),
        rolled_back,
        ("Update", "SUCCESS", "2 valid"),
        ("Delete", "SUCCESS", "deleted"),
    ]


def test_late_success(stack: DeployedValidation) -> None:
    """The role appears during the wait, and the deployment goes on soon after; AWS throttles, and breaks off."""
    FAULTS.fail("devops-agent", "ValidateAwsAssociations", code="ThrottlingException", times=5)
    FAULTS.halve_answer("devops-agent", "ListAssociations", times=2)
    begin = CLOCK.now()
    CLOCK.call_in(timedelta(seconds=100), lambda: stack.create_role(ORDERS))
    assert stack.deploy("One") == "CREATE_COMPLETE"
    assert timedelta(seconds=100) < CLOCK.now() - begin < timedelta(seconds=300)


def test_failure_by_the_cdk_cli(stack: DeployedValidation, assembly: Path, tmp_path: Path) -> None:
    """Whoever deploys reads what is wrong and what to do; the log outlives the rollback, which sends a Delete."""
    environment = stack.emulator.environment(PRIMARY, "us-east-1")
    with pytest.raises(CdkError) as failed:
        Cdk(tmp_path, context={}).deploy("One", environment=environment, app=assembly)
    output = " ".join(failed.value.output.split())
    assert f"{ORDERS} invalid: AWS DevOps Agent cannot assume {ROLE}" in output
    assert f"devops-agent-accounts doctor {SPACE_ARN} --account {ORDERS}" in output
    kinds = [(kind, status) for kind, status, _ in stack.requests()]
    assert kinds == [("Create", "FAILED"), ("Delete", "SUCCESS")]
    assert "Signature" not in "".join(stack.messages())


def test_warn_only(stack: DeployedValidation) -> None:
    """The deployment goes on; the output and the log say what is wrong."""
    assert stack.deploy("WarnOnly") == "CREATE_COMPLETE"
    assert stack.summary() == "1 invalid"
    assert [entry["line"][:20] for entry in stack.log() if "line" in entry] == [f"{ORDERS} invalid"]


def test_function_that_crashes(stack: DeployedValidation) -> None:
    """CloudFormation waits for as long as the function may take, and not for an hour."""
    begin = CLOCK.now()
    assert stack.deploy("One", Handler="nowhere.handle") == "ROLLBACK_COMPLETE"
    assert failures(stack.cloudformation)[0].startswith("CloudFormation did not receive a response")
    # Once for the creation, once for the deletion that follows.
    assert CLOCK.now() - begin < 2 * timedelta(minutes=9)
