"""Who asks to assume a role of DevOps Agent: those for whom it is meant, and everybody else whom it may let in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from devops_agent_constructs import service
from devops_agent_constructs.checks.resources import Purpose, Role
from devops_agent_constructs.checks.source import STRANGER, Source, has_wildcard, parse_source
from devops_agent_constructs.checks.trust import (
    EXTERNAL_ID,
    SOURCE_ACCOUNT,
    SOURCE_ARN,
    TrustStatement,
    is_devops_agent_like,
)
from devops_agent_constructs.policies.assume_role import AssumeRoleRequest
from devops_agent_constructs.policies.principals import IamCaller, Principal, ServiceCaller
from devops_agent_constructs.policies.unknown import UNKNOWN, is_unknown, is_wholly_unknown, unknown

_Context = Mapping[str, "str | Sequence[str]"]
SERVICE = ServiceCaller(service=service.SERVICE_PRINCIPAL)
_SERVICE_NAME = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_ACCOUNT = re.compile(rf"(?:arn:[^:]*:iam::)?([0-9]{{12}}|{UNKNOWN.pattern})(?::root)?")
_ROLE_OR_USER = re.compile(r"arn:[^:]*:(?:iam|sts)::([^:]*):(?:role|user|assumed-role)/[^*?]+")
_BY_PROVIDER = ("sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity")
# SetContext is no way in by itself, but a statement that says so is not about DevOps Agent.
_WAYS_IN = ("sts:AssumeRole", "sts:SetContext")
_OTHER_ID = "another-space"
_COLONS = 5  # Of an ARN.
# What tells an organization from others: a stranger's is not the one that a policy names.
_FOREIGN: _Context = {"aws:SourceOrgID": "o-0000000000", "aws:SourceOrgPaths": ["o-0000000000/r-0000/"]}
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


def as_service(source: Source, context: _Context | None = None) -> AssumeRoleRequest:
    """Return how DevOps Agent asks on behalf of an Agent Space or a registered service."""
    given = {"aws:SourceAccount": source.account_id, "aws:SourceArn": source.arn}
    return _request(SERVICE, {**given, **(context or {})})


def as_agent_role(arn: str, external_id: str | None) -> AssumeRoleRequest:
    """Return how the agent role of the preview asks, with an external id or without one."""
    return _request(IamCaller(arn=arn), {"sts:ExternalId": [] if external_id is None else external_id})


def _request(caller: IamCaller | ServiceCaller, context: _Context) -> AssumeRoleRequest:
    return AssumeRoleRequest(caller=caller, context={**_BY_TLS, **context}, is_whole=False)


def sources(role: Role) -> list[Source]:
    """Return for what the role is meant: what it is told, or what its trust policy names."""
    pinned = [one for one in _pinned_accounts(role) if not has_wildcard(one)]
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
    return list(dict.fromkeys(named or _pinned_accounts(role)))


def _pinned_accounts(role: Role) -> list[str]:
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
    return [arn for arn in dict.fromkeys(values) if _ROLE_OR_USER.fullmatch(arn) or is_wholly_unknown(arn)]


def intended(role: Role) -> Iterator[Caller]:
    """Return those for whom the role is meant, each of the ways that its trust policy has."""
    whole = [value for value in role.trust.pinned(SOURCE_ARN) if is_unknown(value) and parse_source(value) is None]
    if role.must_admit_service or any(statement.is_for_service for statement in role.trust.statements):
        for source in sources(role):
            if not role.agent_spaces or not whole:
                yield Caller(who=source.one().arn, request=as_service(source.one()))
    external_ids = [value for value in role.trust.pinned(EXTERNAL_ID) if is_wholly_unknown(value)]
    named = [] if role.must_admit_service else agent_roles(role)
    names = named if role.agent_role_arn is None else [role.agent_role_arn]
    for arn in names:
        for source in sources(role) if not external_ids else ():
            yield Caller(who=f"{arn} for {source.one().arn}", request=as_agent_role(arn, source.one().arn))


def strangers(role: Role) -> Iterator[Caller]:
    """Return everybody else who might get in: other Agent Spaces, and whom the policy names beside."""
    yield from _other_spaces(role)
    yield from _agent_roles_without(role)
    chained = {(statement.place, principal) for statement, principal in chained_statements(role)}
    for statement in role.trust.allowed:
        for principal in statement.parsed.principals:
            # What is nearly the service's name is no service: `wrongServicePrincipal` says so.
            is_like_ours = principal.kind == "Service" and is_devops_agent_like(principal.value)
            is_known = principal.value in {"*", role.agent_role_arn} or is_like_ours
            if not is_known and (statement.place, principal) not in chained:
                yield from _named(principal, statement, role)


def _other_spaces(role: Role) -> Iterator[Caller]:
    meant, accounts = sources(role), primary_accounts(role)
    # What stands for the one that is meant, such as `agentspace/*`, the rules say by itself.
    wider = [
        one for one in named_sources(role) if one.is_of_one_account and (one.has_any_id or has_wildcard(one.region))
    ]
    for source in meant:
        same = [one for one in [*meant, *wider] if one.account_id == source.account_id and one.kind == source.kind]
        if not any(one.has_any_id for one in same):
            who = f"every other Agent Space of account {source.account_id}"
            yield Caller(who=who, request=as_service(source.other(id=_OTHER_ID)))
        regions = {one.region for one in same}
        if not any(map(has_wildcard, regions)):
            elsewhere = min(service.AGENT_SPACE_REGIONS - regions)
            who = f"Agent Spaces of account {source.account_id} in other Regions"
            yield Caller(who=who, request=as_service(source.other(region=elsewhere)))
    for account_id in accounts:
        who = f"every other Agent Space of account {account_id}"
        if not any(source.account_id == account_id for source in meant):
            yield Caller(who=who, request=as_service(_space(account_id)))
        who = f"DevOps Agent for account {account_id} without naming an Agent Space"
        request = _request(SERVICE, {"aws:SourceAccount": account_id, "aws:SourceArn": []})
        yield Caller(who=who, request=request)
    yield from _beside(role, meant, accounts)
    who = "every Agent Space of any AWS account"
    yield Caller(who=who, request=_foreign(_space(STRANGER)), is_outside=True)
    request = _request(SERVICE, {"aws:SourceAccount": [], "aws:SourceArn": [], **_FOREIGN})
    yield Caller(who="DevOps Agent without saying for whom", request=request, is_outside=True)


def _beside(role: Role, meant: list[Source], accounts: list[str]) -> Iterator[Caller]:
    """Return what the policy names beside what the role is meant for, and whom its patterns admit."""
    for source in named_sources(role):
        if (
            source not in meant
            and not (source.account_id in accounts and source.is_pattern)
            and not has_wildcard(source.account_id)
        ):
            is_outside = _is_outside(source.account_id, accounts)
            yield Caller(who=source.arn, request=as_service(source.one()), is_outside=is_outside)
        if has_wildcard(source.account_id):
            who, account_id = f"Agent Spaces of accounts like {source.account_id}", source.one().account_id
            request = as_service(source.one())
            yield Caller(who=who, request=request, is_outside=_is_outside(account_id, accounts))
    for value in _pinned_accounts(role):
        if value not in accounts or has_wildcard(value):
            account_id = _space(value).one().account_id
            who = f"every Agent Space of account {value}"
            is_outside = _is_outside(account_id, [one for one in accounts if not has_wildcard(one)])
            yield Caller(who=who, request=as_service(_space(account_id)), is_outside=is_outside)


def _agent_roles_without(role: Role) -> Iterator[Caller]:
    for arn in agent_roles(role) if role.agent_role_arn is None else [role.agent_role_arn]:
        yield Caller(who=f"{arn}, without an external id", request=as_agent_role(arn, None))
        yield Caller(who=f"{arn}, with any external id", request=as_agent_role(arn, _space(STRANGER).arn))


def _named(principal: Principal, statement: TrustStatement, role: Role) -> Iterator[Caller]:
    """Return how somebody asks whom a statement names beside those for whom the role is meant."""
    who, value = str(principal), principal.value
    if principal.kind == "Federated":
        request = _request(SERVICE, {})  # Nobody asks so; the evaluator knows no such caller.
        is_outside = not any(condition.key.lower().endswith(":sub") for condition in statement.parsed.conditions)
        if any(map(statement.parsed.is_about, _BY_PROVIDER)):
            yield Caller(who=who, request=request, is_outside=is_outside, principal=principal, statement=statement)
        return
    callers: Iterable[tuple[IamCaller | ServiceCaller, _Context, bool]]
    if principal.kind == "Service":
        callers = _as_other_service(value, statement, role) if _SERVICE_NAME.fullmatch(value) else ()
    else:
        callers = _as_iam(value, role)
    for caller, context, is_outside in callers:
        for action in _WAYS_IN:
            request = replace(_request(caller, context), action=action)
            yield Caller(who=who, request=request, is_outside=is_outside, principal=principal, statement=statement)


def _as_other_service(
    name: str, statement: TrustStatement, role: Role
) -> Iterator[tuple[ServiceCaller, _Context, bool]]:
    caller, own = ServiceCaller(service=name), [*primary_accounts(role), role.account_id]
    arns = [arn.split(":", 5) for arn in statement.required_values(SOURCE_ARN) if arn.count(":") >= _COLONS]
    named = [*statement.required_values(SOURCE_ACCOUNT), *(fields[4] for fields in arns)]
    for account_id in dict.fromkeys(named):
        if account_id and not has_wildcard(account_id) and _is_outside(account_id, own):
            yield caller, {"aws:SourceAccount": account_id, **_FOREIGN}, True
    theirs = [":".join([*fields[:4], STRANGER, fields[5]]) for fields in arns if has_wildcard(fields[4])]
    for arn in theirs or [f"arn:aws:s3:::{STRANGER}"]:
        yield caller, {"aws:SourceAccount": STRANGER, "aws:SourceArn": arn, **_FOREIGN}, True
    yield caller, {}, False


def _as_iam(value: str, role: Role) -> Iterator[tuple[IamCaller, _Context, bool]]:
    own = [*primary_accounts(role), role.account_id]
    if (match := _ROLE_OR_USER.fullmatch(value)) is not None:
        yield IamCaller(arn=value), {}, _is_outside(match[1], own)
    elif is_wholly_unknown(value):
        yield IamCaller(arn=value), {}, False
    elif (match := _ACCOUNT.fullmatch(value)) is not None:
        partition = value.split(":")[1] if value.startswith("arn:") else "aws"
        yield IamCaller(arn=f"arn:{partition}:iam::{match[1]}:role/SomebodyElse"), {}, _is_outside(match[1], own)


def _foreign(source: Source) -> AssumeRoleRequest:
    return as_service(source, _FOREIGN)


def _space(account_id: str) -> Source:
    return Source(partition="aws", region="us-east-1", account_id=account_id, kind="agentspace", id=_OTHER_ID)


def _is_outside(account_id: str, own: Iterable[str]) -> bool:
    """Tell whether an account is certainly none of these."""
    return account_id not in own and not is_unknown(account_id)


def _is_of(principal: Principal, accounts: list[str]) -> bool:
    """Tell whether a principal may be of one of these accounts."""
    match = _ROLE_OR_USER.fullmatch(principal.value) or _ACCOUNT.fullmatch(principal.value)
    account_id = unknown("account") if match is None or is_wholly_unknown(principal.value) else match[1]
    return is_unknown(account_id) or account_id in accounts or any(map(is_unknown, accounts))
