"""Holds a role, read from a template or from a live account, and tells for whom it is meant; and an association.

Texts that only deployment knows are unknown texts (`unknown`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from devops_agent_constructs import service
from devops_agent_constructs._role_arn import parse_principal_arn
from devops_agent_constructs._source_arn import SourceArn, has_wildcard, parse_source
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.checks.finding import Place
from devops_agent_constructs.checks.policy import Policy
from devops_agent_constructs.checks.trust import EXTERNAL_ID, SOURCE_ACCOUNT, SOURCE_ARN, Trust, TrustStatement
from devops_agent_constructs.policy_evaluation.principals import Principal
from devops_agent_constructs.policy_evaluation.unknown import is_unknown, is_wholly_unknown
from devops_agent_constructs.policy_evaluation.wildcards import overlaps

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
_SOURCE_ACCOUNT = re.compile(r"\$\{aws:SourceAccount\}", re.IGNORECASE)
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

    def __post_init__(self) -> None:
        """Read the trust policy as one of this account."""
        object.__setattr__(self, "trust", self.trust.of_account(self.account_id))

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

    @property
    def sources(self) -> list[SourceArn]:
        """For what the role is meant: what it is told, or what its trust policy names."""
        named = list(map(source_of, self.agent_spaces)) or self.named_sources
        # Another condition names the account that an ARN leaves open.
        pinned = sorted(self.pinned_accounts, key=has_wildcard)
        fitting = [
            [
                account_id
                for account_id in pinned
                if source.account_id == "*"
                or (overlaps(source.account_id, account_id) and not has_wildcard(account_id))
            ]
            if has_wildcard(source.account_id)
            else []
            for source in named
        ]
        return [
            replace(source, account_id=accounts[0]) if accounts else source
            for source, accounts in zip(named, fitting, strict=True)
        ]

    def with_space(self, space: AgentSpaceArn | None) -> Role:
        """Return the role as one that an Agent Space must get into.

        None: whom it is meant for, its trust policy says. So it does, too, of a role to sign requests with: the service
        assumes it for what is registered in the Agent Space's account, such as an MCP server.
        """
        sources = self.named_sources
        is_of_services = bool(sources) and all(source.kind == "service" for source in sources)
        if space is None or (is_of_services and {source.account_id for source in sources} == {space.account_id}):
            return self
        return replace(self, agent_spaces=(space,))

    @property
    def named_sources(self) -> list[SourceArn]:
        """The Agent Spaces and registered services that the trust policy names, with their wildcards."""
        trust = self.trust
        arns = [*trust.required_of_service(SOURCE_ARN), *trust.denied_without(SOURCE_ARN), *trust.pinned(EXTERNAL_ID)]
        # The variable has the value that the other condition admits.
        account_id = self.pinned_accounts[0] if len(set(self.pinned_accounts)) == 1 else "*"
        arns = [_SOURCE_ACCOUNT.sub(lambda _: account_id, arn) for arn in arns]
        return [source for arn in dict.fromkeys(arns) if (source := parse_source(arn)) is not None]

    @property
    def primary_accounts(self) -> list[str]:
        """The accounts whose Agent Spaces the role is meant for."""
        named = [source.account_id for source in self.sources if not has_wildcard(source.account_id)]
        return list(dict.fromkeys(named or self.pinned_accounts))

    @property
    def pinned_accounts(self) -> list[str]:
        """The accounts for which the trust policy lets DevOps Agent in."""
        return [*self.trust.required_of_service(SOURCE_ACCOUNT), *self.trust.denied_without(SOURCE_ACCOUNT)]

    @property
    def chained_statements(self) -> Iterator[tuple[TrustStatement, Principal]]:
        """The principals that get in as the agent role of the preview: of the primary account, by external id."""
        for statement in self.trust.allowed if self.purpose is Purpose.READ else ():
            values = statement.required_values(EXTERNAL_ID)
            if any(is_wholly_unknown(value) or parse_source(value) is not None for value in values):
                for principal in statement.principals:
                    if principal.kind == "AWS" and principal.value != "*" and self._is_of_primary(principal):
                        yield statement, principal

    def _is_of_primary(self, principal: Principal) -> bool:
        """Tell whether a principal may be of a primary account."""
        arn, accounts = parse_principal_arn(principal.value), self.primary_accounts
        if arn is None or not (arn.kind == "root" or arn.is_caller):
            return True
        return arn.account_id in accounts or any(map(is_unknown, (arn.account_id, *accounts)))

    @property
    def agent_role_arns(self) -> list[str]:
        """The ARNs of the agent roles that the trust policy lets in, as before general availability."""
        named = dict.fromkeys(principal.value for _, principal in self.chained_statements)
        arns = {text: parse_principal_arn(text) for text in named}
        return [text for text, arn in arns.items() if is_wholly_unknown(text) or (arn is not None and arn.is_caller)]


@dataclass(frozen=True, kw_only=True, slots=True)
class AssociatedAccount:
    """An account that is connected to an Agent Space.

    Attributes:
        place: Of the configuration, e.g. `Properties.Configuration.SourceAws`.
        kind: `Aws`, an Agent Space's own account, or `SourceAws`, another one.
        stack_account_id: The account of its stack, which is the Agent Space's.
        agent_space_arn: Its Agent Space.
        account_id: The account that it connects.
        account_type: `monitor` or `source`.
        role_arns: `AssumableRoleArn`, to investigate with, and `AgentElevatedRoleArn`, for directed actions, each as
            far as it is written.
    """

    place: Place
    kind: str
    stack_account_id: str
    agent_space_arn: str
    account_id: str
    account_type: str
    role_arns: Mapping[str, str]


def source_of(space: AgentSpaceArn) -> SourceArn:
    """Return an Agent Space as a request names it."""
    return SourceArn(
        partition=space.partition,
        region=space.region,
        account_id=space.account_id,
        kind="agentspace",
        id=space.agent_space_id,
    )
