"""Log groups at the emulator's time, and what CloudWatch makes of the lines in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from moto.logs.exceptions import ResourceNotFoundException
from moto.logs.models import LogGroup, LogsBackend, logs_backends

from tests.emulator.clock import CLOCK
from tests.emulator.monitoring import embedded_metrics, metric_filters
from tests.emulator.resource_type import Deployed, Place, Properties, ResourceType
from tests.emulator.stack_sets.refusal import HandlerRefused

PutLogEvents = Callable[[LogGroup, str, list[dict[str, Any]]], Any]


def has_group(account_id: str, region: str, group: str) -> bool:
    """Whether there is a log group."""
    return group in _backend(account_id, region).groups


def create_group(account_id: str, region: str, group: str) -> None:
    """Create a log group that keeps its logs for ever."""
    _backend(account_id, region).create_log_group(group, {})


def write(account_id: str, region: str, group: str, stream: str, lines: Sequence[str]) -> None:
    """Write lines to a stream of a log group, which must be there; create the stream."""
    found = _backend(account_id, region).groups[group]
    if stream not in found.streams:
        found.create_log_stream(stream)
    timestamp = int(CLOCK.now().timestamp() * 1000)
    found.put_log_events(stream, [{"timestamp": timestamp, "message": line} for line in lines])


def noticing_metrics(put_log_events: PutLogEvents) -> PutLogEvents:
    """Make a log group look for metrics in what is written to it."""

    def put(group: LogGroup, stream: str, events: list[dict[str, Any]]) -> Any:
        answer = put_log_events(group, stream, events)
        filters = _backend(group.account_id, group.region).describe_metric_filters(log_group_name=group.name)
        place = Place(account_id=group.account_id, region=group.region)
        for event in events:
            embedded_metrics.extract(place, event["message"])
            for one in filters:
                metric_filters.apply(one, place, event)
        return answer

    return put


def _create(properties: Properties, place: Place) -> Deployed:
    backend, name = _backend(place.account_id, place.region), properties.get("LogGroupName", place.made_up_name)
    if name in backend.groups:
        raise HandlerRefused(f"Resource of type 'AWS::Logs::LogGroup' with identifier '{name}' already exists.")
    tags = {tag["Key"]: tag["Value"] for tag in properties.get("Tags", [])}
    group = backend.create_log_group(name, tags, kmsKeyId=properties.get("KmsKeyId"))
    group.set_retention_policy(properties.get("RetentionInDays"))
    return Deployed(physical_resource_id=name, attributes={"Arn": f"{group.arn}:*"})


def _update(deployed: Deployed, properties: Properties, place: Place) -> None:
    group = _backend(place.account_id, place.region).groups[deployed.physical_resource_id]
    group.set_retention_policy(properties.get("RetentionInDays"))
    group.kms_key_id = properties.get("KmsKeyId")


def _delete(deployed: Deployed, place: Place) -> None:
    with suppress(ResourceNotFoundException):
        _backend(place.account_id, place.region).delete_log_group(deployed.physical_resource_id)


def _backend(account_id: str, region: str) -> LogsBackend:
    return logs_backends[account_id][region]


LOG_GROUP = ResourceType(name="AWS::Logs::LogGroup", create=_create, update=_update, delete=_delete)
