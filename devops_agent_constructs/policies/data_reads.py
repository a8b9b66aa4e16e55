"""Lists what returns the data of a customer's applications, among all that AWS lets the agent read.

Chosen from AIDevOpsAgentAccessPolicy v11 (2026-09-24) and from the supported additional permissions of AWS's guardrail:
an action is here if its answer holds what applications have stored, sent or logged. Where botocore's model of the
answer tells (bytes, members marked as sensitive or named like content), `scripts/output_members.py` derives the
candidates, and tests/policies/ has the decision on each; the others were found in AWS's documentation, which the same
tests name one by one.

What describes resources, measures them or says who changed them is not here: configuration, metrics, traces, findings,
CloudTrail, costs. Secrets in configuration are configuration, too: `lambda:GetFunctionConfiguration` returns the
environment variables of a function.
"""

from __future__ import annotations

from types import MappingProxyType

DATA_READS = MappingProxyType(
    {
        "addresses and numbers of an application's recipients": (
            "ses:ListAddressListImportJobs",
            "ses:ListContacts",
            "ses:ListMembersOfAddressList",
            "ses:ListSuppressedDestinations",
            "sns:ListPhoneNumbersOptedOut",
        ),
        "application configuration that is deployed as data": ("appconfig:GetHostedConfigurationVersion",),
        "comments on source code, and the code of merge conflicts": (
            "codecommit:BatchDescribeMergeConflicts",
            "codecommit:DescribeMergeConflicts",
            "codecommit:GetComment",
            "codecommit:GetCommentsForComparedCommit",
            "codecommit:GetCommentsForPullRequest",
        ),
        "entries of lists that fraud detection compares customers with": ("frauddetector:GetListElements",),
        "files and logs of tests and of game servers, by a link to them": (
            "devicefarm:ListArtifacts",
            "devicefarm:ListTestGridSessionArtifacts",
            "devicefarm:ListUploads",
            "gamelift:DescribeFleetEvents",
        ),
        "input and output of executions and of their steps": (
            "bedrock:ListFlowExecutionEvents",
            "glue:ListStatements",
            "imagebuilder:ListWorkflowStepExecutions",
            "iotsitewise:DescribeAction",
            "states:DescribeExecution",
            "states:GetExecutionHistory",
            "transfer:DescribeExecution",
        ),
        "items of tables": (
            "connect:ListDataTablePrimaryValues",
            "connect:ListDataTableValues",
            "dynamodb:BatchGetItem",
            "dynamodb:GetItem",
            "dynamodb:Query",
            "dynamodb:Scan",
        ),
        "code of layers, by a link to it": ("lambda:GetLayerVersion",),
        "messages of assistants and of contact centres, transcripts, and what is known of a contact": (
            "connect:DescribeContact",
            "connect:DescribeContactEvaluation",
            "connect:DescribeNotification",
            "connect:ListContactReferences",
            "connect:ListNotifications",
            "connect:ListRealtimeContactAnalysisSegments",
            "connect:ListRealtimeContactAnalysisSegmentsV2",
            "connect:ListUserNotifications",
            "qbusiness:ListMessages",
            "wisdom:GetNextMessage",
            "wisdom:ListMessages",
            "wisdom:ListSpans",
        ),
        "knowledge articles and answers of contact centres": (
            "wisdom:GetContent",
            "wisdom:GetImportJob",
            "wisdom:GetMessageTemplate",
            "wisdom:GetQuickResponse",
            "wisdom:GetRecommendations",
            "wisdom:Query*",
            "wisdom:Retrieve",
            "wisdom:Search*",
        ),
        "log events, also those quoted in problems": (
            "applicationinsights:DescribeObservation",
            "applicationinsights:DescribeProblemObservations",
            "logs:FilterLogEvents",
            "logs:GetLogEvents",
            "logs:GetLogRecord",
            "logs:GetQueryResults",
            "logs:ListAnomalies",
            "logs:StartQuery",
        ),
        "messages of support cases": ("support:DescribeCases", "support:DescribeCommunications"),
        "objects of buckets": ("s3:GetObject",),
        "objects of Kubernetes, logs of pods among them": ("eks:AccessKubernetesApi",),
        "output of commands and automations, and the parameters that people gave them": (
            "codebuild:ListCommandExecutionsForSandbox",
            "ssm:DescribeAutomationExecutions",
            "ssm:DescribeAutomationStepExecutions",
            "ssm:DescribeMaintenanceWindowExecutionTaskInvocations",
            "ssm:GetCommandInvocation",
            "ssm:ListCommandInvocations",
            "ssm:ListCommands",
        ),
        "parameters": ("ssm:GetParameter", "ssm:GetParameters"),
        "pictures of live video": ("medialive:DescribeInputDeviceThumbnail", "medialive:DescribeThumbnails"),
        "players of games, and the data of their sessions": (
            "gamelift:DescribeGameServer",
            "gamelift:DescribeGameSessionDetails",
            "gamelift:DescribeGameSessionPlacement",
            "gamelift:DescribeGameSessions",
            "gamelift:DescribeMatchmaking",
            "gamelift:DescribePlayerSessions",
            "gamelift:ListGameServers",
        ),
        "results of queries, and the values in them": (
            "athena:GetQueryExecution",
            "athena:GetQueryResults",
            "athena:GetQueryResultsStream",
            "athena:StartQueryExecution",
            "pi:GetDimensionKeyDetails",
        ),
        "sampled web requests, with their headers": ("wafv2:GetSampledRequests",),
        "state of devices": ("iot:GetThingShadow",),
        "whatever is encrypted": ("kms:Decrypt",),
    }
)
"""What is read -> the actions that read it."""

# Names as in the service authorization reference, https://docs.aws.amazon.com/service-authorization/latest/reference/,
# of which cfn-lint has a copy; chosen by us. Not complete, and cannot be: AWS adds actions.
OTHER_DATA_READ_ACTIONS = (
    "aoss:APIAccessAll",
    "cassandra:Select*",
    "codecommit:GetBlob",
    "codecommit:GetFile",
    "codecommit:GitPull",
    "dynamodb:GetRecords",
    "dynamodb:PartiQLSelect",
    "ebs:GetSnapshotBlock",
    "ec2:GetConsoleOutput",
    "ec2:GetConsoleScreenshot",
    "ec2:GetPasswordData",
    "ecr:BatchGetImage",
    "ecr:GetDownloadUrlForLayer",
    "elasticfilesystem:ClientMount",
    "es:ESHttp*",
    "glue:GetStatement",
    "iotsitewise:*AssetPropertyValue*",
    "kafka-cluster:ReadData",
    "kinesis:GetRecords",
    "kinesis:SubscribeToShard",
    "lambda:GetFunction",
    "logs:StartLiveTail",
    "logs:Unmask",
    "neptune-db:Read*",
    "rds-data:*",
    "rds:DownloadDBLogFilePortion",
    "redshift-data:*",
    "s3-object-lambda:GetObject*",
    "s3:GetObjectVersion",
    "s3express:CreateSession",
    "secretsmanager:BatchGetSecretValue",
    "secretsmanager:GetSecretValue",
    "sqs:ReceiveMessage",
    "ssm:GetParameterHistory",
    "ssm:GetParametersByPath",
    "timestream:Select*",
)
"""Reads of data that AWS's guardrail keeps from the agent, for a boundary: another policy could allow them, too."""

DATA_READ_ACTIONS = tuple(sorted(action for actions in DATA_READS.values() for action in actions))
"""What takes them away from the agent: all actions of `DATA_READS`."""
