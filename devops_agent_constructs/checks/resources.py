"""What the rules look at: roles, policies and associations, read from templates or from a live account.

Texts that only deployment knows are unknown texts (`unknown`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from devops_agent_constructs import service
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.checks.finding import Place
from devops_agent_constructs.checks.trust import Trust
from devops_agent_constructs.policies.patterns import string_matches

_ROLE_ARN = re.compile(r"arn:[^:]*:iam::([^:]*):role(/(?:.*/)?)([^/]+)")
# AWS's recommendation, and what its console makes.
_ELEVATED_NAMES = ("DevOpsAgent-ElevatedAction", "DevOpsAgentActionsRole")
_AWS_POLICIES = (service.GA_MANAGED_POLICY, service.OPERATOR_MANAGED_POLICY, service.ACTIONS_MANAGED_POLICY)
_INVESTIGATIONS = "aiops.amazonaws.com"


class Purpose(Enum):
    """What DevOps Agent does with a role."""

    READ = "read"
    """It investigates: the role of a secondary account, or the primary account's own."""

    OPERATOR = "operator"
    """People use the operator app."""

    ELEVATED = "elevated"
    """It takes approved actions."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyStatement:
    """One statement of a policy that grants.

    Attributes:
        place: Where.
        is_allow: False: Deny, or not known.
        actions: Of Action or NotAction.
        is_not_action: Whether it is about every action but these.
        resources: Of Resource; `*` for NotResource, which covers nearly everything.
        conditions: Operator -> key -> values. None: not known.
    """

    place: Place
    is_allow: bool
    actions: tuple[str, ...]
    is_not_action: bool = False
    resources: tuple[str, ...]
    conditions: Mapping[str, Mapping[str, tuple[str, ...]]] | None

    def grants(self, action: str) -> bool:
        """Tell whether the statement allows an action on something."""
        found = any(string_matches(pattern, action, None, ignore_case=True) for pattern in self.actions)
        return self.is_allow and found is not self.is_not_action

    def values_of(self, key: str) -> list[str]:
        """Return the values that conditions compare a key (in lower case) with."""
        return [
            value
            for keys in (self.conditions or {}).values()
            for name, values in keys.items()
            if name.lower() == key
            for value in values
        ]


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """A policy that grants: inline, managed, or of a resource of its own.

    Attributes:
        place: Where.
        account_id: Of its stack.
        statements: What it says.
        roles: Names of the roles that it says it belongs to, or what else is written there.
        arn: Of a managed policy; empty for others.
    """

    place: Place
    account_id: str
    statements: tuple[PolicyStatement, ...]
    roles: tuple[str, ...] = ()
    arn: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Role:
    """A role that DevOps Agent uses.

    Attributes:
        place: Where.
        account_id: Its account.
        is_in_many_accounts: Whether a StackSet makes it, in other accounts than its own stack's.
        name: Its name.
        path: Begins and ends with `/`.
        trust: Who may assume it.
        managed_policy_arns: Of AWS's and customers' managed policies.
        policies: Inline and customer managed ones, as far as they are known.
        permissions_boundary: An ARN; empty if there is none.
        purpose: What DevOps Agent does with it.
        agent_spaces: The Agent Spaces that must be able to assume it, as far as others than its trust policy say.
    """

    place: Place
    account_id: str
    is_in_many_accounts: bool = False
    name: str
    path: str
    trust: Trust
    managed_policy_arns: tuple[str, ...] = ()
    policies: tuple[Policy, ...] = ()
    permissions_boundary: str = ""
    purpose: Purpose = Purpose.READ
    agent_spaces: tuple[AgentSpaceArn, ...] = ()

    def has_aws_policy(self, name: str) -> bool:
        """Tell whether AWS's managed policy of this name is attached."""
        return any(arn.endswith(f":iam::aws:policy/{name}") for arn in self.managed_policy_arns)

    @property
    def is_for_devops_agent(self) -> bool:
        """Whether its policies or its trust policy say that it is DevOps Agent's."""
        if any(map(self.has_aws_policy, _AWS_POLICIES)) or self.trust.mentions_devops_agent:
            return True
        # CloudWatch investigations use this policy for roles of their own.
        return self.has_aws_policy(service.PREVIEW_MANAGED_POLICY) and _INVESTIGATIONS not in self.trust.services

    @property
    def apparent_purpose(self) -> Purpose:
        """What DevOps Agent does with it, by its policies, name and trust policy."""
        if self.has_aws_policy(service.OPERATOR_MANAGED_POLICY):
            return Purpose.OPERATOR
        is_elevated = self.has_aws_policy(service.ACTIONS_MANAGED_POLICY) or self.name.startswith(_ELEVATED_NAMES)
        return Purpose.ELEVATED if is_elevated or self.trust.names("sts:SetSourceIdentity") else Purpose.READ


@dataclass(frozen=True, kw_only=True, slots=True)
class Association:
    """An account that is connected to an Agent Space.

    Attributes:
        place: Of the configuration, e.g. `Properties.Configuration.SourceAws`.
        kind: `Aws`, an Agent Space's own account, or `SourceAws`, another one.
        stack_account_id: The account of its stack, which is the Agent Space's.
        agent_space_arn: Its Agent Space.
        account_id: The account that it connects.
        account_type: `monitor` or `source`.
        role_arn: The role to investigate with.
        elevated_role_arn: The role for directed actions; empty if there is none.
    """

    place: Place
    kind: str
    stack_account_id: str
    agent_space_arn: str
    account_id: str
    account_type: str
    role_arn: str
    elevated_role_arn: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Resources:
    """All that the rules look at.

    Attributes:
        roles: Those of DevOps Agent.
        policies: All of the templates.
        associations: All of the templates.
    """

    roles: tuple[Role, ...] = ()
    policies: tuple[Policy, ...] = ()
    associations: tuple[Association, ...] = ()


def account_path_name(role_arn: str) -> tuple[str, str, str] | None:
    """Return account, path and name of a role's ARN; None if it is none, or not known."""
    match = _ROLE_ARN.fullmatch(role_arn)
    return None if match is None else (match[1], match[2], match[3])
