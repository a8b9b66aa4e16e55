"""The handler of the sync's function: what it reads from where, what it writes, and which events it skips."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from devops_agent_constructs.account_sync import handler
from devops_agent_constructs.account_sync.configuration import SyncConfiguration
from devops_agent_constructs.account_sync.retries import Retries
from devops_agent_constructs.account_sync.scope import OrganizationScope
from tests.account_sync.cases import arn, association
from tests.account_sync.fake_clients import FakeCloudFormation, FakeDevOpsAgent, FakeOrganizations, refusal
from tests.conftest import SPACE_ARN

UNIT, ROOT = "ou-a1b2-11112222", "r-a1b2"
ORDERS, BILLING, GONE = "222222222222", "333333333333", "444444444444"
MANAGEMENT = "999999999999"
READ_ROLE = f"arn:aws:iam::{MANAGEMENT}:role/DevOpsAgentOrganizationRead"


@dataclass(kw_only=True)
class Aws:
    """What boto3 and the client of AWS DevOps Agent are in a test.

    Attributes:
        account_id: Of the credentials that ask for the organization.
        asked: Session's access key, service and Region of each client.
    """

    agent: FakeDevOpsAgent = field(default_factory=FakeDevOpsAgent)
    organizations: FakeOrganizations = field(
        default_factory=lambda: FakeOrganizations(
            units={UNIT: ROOT, ORDERS: UNIT, BILLING: UNIT, MANAGEMENT: ROOT}, management_account_id=MANAGEMENT
        )
    )
    cloudformation: FakeCloudFormation = field(
        default_factory=lambda: FakeCloudFormation(
            instances={"Roles": dict.fromkeys([ORDERS, BILLING], ("CURRENT", "SUCCEEDED"))}
        )
    )
    account_id: str = "111111111111"
    asked: list[tuple[str, str, str | None]] = field(default_factory=list)
    assumed: list[dict[str, Any]] = field(default_factory=list)

    def client(self, service: str, region_name: str | None = None, *, key: str = "own", **_: Any) -> Any:
        """Take the place of `boto3.client`."""
        self.asked.append((key, service, region_name))
        return self if service == "sts" else getattr(self, service)

    def Session(self, *, aws_access_key_id: str = "own", **_: Any) -> Any:  # noqa: N802  # boto3's name
        """Take the place of `boto3.Session`."""
        return type("Session", (), {"client": staticmethod(partial(self.client, key=aws_access_key_id))})

    def get_caller_identity(self) -> dict[str, str]:
        """GetCallerIdentity."""
        return {"Account": self.account_id}

    def assume_role(self, **parameters: Any) -> dict[str, Any]:
        """AssumeRole."""
        self.assumed.append(parameters)
        self.account_id = MANAGEMENT
        return {"Credentials": {"AccessKeyId": "role", "SecretAccessKey": "x", "SessionToken": "x"}}


class Left:
    """What Lambda says of an invocation."""

    def get_remaining_time_in_millis(self) -> int:
        """Return a quarter of an hour."""
        return 900_000


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Aws:
    """Return it, with a function that is configured, and has not run."""
    aws = Aws()
    configuration = SyncConfiguration(
        role_name="Agent",
        path="/ops/",
        organization=OrganizationScope(organizational_units=[UNIT], stack_set_names=("Roles",)),
        organization_region="eu-west-1",
    )
    (tmp_path / "configuration.json").write_text(configuration.to_json(), encoding="utf-8")
    monkeypatch.setattr(handler, "CONFIGURATION", tmp_path / "configuration.json")
    monkeypatch.setattr(handler, "boto3", aws)
    monkeypatch.setattr(handler, "AgentClient", lambda region: aws.agent if region == "us-east-1" else None)
    monkeypatch.setattr(handler, "Retries", partial(Retries, sleep=lambda _: None))
    monkeypatch.setattr(handler, "_PROCESS", handler._Process())
    monkeypatch.setenv("AGENT_SPACE_ARN", SPACE_ARN)
    monkeypatch.delenv("ORGANIZATION_READ_ROLE_ARN", raising=False)
    aws.agent.add(association(1, GONE, arn(GONE, "/ops/Agent")))
    return aws


def written(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """Return the lines of the log."""
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def event(time: datetime) -> dict[str, str]:
    """Return an event of EventBridge."""
    return {"id": "e-1", "time": time.strftime("%Y-%m-%dT%H:%M:%SZ"), "detail-type": "Scheduled Event"}


def test_run(aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    """A line for each change, a summary, and the metrics; the StackSet is read where it is."""
    summary = handler.handle({}, Left())
    lines = written(capsys)
    assert [(line["accountId"], line["action"], line["result"]) for line in lines[:3]] == [
        (ORDERS, "associate", "done"),
        (BILLING, "associate", "done"),
        (GONE, "disassociate", "done"),
    ]
    assert {line["level"] for line in lines[:4]} == {"INFO"}
    assert lines[3] == {"level": "INFO", "message": "run", **summary}
    assert (summary["tried"], summary["successful"], summary["leftToTheNextRun"]) == (3, True, 0)
    assert (lines[4]["AgentSpaceId"], lines[4]["SuccessfulRuns"]) == (SPACE_ARN.rpartition("/")[2], 1)
    assert ("own", "cloudformation", "eu-west-1") in aws.asked
    assert {parameters["CallAs"] for _, parameters in aws.cloudformation.calls} == {"DELEGATED_ADMIN"}
    assert aws.agent.roles() == {one: f"arn:aws:iam::{one}:role/ops/Agent" for one in (ORDERS, BILLING)}


def test_whole_organization(aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    """The management account is in the root, and no StackSet deploys to it: it is not missing."""
    text = handler.CONFIGURATION.read_text(encoding="utf-8").replace(UNIT, ROOT)
    handler.CONFIGURATION.write_text(text, encoding="utf-8")
    assert handler.handle({}, Left())["leftAlone"][0]["first"] == [MANAGEMENT]
    assert written(capsys)[-1]["MissingAccounts"] == 0
    assert sorted(aws.agent.roles()) == [ORDERS, BILLING]


def test_role_in_the_management_account(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    """It reads the organization and the StackSet, as what it is there, and nothing else."""
    monkeypatch.setenv("ORGANIZATION_READ_ROLE_ARN", READ_ROLE)
    handler.handle({}, Left())
    assert [(one["RoleArn"], one["DurationSeconds"]) for one in aws.assumed] == [(READ_ROLE, 900)]
    assert {(key, service) for key, service, _ in aws.asked} == {
        ("own", "sts"),
        ("role", "sts"),
        ("role", "organizations"),
        ("role", "cloudformation"),
    }
    assert {parameters["CallAs"] for _, parameters in aws.cloudformation.calls} == {"SELF"}


def test_failed_action(aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    """AWS's reason is in the log; the invocation is good, as it was carried through."""

    def before(operation: str, parameters: dict[str, Any]) -> None:
        if operation == "AssociateService" and BILLING in str(parameters):
            raise refusal(operation, "ServiceQuotaExceededException", "too many", status=402)

    aws.agent.before = before
    assert handler.handle({}, Left())["successful"] is False
    lines = written(capsys)
    assert [line["error"] for line in lines[:3]] == [None, "ServiceQuotaExceededException: too many", None]
    assert [line["level"] for line in lines[:4]] == ["INFO", "ERROR", "INFO", "ERROR"]
    assert (lines[4]["FailedActions"], lines[4]["SuccessfulRuns"]) == (1, 0)


@pytest.mark.parametrize(
    ("operation", "role"), [("AssumeRole", READ_ROLE), ("DescribeOrganization", ""), ("GetAgentSpace", "")]
)
def test_what_cannot_be_read(
    aws: Aws, operation: str, role: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lambda counts an error; the metrics say that the run was no success, and nothing was changed."""
    monkeypatch.setenv("ORGANIZATION_READ_ROLE_ARN", role)

    def refuse(called: str = "AssumeRole", _parameters: object = None, **_: object) -> dict[str, Any]:
        if called == operation:
            raise refusal(operation, "AccessDeniedException", "not authorized", status=403)
        return {}

    monkeypatch.setattr(aws, "assume_role", refuse)
    aws.agent.before = aws.organizations.before = refuse
    with pytest.raises(Exception, match="not authorized"):
        handler.handle({}, Left())
    *_, ended, summary, metrics = written(capsys)
    assert ended["message"] == "the run ended early: AccessDeniedException: not authorized"
    assert (summary["level"], summary["successful"], metrics["SuccessfulRuns"]) == ("ERROR", False, 0)
    assert aws.agent.writes() == []


def test_left_alone(aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    """The reasons are in the summary, with the first accounts of each: no line for each account, each quarter hour."""
    aws.organizations.units |= {f"5{number:011d}": UNIT for number in range(7)}
    handler.handle({}, Left())
    [reason] = written(capsys)[3]["leftAlone"]
    assert (reason["accounts"], len(reason["first"])) == (7, 5)
    assert reason["reason"].startswith("its role is not deployed")


def test_organization_mode(aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    """Refused, and loudly."""
    aws.agent.space = {"awsSourceMode": "organization"}
    with pytest.raises(Exception, match="organization mode"):
        handler.handle({}, Left())
    assert "organization mode" in written(capsys)[0]["message"]


def test_events_of_a_rollout(aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    """One run for all that happened before it: 500 accounts are 500 events, and AWS is not read 500 times."""
    long_ago = datetime.now(timezone.utc) - timedelta(minutes=2)
    for _ in range(5):
        handler.handle(event(long_ago), Left())
    assert [operation for operation, _ in aws.agent.calls].count("GetAgentSpace") == 1
    assert written(capsys)[-1]["message"] == "nothing to do: the last run began after this event"


@pytest.mark.parametrize("seconds", [-10, 60])
def test_event_that_is_new(aws: Aws, seconds: int) -> None:
    """What happened after the run began, or so shortly before that AWS may not have listed it, is read."""
    handler.handle({}, Left())
    handler.handle(event(datetime.now(timezone.utc) + timedelta(seconds=seconds)), Left())
    assert [operation for operation, _ in aws.agent.calls].count("GetAgentSpace") == 2


@pytest.mark.usefixtures("aws")
def test_nothing_is_skipped_after_half_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next event does the rest."""
    long_ago = event(datetime.now(timezone.utc) - timedelta(minutes=2))
    monkeypatch.setattr(Left, "get_remaining_time_in_millis", lambda _: 1_000)
    assert handler.handle(long_ago, Left())["leftToTheNextRun"] == 3
    monkeypatch.setattr(Left, "get_remaining_time_in_millis", lambda _: 900_000)
    assert handler.handle(long_ago, Left())["tried"] == 3


def test_nothing_is_skipped_after_a_run_that_raised(aws: Aws) -> None:
    """Nor after one that could not read."""
    long_ago = event(datetime.now(timezone.utc) - timedelta(minutes=2))
    handler.handle(long_ago, Left())
    aws.agent.space = {"awsSourceMode": "organization"}
    with pytest.raises(Exception, match="organization mode"):
        handler.handle({}, Left())
    aws.agent.space = {}
    assert handler.handle(long_ago, Left())["inStep"] == 2


@pytest.mark.parametrize("operation", ["ListAccounts", "AssociateService"])
def test_nothing_is_skipped_after_a_run_that_failed(aws: Aws, operation: str) -> None:
    """Not all was read, or AWS refused a change: an event of before is a reason to try again."""
    long_ago = event(datetime.now(timezone.utc) - timedelta(minutes=2))

    def before(called: str, _parameters: Any) -> None:
        if called == operation:
            raise refusal(operation, "ServiceQuotaExceededException", status=402)

    aws.organizations.before = aws.agent.before = before
    assert handler.handle(long_ago, Left())["successful"] is False
    aws.organizations.before = aws.agent.before = lambda _operation, _parameters: None
    assert handler.handle(long_ago, Left())["successful"] is True
    assert handler.handle(long_ago, Left()) == {"skipped": True}
    assert sorted(aws.agent.roles()) == [ORDERS, BILLING]


def test_nothing_is_skipped_after_what_was_changed_meanwhile(aws: Aws) -> None:
    """The run was a success, and has not seen what somebody else did."""
    long_ago = event(datetime.now(timezone.utc) - timedelta(minutes=2))

    def before(operation: str, parameters: dict[str, Any]) -> None:
        if operation == "AssociateService":
            aws.agent.before = lambda _operation, _parameters: None
            aws.agent.associate_service(**parameters)

    aws.agent.before = before
    assert handler.handle(long_ago, Left())["successful"] is True
    assert handler.handle(long_ago, Left())["inStep"] == 2


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("by_hand", [None, [], "now", {"time": "now"}, {"time": None}, {"time": "2020-01-01T00:00:00"}])
def test_what_somebody_invokes_it_with(by_hand: object) -> None:
    """Anything, such as nothing: it runs."""
    handler.handle({}, Left())
    assert handler.handle(by_hand, Left())["inStep"] == 2


def test_invalid_in_the_midst_of_a_validation(aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    """The process remembers who was invalid, until there is another result."""
    handler.handle({}, Left())
    [one, _] = aws.agent.associations.values()
    found = list[int]()
    for status in ("invalid", "pending-confirmation", "pending-confirmation", "valid", "pending-confirmation"):
        one["status"] = status
        capsys.readouterr()
        handler.handle({}, Left())
        found.append(written(capsys)[-1]["InvalidAccounts"])
    assert found == [1, 1, 1, 0, 0]


def test_not_valid(aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    """The summary says which accounts are broken, also by the role for directed actions, which no metric counts."""
    handler.handle({}, Left())
    first, second = aws.agent.associations.values()
    first["configuration"]["sourceAws"] |= {"agentElevatedRoleArnStatus": "invalid"}
    second["status"] = "role-deleted"
    summary = handler.handle({}, Left())
    assert summary["notValid"] == [
        {"reason": "role for directed actions: invalid", "accounts": 1, "first": [ORDERS]},
        {"reason": "invalid: role-deleted", "accounts": 1, "first": [BILLING]},
    ]
    assert written(capsys)[-2]["level"] == "WARNING"


def test_the_same_refusal_of_many(aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    """One line for all that were given up."""
    accounts = [f"5{number:011d}" for number in range(20)]
    aws.organizations.units |= dict.fromkeys(accounts, UNIT)
    aws.cloudformation.instances["Roles"] |= dict.fromkeys(accounts, ("CURRENT", "SUCCEEDED"))

    def before(operation: str, _parameters: Any) -> None:
        if operation == "AssociateService":
            raise refusal(operation, "AccessDeniedException", "iam:PassRole", status=403)

    aws.agent.before = before
    summary = handler.handle({}, Left())
    *changes, given_up, _, metrics = written(capsys)
    assert [line["result"] for line in changes] == ["failed"] * 2 + ["done"] + ["failed"] * 5
    [reason] = given_up["changes"]
    assert (reason["reason"], reason["accounts"], len(reason["first"])) == (
        "AccessDeniedException: iam:PassRole",
        15,
        5,
    )
    assert (summary["tried"], summary["leftToTheNextRun"], metrics["FailedActions"]) == (8, 0, 22)


def test_configuration_with_many_accounts() -> None:
    """A file has no limit; every setting comes back, and the order of lists leaves no trace."""
    excluded = [f"6{number:011d}" for number in range(500)]
    settings: dict[str, Any] = {
        "role_name": "Agent",
        "path": "/ops/",
        "organization_region": "eu-west-1",
        "accounts": {ORDERS: "/Other"},
        "elevated_role_arns": {ORDERS: f"arn:aws:iam::{ORDERS}:role/Elevated"},
        "adopted_accounts": (BILLING, GONE),
        "adopted_roles": ("/Former",),
        "max_removals": 3,
        "max_removal_percentage": 7,
    }

    def made(step: int) -> SyncConfiguration:
        organization = OrganizationScope(
            organizational_units=[UNIT],
            exclude_accounts=excluded[::step],
            held_accounts={ORDERS: "a stack connects it"},
            management_account_id=MANAGEMENT,
            stack_set_names=("Roles",),
        )
        return SyncConfiguration(organization=organization, **settings)

    text = made(1).to_json()
    assert text == made(-1).to_json()
    assert len(text) > 4_096
    assert SyncConfiguration.from_json(text).to_json() == text
    single = SyncConfiguration.from_json(text).single_accounts("aws-cn")
    assert sorted(role.role_arn for role in single.values()) == [
        f"arn:aws-cn:iam::{ORDERS}:role/Other",
        f"arn:aws-cn:iam::{MANAGEMENT}:role/ops/Agent",
    ]
