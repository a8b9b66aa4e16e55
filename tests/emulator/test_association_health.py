"""AssociationHealth, deployed: what a sync writes into its log raises alarms and ends them, and the topic is told."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from aws_cdk import App, Duration, Environment, LegacyStackSynthesizer, Stack

from devops_agent_constructs import AssociationHealth
from devops_agent_constructs.account_sync.metrics import SyncMetric, embedded
from devops_agent_constructs.policies.vended_logs import log_delivery_statements
from tests.conftest import SPACE, SPACE_ARN, template_of
from tests.emulator.clock import CLOCK
from tests.emulator.function_stack import ACCOUNT
from tests.emulator.log_delivery import FORMS, association_changed
from tests.emulator.server import Emulator
from tests.emulator.stack import deploy_template, document

SYNC_LOG = "/sync"
ALL_WELL = dict.fromkeys(["InvalidAccounts", "MissingAccounts", "PendingAccounts", "SuccessfulRuns"], "OK")


def template_with(**arguments: Any) -> str:
    """The template of the alarms for a sync that runs every 15 minutes."""
    app = App(analytics_reporting=False, builtin_cloud_formation_validation=False)
    env = Environment(account=ACCOUNT, region="us-east-1")
    stack = Stack(app, "Health", env=env, synthesizer=LegacyStackSynthesizer())
    AssociationHealth(stack, "Health", agent_space=SPACE, schedule=Duration.minutes(15), **arguments)
    return json.dumps(template_of(stack))


@pytest.fixture(scope="module")
def template() -> str:
    """Without the Agent Space's log."""
    return template_with()


@dataclass
class Deployed:
    """The alarms in an account in which a sync writes its metrics."""

    emulator: Emulator

    def run(self, *, invalid: int = 0, missing: int = 0, pending: int = 0, success: int = 1, minutes: int = 15) -> None:
        """Write what a run of the sync writes, and let time pass until the next."""
        from tests.emulator.monitoring import logs  # noqa: PLC0415 (moto takes seconds)

        values = {
            SyncMetric.INVALID_ACCOUNTS: invalid,
            SyncMetric.MISSING_ACCOUNTS: missing,
            SyncMetric.PENDING_ACCOUNTS: pending,
            SyncMetric.SUCCESSFUL_RUNS: success,
        }
        line = json.dumps(embedded(SPACE.agent_space_id, values, at=CLOCK.now()))
        logs.write(ACCOUNT, "us-east-1", SYNC_LOG, "stream", [line])
        CLOCK.advance(timedelta(minutes=minutes))

    @property
    def states(self) -> dict[str, str]:
        """Metric -> state of its alarm."""
        found = self.emulator.client("cloudwatch", ACCOUNT).describe_alarms()["MetricAlarms"]
        return {one["MetricName"]: one["StateValue"] for one in found}

    @property
    def told(self) -> list[tuple[str, str]]:
        """What the topic was told so far: metric and state."""
        from tests.emulator.topics import published  # noqa: PLC0415

        [topic] = self.emulator.client("sns", ACCOUNT).list_topics()["Topics"]
        return [(one["Trigger"]["MetricName"], one["NewStateValue"]) for one in published(topic["TopicArn"])]


@pytest.fixture
def health(emulator: Emulator, template: str) -> Deployed:
    """The alarms, deployed at a whole hour, after a run that found all well."""
    from tests.emulator.monitoring import logs  # noqa: PLC0415

    CLOCK.advance_to_whole(timedelta(hours=1))
    logs.create_group(ACCOUNT, "us-east-1", SYNC_LOG)
    assert deploy_template(emulator.client("cloudformation", ACCOUNT), "Health", template) == "CREATE_COMPLETE"
    deployed = Deployed(emulator)
    deployed.run()
    deployed.run()
    deployed.run()
    return deployed


def test_an_account_that_stays_invalid_and_is_repaired(health: Deployed) -> None:
    """Nobody is told for an hour; then of the fault, once, and of the repair as soon as a run sees it."""
    assert health.states == ALL_WELL
    before = len(health.told)
    for _ in range(3):
        health.run(invalid=1)
        assert health.states == ALL_WELL
    health.run(invalid=2)
    assert health.states == {**ALL_WELL, "InvalidAccounts": "ALARM"}
    health.run(invalid=1)
    health.run()
    assert health.states == ALL_WELL
    assert health.told[before:] == [("InvalidAccounts", "ALARM"), ("InvalidAccounts", "OK")]


def test_an_account_that_is_invalid_for_a_while_only(health: Deployed) -> None:
    """A role that has just been made: three runs, and not a word."""
    before = len(health.told)
    for invalid in (1, 1, 1, 0):
        health.run(invalid=invalid)
    assert health.told[before:] == []


def test_an_account_that_is_not_connected(health: Deployed) -> None:
    """An alarm of its own."""
    for _ in range(4):
        health.run(missing=1)
    assert health.states == {**ALL_WELL, "MissingAccounts": "ALARM"}


def test_an_account_that_stays_pending(health: Deployed) -> None:
    """AWS has not validated it for three hours; a run in the midst of a validation, right after another, is no sign."""
    for _ in range(12):
        health.run(pending=1, minutes=5)
        health.run(minutes=10)
    assert health.states == ALL_WELL
    for _ in range(12):
        health.run(pending=1)
    assert health.states == {**ALL_WELL, "PendingAccounts": "ALARM"}
    health.run()
    assert health.states == ALL_WELL


def test_runs_that_fail(health: Deployed) -> None:
    """The third in a row is told, and the next that succeeds."""
    before = len(health.told)
    health.run(success=0)
    health.run(success=0)
    assert health.states == ALL_WELL
    health.run(success=0)
    health.run()
    assert health.told[before:] == [("SuccessfulRuns", "ALARM"), ("SuccessfulRuns", "OK")]


def test_runs_that_do_not_take_place(health: Deployed) -> None:
    """The silence is told; an account that was invalid before it still is, as far as anybody knows."""
    for _ in range(4):
        health.run(invalid=1)
    before = len(health.told)
    CLOCK.advance(timedelta(minutes=45))
    assert health.states["SuccessfulRuns"] == "OK"  # CloudWatch still looks at the last run.
    CLOCK.advance(timedelta(minutes=45))
    assert health.states == {**ALL_WELL, "InvalidAccounts": "ALARM", "SuccessfulRuns": "ALARM"}
    assert health.told[before:] == [("SuccessfulRuns", "ALARM")]
    CLOCK.advance(timedelta(days=1))
    assert health.states["InvalidAccounts"] == "ALARM"


def test_before_the_first_run(emulator: Emulator, template: str) -> None:
    """Nobody has looked yet, which is told; the first run ends it."""
    assert deploy_template(emulator.client("cloudformation", ACCOUNT), "Health", template) == "CREATE_COMPLETE"
    CLOCK.advance(timedelta(minutes=1))
    assert Deployed(emulator).states == {**dict.fromkeys(ALL_WELL, "INSUFFICIENT_DATA"), "SuccessfulRuns": "ALARM"}


@pytest.mark.parametrize("form", FORMS)
def test_the_log_of_the_agent_space(emulator: Emulator, form: str) -> None:
    """A second signal, under both names of the fields; a repair is no alarm, and the end of one is not told."""
    cloudformation = emulator.client("cloudformation", ACCOUNT)
    assert deploy_template(cloudformation, "Health", template_with(vended_logs=True)) == "CREATE_COMPLETE"
    health = Deployed(emulator)
    association_changed(SPACE_ARN, "222222222222", "a-1", "valid", form=form)
    CLOCK.advance(timedelta(minutes=7))
    assert health.states["AssociationErrors"] == "OK"
    association_changed(SPACE_ARN, "222222222222", "a-1", "invalid", form=form)
    CLOCK.advance(timedelta(hours=1))
    assert health.states["AssociationErrors"] == "OK"
    assert [state for metric, state in health.told if metric == "AssociationErrors"] == ["ALARM"]

    cloudformation.delete_stack(StackName="Health")
    assert cloudformation.describe_stacks()["Stacks"] == []
    logs = emulator.client("logs", ACCOUNT)
    assert logs.describe_deliveries()["deliveries"] == logs.describe_delivery_sources()["deliverySources"] == []
    assert len(logs.describe_log_groups()["logGroups"]) == 1


def test_what_a_deployer_of_the_log_is_granted(emulator: Emulator) -> None:
    """A role of CloudFormation that lacks the permission on the space is refused, and admitted with it."""
    iam, cloudformation = emulator.client("iam", ACCOUNT), emulator.client("cloudformation", ACCOUNT)
    admits = {"Effect": "Allow", "Principal": {"Service": "cloudformation.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = iam.create_role(RoleName="Deployer", AssumeRolePolicyDocument=json.dumps(document(admits)))["Role"]["Arn"]
    template = template_with(vended_logs=True)

    def events(stack_name: str) -> str:
        cloudformation.create_change_set(
            StackName=stack_name, ChangeSetName="deploy", ChangeSetType="CREATE", RoleARN=role, TemplateBody=template
        )
        cloudformation.execute_change_set(StackName=stack_name, ChangeSetName="deploy")
        return str(cloudformation.describe_stack_events(StackName=stack_name)["StackEvents"])

    assert "not authorized to perform: aidevops:AllowVendedLogDeliveryForResource" in events("Refused")
    granted = [dict(statement) for statement in log_delivery_statements(SPACE)]
    iam.put_role_policy(RoleName="Deployer", PolicyName="Log", PolicyDocument=json.dumps(document(*granted)))
    assert "FAILED" not in events("Granted")
