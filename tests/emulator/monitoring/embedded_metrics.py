"""Metrics in log lines, by the embedded metric format; what does not follow it is no metric, and nobody is told.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from typing import Any

from tests.emulator.monitoring.metrics import put
from tests.emulator.resource_type import Place

_MAX_METRICS, _MAX_DIMENSIONS = 100, 30


def extract(place: Place, message: str) -> None:
    """Store the metrics of a line: one that is a JSON object from its first character to its last."""
    if '"_aws"' not in message:
        return
    try:
        document = json.loads(message)
        metadata = document["_aws"]
        timestamp = datetime.fromtimestamp(metadata["Timestamp"] / 1000, timezone.utc)
        directives = metadata["CloudWatchMetrics"]
        found = [one for directive in directives for one in _metrics(document, directive)]
    except (ValueError, KeyError, TypeError):
        return
    for namespace, name, dimensions, unit, values in found:
        for value in values:
            put(place, namespace, name, dimensions, value, timestamp=timestamp, unit=unit)


def _metrics(
    document: Mapping[str, Any], directive: Mapping[str, Any]
) -> Iterator[tuple[str, str, dict[str, str], str | None, list[float]]]:
    metrics = directive["Metrics"]
    if len(metrics) > _MAX_METRICS:
        raise ValueError("too many metrics in one directive")
    for names in directive["Dimensions"]:
        if len(names) > _MAX_DIMENSIONS or not all(isinstance(document[name], str) for name in names):
            raise ValueError("dimensions must be members of the document, and text")
        dimensions = {name: document[name] for name in names}
        for metric in metrics:
            value = document[metric["Name"]]
            values = value if isinstance(value, list) else [value]
            if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in values):
                raise TypeError("values must be numbers")
            yield directive["Namespace"], metric["Name"], dimensions, metric.get("Unit"), values
