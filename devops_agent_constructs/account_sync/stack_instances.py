"""Reads in which accounts a StackSet has made the role, and that it is this role which it makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from devops_agent_constructs.account_sync.retries import Operation, Retries
from devops_agent_constructs.account_sync.stack_set_template import StackSetTemplate

_CURRENT = "CURRENT"
_UNDER_WAY = {"PENDING", "RUNNING"}
_PAGE = 100


class CloudFormationClient(Protocol):
    """What is called of CloudFormation, all of it reads."""

    @property
    def describe_stack_instance(self) -> Operation:
        """DescribeStackInstance."""

    @property
    def describe_stack_set(self) -> Operation:
        """DescribeStackSet."""

    @property
    def list_stack_instances(self) -> Operation:
        """ListStackInstances."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DeployedRoles:
    """What the StackSets have made.

    Attributes:
        why_not: Account id -> why its stack has not made the role, or not for certain. None: it has.
        why_other_role: Why none of the StackSets makes the role. None: one does.
        why_unread: Of each StackSet whose template cannot be read, why.
    """

    why_not: Mapping[str, str | None]
    why_other_role: str | None
    why_unread: tuple[str, ...] = ()

    def why_not_in(self, account_id: str) -> str | None:
        """Say why the role may not be in an account; None: it is there."""
        return self.why_not.get(account_id, "its role is not deployed: the StackSet has no stack in it")


def read_deployed_roles(
    client: CloudFormationClient, names: Sequence[str], role: str, retries: Retries, *, call_as: str
) -> DeployedRoles:
    """Read the templates of the StackSets, and the status of their stacks.

    CURRENT means that the stack is as the StackSet says; but not while an operation is under way. A stack that is
    OUTDATED may have an older role, or none; INOPERABLE is one that could not be deleted. So the role is there if the
    StackSet's template has it and the stack is CURRENT. See
    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackInstanceSummary.html

    Args:
        client: In the StackSets' Region and administrator account.
        names: Of the StackSets.
        role: Path and name of the role together.
        retries: Of each call.
        call_as: What the account of the credentials is to the organization: `SELF` or `DELEGATED_ADMIN`.

    Raises:
        StackSetNotFoundException: As the client has it; other errors are the client's, too.
    """
    why_not: dict[str, str | None] = {}
    why_other_roles, why_unread = list[str | None](), list[str]()
    for name in names:
        of_stack_set = {"StackSetName": name, "CallAs": call_as}
        # Before its stacks: one that was CURRENT before a template with another role says nothing of this role.
        described = retries.call(client.describe_stack_set, **of_stack_set)["StackSet"]
        template = StackSetTemplate.of({**described, "StackSetName": name})
        is_by_parameters = template.is_by_parameters
        why_other_roles.append(template.why_other_role(role))
        why_unread += [template.why_unread] if template.body is None else []
        pages = retries.pages(
            client.list_stack_instances,
            token="NextToken",  # noqa: S106  # a name
            **of_stack_set,
            MaxResults=_PAGE,
        )
        for instance in (instance for page in pages for instance in page["Summaries"]):
            # One Region of one StackSet is enough: IAM is global.
            account_id = instance["Account"]
            if why_not.get(account_id, "") is None:
                continue
            why_not[account_id] = _why_not_current(instance) or why_other_roles[-1]
            if is_by_parameters and _why_not_current(instance) is None:
                # AWS lists no values of single stacks; only a template that is not ours takes a call for each.
                of_stack = {"StackInstanceAccount": account_id, "StackInstanceRegion": instance["Region"]}
                stack = retries.call(client.describe_stack_instance, **of_stack_set, **of_stack)["StackInstance"]
                why_not[account_id] = template.why_other_role(role, stack.get("ParameterOverrides"))
    why_other_role = None if None in why_other_roles else next(iter(why_other_roles), None)
    return DeployedRoles(why_not=why_not, why_other_role=why_other_role, why_unread=tuple(why_unread))


def _why_not_current(instance: Mapping[str, Any]) -> str | None:
    status: str = instance["Status"]
    detailed: str = instance.get("StackInstanceStatus", {}).get("DetailedStatus", "")
    if status == _CURRENT and detailed not in _UNDER_WAY:
        return None
    words = status if detailed in {"", status} else f"{status} ({detailed})"
    return f"its role may not be deployed: its stack is {words}"
