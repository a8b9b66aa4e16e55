"""What counts as a read of data, held against AWS's policy and botocore's models of the answers."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from devops_agent_constructs import AccessLimits
from devops_agent_constructs.guardrail.lists import guardrail_lists
from devops_agent_constructs.policies.data_reads import DATA_READ_ACTIONS, DATA_READS, OTHER_DATA_READ_ACTIONS
from devops_agent_constructs.policies.resources import RoleAccount
from devops_agent_constructs.policy_evaluation.wildcards import is_covered, overlaps
from scripts.output_members import OUTPUT_MEMBERS, members_with_content
from tests.cfn_lint_data import ACTIONS_OF_SERVICES

# No model has the operation by this name, or nothing in its shape tells: AWS's documentation does.
_BY_DOCUMENTATION = {
    "athena:GetQueryExecution": "the parameters of a query, and its text with the values in it",
    "athena:GetQueryResults": "rows are called Data",
    "athena:GetQueryResultsStream": "the same as a stream; a permission without an operation",
    "athena:StartQueryExecution": "runs a query whose results another action returns",
    "connect:ListContactReferences": "attachments, e-mail addresses and texts that were given to a contact",
    "connect:ListDataTablePrimaryValues": "values of a table",
    "connect:ListDataTableValues": "values of a table",
    "devicefarm:ListArtifacts": "links to logs, screenshots and videos",
    "eks:AccessKubernetesApi": "a permission without an operation",
    "glue:ListStatements": "the code and the output of statements",
    "iot:GetThingShadow": "in the model of the data plane, which signs with another name",
    "iotsitewise:DescribeAction": "the payload of an action on a device",
    "lambda:GetLayerVersion": "a link to the code",
    "logs:FilterLogEvents": "events are called message",
    "logs:GetLogEvents": "events are called message",
    "logs:GetLogRecord": "a map of fields to values",
    "logs:GetQueryResults": "fields and values",
    "logs:ListAnomalies": "samples of log events",
    "logs:StartQuery": "runs a query whose results another action returns",
    "pi:GetDimensionKeyDetails": "the full text of SQL statements, with the values in it",
    "qbusiness:ListMessages": "messages are called body, which are in the answer as events",
    "ses:ListContacts": "e-mail addresses",
    "ses:ListSuppressedDestinations": "e-mail addresses",
    "ssm:ListCommands": "the parameters that people gave to commands",
    "wafv2:GetSampledRequests": "headers and addresses of requests",
}


@cache
def _members() -> dict[str, list[str]]:
    found: dict[str, list[str]] = json.loads(OUTPUT_MEMBERS.read_text(encoding="utf-8"))
    return found


@cache
def _not_data() -> dict[str, str]:
    by_reason = json.loads((Path(__file__).parent / "not_data_reads.json").read_text(encoding="utf-8"))
    return {action: reason for reason, actions in by_reason.items() for action in actions}


def test_every_action_is_one_that_the_agent_has() -> None:
    """AWS's policy or its list of additional permissions has something that the action denies."""
    lists = guardrail_lists()
    published = (*lists.granted, *lists.limited, *lists.supported)
    assert [action for action in DATA_READ_ACTIONS if not any(overlaps(action, other) for other in published)] == []
    assert [action for action in OTHER_DATA_READ_ACTIONS if is_covered(action, published)] == []


def test_each_action_is_listed_once() -> None:
    """Under one reason."""
    assert len(set(DATA_READ_ACTIONS)) == sum(map(len, DATA_READS.values()))
    assert sorted(set(OTHER_DATA_READ_ACTIONS)) == list(OTHER_DATA_READ_ACTIONS)
    assert not set(DATA_READ_ACTIONS) & set(OTHER_DATA_READ_ACTIONS)


def test_every_action_exists() -> None:
    """In the copy of the service authorization reference that cfn-lint has; a misspelt one would deny nothing."""
    reference = ACTIONS_OF_SERVICES
    services: dict[str, Any] = json.loads(reference.read_text(encoding="utf-8"))
    known = {f"{prefix}:{action}".lower() for prefix, service in services.items() for action in service["Actions"]}
    # Few of ours are patterns, and comparing them with all that exists takes its time.
    unknown = [action for action in (*DATA_READ_ACTIONS, *OTHER_DATA_READ_ACTIONS) if action.lower() not in known]
    assert [pattern for pattern in unknown if not any(is_covered(action, [pattern]) for action in known)] == []


def test_each_entry_is_told_by_a_model_or_by_documentation() -> None:
    """Nothing is denied without a ground; the grounds that no model gives are written down."""
    told = [action for action in DATA_READ_ACTIONS if any(is_covered(member, [action]) for member in _members())]
    assert {action for action in DATA_READ_ACTIONS if action not in told} <= _BY_DOCUMENTATION.keys()
    assert set(_BY_DOCUMENTATION) <= set(DATA_READ_ACTIONS)


def test_a_new_read_of_data_is_noticed() -> None:
    """Each answer with bytes, sensitive members or members named like content is denied, or said to be no data."""
    undecided = {action for action in _members() if not is_covered(action, DATA_READ_ACTIONS)} - _not_data().keys()
    assert undecided == set()
    assert [action for action in _not_data() if is_covered(action, DATA_READ_ACTIONS)] == []
    assert set(_not_data()) <= set(_members())


@pytest.mark.parametrize(
    ("service", "action", "member"),
    [
        ("applicationinsights", "applicationinsights:DescribeObservation", "Observation.LogText"),
        ("codebuild", "codebuild:ListCommandExecutionsForSandbox", "commandExecutions.standardOutputContent"),
        ("ssm", "ssm:DescribeAutomationExecutions", "AutomationExecutionMetadataList.Outputs.*"),
    ],
)
def test_the_models_tell(service: str, action: str, member: str) -> None:
    """What is on file is what `make data-reads` derives; here for a few services, as all take a quarter of a minute."""
    service = {"applicationinsights": "application-insights"}.get(service, service)
    derived = members_with_content([service])
    assert member in derived[action]
    prefix = action.partition(":")[0] + ":"
    assert derived == {action: members for action, members in _members().items() if action.startswith(prefix)}


def test_a_boundary_caps_what_somebody_attaches_later() -> None:
    """Also reads of data that AWS's guardrail keeps from the agent; of those the list names."""
    boundary = AccessLimits(deny_data_reads=True).boundary(RoleAccount(partition="aws", account_id="222222222222"))
    denied = [
        action for statement in boundary["Statement"] if statement["Effect"] == "Deny" for action in statement["Action"]
    ]
    for action in (
        "dynamodb:PartiQLSelect",
        "kinesis:GetRecords",
        "logs:StartLiveTail",
        "s3:GetObject",
        "s3:GetObjectVersion",
        "secretsmanager:GetSecretValue",
        "sqs:ReceiveMessage",
        "ssm:GetParametersByPath",
    ):
        assert is_covered(action, denied)
