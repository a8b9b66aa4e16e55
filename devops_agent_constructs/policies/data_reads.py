"""What returns the data of a customer's applications, among all that AWS lets the agent read.

Chosen by us from AIDevOpsAgentAccessPolicy v11 (2026-09-24) and from the supported additional permissions of AWS's
guardrail: an action is here if its answer holds what applications have stored, sent or logged. What describes
resources, measures them or says who changed them is not: configuration, metrics, traces, findings, CloudTrail, costs.
Environment variables of functions are configuration, too: `lambda:GetFunctionConfiguration` returns them.
"""

from __future__ import annotations

from types import MappingProxyType

DATA_READS = MappingProxyType(
    {
        "application configuration that is deployed as data": ("appconfig:GetHostedConfigurationVersion",),
        "comments on source code, and the code of merge conflicts": (
            "codecommit:BatchDescribeMergeConflicts",
            "codecommit:DescribeMergeConflicts",
            "codecommit:GetComment",
            "codecommit:GetCommentsForComparedCommit",
            "codecommit:GetCommentsForPullRequest",
            "codecommit:GetMergeConflicts",
        ),
        "entries of lists that fraud detection compares customers with": ("frauddetector:GetListElements",),
        "input and output of executions and of their steps": ("states:DescribeExecution", "states:GetExecutionHistory"),
        "items of tables": ("dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"),
        "code of layers, by a link to it": ("lambda:GetLayerVersion",),
        "messages of assistants, and transcripts of calls": (
            "connect:ListRealtimeContactAnalysisSegments",
            "qbusiness:ListMessages",
            "wisdom:ListMessages",
        ),
        "knowledge articles and answers of contact centres": (
            "wisdom:GetContent",
            "wisdom:GetRecommendations",
            "wisdom:Query*",
            "wisdom:Retrieve",
            "wisdom:Search*",
        ),
        "log events": (
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
        "output of commands on instances": ("ssm:GetCommandInvocation", "ssm:ListCommandInvocations"),
        "parameters": ("ssm:GetParameter", "ssm:GetParameters"),
        "results of queries": ("athena:GetQueryResults", "athena:StartQueryExecution"),
        "sampled web requests, with their headers": ("wafv2:GetSampledRequests",),
        "state of devices": ("iot:GetThingShadow",),
        "whatever is encrypted": ("kms:Decrypt",),
    }
)
"""What is read -> the actions that read it."""

DATA_READ_ACTIONS = tuple(sorted(action for actions in DATA_READS.values() for action in actions))
"""All of them."""
