"""The Agent Space's own log as a second signal, which comes earlier than a run of the sync."""

from __future__ import annotations

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from constructs import Construct

from devops_agent_constructs.account_sync.metrics import NAMESPACE
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.policies import vended_logs

_PERIOD = Duration.minutes(5)


def delivered_log(scope: Construct, agent_space: AgentSpaceArn, *, retention: logs.RetentionDays) -> logs.LogGroup:
    """Define a log group, and the delivery of the Agent Space's log to it.

    The delivery refers to source and destination, so CloudFormation makes it after them and removes it before them, in
    the order that AWS asks for; a space of this app is removed after its source.

    AWS admits one source for a resource, whatever its name, and no other resource for a source. As the name is made of
    the space's id, a space that is replaced gets another source, and nothing else makes CloudFormation try.
    See https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2513, read 2026-11-26.
    """
    stack = Stack.of(scope)
    name = vended_logs.log_delivery_name(agent_space)
    log_group = logs.LogGroup(scope, "LogGroup", retention=retention)
    # AWS would add this itself, to whatever policy the account has, if whoever deploys may; in a template it is removed
    # with the rest. An account has 10 policies like this in a Region:
    # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html, read 2026-11-26.
    written = logs.ResourcePolicy(
        scope,
        "ResourcePolicy",
        resource_policy_name=name,
        policy_statements=[
            iam.PolicyStatement(
                sid="LetTheLogBeDelivered",
                principals=[iam.ServicePrincipal("delivery.logs.amazonaws.com")],
                actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                resources=[log_group.log_group_arn],
                conditions={
                    "StringEquals": {"aws:SourceAccount": stack.account},
                    "ArnLike": {"aws:SourceArn": stack.format_arn(service="logs", resource="*")},
                },
            )
        ],
    )
    source = logs.CfnDeliverySource(
        scope, "DeliverySource", name=name, resource_arn=agent_space.arn, log_type=vended_logs.LOG_TYPE
    )
    destination = logs.CfnDeliveryDestination(
        scope,
        "DeliveryDestination",
        name=name,
        destination_resource_arn=log_group.log_group_arn,
        output_format="json",
    )
    delivery = logs.CfnDelivery(
        scope, "Delivery", delivery_source_name=source.ref, delivery_destination_arn=destination.attr_arn
    )
    delivery.node.add_dependency(written)
    return log_group


def log_alarm(
    scope: Construct, log_group: logs.ILogGroup, agent_space: AgentSpaceArn, *, topic: sns.ITopic
) -> cloudwatch.Alarm:
    """Define the alarm on errors in the log. It does not tell of a repair: it only sees that no error is written.

    The metric's namespace has the space's id, as a filter can give a metric no other dimension than a record's field.
    """
    errors = logs.MetricFilter(
        scope,
        "AssociationErrorsFilter",
        log_group=log_group,
        filter_pattern=logs.FilterPattern.literal(vended_logs.ASSOCIATION_ERRORS),
        metric_namespace=f"{NAMESPACE}/{agent_space.agent_space_id}",
        metric_name="AssociationErrors",
        metric_value="1",
    )
    alarm = cloudwatch.Alarm(
        scope,
        "AssociationErrors",
        alarm_description=(
            "The log of the Agent Space has an error about an association, maybe a role that can no longer be assumed. "
            "False alarms are possible, and so is silence: AWS publishes no example of such a record. It ends by "
            "itself, repaired or not; the alarms on the sync's metrics say which. See the log group."
        ),
        metric=errors.metric(statistic="Sum", period=_PERIOD),
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        threshold=1,
        evaluation_periods=1,
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
    )
    alarm.add_alarm_action(actions.SnsAction(topic))
    return alarm
