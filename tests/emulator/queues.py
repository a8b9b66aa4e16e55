"""Amazon SQS: queues with the policies that say which service may send to them."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from moto.sqs.exceptions import QueueDoesNotExist
from moto.sqs.models import SQSBackend, sqs_backends

from tests import iam_reference
from tests.emulator.resource_policies import admits, policy_type
from tests.emulator.resource_type import Deployed, Place, Properties, ResourceType
from tests.emulator.stack_sets.refusal import refuse

_MAX_NAME = 80


def sent_by(service: str, queue_arn: str, source_arn: str, body: str) -> bool:
    """Send a message on behalf of a resource, such as a rule; return whether the queue's policy lets the service."""
    _, _, _, region, account_id, name = queue_arn.split(":", 5)
    try:
        queue: Any = sqs_backends[account_id][region].get_queue(name)
    except QueueDoesNotExist:
        return False
    keys = {"aws:SourceArn": source_arn, "aws:SourceAccount": source_arn.split(":")[4], "aws:SecureTransport": "true"}
    policy = json.loads(queue.policy) if queue.policy else {}
    if not admits(policy, iam_reference.service(service), "sqs:SendMessage", queue_arn, keys):
        return False
    sqs_backends[account_id][region].send_message(queue_name=name, message_body=body)
    return True


def _backend(place: Place) -> SQSBackend:
    return sqs_backends[place.account_id][place.region]


def _create(properties: Properties, place: Place) -> Deployed:
    name = str(properties.get("QueueName", place.made_up_name_of(_MAX_NAME)))
    if name in _backend(place).queues:
        refuse(f"Resource of type 'AWS::SQS::Queue' with identifier '{name}' already exists.")
    tags = {tag["Key"]: tag["Value"] for tag in properties.get("Tags", [])}
    queue = _backend(place).create_queue(name=name, tags=tags)
    _set(queue, properties)
    return Deployed(
        physical_resource_id=queue.physical_resource_id,
        attributes={"Arn": queue.queue_arn, "QueueName": name, "QueueUrl": queue.physical_resource_id},
    )


def _update(deployed: Deployed, properties: Properties, place: Place) -> None:
    _set(_backend(place).get_queue(deployed.attributes["QueueName"]), properties)


def _set(queue: Any, properties: Properties) -> None:
    settings = {name: value for name, value in properties.items() if name not in {"QueueName", "Tags"}}
    queue._set_attributes(settings)


def _delete(deployed: Deployed, place: Place) -> None:
    with suppress(QueueDoesNotExist):
        _backend(place).delete_queue(deployed.attributes["QueueName"])


def _set_policy(url: str, policy: str | None, place: Place) -> None:
    try:
        queue: Any = _backend(place).get_queue(url.rpartition("/")[2])
    except QueueDoesNotExist:
        if policy:
            refuse(f"The specified queue does not exist: {url}")
    else:
        queue.policy = policy


QUEUE = ResourceType(name="AWS::SQS::Queue", create=_create, update=_update, delete=_delete)
QUEUE_POLICY = policy_type("AWS::SQS::QueuePolicy", "Queues", _set_policy)
