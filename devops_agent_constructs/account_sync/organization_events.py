"""Names the events by which an organization and its StackSets tell that the sync has something to do.

The times at which they come are AWS's: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_cloudtrail-integration.html
and https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacks-event-bridge.html, read 2026-11-25.
"""

from __future__ import annotations

from typing import Any

_OF_STACK_SET = "CloudFormation StackSet StackInstance Status Change"
_THROUGH_CLOUDTRAIL = ["AWS API Call via CloudTrail", "AWS Service Event via CloudTrail"]

SOURCES = ("aws.cloudformation", "aws.organizations")
DETAIL_TYPES = (_OF_STACK_SET, *_THROUGH_CLOUDTRAIL)

# CloudTrail's events of a global service are in the Region of its endpoint; that it is so in other partitions than
# `aws` is inferred. https://docs.aws.amazon.com/general/latest/gr/ao.html, read 2026-11-26.
_ORGANIZATIONS_REGIONS = {"aws": "us-east-1", "aws-cn": "cn-northwest-1", "aws-us-gov": "us-gov-west-1"}
_OF_ORGANIZATIONS = [
    "AccountDepartedOrganization",
    "AccountJoinedOrganization",
    "CloseAccount",
    "CreateAccountResult",
    "MoveAccount",
    "RemoveAccountFromOrganization",
]


def organizations_region(partition: str) -> str | None:
    """Return where a partition's events of AWS Organizations are; None: that is not known."""
    return _ORGANIZATIONS_REGIONS.get(partition)


def stack_set_pattern(stack_set_arns: list[str]) -> dict[str, Any]:
    """Return the pattern of the event that an account's stack of a StackSet is CURRENT: its role is there.

    Args:
        stack_set_arns: Patterns with `*`.
    """
    return {
        "source": ["aws.cloudformation"],
        "detail_type": [_OF_STACK_SET],
        "detail": {
            "stack-set-arn": [{"wildcard": arn} for arn in stack_set_arns],
            "status-details": {"status": ["CURRENT"]},
        },
    }


def organizations_pattern() -> dict[str, Any]:
    """Return the pattern of the events that an account joins, moves, leaves or is closed.

    Which of the two detail types AWS gives the two newest of them, of 2026-05-28, is unconfirmed, so both are taken.
    Calls are told by a trail, and best effort; what is missed waits for the schedule.
    """
    return {
        "source": ["aws.organizations"],
        "detail_type": _THROUGH_CLOUDTRAIL,
        "detail": {"eventName": _OF_ORGANIZATIONS},
    }
