"""Vended logs: `AWS::Logs::DeliverySource`, `DeliveryDestination` and `Delivery`, and what an Agent Space writes.

Of what an Agent Space logs, only the change of an association between valid and invalid is written here. AWS publishes
no sample, and its own sources differ in the names of the fields: `FORMS` has both.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from moto.logs.exceptions import LogsClientError
from moto.logs.models import Delivery, DeliveryDestination, DeliverySource, LogsBackend, logs_backends

from tests import iam_reference
from tests.emulator.caller_permissions import why_denied
from tests.emulator.clock import CLOCK
from tests.emulator.monitoring import logs
from tests.emulator.resource_policies import admits
from tests.emulator.resource_type import Deployed, Place, Properties, ResourceType
from tests.emulator.role_use import find_role
from tests.emulator.stack_sets.refusal import HandlerRefused, refuse

FORMS = ("optional_", "")
"""What stands before the names of some fields."""
_SERVICE = iam_reference.service("delivery.logs.amazonaws.com")
_WRITES = ("logs:CreateLogStream", "logs:PutLogEvents")
_deployer: ContextVar[str | None] = ContextVar("deployer", default=None)


@contextmanager
def deploying_with(role_arn: str | None) -> Iterator[None]:
    """Create inside with the permissions of a role, as CloudFormation does with the one that it was given."""
    token = _deployer.set(role_arn)
    try:
        yield
    finally:
        _deployer.reset(token)


def association_changed(
    space_arn: str, account_id: str, association_id: str, status: str, *, form: str = FORMS[0]
) -> None:
    """Write that an association has become valid or invalid to every delivery of the Agent Space's log."""
    _, _, _, region, owner, _ = space_arn.split(":", 5)
    backend = logs_backends[owner][region]
    record = {
        "event_timestamp": int(CLOCK.now().timestamp() * 1000),
        "resource_arn": space_arn,
        f"{form}account_id": account_id,
        f"{form}association_id": association_id,
        f"{form}level": "ERROR" if status == "invalid" else "INFO",
        f"{form}status": status,
    }
    for delivery in list(backend.deliveries.values()):
        source = backend.delivery_sources[delivery.delivery_source_name]
        if space_arn in source.resource_arns:
            _deliver(backend, source, delivery, json.dumps(record))


def _deliver(backend: LogsBackend, source: DeliverySource, delivery: Delivery, line: str) -> None:
    """Write to the log group if a resource policy of the account admits the service; tell nobody if not."""
    [destination] = [
        one for one in backend.delivery_destinations.values() if one.arn == delivery.delivery_destination_arn
    ]
    resource = destination.delivery_destination_configuration["destinationResourceArn"]
    _, _, service, region, account_id, name = resource.split(":", 5)
    if service != "logs":
        return  # nobody reads it here
    group, stream = name.removeprefix("log-group:").removesuffix(":*"), f"vended-logs/{source.name}"
    context = {"aws:SourceAccount": account_id, "aws:SourceArn": source.arn}
    where = f"arn:aws:logs:{region}:{account_id}:log-group:{group}:log-stream:{stream}"
    policies = [json.loads(one.policy_document) for one in backend.resource_policies.values()]
    is_admitted = all(any(admits(one, _SERVICE, action, where, context) for one in policies) for action in _WRITES)
    if is_admitted and logs.has_group(account_id, region, group):
        logs.write(account_id, region, group, stream, [line])


def _create_source(properties: Properties, place: Place) -> Deployed:
    name, resource, log_type = properties["Name"], properties.get("ResourceArn", ""), properties.get("LogType")
    if ":aidevops:" not in resource or log_type != "APPLICATION_LOGS":
        refuse("Cannot access provided service." if ":aidevops:" not in resource else "This service is not allowed")
    role = find_role(_deployer.get() or "")
    action = "aidevops:AllowVendedLogDeliveryForResource"
    if role is not None and (why := why_denied(role, action, resource)):
        raise HandlerRefused(f"{why} (Service: CloudWatchLogs, Status Code: 400)")
    backend = _backend(place)
    if name in backend.delivery_sources:
        refuse(f"Delivery source {name} already exists")
    if any(resource in one.resource_arns for one in backend.delivery_sources.values()):
        # One for a resource, whatever the name: https://github.com/hashicorp/terraform-provider-aws/issues/40885
        refuse("This ResourceId has already been used in another Delivery Source in this account.")
    source = DeliverySource(place.account_id, place.region, name, resource, log_type, {})
    backend.delivery_sources[name] = source
    attributes = {"Arn": source.arn, "Service": source.service, "ResourceArns": source.resource_arns}
    return Deployed(physical_resource_id=name, attributes=attributes)  # type: ignore[arg-type]  # one is a list


def _create_destination(properties: Properties, place: Place) -> Deployed:
    name, resource = properties["Name"], properties.get("DestinationResourceArn", "")
    if name in _backend(place).delivery_destinations:
        refuse(f"Delivery destination {name} already exists")
    # The ARN of a log group ends in `:*` in most templates, and AWS takes both.
    if ":logs:" in resource and not logs.has_group(
        place.account_id, place.region, resource.split(":log-group:")[-1].removesuffix(":*")
    ):
        refuse("The specified log group does not exist.")
    configuration = {"destinationResourceArn": resource}
    made = DeliveryDestination(place.account_id, place.region, name, properties.get("OutputFormat"), configuration, {})
    _backend(place).delivery_destinations[name] = made
    return Deployed(physical_resource_id=name, attributes={"Arn": made.arn})


def _create_delivery(properties: Properties, place: Place) -> Deployed:
    try:
        made = _backend(place).create_delivery(
            properties["DeliverySourceName"], properties["DeliveryDestinationArn"], None, None, None, {}
        )
    except LogsClientError as refused:
        refuse(str(refused.message))
    attributes = {"DeliveryId": made.id, "Arn": made.arn, "DeliveryDestinationType": made.destination_type}
    return Deployed(physical_resource_id=made.id, attributes=attributes)


def _deleting(remove: Callable[[LogsBackend, str], None]) -> Callable[[Deployed, Place], None]:
    def delete(deployed: Deployed, place: Place) -> None:
        remove(_backend(place), deployed.physical_resource_id)

    return delete


def _remove_source(backend: LogsBackend, name: str) -> None:
    if any(one.delivery_source_name == name for one in backend.deliveries.values()):
        refuse("Cannot delete a delivery source that is used by a delivery")
    backend.delivery_sources.pop(name, None)


def _remove_destination(backend: LogsBackend, name: str) -> None:
    found = backend.delivery_destinations.get(name)
    if found and any(one.delivery_destination_arn == found.arn for one in backend.deliveries.values()):
        refuse("Cannot delete a delivery destination that is used by a delivery")
    backend.delivery_destinations.pop(name, None)


def _remove_delivery(backend: LogsBackend, delivery_id: str) -> None:
    backend.deliveries.pop(delivery_id, None)


def _update(*_: object) -> None:
    """Tags, and settings that the emulator does not look at."""


def _backend(place: Place) -> LogsBackend:
    return logs_backends[place.account_id][place.region]


DELIVERY_SOURCE = ResourceType(
    name="AWS::Logs::DeliverySource", create=_create_source, update=_update, delete=_deleting(_remove_source)
)
DELIVERY_DESTINATION = ResourceType(
    name="AWS::Logs::DeliveryDestination",
    create=_create_destination,
    update=_update,
    delete=_deleting(_remove_destination),
)
DELIVERY = ResourceType(
    name="AWS::Logs::Delivery", create=_create_delivery, update=_update, delete=_deleting(_remove_delivery)
)
