"""In which accounts a StackSet has made the role."""

from __future__ import annotations

from typing import Protocol

from devops_agent_constructs.account_sync.retries import Operation, Retries
from devops_agent_constructs.account_sync.scope import OrganizationScope

CURRENT = "CURRENT"
_PAGE = 100


class CloudFormationClient(Protocol):
    """What is called of CloudFormation, a read."""

    @property
    def list_stack_instances(self) -> Operation:
        """ListStackInstances."""


def stack_statuses(client: CloudFormationClient, scope: OrganizationScope, retries: Retries) -> dict[str, str]:
    """Return account id -> CURRENT, or what else its stack is, in AWS's words.

    CURRENT means that the stack is as the StackSet says, so that the role is there. A stack that is OUTDATED may have
    an older role, or none; INOPERABLE is one that could not be deleted.
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
        for instance in (one for page in pages for one in page["Summaries"]):
            # One Region is enough: IAM is global.
            if statuses.get(instance["Account"]) != CURRENT:
                detailed = instance.get("StackInstanceStatus", {}).get("DetailedStatus", "")
                status = instance["Status"]
                is_plain = status == CURRENT or not detailed or detailed == status
                statuses[instance["Account"]] = status if is_plain else f"{status} ({detailed})"
    return statuses
