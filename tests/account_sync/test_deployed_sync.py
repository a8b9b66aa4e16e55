"""AccountSync end to end: its package, with its role's permissions, on its schedule, against the emulator."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.account_sync.deployed_sync import ROLE, DeployedSync, deployed_sync
from tests.emulator.example_organization import PRIMARY, REACHED
from tests.emulator.trusting_roles import by_service

pytestmark = pytest.mark.end_to_end

NEWCOMER, MOVED, CLOSED, ORDERS = "100000000005", "555555555555", "444444444444", "222222222222"
FUNCTION = "DevOpsAgentAccountSync"


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeployedSync]:
    """Return one that reads as a delegated administrator."""
    with deployed_sync(tmp_path_factory.mktemp("app") / "out", is_through_a_role=False) as sync:
        yield sync


@pytest.fixture
def sync(deployed: DeployedSync) -> DeployedSync:
    """Return it in step."""
    while not (answer := deployed.invoke()).get("successful") or answer["tried"]:
        assert "errorMessage" not in answer
    return deployed


@pytest.fixture
def before_associating(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[int], None]], None]:
    """Return what lets something happen before each AssociateService, told its number."""
    from tests.emulator.devops_agent.api import Response  # noqa: PLC0415  # moto takes seconds to import

    def set_up(before: Callable[[int], None]) -> None:
        numbers, associate = iter(range(1_000)), Response.associate_service

        def associate_service(response: Response) -> Any:
            before(next(numbers))
            return associate(response)

        monkeypatch.setattr(Response, "associate_service", associate_service)

    return set_up


def disconnected(sync: DeployedSync) -> None:
    """Disconnect all secondary accounts."""
    for account_id, association in sync.primary.associations().items():
        if account_id != PRIMARY:
            space_id = sync.primary.space.agent_space_id
            sync.primary.api.disassociate_service(agentSpaceId=space_id, associationId=association.association_id)


def test_accounts_come_and_go(sync: DeployedSync) -> None:
    """One joins, one moves out, one is closed: the next run on the schedule does it; the one after it does nothing."""
    assert sync.connected() == dict.fromkeys(REACHED, "valid")
    organization = sync.example.organization
    organization.add_account(sync.example.sandbox, account_id=NEWCOMER)
    organization.move(MOVED, organization.root_id)
    organization.close(CLOSED)
    sync.let_the_schedule_run()
    assert sync.connected().keys() == {*REACHED, NEWCOMER} - {MOVED, CLOSED}
    changes = {line["accountId"]: (line["action"], line["reason"]) for line in sync.lines("change")[-3:]}
    assert changes == {
        NEWCOMER: ("associate", "not connected"),
        CLOSED: ("disassociate", "suspended"),
        MOVED: ("disassociate", "in none of the units"),
    }
    assert (sync.metrics()["RemovedAccounts"], sync.metrics()["MissingAccounts"]) == (2, 0)
    sync.let_the_schedule_run()
    assert sync.lines("run")[-1]["tried"] == 0
    assert sync.metrics()["ValidAccounts"] == len(sync.connected())


def test_role_that_breaks(sync: DeployedSync) -> None:
    """Two runs later the metric says so: the first asks AWS to validate, the second reads what came of it."""
    iam = sync.emulator.client("iam", ORDERS)
    iam.update_assume_role_policy(RoleName=ROLE, PolicyDocument=by_service(account_id="333333333333"))
    sync.let_the_schedule_run()
    sync.let_the_schedule_run()
    assert sync.metrics()["InvalidAccounts"] == 1
    iam.update_assume_role_policy(RoleName=ROLE, PolicyDocument=by_service())
    sync.let_the_schedule_run()
    sync.let_the_schedule_run()
    assert sync.metrics()["InvalidAccounts"] == 0


def test_throttled(sync: DeployedSync, before_associating: Callable[[Callable[[int], None]], None]) -> None:
    """Every second call is refused for a moment: all is done in one run, and is a success."""
    from moto.devopsagent.exceptions import DevOpsAgentClientError  # noqa: PLC0415  # see above

    class ThrottlingError(DevOpsAgentClientError):
        code = "ThrottlingException"

    def throttle(number: int) -> None:
        if number % 2 == 0:
            raise ThrottlingError("Rate exceeded")

    expected = sync.connected().keys()
    disconnected(sync)
    before_associating(throttle)
    assert sync.invoke()["successful"]
    assert sync.connected().keys() == expected


def test_killed(sync: DeployedSync, before_associating: Callable[[Callable[[int], None]], None]) -> None:
    """In the middle of its third write: nothing is broken, the next run on the schedule does the rest."""
    from tests.emulator.lambda_functions.runtime_process import kill_running  # noqa: PLC0415  # see above

    expected = sync.connected().keys()
    disconnected(sync)
    before_associating(lambda number: kill_running() if number == 2 else None)
    assert "errorMessage" in sync.invoke()
    assert 0 < len(sync.connected()) < len(expected)
    sync.let_the_schedule_run()
    assert sync.connected().keys() == expected


def test_one_at_a_time(sync: DeployedSync, before_associating: Callable[[Callable[[int], None]], None]) -> None:
    """Reserved concurrency is 1: Lambda refuses a second run, and keeps an event of a schedule for later."""
    refused = list[str]()

    def another(number: int) -> None:
        if number == 0:
            client = sync.emulator.client("lambda", PRIMARY)
            with pytest.raises(ClientError) as caught:
                client.invoke(FunctionName=FUNCTION, Payload=b"{}")
            refused.append(caught.value.response["Error"]["Code"])

    disconnected(sync)
    before_associating(another)
    assert sync.invoke()["successful"]
    assert refused == ["TooManyRequestsException"]


def test_beside_somebody_else(sync: DeployedSync, before_associating: Callable[[Callable[[int], None]], None]) -> None:
    """Somebody connects an account while the run is at work: it is no failure."""
    expected = sync.connected().keys()
    disconnected(sync)

    def associate(number: int) -> None:
        if number == 0:
            sync.primary.associate(ORDERS, f"arn:aws:iam::{ORDERS}:role/{ROLE}")

    before_associating(associate)
    assert sync.invoke()["successful"]
    assert [line["result"] for line in sync.lines("change")[-len(expected) :]].count("changed meanwhile") == 1
    assert sync.connected().keys() == expected


def test_organization_that_cannot_be_read(sync: DeployedSync) -> None:
    """The primary account is no delegated administrator any more: nobody is disconnected, and the run says why."""
    before = sync.connected().keys()
    principal = "member.org.stacksets.cloudformation.amazonaws.com"
    management = sync.emulator.client("organizations", "999999999999")
    management.deregister_delegated_administrator(AccountId=PRIMARY, ServicePrincipal=principal)
    try:
        answer = sync.invoke()
        assert sync.connected().keys() == before
        assert sync.metrics()["SuccessfulRuns"] == 0
        assert "AccessDenied" in json.dumps(answer)
    finally:
        sync.example.organization.register_delegated_administrator(PRIMARY)


def test_agent_space_of_the_organization_mode(sync: DeployedSync, monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS connects its accounts: refused, with an event in the dead-letter queue for whoever looks."""
    space = sync.primary._in_memory()
    monkeypatch.setattr(space, "source_mode", "organization")
    before = sync.connected()
    sync.let_the_schedule_run()
    assert sync.metrics() == {"SuccessfulRuns": 0}
    assert sync.connected() == before
    sqs = sync.emulator.client("sqs", PRIMARY)
    [url] = sqs.list_queues()["QueueUrls"]
    [message] = sqs.receive_message(QueueUrl=url)["Messages"]
    assert json.loads(message["Body"])["detail-type"] == "Scheduled Event"
