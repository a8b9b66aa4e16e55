"""Alarms and a dashboard on the connections of an Agent Space, from the metrics of the sync that looks at them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from constructs import Construct

from devops_agent_constructs._arguments import checked
from devops_agent_constructs._constructs import placement
from devops_agent_constructs.account_sync.cloudwatch_metric import sync_metric
from devops_agent_constructs.account_sync.metrics import SyncMetric
from devops_agent_constructs.agent_space_arn import AgentSpaceArn, AgentSpaceReference
from devops_agent_constructs.association_health import notification
from devops_agent_constructs.association_health.alarms import Metrics, sync_alarms
from devops_agent_constructs.association_health.evaluation import Evaluation
from devops_agent_constructs.association_health.vended_log import delivered_log, log_alarm
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policies.vended_logs import log_delivery_name

_WIDTH, _HALF, _HEIGHT = 24, 12, 6  # Of the dashboard and its graphs, in units of its grid.


class ScheduledSync(Protocol):
    """A sync that runs on a schedule: an `AccountSync`.

    Not by name: the CDK's Lambda takes seconds to load, which alarms do not need.
    """

    @property
    def agent_space_arn(self) -> AgentSpaceArn:
        """Whose accounts it keeps in step."""

    @property
    def schedule(self) -> Duration:
        """From one run to the next."""


class AssociationHealth(Construct):
    """Tells when the connection to an account breaks, and when it works again.

    For a stack of the primary account and of the Agent Space's Region, where the sync writes its metrics. To
    CloudFormation an association is created when it is stored; whether the role can be assumed shows later, and the
    service tells nobody. `valid` means that the role can be assumed, not what it may read.

    Attributes:
        topic: Where the alarms publish, on a fault and on its repair. Nobody is subscribed yet.
        alarms: By name: `InvalidAccounts`, `MissingAccounts`, `PendingAccounts`, `NoSuccessfulRun`, and with the log
            `AssociationErrors`.
        dashboard: None if it is turned off.
        log_group: Where the Agent Space's log is delivered; None without.

    Warnings; `Validations.of(x).acknowledge(Acknowledgment(id="Annotation::<id>", reason=...))` silences one:
        devops-agent-constructs:topicPolicyNotManaged: The owner of an imported topic, or of its key, must let alarms
            use it.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        sync: ScheduledSync | None = None,
        agent_space: AgentSpaceReference | None = None,
        schedule: Duration | None = None,
        invalid_for: Duration | None = None,
        topic: sns.ITopic | None = None,
        dashboard: bool = True,
        vended_logs: bool = False,
        log_retention: logs.RetentionDays = logs.RetentionDays.THREE_MONTHS,
    ) -> None:
        """Define the alarms.

        Args:
            scope: Something inside a stack of the primary account, in the Agent Space's Region.
            construct_id: Part of the logical ids; a change makes other alarms, and with `vended_logs` cannot deploy, as
                an Agent Space has one delivery source.
            sync: The `AccountSync` of this app that looks at the accounts.
            agent_space: In place of `sync`, if that is another app's: its Agent Space.
            schedule: In place of `sync`: from one of its runs to the next, in whole minutes.
            invalid_for: How long an account is invalid, or missing, before an alarm says so: a multiple of the
                schedule, at most a day, or 7 days if the schedule is an hour or more. In each run of that time there
                must be one, not always the same. None: an hour, or two runs if that is longer. A role that has just
                been made or changed is invalid for minutes, as IAM propagates. One that stays pending is told after
                three hours, or after this time if that is longer.
            topic: Where the alarms publish, in this Region. One of this app that has a policy or a key of its own gets
                the statements that alarms need. None: a new one, encrypted with a key of its own, for TLS alone.
            dashboard: Whether there is one. CloudWatch charges for each beyond three of an account.
            vended_logs: Deliver the Agent Space's log to a log group here, and raise an alarm on errors about
                associations in it. Off by default: AWS publishes no record of this kind, so that the alarm can be false
                or silent, and whoever deploys needs `PrimaryAccountAccess.grant_associate(..., vended_logs=True)`. AWS
                refuses it if the space's log is delivered elsewhere already.
            log_retention: How long the log is kept; with `vended_logs` alone. The log group stays when it leaves the
                stack.

        Raises:
            OnboardingInputError: Neither or both of `sync` and `agent_space` with `schedule`; a stack of another
                account or Region; a schedule that is no number of whole minutes; a time that is not a multiple of it,
                or too long for CloudWatch; a topic that alarms cannot publish to.

        See https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html and
        https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
        """
        stack = placement.stack_of(scope, construct_id)
        space, schedule = _watched(sync, agent_space, schedule)
        placement.check_place(
            stack, space, what="the sync's metrics are", each="these are the alarms of one Agent Space"
        )
        evaluation = Evaluation.of(
            schedule_seconds=_seconds(schedule, field="schedule"),
            broken_seconds=None if invalid_for is None else _seconds(invalid_for, field="invalid_for"),
        )
        notification.check(topic, stack=stack)
        if vended_logs:
            log_delivery_name(space)

        super().__init__(scope, construct_id)
        if topic is None:
            topic = notification.new_topic(self)
        else:
            notification.admit_alarms(topic, warn_at=self)
        self.topic: sns.ITopic = topic

        def metric(what: SyncMetric, statistic: str) -> cloudwatch.Metric:
            return sync_metric(what, space.agent_space_id, period=schedule, statistic=statistic)

        alarms = sync_alarms(self, metric, evaluation, topic=topic)
        self.log_group: logs.LogGroup | None = None
        if vended_logs:
            self.log_group = delivered_log(self, space, retention=log_retention)
            alarms["AssociationErrors"] = log_alarm(self, self.log_group, space, topic=topic)
        self.alarms: Mapping[str, cloudwatch.Alarm] = alarms
        self.dashboard: cloudwatch.Dashboard | None = None
        if dashboard:
            self.dashboard = _dashboard(self, metric, alarms.values(), agent_space_id=space.agent_space_id)


def _dashboard(
    scope: Construct, metric: Metrics, alarms: Iterable[cloudwatch.Alarm], *, agent_space_id: str
) -> cloudwatch.Dashboard:
    """Define it. CloudFormation names it: names are one for all Regions of an account."""
    text = (
        f"# Accounts of the Agent Space {agent_space_id}\n"
        "Made by CloudFormation: a change here is lost with the next deployment."
    )

    def graph(title: str, statistic: str, *metrics: SyncMetric, stacked: bool = False) -> cloudwatch.GraphWidget:
        return cloudwatch.GraphWidget(
            title=title,
            left=[metric(what, statistic) for what in metrics],
            left_y_axis=cloudwatch.YAxisProps(min=0),
            stacked=stacked,
            width=_HALF,
            height=_HEIGHT,
        )

    statuses = (SyncMetric.VALID_ACCOUNTS, SyncMetric.PENDING_ACCOUNTS, SyncMetric.INVALID_ACCOUNTS)
    return cloudwatch.Dashboard(
        scope,
        "Dashboard",
        widgets=[
            [cloudwatch.TextWidget(markdown=text, width=_WIDTH, height=2)],
            [cloudwatch.AlarmStatusWidget(title="Alarms", alarms=list(alarms), width=_WIDTH, height=3)],
            [
                graph("Connected accounts by status", "Maximum", *statuses, stacked=True),
                graph("Should be connected and are not", "Maximum", SyncMetric.MISSING_ACCOUNTS),
            ],
            [
                graph(
                    "Disconnected, and actions that failed",
                    "Sum",
                    SyncMetric.REMOVED_ACCOUNTS,
                    SyncMetric.FAILED_ACTIONS,
                ),
                graph("Runs that succeeded", "Sum", SyncMetric.SUCCESSFUL_RUNS),
            ],
            [graph("Seconds since the oldest invalid account was updated", "Maximum", SyncMetric.OLDEST_INVALID_AGE)],
        ],
    )


def _watched(
    sync: ScheduledSync | None, agent_space: AgentSpaceReference | None, schedule: Duration | None
) -> tuple[AgentSpaceArn, Duration]:
    """Return the Agent Space and the schedule, which are given in one of the two ways."""
    if sync is not None:
        for field, value in (("agent_space", agent_space), ("schedule", schedule)):
            if value is not None:
                raise OnboardingInputError(
                    field, str(value), why="sync says it already", fix="leave one of the two out"
                )
        return sync.agent_space_arn, sync.schedule
    if agent_space is None or schedule is None:
        field = "schedule" if agent_space is not None else "agent_space" if schedule is not None else "sync"
        why = "the metrics of which sync, and how often it runs, must be known"
        raise OnboardingInputError(field, None, why=why, fix="give sync, or agent_space and schedule")
    return AgentSpaceArn.of(agent_space), schedule


def _seconds(duration: Duration, *, field: str) -> float:
    if duration.is_unresolved():
        why = "only deployment knows it, but the alarms are made of it"
        raise OnboardingInputError(field, str(duration), why=why, fix="write it like Duration.minutes(15)")
    return duration.to_seconds(integral=False)
