"""One run: what it does, what it leaves to the next, and its metrics."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from devops_agent_constructs.account_sync.associations_reader import OrganizationModeError
from devops_agent_constructs.account_sync.associations_writer import Result
from devops_agent_constructs.account_sync.metrics import SyncMetric, embedded
from devops_agent_constructs.account_sync.retries import Retries
from devops_agent_constructs.account_sync.run import RESERVED_SECONDS, SyncRun
from devops_agent_constructs.account_sync.scope import Desired, DesiredRole
from devops_agent_constructs.account_sync.sync_limits import SyncLimits
from tests.account_sync.cases import FOREIGN, NOW, OWN, PRIMARY, arn, association
from tests.account_sync.fake_clients import FOR_ALL_CALLS, FakeDevOpsAgent, refusal

SPACE_ID = "8f6187a7-0388-4926-8217-3a0fe32f757c"
ORDERS, BILLING, CARDS, LAB, GONE = (digit * 12 for digit in "23456")
WAITING = "its role is not deployed"
WANTED = Desired(
    roles={
        **{one: DesiredRole(role_arn=arn(one, OWN)) for one in (ORDERS, BILLING, CARDS)},
        LAB: DesiredRole(role_arn=arn(LAB, OWN), why_left_alone=WAITING),
        PRIMARY: DesiredRole(role_arn=arn(PRIMARY, OWN)),
    }
)


class Scene:
    """An Agent Space with one account in step and one that is gone, and runs on it."""

    def __init__(self) -> None:
        self.service, self.desired, self.told = FakeDevOpsAgent(), WANTED, list[Result]()
        self.service.add(association(1, ORDERS, arn(ORDERS, OWN)))
        self.service.add(association(2, GONE, arn(GONE, OWN)))
        self.service.add(association(3, PRIMARY, arn(PRIMARY, FOREIGN), account_type="monitor"))
        self.connected = list[str]()
        self.run = self.fresh()

    def fresh(self, **limits: Any) -> SyncRun:
        """Return a run that has not begun."""
        of_space: dict[str, Any] = {"primary_account_id": PRIMARY, "owned_roles": [OWN], **limits}
        limits = {"max_removal_percentage": 100, **of_space}
        return SyncRun(
            agent_space_id=SPACE_ID, limits=SyncLimits(**limits), retries=Retries(attempts=2, sleep=lambda _: None)
        )

    def do(self, *, seconds: tuple[float, ...] = (), **limits: Any) -> SyncRun:
        """Run once; `seconds` are left before the first changes, and many afterwards."""
        self.run, left = self.fresh(**limits), iter(seconds)

        def read(connected: list[str]) -> Desired:
            self.connected = connected
            return self.desired

        self.run.do(self.service, read, seconds_left=lambda: next(left, 900.0), tell=self.told.append)
        return self.run

    def metrics(self) -> dict[str, float]:
        """Return the last run's, by name."""
        return {metric.value: value for metric, value in self.run.metrics(NOW).items()}


@pytest.fixture
def scene() -> Scene:
    """Return one."""
    return Scene()


def test_run(scene: Scene) -> None:
    """Two are connected, one is disconnected, each is told; AWS is asked to validate at the very end."""
    run = scene.do()
    assert run.is_success
    assert run.is_finished
    assert scene.service.writes() == ["AssociateService", "AssociateService", "DisassociateService"]
    assert scene.service.calls[0] == ("GetAgentSpace", {"agentSpaceId": SPACE_ID})
    assert scene.service.calls[-1] == ("ValidateAwsAssociations", {"agentSpaceId": SPACE_ID})
    assert scene.told == run.results
    assert scene.connected == [ORDERS, GONE]


def test_in_step(scene: Scene) -> None:
    """No change, and yet a validation: a role can break without anybody changing its association."""
    scene.do()
    scene.service.calls.clear()
    assert scene.do().is_success
    assert scene.service.writes() == []
    assert scene.service.calls[-1][0] == "ValidateAwsAssociations"


def test_metrics(scene: Scene) -> None:
    """What there was at the start, and what the run made of it; the primary account is no secondary one."""
    scene.service.associations["a-00002"] |= {"status": "invalid", "updatedAt": NOW - timedelta(hours=2)}
    scene.do()
    assert scene.metrics() == {
        "ConnectedAccounts": 2,
        "ValidAccounts": 0,
        "PendingAccounts": 1,
        "InvalidAccounts": 1,
        "OldestInvalidAge": 7200.0,
        "MissingAccounts": 1,
        "RemovedAccounts": 1,
        "FailedActions": 0,
        "SuccessfulRuns": 1,
    }
    scene.do()
    assert scene.metrics() == {
        "ConnectedAccounts": 3,
        "ValidAccounts": 3,
        "PendingAccounts": 0,
        "InvalidAccounts": 0,
        "OldestInvalidAge": 0,
        "MissingAccounts": 1,
        "RemovedAccounts": 0,
        "FailedActions": 0,
        "SuccessfulRuns": 1,
    }


def test_no_time_left(scene: Scene) -> None:
    """No change begins in the last minutes; that is no failure, and the next run does the rest."""
    run = scene.do(seconds=(900.0, 149.0))
    assert (len(run.results), run.not_tried, run.is_success) == (1, 2, True)
    assert scene.metrics()["MissingAccounts"] == 2
    assert scene.service.calls[-1][0] == "ValidateAwsAssociations"
    assert not run.is_all_done
    run = scene.do()
    assert (len(run.results), run.not_tried, run.is_all_done) == (2, 0, True)


def test_no_time_for_any_change(scene: Scene) -> None:
    """It would go on like this for ever: no success, so that the heartbeat tells."""
    run = scene.do(seconds=(60.0,))
    assert (run.results, run.not_tried, run.is_success) == ([], 3, False)
    assert scene.service.calls[-1][0] == "ValidateAwsAssociations"


def test_time_that_is_reserved() -> None:
    """A change that is throttled to its last attempt, and the validation after it, pause no longer."""
    pauses = list[float]()

    def throttled(**_: Any) -> Any:
        raise refusal("AssociateService", "ThrottlingException", status=429)

    for _ in range(2):
        with pytest.raises(type(refusal("", ""))):
            Retries(attempts=8, sleep=pauses.append, chance=lambda: 1.0).call(throttled)
    assert sum(pauses) == 142 < RESERVED_SECONDS


def test_action_that_fails(scene: Scene) -> None:
    """The rest is done, and the run is no success."""

    def before(operation: str, parameters: dict[str, Any]) -> None:
        if operation == "AssociateService" and BILLING in str(parameters):
            raise refusal(operation, "ServiceQuotaExceededException", "too many", status=402)

    scene.service.before = before
    assert not scene.do().is_success
    metrics = scene.metrics()
    assert (metrics["FailedActions"], metrics["MissingAccounts"], metrics["SuccessfulRuns"]) == (1, 2, 0)


@pytest.mark.parametrize("settings", [{"max_removals": 0}, {"why_incomplete": "AWS Organizations: throttled"}])
def test_plan_with_a_failure(scene: Scene, settings: dict[str, Any]) -> None:
    """What can be trusted is done; the run is no success."""
    scene.desired = Desired(roles=WANTED.roles, why_incomplete=settings.pop("why_incomplete", None))
    assert not scene.do(**settings).is_success
    assert scene.service.writes() == ["AssociateService", "AssociateService"]
    assert scene.metrics()["SuccessfulRuns"] == 0
    # Half an organization lacks nobody: 0 would end an alarm.
    assert ("MissingAccounts" in scene.metrics()) is (scene.desired.why_incomplete is None)


def test_organization_mode(scene: Scene) -> None:
    """Refused, also without any association, and nothing is done."""
    scene.service.space = {"awsSourceMode": "organization"}
    with pytest.raises(OrganizationModeError, match="AWS connects its accounts by itself"):
        scene.do()
    assert scene.service.writes() == []
    assert scene.metrics() == {"SuccessfulRuns": 0}


def test_organization_that_cannot_be_read(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is done; what is connected is known all the same."""
    monkeypatch.setattr(scene, "desired", None)
    error = refusal("DescribeOrganization", "AccessDeniedException")
    run = scene.fresh()
    scene.run = run
    with pytest.raises(type(error)):
        run.do(
            scene.service,
            lambda _: (_ for _ in ()).throw(error),
            seconds_left=lambda: 900,
            tell=scene.told.append,
        )
    assert scene.service.writes() == []
    metrics = scene.metrics()
    assert (metrics["ConnectedAccounts"], metrics["SuccessfulRuns"]) == (2, 0)
    assert "MissingAccounts" not in metrics


def test_ended_by_its_credentials(scene: Scene) -> None:
    """What was done is counted, and the run is no success."""

    def before(operation: str, parameters: dict[str, Any]) -> None:
        if CARDS in str(parameters) and operation == "AssociateService":
            raise FOR_ALL_CALLS[0]

    scene.service.before = before
    with pytest.raises(type(FOR_ALL_CALLS[0])):
        scene.do()
    metrics = scene.metrics()
    assert (metrics["FailedActions"], metrics["MissingAccounts"], metrics["SuccessfulRuns"]) == (1, 2, 0)


def test_two_runs_at_once(scene: Scene) -> None:
    """The second finds done what it planned: no failure, and no success of its own; the next run sees it connected."""

    def before(operation: str, _parameters: dict[str, Any]) -> None:
        if operation == "AssociateService":
            scene.service.before = lambda _operation, _parameters: None
            other = scene.fresh()
            other.do(scene.service, lambda _: WANTED, seconds_left=lambda: 900, tell=lambda _: None)

    scene.service.before = before
    run = scene.do()
    assert (run.is_success, run.is_all_done) == (True, False)
    metrics = scene.metrics()
    assert (metrics["MissingAccounts"], metrics["FailedActions"]) == (3, 0)
    scene.do()
    assert scene.metrics()["MissingAccounts"] == 1


def test_update_of_an_association_that_is_gone(scene: Scene) -> None:
    """Somebody removed it meanwhile: the account is missing after the run."""
    scene.service.associations["a-00001"]["configuration"]["sourceAws"]["assumableRoleArn"] = arn(ORDERS, FOREIGN)

    def before(operation: str, parameters: dict[str, Any]) -> None:
        if operation == "UpdateAssociation":
            del scene.service.associations[parameters["associationId"]]

    scene.service.before = before
    scene.do(owned_roles=[OWN, FOREIGN])
    assert scene.metrics()["MissingAccounts"] == 2


def test_account_that_nobody_expects(scene: Scene) -> None:
    """The management account in a root: it is left alone, and not missing."""
    waiting = DesiredRole(role_arn=arn(LAB, OWN), why_left_alone=WAITING, is_expected=False)
    scene.desired = Desired(roles={**WANTED.roles, LAB: waiting})
    scene.do()
    assert scene.metrics()["MissingAccounts"] == 0


def test_status_that_nobody_knows(scene: Scene) -> None:
    """It is not taken for good, nor for one that comes right by itself."""
    scene.service.associations["a-00001"]["status"] = "role-deleted"
    scene.do()
    metrics = scene.metrics()
    assert (metrics["InvalidAccounts"], metrics["PendingAccounts"], metrics["ValidAccounts"]) == (1, 1, 0)


def test_validation_that_is_under_way(scene: Scene) -> None:
    """An account that was invalid is not repaired by it; one that was valid, or is new, is pending."""
    run = scene.fresh()
    run.last_invalid = {"a-00001"}
    scene.run = run
    run.do(scene.service, lambda _: WANTED, seconds_left=lambda: 900.0, tell=lambda _: None)
    metrics = scene.metrics()
    assert (metrics["InvalidAccounts"], metrics["PendingAccounts"]) == (1, 1)
    assert run.invalid == {"a-00001"}
    scene.do()
    assert scene.run.invalid == frozenset()


def test_embedded_metric_format() -> None:
    """As CloudWatch's specification has it, by literal."""
    values = {SyncMetric.VALID_ACCOUNTS: 3, SyncMetric.OLDEST_INVALID_AGE: 1.5}
    assert embedded(SPACE_ID, values, at=NOW) == {
        "_aws": {
            "Timestamp": 1_795_593_600_000,
            "CloudWatchMetrics": [
                {
                    "Namespace": "DevOpsAgentConstructs",
                    "Dimensions": [["AgentSpaceId"]],
                    "Metrics": [
                        {"Name": "ValidAccounts", "Unit": "Count"},
                        {"Name": "OldestInvalidAge", "Unit": "Seconds"},
                    ],
                }
            ],
        },
        "AgentSpaceId": SPACE_ID,
        "ValidAccounts": 3,
        "OldestInvalidAge": 1.5,
    }
