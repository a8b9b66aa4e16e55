"""A metric of the sync's runs as an object of the CDK, for alarms and dashboards."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

from devops_agent_constructs.account_sync.metrics import DIMENSION, NAMESPACE, SyncMetric


def sync_metric(what: SyncMetric, agent_space_id: str, *, period: Duration, statistic: str) -> cloudwatch.Metric:
    """Return a metric of the sync of one Agent Space."""
    return cloudwatch.Metric(
        namespace=NAMESPACE,
        metric_name=what.value,
        dimensions_map={DIMENSION: agent_space_id},
        period=period,
        statistic=statistic,
    )
