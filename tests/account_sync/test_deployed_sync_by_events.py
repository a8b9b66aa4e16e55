"""AccountSync end to end where the management account has the StackSet: a role to read, and events to run at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.account_sync.deployed_sync import DeployedSync, deployed_sync
from tests.emulator.example_organization import MANAGEMENT, PRIMARY, REACHED

pytestmark = pytest.mark.end_to_end

NEWCOMER, MOVED = "100000000005", "555555555555"
STACK_SET = f"arn:aws:cloudformation:us-east-1:{MANAGEMENT}:stackset/DevOpsAgentSecondary:8f6187a7"
READ_ROLE = f"arn:aws:iam::{MANAGEMENT}:role/DevOpsAgentOrganizationRead"


@pytest.fixture(scope="module")
def sync(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeployedSync]:
    """Return one."""
    with deployed_sync(tmp_path_factory.mktemp("app") / "out", is_through_a_role=True) as sync:
        yield sync


def test_accounts_that_come_and_go(sync: DeployedSync) -> None:
    """Who joins is connected when its stack of the StackSet is CURRENT, who leaves is disconnected: at once."""
    assert sync.invoke()["successful"]
    assert sync.connected() == dict.fromkeys(REACHED, "valid")
    sync.example.organization.create_trail()
    sync.example.organization.add_account(sync.example.sandbox, account_id=NEWCOMER)
    assert NEWCOMER in sync.connected()
    sync.example.organization.move(MOVED, sync.example.organization.root_id)
    assert MOVED not in sync.connected()


@pytest.mark.parametrize(
    "detail",
    [
        {"stack-set-arn": STACK_SET, "status-details": {"status": "OUTDATED"}},
        {"stack-set-arn": STACK_SET.replace("Secondary", "Other"), "status-details": {"status": "CURRENT"}},
    ],
    ids=["not yet", "another StackSet"],
)
def test_event_of_something_else(sync: DeployedSync, detail: dict[str, Any]) -> None:
    """It runs nothing."""
    from tests.emulator.event_bus.delivery import emit, event_of  # noqa: PLC0415  # moto takes seconds to import
    from tests.emulator.resource_type import Place  # noqa: PLC0415

    before, place = len(sync.lines("run")), Place(account_id=MANAGEMENT, region="us-east-1")
    emit(event_of(place, "aws.cloudformation", "CloudFormation StackSet StackInstance Status Change", detail))
    assert len(sync.lines("run")) == before


def test_nobody_else_reads_by_the_role(sync: DeployedSync) -> None:
    """Not even another role of the primary account, or its administrator."""
    for account_id in (PRIMARY, "222222222222"):
        with pytest.raises(ClientError, match="AccessDenied"):
            sync.emulator.client("sts", account_id).assume_role(RoleArn=READ_ROLE, RoleSessionName="somebody")


def test_without_the_role(sync: DeployedSync) -> None:
    """Nobody is disconnected, and the run is no success."""
    before = sync.connected().keys()
    sync.emulator.client("iam", MANAGEMENT).delete_role_policy(
        RoleName="DevOpsAgentOrganizationRead", PolicyName="ReadTheOrganization"
    )
    assert "AccessDenied" in str(sync.invoke())
    assert sync.connected().keys() == before
    assert sync.metrics()["SuccessfulRuns"] == 0
