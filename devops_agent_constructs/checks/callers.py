"""Who asks to assume a role of DevOps Agent, and for whom the role is meant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from devops_agent_constructs import service
from devops_agent_constructs.checks.role import Purpose, Role
from devops_agent_constructs.checks.source import Source, has_wildcard, parse_source
from devops_agent_constructs.checks.trust import (
    EXTERNAL_ID,
    SOURCE_ACCOUNT,
    SOURCE_ARN,
    TrustStatement,
)
from devops_agent_constructs.policy_evaluation.assume_role import AssumeRoleRequest
from devops_agent_constructs.policy_evaluation.principals import IamCaller, Principal, ServiceCaller
from devops_agent_constructs.policy_evaluation.unknown import UNKNOWN, is_unknown, is_wholly_unknown, unknown

Context = Mapping[str, "str | Sequence[str]"]
SERVICE = ServiceCaller(service=service.SERVICE_PRINCIPAL)
ACCOUNT = re.compile(rf"(?:arn:[^:]*:iam::)?([0-9]{{12}}|{UNKNOWN.pattern})(?::root)?")
ROLE_OR_USER = re.compile(r"arn:[^:]*:(?:iam|sts)::([^:]*):(?:role|user|assumed-role)/[^*?]+")
OTHER_ID = "another-space"
# AWS documents the key as always there, and its services call by TLS.
_BY_TLS = {"aws:SecureTransport": "true"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
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


def as_service(source: Source, context: Context | None = None) -> AssumeRoleRequest:
    """Return how DevOps Agent asks on behalf of an Agent Space or a registered service."""
    given = {"aws:SourceAccount": source.account_id, "aws:SourceArn": source.arn}
    return request_of(SERVICE, {**given, **(context or {})})


def as_agent_role(arn: str, external_id: str | None) -> AssumeRoleRequest:
    """Return how the agent role of the preview asks, with an external id or without one."""
    return request_of(IamCaller(arn=arn), {"sts:ExternalId": [] if external_id is None else external_id})


def request_of(caller: IamCaller | ServiceCaller, context: Context) -> AssumeRoleRequest:
    """Return a request with these keys; of every other key it is not known whether it has it."""
    return AssumeRoleRequest(caller=caller, context={**_BY_TLS, **context}, is_whole=False)


def sources(role: Role) -> list[Source]:
    """Return for what the role is meant: what it is told, or what its trust policy names."""
    pinned = [one for one in pinned_accounts(role) if not has_wildcard(one)]
    named = [Source.of(space) for space in role.agent_spaces] or named_sources(role)
    # Another condition names the account that an ARN leaves open.
    return [replace(one, account_id=pinned[0]) if pinned and has_wildcard(one.account_id) else one for one in named]


def named_sources(role: Role) -> list[Source]:
    """Return the Agent Spaces and registered services that a trust policy names, with their wildcards."""
    values = [value for statement in role.trust.for_service for value in statement.required_values(SOURCE_ARN)]
    values += [*role.trust.denied_without(SOURCE_ARN), *role.trust.pinned(EXTERNAL_ID)]
    return [source for value in dict.fromkeys(values) if (source := parse_source(value)) is not None]


def primary_accounts(role: Role) -> list[str]:
    """Return the accounts whose Agent Spaces the role is meant for."""
    named = [source.account_id for source in sources(role) if not has_wildcard(source.account_id)]
    return list(dict.fromkeys(named or pinned_accounts(role)))


def pinned_accounts(role: Role) -> list[str]:
    """Return the accounts for which a trust policy lets DevOps Agent in."""
    values = [value for statement in role.trust.for_service for value in statement.required_values(SOURCE_ACCOUNT)]
    return [*values, *role.trust.denied_without(SOURCE_ACCOUNT)]


def chained_statements(role: Role) -> Iterator[tuple[TrustStatement, Principal]]:
    """Return the principals that get in as the agent role of the preview: of the primary account, by external id."""
    for statement in role.trust.allowed if role.purpose is Purpose.READ else ():
        values = statement.required_values(EXTERNAL_ID)
        if any(is_wholly_unknown(value) or parse_source(value) is not None for value in values):
            for principal in statement.parsed.principals:
                if principal.kind == "AWS" and principal.value != "*" and _is_of(principal, primary_accounts(role)):
                    yield statement, principal


def agent_roles(role: Role) -> list[str]:
    """Return the ARNs of the agent roles that a trust policy lets in, as before general availability."""
    values = (principal.value for _, principal in chained_statements(role))
    return [arn for arn in dict.fromkeys(values) if ROLE_OR_USER.fullmatch(arn) or is_wholly_unknown(arn)]


def intended(role: Role) -> Iterator[Caller]:
    """Return those for whom the role is meant, each of the ways that its trust policy has."""
    whole = [value for value in role.trust.pinned(SOURCE_ARN) if is_unknown(value) and parse_source(value) is None]
    if role.must_admit_service or any(statement.is_for_service for statement in role.trust.statements):
        for source in sources(role) or _some_spaces(role):
            if not role.agent_spaces or not whole:
                yield Caller(who=source.one().arn, request=as_service(source.one()))
    external_ids = [value for value in role.trust.pinned(EXTERNAL_ID) if is_wholly_unknown(value)]
    named = [] if role.must_admit_service else agent_roles(role)
    names = named if role.agent_role_arn is None else [role.agent_role_arn]
    for arn in names:
        for source in sources(role) if not external_ids else ():
            yield Caller(who=f"{arn} for {source.one().arn}", request=as_agent_role(arn, source.one().arn))


def some_space(account_id: str) -> Source:
    """Return an Agent Space of an account that no policy names."""
    return Source(partition="aws", region="us-east-1", account_id=account_id, kind="agentspace", id=OTHER_ID)


def _some_spaces(role: Role) -> list[Source]:
    """Return what stands for the Agent Spaces of the account that a trust policy names without any of them."""
    is_named = any(statement.required(SOURCE_ARN) for statement in role.trust.for_service)
    return [] if is_named else [some_space(account_id) for account_id in primary_accounts(role)]


def _is_of(principal: Principal, accounts: list[str]) -> bool:
    """Tell whether a principal may be of one of these accounts."""
    match = ROLE_OR_USER.fullmatch(principal.value) or ACCOUNT.fullmatch(principal.value)
    account_id = unknown("account") if match is None or is_wholly_unknown(principal.value) else match[1]
    return is_unknown(account_id) or account_id in accounts or any(map(is_unknown, accounts))
