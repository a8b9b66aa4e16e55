"""Names the metrics of the sync, and writes them as CloudWatch reads them from a log: the embedded metric format.

See https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum

NAMESPACE = "DevOpsAgentConstructs"
DIMENSION = "AgentSpaceId"


class SyncMetric(Enum):
    """What each run says of the secondary accounts of an Agent Space."""

    CONNECTED_ACCOUNTS = "ConnectedAccounts"
    """Those that have an association, at the start of the run."""
    VALID_ACCOUNTS = "ValidAccounts"
    """Of these, those whose role AWS could assume, as the validation that the former run asked for has found."""
    PENDING_ACCOUNTS = "PendingAccounts"
    """Of these, those whose validation is not done, and that are not known to have been invalid before it."""
    INVALID_ACCOUNTS = "InvalidAccounts"
    """Of these, those whose role AWS could not assume, or whose status is not known."""
    MISSING_ACCOUNTS = "MissingAccounts"
    """Those that should be connected, and are not after the run; no value if not all was read."""
    REMOVED_ACCOUNTS = "RemovedAccounts"
    """Those that the run has disconnected."""
    FAILED_ACTIONS = "FailedActions"
    """What AWS refused of the run's changes, or did not answer, and what was given up after that."""
    OLDEST_INVALID_AGE = "OldestInvalidAge"
    """Seconds since the oldest invalid association was updated; 0: none is invalid.

    Whether AWS renews that time at a validation that changes nothing is unconfirmed.
    """
    SUCCESSFUL_RUNS = "SuccessfulRuns"
    """1: all was read, nothing was held back by the limits, and nothing failed; else 0.

    What there was no time for is no failure, if it is a part, and counts as missing. A run that is ended in the middle
    says nothing.
    """

    @property
    def unit(self) -> str:
        """CloudWatch's unit."""
        return "Seconds" if self is SyncMetric.OLDEST_INVALID_AGE else "Count"


def embedded(agent_space_id: str, values: Mapping[SyncMetric, float], *, at: datetime) -> dict[str, object]:
    """Return the log line, as data, from which CloudWatch makes the metrics."""
    metrics = [{"Name": metric.value, "Unit": metric.unit} for metric in values]
    directive = {"Namespace": NAMESPACE, "Dimensions": [[DIMENSION]], "Metrics": metrics}
    return {
        "_aws": {"Timestamp": int(at.timestamp() * 1000), "CloudWatchMetrics": [directive]},
        DIMENSION: agent_space_id,
        **{metric.value: value for metric, value in values.items()},
    }
