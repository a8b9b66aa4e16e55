"""The topic that alarms publish to: one of its own, or the user's, as far as CloudWatch can publish there."""

from __future__ import annotations

import jsii
from aws_cdk import Annotations, ArnFormat, Aspects, IAspect, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct, IConstruct

from devops_agent_constructs import _validators
from devops_agent_constructs.errors import OnboardingInputError

_CLOUDWATCH = "cloudwatch.amazonaws.com"
# "CloudWatch Alarms does not have authorization to access the SNS topic encryption key": nobody can change that key's
# policy. https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns, read 2026-11-26.
_AWS_MANAGED_KEY = "alias/aws/sns"


def check(topic: sns.ITopic | None, *, stack: Stack) -> None:
    """Check that alarms of a stack can publish to a topic: in their Region, and not with the key that AWS manages."""
    if topic is None:
        return
    region = topic.env.region
    if not _validators.is_token(region) and not _validators.is_token(stack.region) and region != stack.region:
        why = f"a topic in {region}; an alarm publishes in its own Region, {stack.region}"
        raise OnboardingInputError("topic", topic.topic_arn, why=why, fix="give a topic of that Region, or none")
    key = topic.master_key
    if key is not None and key.key_arn.endswith(_AWS_MANAGED_KEY):
        why = f"encrypted with {_AWS_MANAGED_KEY}, which CloudWatch may not use, so that nobody would be told"
        fix = "give a topic with a key of your own, or none"
        raise OnboardingInputError("topic", topic.topic_arn, why=why, fix=fix)


def new_topic(scope: Construct) -> sns.Topic:
    """Define a topic that only this account's alarms may publish to beside the account itself, with its own key.

    Neither holds anything that lasts, so both go with the stack.
    """
    key = kms.Key(
        scope,
        "Key",
        description="Encrypts what CloudWatch alarms say of AWS DevOps Agent's connections",
        enable_key_rotation=True,
        removal_policy=RemovalPolicy.DESTROY,
    )
    topic = sns.Topic(scope, "Topic", enforce_ssl=True, master_key=key)
    admit_alarms(topic, warn_at=scope)
    return topic


def admit_alarms(topic: sns.ITopic, *, warn_at: Construct) -> None:
    """Let the alarms of the topic's account publish to it and use its key; warn where that is not this app's to do.

    A topic without a policy is left without: SNS's own admits the alarms of its account, and whatever else publishes
    there; a first statement would replace it. One that gets a policy later is looked at when the app is synthesized.
    `*` in a key's policy is that key.

    See https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html and
    https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services, read 2026-11-26.
    """
    stack = Stack.of(warn_at)
    added = [isinstance(topic, sns.Topic)]
    if _has_policy(topic):
        added.append(topic.add_to_resource_policy(_publish(topic, stack)).statement_added)
    elif isinstance(topic, sns.Topic):
        Aspects.of(topic).add(_AdmitAlarms(topic, _publish(topic, stack)))
    if topic.master_key is not None:
        # AWS's page has no condition here. That CloudWatch sends this key is what AWS's own constructs rest on; to a
        # topic that is encrypted EventBridge sends none, says that page. Read 2026-11-26:
        # https://github.com/aws/modern-data-architecture-accelerator, alarm-topic-utils.ts
        statement = iam.PolicyStatement(
            sid="LetAlarmsEncrypt",
            principals=[iam.ServicePrincipal(_CLOUDWATCH)],
            actions=["kms:Decrypt", "kms:GenerateDataKey*"],
            resources=["*"],
            conditions={"StringEquals": {"aws:SourceAccount": stack.account}},
        )
        added.append(topic.master_key.add_to_resource_policy(statement).statement_added)
    if not all(added):
        Annotations.of(warn_at).add_warning_v2(
            "devops-agent-constructs:topicPolicyNotManaged",
            f"The topic {topic.topic_arn}, or its key, is not part of this app. Check that the topic's policy lets "
            f"{_CLOUDWATCH} publish, and that its key's policy, if it has a key, lets it use kms:Decrypt and "
            "kms:GenerateDataKey*: alarms that may not publish are silent.",
        )


@jsii.implements(IAspect)
class _AdmitAlarms:
    """Adds to a policy that a topic got after its alarms: aspects look when everything is defined."""

    def __init__(self, topic: sns.Topic, statement: iam.PolicyStatement) -> None:
        self._topic, self._statement = topic, statement

    def visit(self, node: IConstruct) -> None:
        """Add the statement, once; the topic is visited with all that is in it."""
        if node.node.path == self._topic.node.path and _has_policy(self._topic):
            self._topic.add_to_resource_policy(self._statement)


def _has_policy(topic: sns.ITopic) -> bool:
    return topic.node.try_find_child("Policy") is not None


def _publish(topic: sns.ITopic, stack: Stack) -> iam.PolicyStatement:
    alarms = stack.format_arn(
        service="cloudwatch", resource="alarm", resource_name="*", arn_format=ArnFormat.COLON_RESOURCE_NAME
    )
    return iam.PolicyStatement(
        sid="LetAlarmsPublish",
        principals=[iam.ServicePrincipal(_CLOUDWATCH)],
        actions=["sns:Publish"],
        resources=[topic.topic_arn],
        conditions={"StringEquals": {"aws:SourceAccount": stack.account}, "ArnLike": {"aws:SourceArn": alarms}},
    )
