"""The role of account 222222222222 as it should be, written out, and with one thing changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from devops_agent_constructs import Generation
from devops_agent_constructs.checks.live_role import LiveRole
from devops_agent_constructs.diagnosis.diagnosis import diagnose
from devops_agent_constructs.diagnosis.difference import Difference
from devops_agent_constructs.diagnosis.expected_role import ExpectedRole
from devops_agent_constructs.secondary.role_settings import RoleSettings
from tests.conftest import AGENT_ROLE_ARN, GA_TRUST, SPACE, SPACE_ARN

ROLE_ARN = "arn:aws:iam::222222222222:role/DevOpsAgentRole-SecondaryAccount"
GA_POLICY = "arn:aws:iam::aws:policy/AIDevOpsAgentAccessPolicy"
PREVIEW_POLICY = "arn:aws:iam::aws:policy/AIOpsAssistantPolicy"
GA_INLINE = {
    "Sid": "AllowCreateServiceLinkedRoles",
    "Effect": "Allow",
    "Action": ["iam:CreateServiceLinkedRole"],
    "Resource": [
        (
            "arn:aws:iam::222222222222:role/aws-service-role/resource-explorer-2.amazonaws.com/"
            "AWSServiceRoleForResourceExplorer"
        )
    ],
    "Condition": {"StringEquals": {"iam:AWSServiceName": "resource-explorer-2.amazonaws.com"}},
}


def policy(*statements: Mapping[str, Any]) -> dict[str, Any]:
    """A policy document."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def live_role(**changes: Any) -> LiveRole:
    """The role as it should be, but for the changes."""
    settings: dict[str, Any] = {
        "arn": ROLE_ARN,
        "trust_policy": policy(GA_TRUST),
        "managed_policy_arns": (GA_POLICY,),
        "inline_policies": {"DevOpsAgentInlinePolicy": policy(GA_INLINE)},
        "description": "Lets AWS DevOps Agent investigate this account",
    }
    return LiveRole(**{**settings, **changes})


def trusting(*statements: Mapping[str, Any]) -> LiveRole:
    """The role with another trust policy."""
    return live_role(trust_policy=policy(*statements))


def service_trust(*, account_id: str = "111111111111", source_arn: Any = SPACE_ARN, **changes: Any) -> dict[str, Any]:
    """The statement for the service with other values, or other elements."""
    condition = {"StringEquals": {"aws:SourceAccount": account_id}, "ArnLike": {"aws:SourceArn": source_arn}}
    return {**GA_TRUST, "Condition": condition, **changes}


def expected_role(*, generation: Generation = Generation.GA, by_file: bool = False, **settings: Any) -> ExpectedRole:
    """The role that the library makes, by default or by an accounts file."""
    return ExpectedRole(
        account_id="222222222222",
        settings=RoleSettings(**settings),
        agent_space=SPACE,
        generation=generation,
        agent_role_arn=AGENT_ROLE_ARN if generation is not Generation.GA else None,
        accounts_file="devops-agent.yaml" if by_file else None,
    )


def differences(live: LiveRole, expected: ExpectedRole | None = None, **readings: Any) -> list[Difference]:
    """What `diagnose` finds."""
    return list(diagnose(live, expected or expected_role(), **readings).differences)


def ids(found: list[Difference]) -> list[str]:
    """The ids of differences, in order."""
    return [difference.id for difference in found]
