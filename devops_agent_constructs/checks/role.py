"""Holds a role and its policies, read from a template or from a live account.

Texts that only deployment knows are unknown texts (`unknown`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from devops_agent_constructs import service
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.checks.finding import Place
from devops_agent_constructs.checks.trust import Trust
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policy_evaluation.answer import NO
from devops_agent_constructs.policy_evaluation.patterns import Context, Maybe
from devops_agent_constructs.policy_evaluation.permission_statements import PermissionStatement

# AWS's recommendation, and what its console makes.
_ELEVATED_NAMES = ("DevOpsAgent-ElevatedAction", "DevOpsAgentActionsRole")
# Of a two-way chat channel; a path of its own: arn:aws:iam::aws:policy/service-role/AIDevOpsChannelAccessPolicy.
CHANNEL_POLICY = "service-role/AIDevOpsChannelAccessPolicy"
_AWS_POLICIES = (
    service.GA_MANAGED_POLICY,
    service.OPERATOR_MANAGED_POLICY,
    service.ACTIONS_MANAGED_POLICY,
    CHANNEL_POLICY,
)
_INVESTIGATIONS = "aiops.amazonaws.com"


class Purpose(Enum):
    """What DevOps Agent does with a role."""

    READ = "read"
    """It investigates: the role of a secondary account, or the primary account's own."""

    OPERATOR = "operator"
    """People use the operator app."""

    CHANNEL = "channel"
    """People talk to it in a chat channel."""

    ELEVATED = "elevated"
    """It takes approved actions."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyStatement(PermissionStatement):
    """One statement of a policy that grants, with its place."""

    place: Place

    def grants(self, action: str) -> bool:
        """Tell whether the statement allows an action on something."""
        return self.is_allow and self.is_about(action)

    @property
    def wide_resources(self) -> tuple[str, ...]:
        """The resources; `*` for NotResource, which covers nearly everything."""
        return ("*",) if self.is_not_resource else self.resources

    def may_hold(self, context: Context) -> bool:
        """Tell whether the conditions may be met by somebody's request with these keys, in lower case.

        Other keys may be there, and texts that are not known are others than these.
        """
        asked = {key: Maybe.KEY for condition in self.conditions for key in condition.keys}
        known = {**asked, **context}
        return not any(condition.answer(known, texts=NO).is_no for condition in self.conditions)

    def values_of(self, key: str) -> list[str]:
        """Return the values that conditions compare a key (in lower case) with."""
        conditions = (condition for condition in self.conditions if condition.key.lower() == key)
        return [value for condition in conditions for value in condition.values]


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """A policy that grants: inline, managed, or of a resource of its own.

    Attributes:
        place: Where.
        account_id: Of its stack.
        statements: What it says, as far as it can be read.
        refused: What IAM would refuse, and why.
        roles: Names of the roles that it says it belongs to, or what else is written there.
        arn: Of a managed policy; empty for others.
    """

    place: Place
    account_id: str
    statements: tuple[PolicyStatement, ...]
    refused: tuple[tuple[Place, OnboardingInputError], ...] = ()
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
        must_admit_service: Whether the service must get in, also if the trust policy does not name it.
        agent_role_arn: The agent role that must get in, as in the preview. None: whom the trust policy lets in as one.
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
    must_admit_service: bool = False
    agent_role_arn: str | None = None

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
        if self.has_aws_policy(CHANNEL_POLICY):
            return Purpose.CHANNEL
        is_elevated = self.has_aws_policy(service.ACTIONS_MANAGED_POLICY) or self.name.startswith(_ELEVATED_NAMES)
        return Purpose.ELEVATED if is_elevated or self.trust.names("sts:SetSourceIdentity") else Purpose.READ
