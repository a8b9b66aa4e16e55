"""AccountSync end to end: its package, with its role's permissions, on its schedule, against the emulator."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError

from tests.account_sync.deployed_sync import ROLE, DeployedSync, deployed_sync
from tests.emulator.example_organization import PRIMARY, REACHED
from tests.emulator.faults import FAULTS
from tests.emulator.trusting_roles import by_service

pytestmark = pytest.mark.end_to_end

NEWCOMER, MOVED, CLOSED, ORDERS = "100000000005", "555555555555", "444444444444", "222222222222"
FUNCTION, SERVICE = "DevOpsAgentAccountSync", "devops-agent"


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeployedSync]:
    """Return one that reads as a delegated administrator."""
    with deployed_sync(tmp_path_factory.mktemp("app") / "out", is_through_a_role=False) as sync:
        yield sync


@pytest.fixture
def sync(deployed: DeployedSync) -> DeployedSync:
    """Return it in step, with nothing that fails."""
    FAULTS.reset()
    while not (answer := deployed.invoke()).get("successful") or answer["tried"]:
        assert "errorMessage" not in answer
    FAULTS.reset()
    return deployed


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


def test_in_step(sync: DeployedSync) -> None:
    """One page of each list, and no write."""
    assert sync.invoke()["successful"]
    writes = ("AssociateService", "UpdateAssociation", "DisassociateService")
    assert [FAULTS.calls(SERVICE, operation) for operation in writes] == [0, 0, 0]
    assert FAULTS.calls(SERVICE, "ListAssociations") == FAULTS.calls("organizations", "ListAccounts") == 1


def test_throttled(sync: DeployedSync) -> None:
    """Twice a second is all that AWS takes: all is done in one run, with pauses, and is a success."""
    expected = sync.connected().keys()
    disconnected(sync)
    FAULTS.throttle(SERVICE, per_second=2)
    answer = sync.invoke()
    FAULTS.reset()
    assert answer["successful"]
    assert sync.connected().keys() == expected


def test_answers_that_are_lost(sync: DeployedSync) -> None:
    """Half a list is no list, and an account whose association was made without an answer is connected."""
    expected = sync.connected().keys()
    disconnected(sync)
    FAULTS.empty_pages("organizations")
    FAULTS.empty_pages(SERVICE)
    FAULTS.halve_answer(SERVICE, "ListAssociations", times=1)
    FAULTS.lose_answer(SERVICE, "AssociateService", times=2)
    assert sync.invoke()["successful"]
    assert sync.connected().keys() == expected


def test_one_account_fails(sync: DeployedSync) -> None:
    """The others are connected; the run is no success, and the log has AWS's reason."""
    expected = sync.connected().keys()
    disconnected(sync)
    words = "too many associations"
    FAULTS.fail(SERVICE, "AssociateService", code="ServiceQuotaExceededException", message=words, account_id=ORDERS)
    answer = sync.invoke()
    assert (answer["successful"], answer["tried"]) == (False, len(expected))
    assert sync.connected().keys() == expected - {ORDERS}
    [failed] = [line for line in sync.lines("change")[-len(expected) :] if line["result"] == "failed"]
    assert (failed["accountId"], failed["error"]) == (ORDERS, f"ServiceQuotaExceededException: {words}")
    assert (sync.metrics()["FailedActions"], sync.metrics()["MissingAccounts"]) == (1, 1)


def test_killed(sync: DeployedSync) -> None:
    """In the middle of its third write: nothing is broken, the next run on the schedule does the rest."""
    from tests.emulator.lambda_functions.runtime_process import kill_running  # noqa: PLC0415  # moto takes seconds

    expected = sync.connected().keys()
    disconnected(sync)
    FAULTS.before(
        SERVICE,
        "AssociateService",
        lambda: kill_running() if FAULTS.calls(SERVICE, "AssociateService") == 3 else None,
    )
    assert "errorMessage" in sync.invoke()
    assert 0 < len(sync.connected()) < len(expected)
    sync.let_the_schedule_run()
    assert sync.connected().keys() == expected


def test_one_at_a_time(sync: DeployedSync) -> None:
    """Reserved concurrency is 1: Lambda refuses a second run, and keeps an event of a schedule for later."""
    refused = list[str]()

    def another() -> None:
        if not refused:
            client = sync.emulator.client("lambda", PRIMARY)
            with pytest.raises(ClientError) as caught:
                client.invoke(FunctionName=FUNCTION, Payload=b"{}")
            refused.append(caught.value.response["Error"]["Code"])

    disconnected(sync)
    FAULTS.before(SERVICE, "AssociateService", another)
    assert sync.invoke()["successful"]
    assert refused == ["TooManyRequestsException"]


def test_beside_somebody_else(sync: DeployedSync) -> None:
    """Somebody connects an account while the run is at work: it is no failure."""
    expected = sync.connected().keys()
    disconnected(sync)
    connected = list[str]()

    def associate() -> None:
        if not connected:
            connected.append(ORDERS)
            sync.primary.associate(ORDERS, f"arn:aws:iam::{ORDERS}:role/{ROLE}")

    FAULTS.before(SERVICE, "AssociateService", associate)
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
