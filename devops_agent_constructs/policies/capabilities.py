"""Defines what an inline policy is made of: capabilities, each an immutable object that is checked when it is made."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from devops_agent_constructs import service
from devops_agent_constructs._arguments import checked_fields
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policies.document import Conditions, Statement
from devops_agent_constructs.policies.resources import RoleAccount, not_empty


class Capability(Protocol):
    """Something the agent may do in addition."""

    def statements(self, account: RoleAccount) -> list[Statement]:
        """Return the inline statements for a role in `account`."""


def allow(sid: str, actions: list[str], resources: list[str], conditions: Conditions | None = None) -> Statement:
    """Return a statement that allows `actions` on `resources`, under `conditions` if there are any."""
    statement: Statement = {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources}
    return {**statement, "Condition": conditions} if conditions else statement


def check_actions(actions: Sequence[str], *, field: str) -> None:
    """Check the form of actions, patterns among them."""
    for index, action in enumerate(actions):
        if re.fullmatch("[a-z0-9-]+:[A-Za-z0-9*?]+", action) is None:
            why = "an action is a service prefix, a colon and a name"
            raise OnboardingInputError(f"{field}[{index}]", action, why=why, fix="write it like 's3:GetObject'")


@checked_fields
@dataclass(frozen=True, kw_only=True, slots=True)
class ResourceExplorerSetup:
    """Let the agent set up AWS Resource Explorer, which finds the account's resources.

    On by default in GA and TRANSITION, as in AWS's guides. Whether the guardrail lets the call through is unconfirmed.
    The condition on `iam:AWSServiceName` is ours: no other service-linked role.

    Attributes:
        enabled: False takes the default statement out.

    See https://docs.aws.amazon.com/devopsagent/latest/userguide/getting-started-with-aws-devops-agent-cli-onboarding-guide.html
    """

    enabled: bool = True

    def statements(self, account: RoleAccount) -> list[Statement]:
        """Return the inline statement."""
        if not self.enabled:
            return []
        role = account.arn("iam", service.RESOURCE_EXPLORER_ROLE, region="")
        only = {"StringEquals": {"iam:AWSServiceName": service.RESOURCE_EXPLORER_PRINCIPAL}}
        return [allow("AllowCreateServiceLinkedRoles", ["iam:CreateServiceLinkedRole"], [role], only)]


@checked_fields
@dataclass(frozen=True, kw_only=True, slots=True)
class CustomStatement:
    """Add an Allow statement of one's own to the inline policy.

    AWS's guardrail still applies: an action that it does not list has no effect, whatever the role says.

    Attributes:
        sid: Letters and digits; unique in the policy.
        actions: e.g. `["lambda:GetFunction"]`, at least one.
        resources: ARNs, at least one; wildcards are the caller's own choice.
        conditions: Operator -> key -> value or values. None: no condition.

    Raises:
        OnboardingInputError: The Sid or an action is malformed, or a list is empty.
    """

    sid: str
    actions: Sequence[str]
    resources: Sequence[str]
    conditions: Conditions | None = field(default=None, hash=False)

    def __post_init__(self) -> None:
        """Check the Sid and the actions."""
        if re.fullmatch("[A-Za-z0-9]+", self.sid) is None:
            why = "a Sid has letters and digits only"
            raise OnboardingInputError("sid", self.sid, why=why, fix="write it like 'ReadOrders'")
        not_empty(self.resources, field="resources")
        not_empty(self.actions, field="actions")
        check_actions(self.actions, field="actions")
        object.__setattr__(self, "actions", tuple(self.actions))
        object.__setattr__(self, "resources", tuple(self.resources))

    def statements(self, account: RoleAccount) -> list[Statement]:  # noqa: ARG002 (part of Capability)
        """Return the inline statement."""
        return [allow(self.sid, list(self.actions), list(self.resources), self.conditions)]
