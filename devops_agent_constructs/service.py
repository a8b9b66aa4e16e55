"""AWS's names, patterns and limits, each under its source and the date it was read."""

from __future__ import annotations

# https://docs.aws.amazon.com/devopsagent/latest/userguide/getting-started-with-aws-devops-agent-cli-onboarding-guide.html
# read 2026-10-20.
SERVICE_PRINCIPAL = "aidevops.amazonaws.com"
GA_MANAGED_POLICY = "AIDevOpsAgentAccessPolicy"

# The page "Connecting multiple AWS Accounts" as it stood before general availability (2026-03-30).
PREVIEW_MANAGED_POLICY = "AIOpsAssistantPolicy"
INLINE_POLICY_NAME = "DevOpsAgentInlinePolicy"

# The name in AWS's CloudFormation and CDK guides; AWS mandates none. Read 2026-10-20.
SECONDARY_ROLE_NAME = "DevOpsAgentRole-SecondaryAccount"

# The agent role and the operator app's policy in AWS's CLI guide (above), read 2026-10-20.
AGENT_ROLE_NAME = "DevOpsAgentRole-AgentSpace"
OPERATOR_MANAGED_POLICY = "AIDevOpsOperatorAppAccessPolicy"

# https://docs.aws.amazon.com/devopsagent/latest/userguide/working-with-devops-agent-working-with-directed-actions.html
# read 2026-10-20. The policy grew from 10 actions (v1, 2026-06-23) to nearly all (v2, 2026-08-19). The role's name
# begins as AWS recommends.
ACTIONS_MANAGED_POLICY = "AIDevOpsAgentActionsPolicy"
ELEVATED_ROLE_NAME = "DevOpsAgent-ElevatedAction-SecondaryAccount"
ELEVATED_POLICY_NAME = "DevOpsAgentElevatedActions"

# https://docs.aws.amazon.com/devopsagent/latest/userguide/about-aws-devops-agent-supported-regions.html
# CloudFormation's schemas of the date below have four Regions more (us-east-2, ap-northeast-2, eu-north-1, eu-west-3);
# whether Agent Spaces exist there is unconfirmed.
AGENT_SPACE_REGIONS_READ = "2026-10-20"
AGENT_SPACE_REGIONS = frozenset(
    {
        "ap-northeast-1",
        "ap-south-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "ca-central-1",
        "eu-central-1",
        "eu-west-1",
        "eu-west-2",
        "sa-east-1",
        "us-east-1",
        "us-west-2",
    }
)

# What the names of Regions begin with outside of the partition `aws`: botocore's partitions.json (1.44), as in
# https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html, read 2026-11-26.
PARTITIONS = {
    "cn-": "aws-cn",
    "eu-isoe-": "aws-iso-e",
    "eusc-": "aws-eusc",
    "us-gov-": "aws-us-gov",
    "us-iso-": "aws-iso",
    "us-isob-": "aws-iso-b",
    "us-isof-": "aws-iso-f",
}

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html and the CreateRole API, read 2026-10-20.
MAX_ROLE_DESCRIPTION = 1_000
MAX_MANAGED_POLICY_CHARACTERS = 6_144  # Without white space, as the two below.
MAX_INLINE_POLICIES_CHARACTERS = 10_240  # All of a role's together.
MAX_TRUST_POLICY_CHARACTERS = 2_048  # The default quota; AWS raises it on request.
MAX_MANAGED_POLICIES_PER_ROLE = 10  # The default quota; AWS raises it on request.
MAX_PATH = 512
MIN_SESSION_SECONDS = 3_600
MAX_SESSION_SECONDS = 43_200
DEFAULT_SESSION_SECONDS = 3_600

# botocore's `devops-agent` model, API version 2026-01-01: the shape RoleArn. Shorter than IAM's own limit.
MAX_ROLE_ARN = 255

# https://docs.aws.amazon.com/resource-explorer/latest/userguide/security_iam_service-linked-roles.html
RESOURCE_EXPLORER_PRINCIPAL = "resource-explorer-2.amazonaws.com"
RESOURCE_EXPLORER_ROLE = "role/aws-service-role/resource-explorer-2.amazonaws.com/AWSServiceRoleForResourceExplorer"

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html, read 2026-10-20.
MAX_RESOURCES_PER_STACK = 500
MAX_TEMPLATE_BODY_BYTES = 51_200
MAX_STACK_NAME = 128

# The same page, read 2026-10-20; and the schema of AWS::CloudFormation::StackSet of that date.
MAX_ORGANIZATIONAL_UNITS = 50  # Per operation of a StackSet.
MAX_STACK_SET_DEPENDENCIES = 10

# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutDeliverySource.html, read 2026-11-26: of a
# delivery's source and of its destination.
MAX_LOG_DELIVERY_NAME = 60

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html, read 2026-11-26 (botocore
# 1.44): what an alarm looks at, period times number of periods; the first, if a period is shorter than an hour.
MAX_ALARM_SECONDS_SHORT_PERIOD = 86_400
MAX_ALARM_SECONDS = 604_800
