"""Computes what the delivery of an Agent Space's log to a log group needs, and which of its records speak of a fault.

AWS calls it a vended log: https://docs.aws.amazon.com/devopsagent/latest/userguide/configuring-integrations-and-knowledge-vended-logs-and-metrics.html
(read 2026-11-25). An Agent Space has one type of log, `APPLICATION_LOGS`, which is off until it is delivered somewhere.
"""

from __future__ import annotations

from devops_agent_constructs import service
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policies.capabilities import allow
from devops_agent_constructs.policies.document import Statement

LOG_TYPE = "APPLICATION_LOGS"

# Levels and ids have two forms of their names in AWS's own sources, and have changed before, so both are taken; the
# form of `resource_arn` differs too, so it is not looked at. No field carries the event's name, and AWS publishes no
# record: what is not the known failure of another kind, `DiscoverResources`, counts.
# In CloudWatch's syntax "*" is any text; `!=` alone does not match where the field is missing, as users found:
# https://github.com/DataBiosphere/azul/issues/5884, read 2026-11-26.
ASSOCIATION_ERRORS = (
    '{ ($.optional_level = "ERROR" || $.level = "ERROR")'
    ' && ($.optional_association_id = "*" || $.association_id = "*")'
    ' && ($.optional_operation NOT EXISTS || $.optional_operation != "DiscoverResources")'
    ' && ($.operation NOT EXISTS || $.operation != "DiscoverResources") }'
)
"""A filter pattern for CloudWatch Logs: records of the level ERROR about an association."""


def log_delivery_name(agent_space: AgentSpaceArn) -> str:
    """Return the name of the delivery's source and of its destination; the permission to make them names them too.

    Raises:
        OnboardingInputError: The Agent Space's id is too long for CloudWatch Logs.
    """
    name = f"DevOpsAgent-{agent_space.agent_space_id}"
    if "${Token[" not in name and len(name) > service.MAX_LOG_DELIVERY_NAME:
        why = f"a delivery's name would have {len(name)} characters; CloudWatch Logs admits 60"
        raise OnboardingInputError("agent_space", agent_space.arn, why=why, fix="leave out vended_logs")
    return name


def log_delivery_statements(agent_space: AgentSpaceArn) -> list[Statement]:
    """Compute what a deployer of the delivery needs besides what makes the log group.

    As in AWS's policy, but source and destination are named, and there is nothing on policies for a delivery from
    another account, which goes to no log group. `delivery:*`: AWS makes up the ids of deliveries. Two statements cannot
    be narrower than `*`: the lists take no resource, and what is on policies of log groups needs a wildcard, says AWS.

    `aidevops:AllowVendedLogDeliveryForResource` is missing in CloudFormation's schema of a delivery source, so that a
    narrow execution role fails without it.

    See https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-CloudWatchLogs.html and
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-CWL.html, both read 2026-11-26.
    """
    logs = f"arn:{agent_space.partition}:logs:{agent_space.region}:{agent_space.account_id}"
    name = log_delivery_name(agent_space)
    deliveries = [f"{logs}:delivery:*", f"{logs}:delivery-source:{name}", f"{logs}:delivery-destination:{name}"]
    on_deliveries = [
        "logs:CreateDelivery",
        "logs:DeleteDelivery",
        "logs:DeleteDeliveryDestination",
        "logs:DeleteDeliverySource",
        "logs:GetDelivery",
        "logs:GetDeliveryDestination",
        "logs:GetDeliveryDestinationPolicy",
        "logs:GetDeliverySource",
        "logs:PutDeliveryDestination",
        "logs:PutDeliverySource",
        "logs:UpdateDeliveryConfiguration",
    ]
    lists = [
        "logs:DescribeConfigurationTemplates",
        "logs:DescribeDeliveries",
        "logs:DescribeDeliveryDestinations",
        "logs:DescribeDeliverySources",
    ]
    policies = ["logs:DescribeLogGroups", "logs:DescribeResourcePolicies", "logs:PutResourcePolicy"]
    return [
        allow("DeliverLogOfAgentSpace", ["aidevops:AllowVendedLogDeliveryForResource"], [agent_space.arn]),
        allow("ManageLogDelivery", on_deliveries, deliveries),
        allow("ListLogDeliveries", lists, ["*"]),
        allow("LetLogsBeWritten", policies, [f"{logs}:*"]),
    ]
