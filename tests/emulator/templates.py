"""Agent Spaces and associations as templates have them, and what CloudFormation says when one is refused."""

from __future__ import annotations

from typing import Any

SPACE_ID = "8f6187a7-0388-4926-8217-3a0fe32f757c"
REFUSED = 'Resource handler returned message: "{} (Service: DevOpsAgent, Status Code: {})"'


def space(**properties: Any) -> dict[str, Any]:
    """An Agent Space as a template has it."""
    return {"Type": "AWS::DevOpsAgent::AgentSpace", "Properties": {"Name": "Operations", **properties}}


def association(
    account_id: str = "222222222222", *, space_id: Any = SPACE_ID, kind: str = "SourceAws", **settings: Any
) -> dict[str, Any]:
    """An association as a template has it."""
    source = {
        "AccountId": account_id,
        "AccountType": "source",
        "AssumableRoleArn": f"arn:aws:iam::{account_id}:role/Agent",
        **settings,
    }
    properties = {"AgentSpaceId": space_id, "ServiceId": "aws", "Configuration": {kind: source}}
    return {"Type": "AWS::DevOpsAgent::Association", "Properties": properties}
