"""The dashboard: accounts by status, what the sync does, and the states of the alarms."""

from __future__ import annotations

from collections.abc import Iterable

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from devops_agent_constructs.account_sync.metrics import SyncMetric
from devops_agent_constructs.association_health.alarms import Metrics

_WIDTH, _HALF, _HEIGHT = 24, 12, 6


def new_dashboard(
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
