"""`AWS::Logs::MetricFilter`: lines of a log group that match a pattern become values of a metric."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from moto.logs.models import LogsBackend, logs_backends

from tests.emulator.monitoring.filter_pattern import InvalidPatternError, matcher, selected
from tests.emulator.monitoring.metrics import put
from tests.emulator.resource_type import Deployed, Place, Properties, ResourceType
from tests.emulator.stack_sets.refusal import refuse


def apply(metric_filter: Mapping[str, Any], place: Place, event: Mapping[str, Any]) -> None:
    """Store the values that a line makes; the default value where it does not match and there is one.

    AWS reports the default value once a minute in which lines came and none matched; here once a line.
    """
    message = event["message"]
    is_match = matcher(metric_filter["filterPattern"])(message)
    timestamp = datetime.fromtimestamp(event["timestamp"] / 1000, timezone.utc)
    for one in metric_filter["metricTransformations"]:
        said = one["metricValue"] if is_match else one.get("defaultValue")
        if said is None:
            continue
        value = selected(message, said) if str(said).startswith("$") else float(said)
        named = {key: selected(message, selector) for key, selector in one.get("dimensions", {}).items()}
        if not isinstance(value, int | float) or None in named.values():
            continue  # a line without the field makes no value
        dimensions = {key: str(found) for key, found in named.items()}
        namespace, name = one["metricNamespace"], one["metricName"]
        put(place, namespace, name, dimensions, value, timestamp=timestamp, unit=one.get("unit"))


def _create(properties: Properties, place: Place) -> Deployed:
    name = properties.get("FilterName", place.made_up_name)
    _put(name, properties, place)
    return Deployed(physical_resource_id=name)


def _update(deployed: Deployed, properties: Properties, place: Place) -> None:
    name = deployed.physical_resource_id
    _backend(place).delete_metric_filter(name, properties["LogGroupName"])
    _put(name, properties, place)


def _put(name: str, properties: Properties, place: Place) -> None:
    if properties["LogGroupName"] not in _backend(place).groups:
        refuse("The specified log group does not exist.")
    try:
        matcher(properties["FilterPattern"])
    except InvalidPatternError as invalid:
        refuse(f"Invalid filter pattern: {invalid}")
    transformations: Any = [_transformation(one) for one in properties["MetricTransformations"]]
    _backend(place).put_metric_filter(name, properties["FilterPattern"], properties["LogGroupName"], transformations)


def _transformation(properties: Mapping[str, Any]) -> dict[str, Any]:
    """A transformation as the API has it."""
    if "Dimensions" in properties and "DefaultValue" in properties:
        # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_MetricTransformation.html
        refuse("a default value cannot be used together with dimensions")
    api = {name[0].lower() + name[1:]: value for name, value in properties.items() if name != "Dimensions"}
    dimensions = {one["Key"]: one["Value"] for one in properties.get("Dimensions", [])}
    return {**api, "dimensions": dimensions} if dimensions else api


def _delete(deployed: Deployed, place: Place) -> None:
    _backend(place).delete_metric_filter(deployed.physical_resource_id, deployed.properties["LogGroupName"])


def _backend(place: Place) -> LogsBackend:
    return logs_backends[place.account_id][place.region]


METRIC_FILTER = ResourceType(name="AWS::Logs::MetricFilter", create=_create, update=_update, delete=_delete)
