"""`AWS::Events::Rule`, `AWS::Events::EventBus` and `AWS::Events::EventBusPolicy`."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.events.models import EventBus, EventsBackend, Rule, events_backends

from tests.emulator.clock import CLOCK
from tests.emulator.event_bus.delivery import event_of, send_to_targets
from tests.emulator.event_bus.schedule import InvalidScheduleError, next_time
from tests.emulator.resource_type import Deployed, Place, Properties, ResourceType
from tests.emulator.stack_sets.refusal import refuse

_MAX_NAME, _MAX_TARGETS = 64, 5


def _create_rule(properties: Properties, place: Place) -> Deployed:
    name = properties.get("Name", place.made_up_name_of(_MAX_NAME))
    bus = _bus_name(properties)
    if name in _bus(place, bus).rules:
        refuse(f"{name} already exists")
    rule = _put_rule(name, bus, properties, place)
    # `Ref` is the name alone on the default bus: https://docs.aws.amazon.com/AWSCloudFormation, AWS::Events::Rule.
    reference = name if bus == "default" else f"{bus}|{name}"
    return Deployed(physical_resource_id=reference, attributes={"Arn": rule.arn})


def _update_rule(deployed: Deployed, properties: Properties, place: Place) -> None:
    name, bus = deployed.physical_resource_id.rpartition("|")[2], _bus_name(deployed.properties)
    _put_rule(name, bus, properties, place, before=_bus(place, bus).rules.get(name))


def _put_rule(name: str, bus: str, properties: Properties, place: Place, before: Rule | None = None) -> Rule:
    targets, expression = properties.get("Targets", []), properties.get("ScheduleExpression")
    if len(targets) > _MAX_TARGETS:
        refuse(f"The requested resource exceeds the maximum number allowed: {_MAX_TARGETS} targets")
    if expression and bus != "default":
        refuse("ScheduleExpression is supported only on the default event bus.")
    due = None
    if expression:
        try:
            due = next_time(expression)
        except InvalidScheduleError:
            refuse("Parameter ScheduleExpression is not valid.")
    pattern = properties.get("EventPattern")
    backend = _backend(place)
    if before is not None:
        before.targets.clear()
    try:
        rule: Rule = backend.put_rule(
            name,
            scheduled_expression=expression,
            event_pattern=json.dumps(pattern) if isinstance(pattern, dict) else pattern,
            state=properties.get("State", "ENABLED"),
            description=properties.get("Description"),
            role_arn=properties.get("RoleArn"),
            event_bus_arn=bus,
            tags=[],
        )
        rule.put_targets(targets)
    except JsonRESTError as refused:
        refuse(str(refused.message))
    if due:
        _wait(backend, bus, rule, due, CLOCK.now())
    return rule


def _wait(backend: EventsBackend, bus: str, rule: Rule, due: Callable[[datetime], datetime], since: datetime) -> None:
    """Fire the rule each time that it is due, as long as it is there and has this schedule."""
    expression, time = rule.scheduled_expression, due(since)

    def fire() -> None:
        present = backend.event_buses[bus].rules.get(rule.name) if bus in backend.event_buses else None
        if present is not rule or rule.scheduled_expression != expression:
            return
        _wait(backend, bus, rule, due, time)
        if rule.state == "ENABLED":
            place = Place(account_id=rule.account_id, region=rule.region_name)
            event = event_of(place, "aws.events", "Scheduled Event", {}, [rule.arn])
            send_to_targets(rule, event)

    CLOCK.call_at(time, fire)


def _delete_rule(deployed: Deployed, place: Place) -> None:
    bus = _backend(place).event_buses.get(_bus_name(deployed.properties))
    if bus is not None:
        bus.rules.pop(deployed.physical_resource_id.rpartition("|")[2], None)


def _create_bus(properties: Properties, place: Place) -> Deployed:
    try:
        bus: Any = _backend(place).create_event_bus(properties["Name"])
    except JsonRESTError as refused:
        refuse(str(refused.message))
    _set_policy(bus, properties)
    return Deployed(physical_resource_id=bus.name, attributes={"Arn": bus.arn, "Name": bus.name})


def _update_bus(deployed: Deployed, properties: Properties, place: Place) -> None:
    _set_policy(_bus(place, deployed.physical_resource_id), properties)


def _set_policy(bus: Any, properties: Properties) -> None:
    policy = properties.get("Policy", {})
    statements = (json.loads(policy) if isinstance(policy, str) else policy).get("Statement", [])
    bus.template_statements = {one.get("Sid", str(number)): one for number, one in enumerate(statements)}


def _delete_bus(deployed: Deployed, place: Place) -> None:
    backend = _backend(place)
    bus = backend.event_buses.get(deployed.physical_resource_id)
    if bus is not None:
        if bus.rules:
            refuse(f"Event bus can't be deleted since it has rules: {', '.join(sorted(bus.rules))}")
        with suppress(JsonRESTError):
            backend.delete_event_bus(bus.name)


def _create_policy(properties: Properties, place: Place) -> Deployed:
    _put_policy(properties, place)
    return Deployed(physical_resource_id=f"event-bus-policy-{properties['StatementId']}")


def _update_policy(deployed: Deployed, properties: Properties, place: Place) -> None:  # noqa: ARG001
    _put_policy(properties, place)


def _put_policy(properties: Properties, place: Place) -> None:
    bus: Any = _bus(place, properties.get("EventBusName", "default"))
    statement = properties.get("Statement")
    if statement is None:
        # The older form: an account, or everybody with a condition on the organization.
        principal = properties["Principal"]
        named: Any = "*" if principal == "*" else {"AWS": f"arn:aws:iam::{principal}:root"}
        condition = properties.get("Condition")
        met = {condition["Type"]: {condition["Key"]: condition["Value"]}} if condition else None
        statement = {"Effect": "Allow", "Principal": named, "Action": properties["Action"], "Resource": bus.arn}
        statement.update({"Condition": met} if met else {})
    bus.template_statements = {**getattr(bus, "template_statements", {}), properties["StatementId"]: statement}


def _delete_policy(deployed: Deployed, place: Place) -> None:
    name = deployed.properties.get("EventBusName", "default")
    if bus := _backend(place).event_buses.get(name):
        getattr(bus, "template_statements", {}).pop(deployed.properties["StatementId"], None)


def _bus_name(properties: Properties) -> str:
    """The bus of a rule, of which the template has the name or the ARN."""
    return str(properties.get("EventBusName", "default")).rpartition("/")[2]


def _bus(place: Place, name: str) -> EventBus:
    bus = _backend(place).event_buses.get(name)
    if bus is None:
        refuse(f"Event bus {name} does not exist.")
    return bus


def _backend(place: Place) -> EventsBackend:
    return events_backends[place.account_id][place.region]


RULE = ResourceType(name="AWS::Events::Rule", create=_create_rule, update=_update_rule, delete=_delete_rule)
EVENT_BUS = ResourceType(name="AWS::Events::EventBus", create=_create_bus, update=_update_bus, delete=_delete_bus)
EVENT_BUS_POLICY = ResourceType(
    name="AWS::Events::EventBusPolicy", create=_create_policy, update=_update_policy, delete=_delete_policy
)
