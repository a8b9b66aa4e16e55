"""Reads in which accounts a StackSet has made the role."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from devops_agent_constructs.account_sync.retries import Operation, Retries
from devops_agent_constructs.account_sync.scope import OrganizationScope

CURRENT = "CURRENT"
_UNDER_WAY = {"PENDING", "RUNNING"}
_PAGE = 100


class CloudFormationClient(Protocol):
    """What is called of CloudFormation, a read."""

    @property
    def list_stack_instances(self) -> Operation:
        """ListStackInstances."""


def stack_statuses(client: CloudFormationClient, scope: OrganizationScope, retries: Retries) -> dict[str, str]:
    """Return account id -> CURRENT, or what else its stack is, in AWS's words.

    CURRENT means that the stack is as the StackSet says, so that the role is there; but not while an operation is under
    way, which may give the role another name. A stack that is OUTDATED may have an older role, or none; INOPERABLE is
    one that could not be deleted.
    See https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackInstanceSummary.html

    Raises:
        StackSetNotFoundException: As the client has it; other errors are the client's, too.
    """
    statuses: dict[str, str] = {}
    for name in scope.stack_set_names:
        pages = retries.pages(
            client.list_stack_instances,
            token="NextToken",  # noqa: S106  # a name
            StackSetName=name,
            CallAs=scope.call_as,
            MaxResults=_PAGE,
        )
        for instance in (instance for page in pages for instance in page["Summaries"]):
            # One Region is enough: IAM is global.
            if statuses.get(instance["Account"]) != CURRENT:
                statuses[instance["Account"]] = _status(instance)
    return statuses


def _status(instance: Mapping[str, Any]) -> str:
    status: str = instance["Status"]
    detailed: str = instance.get("StackInstanceStatus", {}).get("DetailedStatus", "")
    if status == CURRENT and detailed not in _UNDER_WAY:
        return CURRENT
    return status if detailed in {"", status} else f"{status} ({detailed})"
