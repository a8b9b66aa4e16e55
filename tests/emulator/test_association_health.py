"""AssociationHealth, deployed: what a sync writes into its log raises alarms and ends them, and the topic is told."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta

import pytest
from aws_cdk import App, Duration, Environment, LegacyStackSynthesizer, Stack

from devops_agent_constructs import AssociationHealth
from devops_agent_constructs.account_sync.metrics import SyncMetric, embedded
from tests.conftest import SPACE, template_of
from tests.emulator.clock import CLOCK
from tests.emulator.function_stack import ACCOUNT
from tests.emulator.server import Emulator
from tests.emulator.stack import deploy_template

SYNC_LOG = "/sync"
ALL_WELL = {"InvalidAccounts": "OK", "MissingAccounts": "OK", "SuccessfulRuns": "OK"}


@pytest.fixture(scope="module")
def template() -> str:
    """The template of the alarms for a sync that runs every 15 minutes."""
    app = App(analytics_reporting=False, builtin_cloud_formation_validation=False)
    env = Environment(account=ACCOUNT, region="us-east-1")
    stack = Stack(app, "Health", env=env, synthesizer=LegacyStackSynthesizer())
    AssociationHealth(stack, "Health", agent_space=SPACE, schedule=Duration.minutes(15))
    return json.dumps(template_of(stack))


@dataclass
class Deployed:
    """The alarms in an account in which a sync writes its metrics."""

    emulator: Emulator

    def run(self, *, invalid: int = 0, missing: int = 0, success: int = 1, minutes: int = 15) -> None:
        """Write what a run of the sync writes, and let time pass until the next."""
        from tests.emulator.monitoring import logs  # noqa: PLC0415 (moto takes seconds)

        values = {
            SyncMetric.INVALID_ACCOUNTS: invalid,
            SyncMetric.MISSING_ACCOUNTS: missing,
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
    assert health.states == {"InvalidAccounts": "ALARM", "MissingAccounts": "OK", "SuccessfulRuns": "ALARM"}
    assert health.told[before:] == [("SuccessfulRuns", "ALARM")]
    CLOCK.advance(timedelta(days=1))
    assert health.states["InvalidAccounts"] == "ALARM"


def test_before_the_first_run(emulator: Emulator, template: str) -> None:
    """Nobody has looked yet, which is told; the first run ends it."""
    assert deploy_template(emulator.client("cloudformation", ACCOUNT), "Health", template) == "CREATE_COMPLETE"
    CLOCK.advance(timedelta(minutes=1))
    nothing_known = {"InvalidAccounts": "INSUFFICIENT_DATA", "MissingAccounts": "INSUFFICIENT_DATA"}
    assert Deployed(emulator).states == {**nothing_known, "SuccessfulRuns": "ALARM"}
