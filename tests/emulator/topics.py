"""Amazon SNS: topics that services publish to, if their policies and keys let them."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from moto.core.exceptions import ServiceException
from moto.kms.models import kms_backends
from moto.sns.exceptions import SNSNotFoundError
from moto.sns.models import SNSBackend, Topic, sns_backends

from tests import iam_reference
from tests.emulator.resource_policies import admits, policy_type
from tests.emulator.resource_type import Deployed, Place, Properties, ResourceType
from tests.emulator.stack_sets.refusal import refuse

_OWN_KEY = "alias/aws/sns"
_KEY_ACTIONS = ("kms:Decrypt", "kms:GenerateDataKey")


def why_not_published(topic_arn: str, service: str, source_arn: str, message: str, subject: str) -> str | None:
    """Publish on behalf of a resource such as an alarm; return why that is refused, None if it is not."""
    topic = _find(topic_arn)
    if topic is None:
        return "Topic does not exist"
    source_account = source_arn.split(":")[4]
    # SNS knows the owner of who publishes by AWS:SourceOwner, which the policy that a topic begins with asks for.
    keys = {"aws:SourceArn": source_arn, "aws:SourceAccount": source_account, "AWS:SourceOwner": source_account}
    keys["aws:SecureTransport"] = "true"
    caller = iam_reference.service(service)
    if not admits(json.loads(topic.policy), caller, "SNS:Publish", topic_arn, keys):
        return f"{service} is not authorized to perform: SNS:Publish on resource: {topic_arn}"
    if why := _why_not_encrypted(topic, caller, keys):
        return why
    topic.publish(message, subject=subject)
    return None


def published(topic_arn: str) -> list[dict[str, Any]]:
    """What was published to a topic, in order, as JSON; for tests."""
    topic = _find(topic_arn)
    return [] if topic is None else [json.loads(message) for _, message, *_ in topic.sent_notifications]


def _why_not_encrypted(topic: Topic, caller: iam_reference.Caller, keys: dict[str, str]) -> str | None:
    """A topic with a key takes a message only from whom the key's policy admits.

    Nobody can change the policy of the key alias/aws/sns, and it does not admit services:
    https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
    """
    key_id = topic.kms_master_key_id
    if not key_id:
        return None
    denied = "null (Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException)"
    if key_id.endswith(_OWN_KEY):
        return denied
    _, _, _, region, account_id, _ = topic.arn.split(":", 5)
    keys_of_account = kms_backends[account_id][region]
    key = keys_of_account.keys[keys_of_account.get_key_id(key_id)]
    # moto keeps the policy of a key that a stack made as it stands in the template.
    written: Any = key.policy
    policy = json.loads(written) if isinstance(written, str) else written
    # Names of actions end in `*` in many policies: any of GenerateDataKey's forms.
    allowed = all(admits(policy, caller, action, key.arn, keys) for action in _KEY_ACTIONS)
    return None if allowed else denied


def _find(topic_arn: str) -> Topic | None:
    _, _, _, region, account_id, _ = topic_arn.split(":", 5)
    return sns_backends[account_id][region].topics.get(topic_arn)


def _backend(place: Place) -> SNSBackend:
    return sns_backends[place.account_id][place.region]


def _create_topic(properties: Properties, place: Place) -> Deployed:
    name = properties.get("TopicName", place.made_up_name)
    arn = f"arn:aws:sns:{place.region}:{place.account_id}:{name}"
    if arn in _backend(place).topics:
        refuse(f"{arn} already exists in stack")
    topic = _backend(place).create_topic(name, {})
    _set_topic(topic, properties)
    for one in properties.get("Subscription", []):
        _backend(place).subscribe(topic.arn, one["Endpoint"], one["Protocol"])
    return Deployed(physical_resource_id=topic.arn, attributes={"TopicName": name, "TopicArn": topic.arn})


def _update_topic(deployed: Deployed, properties: Properties, place: Place) -> None:
    _set_topic(_backend(place).topics[deployed.physical_resource_id], properties)


def _set_topic(topic: Topic, properties: Properties) -> None:
    topic.display_name = properties.get("DisplayName", "")
    topic.kms_master_key_id = properties.get("KmsMasterKeyId", "")


def _delete_topic(deployed: Deployed, place: Place) -> None:
    with suppress(SNSNotFoundError):
        _backend(place).delete_topic(deployed.physical_resource_id)


def _set_policy(topic_arn: str, policy: str | None, place: Place) -> None:
    topic = _backend(place).topics.get(topic_arn)
    if topic is not None:
        topic.policy = policy or json.dumps(
            topic._create_default_topic_policy(place.region, place.account_id, topic.name)
        )
    elif policy:
        refuse(f"Invalid parameter: topic {topic_arn} does not exist")


def _create_subscription(properties: Properties, place: Place) -> Deployed:
    try:
        made = _backend(place).subscribe(properties["TopicArn"], properties["Endpoint"], properties["Protocol"])
    except ServiceException as refused:
        refuse(refused.message)
    return Deployed(physical_resource_id=made.arn, attributes={"Arn": made.arn})


def _update_subscription(*_: object) -> None:
    """Whom it delivers to, and how, needs another subscription."""


def _delete_subscription(deployed: Deployed, place: Place) -> None:
    with suppress(ServiceException, KeyError):
        _backend(place).unsubscribe(deployed.physical_resource_id)


TOPIC = ResourceType(name="AWS::SNS::Topic", create=_create_topic, update=_update_topic, delete=_delete_topic)
TOPIC_POLICY = policy_type("AWS::SNS::TopicPolicy", "Topics", _set_policy)
SUBSCRIPTION = ResourceType(
    name="AWS::SNS::Subscription",
    create=_create_subscription,
    update=_update_subscription,
    delete=_delete_subscription,
)
