"""What the validation tests share: trust policies of both set-ups, and permissions of the agent role."""

from __future__ import annotations

import json
from typing import Any

from tests.emulator.primary_account import PrimaryAccount
from tests.emulator.stack import document

SPACE_ARN = "arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c"
EUROPEAN_ARN = "arn:aws:aidevops:eu-west-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c"
AGENT_ROLE_ARN = "arn:aws:iam::111111111111:role/DevOpsAgentRole-AgentSpace"
ROLE_ARN = "arn:aws:iam::222222222222:role/Agent"


def by_service(*, account_id: str = "111111111111", source_arn: str = SPACE_ARN) -> str:
    """The trust policy of today's set-up."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "aidevops.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:SourceAccount": account_id}, "ArnLike": {"aws:SourceArn": source_arn}},
    }
    return json.dumps(document(statement))


def by_chaining(*, external_id: str = SPACE_ARN) -> str:
    """The trust policy of the preview's set-up."""
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": AGENT_ROLE_ARN},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": external_id}},
    }
    return json.dumps(document(statement))


def grant(**changes: Any) -> str:
    """A policy of the agent role that lets it assume the secondary role."""
    return json.dumps(document({"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": ROLE_ARN, **changes}))


def but(element: str, excepted: str) -> str:
    """The same with NotAction or NotResource."""
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": ROLE_ARN}
    del statement[element]
    return json.dumps(document({**statement, f"Not{element}": excepted}))


def status(primary: PrimaryAccount, account_id: str = "222222222222") -> tuple[str, str]:
    """The status of an account's association after a validation, and the reason."""
    association = primary.validate()[account_id]
    return association.status, association.why_invalid or ""
