"""The alarms on a sync's own metrics."""

from __future__ import annotations

from collections.abc import Callable

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

from devops_agent_constructs.account_sync.metrics import SyncMetric
from devops_agent_constructs.association_health.evaluation import HEARTBEAT_RUNS, Evaluation

Metrics = Callable[[SyncMetric, str], cloudwatch.Metric]
"""What, and which statistic -> a metric of the sync, with one run a period."""


def sync_alarms(
    scope: Construct, metric: Metrics, evaluation: Evaluation, *, topic: sns.ITopic
) -> dict[str, cloudwatch.Alarm]:
    """Define the alarms; each tells the topic of the fault and of the repair."""
    minutes = evaluation.broken_runs * evaluation.period_seconds // 60
    pending_minutes = evaluation.pending_runs * evaluation.period_seconds // 60

    def broken(
        what: SyncMetric, description: str, *, runs: int = evaluation.broken_runs, statistic: str = "Maximum"
    ) -> cloudwatch.Alarm:
        """Define an alarm on accounts that are broken in each of so many runs.

        Of two runs in a period, as events start some too, the worse one counts: one that comes right after another may
        read statuses in the midst of a validation. Without a run the state stays: nobody has looked, which another
        alarm tells.
        """
        return cloudwatch.Alarm(
            scope,
            what.value,
            alarm_description=description,
            metric=metric(what, statistic),
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            threshold=1,
            evaluation_periods=runs,
            treat_missing_data=cloudwatch.TreatMissingData.IGNORE,
        )

    alarms = {
        "InvalidAccounts": broken(
            SyncMetric.INVALID_ACCOUNTS,
            f"For {minutes} minutes AWS DevOps Agent could not assume the role of at least one connected account, not "
            "always the same. 'devops-agent-accounts verify' says which, 'doctor' why.",
        ),
        "MissingAccounts": broken(
            SyncMetric.MISSING_ACCOUNTS,
            f"For {minutes} minutes at least one account that should be connected to AWS DevOps Agent was not, also "
            "after the sync had run. The sync's log and 'devops-agent-accounts sync' say which and why.",
        ),
        "PendingAccounts": broken(
            SyncMetric.PENDING_ACCOUNTS,
            f"For {pending_minutes} minutes AWS DevOps Agent has not validated the role of at least one connected "
            "account, not always the same. The sync's log and 'devops-agent-accounts verify' say which; 'doctor' says "
            "whether its role is as it should be.",
            runs=evaluation.pending_runs,
            # Of two runs in a period the better one counts: in the midst of a validation all may be pending.
            statistic="Minimum",
        ),
        "NoSuccessfulRun": cloudwatch.Alarm(
            scope,
            "NoSuccessfulRun",
            alarm_description=(
                f"{HEARTBEAT_RUNS} runs in a row of the sync of AWS DevOps Agent's accounts failed, or did not take "
                "place. Until one succeeds, nobody knows whether the connections work. See the sync's log."
            ),
            metric=metric(SyncMetric.SUCCESSFUL_RUNS, "Sum"),
            comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
            threshold=1,
            evaluation_periods=HEARTBEAT_RUNS,
            treat_missing_data=cloudwatch.TreatMissingData.BREACHING,
        ),
    }
    tell = actions.SnsAction(topic)
    for alarm in alarms.values():
        alarm.add_alarm_action(tell)
        alarm.add_ok_action(tell)
    return alarms
