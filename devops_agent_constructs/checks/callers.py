"""Lists for whom a role of DevOps Agent is meant, and how each of them asks to assume it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from devops_agent_constructs import service
from devops_agent_constructs._role_arn import parse_principal_arn
from devops_agent_constructs._source_arn import SourceArn, has_wildcard, parse_source
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.checks.role import Purpose, Role
from devops_agent_constructs.checks.trust import EXTERNAL_ID, SOURCE_ACCOUNT, SOURCE_ARN, TrustStatement
from devops_agent_constructs.policy_evaluation.assume_role import AssumeRoleRequest
from devops_agent_constructs.policy_evaluation.principals import IamCaller, Principal, ServiceCaller
from devops_agent_constructs.policy_evaluation.unknown import is_unknown, is_wholly_unknown

RequestContext = Mapping[str, "str | Sequence[str]"]
SERVICE = ServiceCaller(service=service.SERVICE_PRINCIPAL)
OTHER_ID = "another-space"
STRANGER = "000000000000"
"""An account that nobody has: AWS's ids are not all zeros."""
# AWS documents the key as always there, and its services call by TLS.
_BY_TLS = {"aws:SecureTransport": "true"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Requester:
    """Somebody who asks to assume a role.

    Attributes:
        who: In plain words.
        request: What is asked for.
        is_outside: Whether neither the Agent Space's account nor the role's own has anything to do with it.
        principal: Which entry of the policy names it, if it is not DevOps Agent.
        statement: The statement that it is about; None: any.
    """

    who: str
    request: AssumeRoleRequest
    is_outside: bool = False
    principal: Principal | None = None
    statement: TrustStatement | None = None

    @property
    def is_the_service(self) -> bool:
        """Whether DevOps Agent itself asks."""
        return self.request.caller == SERVICE


def as_service(source: SourceArn, context: RequestContext | None = None) -> AssumeRoleRequest:
    """Return how DevOps Agent asks on behalf of an Agent Space or a registered service."""
    given = {"aws:SourceAccount": source.account_id, "aws:SourceArn": source.arn}
    return request_of(SERVICE, {**given, **(context or {})})


def as_agent_role(arn: str, external_id: str | None) -> AssumeRoleRequest:
    """Return how the agent role of the preview asks, with an external id or without one."""
    return request_of(IamCaller(arn=arn), {"sts:ExternalId": [] if external_id is None else external_id})


def request_of(caller: IamCaller | ServiceCaller, context: RequestContext) -> AssumeRoleRequest:
    """Return a request with these keys; of every other key it is not known whether it has it."""
    return AssumeRoleRequest(caller=caller, context={**_BY_TLS, **context}, is_whole=False)


def source_of(space: AgentSpaceArn) -> SourceArn:
    """Return an Agent Space as a request names it."""
    id_ = space.agent_space_id
    return replace(some_space(space.account_id), partition=space.partition, region=space.region, id=id_)


def some_space(account_id: str) -> SourceArn:
    """Return an Agent Space of an account that no policy names."""
    return SourceArn(partition="aws", region="us-east-1", account_id=account_id, kind="agentspace", id=OTHER_ID)


def sources(role: Role) -> list[SourceArn]:
    """Return for what the role is meant: what it is told, or what its trust policy names."""
    pinned = [account_id for account_id in pinned_accounts(role) if not has_wildcard(account_id)]
    named = list(map(source_of, role.agent_spaces)) or named_sources(role)
    # Another condition names the account that an ARN leaves open.
    return [
        replace(source, account_id=pinned[0]) if pinned and has_wildcard(source.account_id) else source
        for source in named
    ]


def named_sources(role: Role) -> list[SourceArn]:
    """Return the Agent Spaces and registered services that a trust policy names, with their wildcards."""
    trust = role.trust
    arns = [*trust.required_of_service(SOURCE_ARN), *trust.denied_without(SOURCE_ARN), *trust.pinned(EXTERNAL_ID)]
    return [source for arn in dict.fromkeys(arns) if (source := parse_source(arn)) is not None]


def primary_accounts(role: Role) -> list[str]:
    """Return the accounts whose Agent Spaces the role is meant for."""
    named = [source.account_id for source in sources(role) if not has_wildcard(source.account_id)]
    return list(dict.fromkeys(named or pinned_accounts(role)))


def pinned_accounts(role: Role) -> list[str]:
    """Return the accounts for which a trust policy lets DevOps Agent in."""
    return [*role.trust.required_of_service(SOURCE_ACCOUNT), *role.trust.denied_without(SOURCE_ACCOUNT)]


def chained_statements(role: Role) -> Iterator[tuple[TrustStatement, Principal]]:
    """Return the principals that get in as the agent role of the preview: of the primary account, by external id."""
    for statement in role.trust.allowed if role.purpose is Purpose.READ else ():
        values = statement.required_values(EXTERNAL_ID)
        if any(is_wholly_unknown(value) or parse_source(value) is not None for value in values):
            for principal in statement.principals:
                if principal.kind == "AWS" and principal.value != "*" and _is_of(principal, primary_accounts(role)):
                    yield statement, principal


def _is_of(principal: Principal, accounts: Sequence[str]) -> bool:
    """Tell whether a principal may be of one of these accounts."""
    arn = parse_principal_arn(principal.value)
    if arn is None or not (arn.kind == "root" or arn.is_caller):
        return True
    return arn.account_id in accounts or any(map(is_unknown, (arn.account_id, *accounts)))


def agent_roles(role: Role) -> list[str]:
    """Return the ARNs of the agent roles that a trust policy lets in, as before general availability."""
    named = dict.fromkeys(principal.value for _, principal in chained_statements(role))
    arns = {text: parse_principal_arn(text) for text in named}
    return [text for text, arn in arns.items() if is_wholly_unknown(text) or (arn is not None and arn.is_caller)]


def intended(role: Role) -> Iterator[Requester]:
    """Return those for whom the role is meant, each of the ways that its trust policy has."""
    trust = role.trust
    is_hidden = any(is_unknown(arn) and parse_source(arn) is None for arn in trust.pinned(SOURCE_ARN))
    if (role.must_admit_service or trust.allowed_to_service) and not (role.agent_spaces and is_hidden):
        # Some Agent Space of the account stands for all, if the trust policy names the account alone.
        accounts = [] if trust.required_of_service(SOURCE_ARN) else primary_accounts(role)
        for source in sources(role) or map(some_space, accounts):
            yield Requester(who=source.one().arn, request=as_service(source.one()))
    arns = [] if role.must_admit_service else agent_roles(role)
    is_hidden = any(map(is_wholly_unknown, trust.pinned(EXTERNAL_ID)))
    for arn in arns if role.agent_role_arn is None else [role.agent_role_arn]:
        for source in sources(role) if not is_hidden else ():
            yield Requester(who=f"{arn} for {source.one().arn}", request=as_agent_role(arn, source.one().arn))
