"""Events on their way: from a bus over its rules to their targets, as far as these let EventBridge in."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.events.models import EventBus, Rule, events_backends
from moto.events.utils import EventTemplateParser

from tests import iam_reference
from tests.emulator.caller_permissions import why_denied
from tests.emulator.clock import CLOCK
from tests.emulator.devops_agent.organizations import organization_keys
from tests.emulator.lambda_functions.asynchronous import invoke_later
from tests.emulator.lambda_functions.function import find_function
from tests.emulator.lambda_functions.permission import may_invoke
from tests.emulator.monitoring import metrics
from tests.emulator.queues import sent_by
from tests.emulator.resource_policies import admits
from tests.emulator.resource_type import Place
from tests.emulator.role_use import find_role, lets_in
from tests.emulator.topics import why_not_published

EVENTS = "events.amazonaws.com"
Event = Mapping[str, Any]


def emit(event: Event) -> None:
    """Put an event of an AWS service on the default bus of its account."""
    put_on(events_backends[event["account"]][event["region"]].event_buses["default"], event)


def event_of(
    place: Place,
    source: str,
    detail_type: str,
    detail: Mapping[str, Any],
    resources: Sequence[str] = (),
) -> Event:
    """An event as targets get it."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": detail_type,
        "source": source,
        "account": place.account_id,
        "time": f"{CLOCK.now():%Y-%m-%dT%H:%M:%SZ}",
        "region": place.region,
        "resources": list(resources),
        "detail": dict(detail),
    }


def put_on(bus: EventBus, event: Event) -> None:
    """Let the rules of a bus look at an event."""
    for rule in list(bus.rules.values()):
        if rule.state == "ENABLED" and rule.event_pattern.get_pattern():
            matches: Any = rule.event_pattern.matches_event
            if matches(event):
                send_to_targets(rule, event)


def of_api(rule: Rule, original_event: dict[str, Any], transform_input: bool = True) -> None:  # noqa: ARG001
    """Take the place of moto's `Rule.send_to_targets`, which PutEvents calls for each rule."""
    known = {name: value for name, value in original_event.items() if name != "ingestion-time"}
    event = {**known, "time": f"{CLOCK.now():%Y-%m-%dT%H:%M:%SZ}"}
    matches: Any = rule.event_pattern.matches_event
    if rule.state == "ENABLED" and rule.event_pattern.get_pattern() and matches(event):
        send_to_targets(rule, event)


def send_to_targets(rule: Rule, event: Event) -> None:
    """Send an event to all targets of a rule, each as it wants it."""
    for target in rule.targets:
        if why := _why_not_sent(rule, target, event):
            dimensions = {"RuleName": rule.name}
            place = Place(account_id=rule.account_id, region=rule.region_name)
            metrics.put(place, "AWS/Events", "FailedInvocations", dimensions, 1)
            if dead_letters := target.get("DeadLetterConfig", {}).get("Arn"):
                body = json.dumps({"error": why, "event": event})
                sent_by(EVENTS, dead_letters, rule.arn, body)


def _why_not_sent(rule: Rule, target: Mapping[str, Any], event: Event) -> str | None:
    arn = target["Arn"]
    service = arn.split(":")[2]
    denied = f"{EVENTS} is not authorized to send events to {arn}"
    if service == "events":
        return _why_not_put(rule, target, event)
    body = json.dumps(_input(target, event))
    if service == "lambda":
        try:
            function = find_function(arn, rule.account_id, rule.region_name)
        except JsonRESTError as refused:
            return str(refused.message)
        if not may_invoke(function, EVENTS, source_arn=rule.arn):
            return denied
        invoke_later(function, body)
        return None
    if service == "sqs":
        return None if sent_by(EVENTS, arn, rule.arn, body) else denied
    if service == "sns":
        return why_not_published(arn, EVENTS, rule.arn, body, "")
    raise NotImplementedError(f"the emulator sends no events to {arn}")


def _why_not_put(rule: Rule, target: Mapping[str, Any], event: Event) -> str | None:
    """Put an event on another bus, with the role of the target; in another account the bus has a say, too."""
    arn = target["Arn"]
    _, _, _, region, account_id, name = arn.split(":", 5)
    role = find_role(target.get("RoleArn", ""))
    keys = {"aws:SourceArn": rule.arn, "aws:SourceAccount": rule.account_id}
    # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html: "you must specify an IAM role"
    # for rules made since 2023-03-02.
    if role is None or not lets_in(role, iam_reference.service(EVENTS), keys):
        return f"{EVENTS} cannot assume the role of the target {arn}"
    if why := why_denied(role, "events:PutEvents", arn):
        return why
    bus = events_backends[account_id][region].event_buses.get(name.removeprefix("event-bus/"))
    if bus is None:
        return f"Event bus {arn} does not exist."
    caller = iam_reference.role(role.arn)
    context = {**organization_keys({"aws:PrincipalOrgID": rule.account_id}), **_keys(event), "aws:SourceArn": rule.arn}
    policy = {"Version": "2012-10-17", "Statement": list(_statements(bus))}
    if account_id != rule.account_id and not admits(policy, caller, "events:PutEvents", arn, context):
        return f"{role.arn} is not authorized to perform: events:PutEvents on resource: {arn}"
    put_on(bus, event)
    return None


def _keys(event: Event) -> dict[str, str]:
    # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
    return {"events:source": event["source"], "events:detail-type": event["detail-type"]}


def _statements(bus: EventBus) -> Iterator[dict[str, Any]]:
    """The policy's statements: those of templates, and moto's own, which the API made."""
    yield from getattr(bus, "template_statements", {}).values()
    if bus.policy:
        yield from json.loads(bus.policy)["Statement"]


def _input(target: Mapping[str, Any], event: Event) -> Any:
    if "Input" in target:
        return json.loads(target["Input"])
    if "InputPath" in target:
        raise NotImplementedError("the emulator knows no InputPath")
    if transformer := target.get("InputTransformer"):
        parsed: Any = EventTemplateParser.parse(
            input_template=transformer["InputTemplate"],
            input_paths_map=transformer.get("InputPathsMap", {}),
            event=dict(event),  # type: ignore[arg-type]
        )
        return parsed
    return event
