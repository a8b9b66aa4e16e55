"""Metrics in moto's store, which its API reads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone

from moto.cloudwatch.models import MetricDatum, cloudwatch_backends

from tests.emulator.clock import CLOCK
from tests.emulator.resource_type import Place


def put(
    place: Place,
    namespace: str,
    name: str,
    dimensions: Mapping[str, str],
    value: float,
    *,
    timestamp: datetime | None = None,
    unit: str | None = None,
) -> None:
    """Store one value, of now unless a time is given."""
    time = (timestamp or CLOCK.now()).astimezone(timezone.utc).replace(tzinfo=None)
    named = [{"Name": key, "Value": value_of} for key, value_of in dimensions.items()]
    cloudwatch_backends[place.account_id][place.region].metric_data.append(
        MetricDatum(namespace, name, float(value), named, time, unit)
    )


def values(
    place: Place,
    namespace: str,
    name: str,
    dimensions: Mapping[str, str],
    *,
    unit: str | None = None,
) -> list[tuple[datetime, float]]:
    """All values of a metric, with their times in UTC; its dimensions are exactly these."""
    return [
        (datum.timestamp, datum.value)
        for datum in list(cloudwatch_backends[place.account_id][place.region].metric_data)
        if isinstance(datum, MetricDatum)
        and (datum.namespace, datum.name) == (namespace, name)
        and {one.name: one.value for one in datum.dimensions} == dict(dimensions)
        and unit in {None, datum.unit}
    ]
