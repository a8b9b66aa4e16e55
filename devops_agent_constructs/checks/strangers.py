"""Who might get into a role for which it is not meant: other Agent Spaces, and whom the policy names beside."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from devops_agent_constructs import service
from devops_agent_constructs.checks.callers import (
    ACCOUNT,
    OTHER_ID,
    ROLE_OR_USER,
    SERVICE,
    Caller,
    Context,
    agent_roles,
    as_agent_role,
    as_service,
    chained_statements,
    named_sources,
    pinned_accounts,
    primary_accounts,
    request_of,
    some_space,
    sources,
)
from devops_agent_constructs.checks.role import Role
from devops_agent_constructs.checks.source import STRANGER, Source, has_wildcard, parse_source
from devops_agent_constructs.checks.trust import SOURCE_ACCOUNT, SOURCE_ARN, TrustStatement, is_devops_agent_like
from devops_agent_constructs.policy_evaluation.principals import IamCaller, Principal, ServiceCaller
from devops_agent_constructs.policy_evaluation.unknown import is_unknown, is_wholly_unknown

_SERVICE_NAME = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_BY_PROVIDER = ("sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity")
# SetContext is no way in by itself, but a statement that says so is not about DevOps Agent.
_WAYS_IN = ("sts:AssumeRole", "sts:SetContext")
_COLONS = 5  # Of an ARN.
# What tells an organization from others: a stranger's is not the one that a policy names.
_FOREIGN: Context = {"aws:SourceOrgID": "o-0000000000", "aws:SourceOrgPaths": ["o-0000000000/r-0000/"]}


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
    """Return how DevOps Agent asks for others than the role is meant for; nothing says that it always names both."""
    accounts = primary_accounts(role)
    known = [one for one in accounts if not has_wildcard(one)]
    for who, source in dict.fromkeys([*_of_same_accounts(role), *_beside(role), *_of_patterns(role)]):
        is_outside = _is_outside(source.account_id, known)
        foreign: Context = _FOREIGN if is_outside else {}
        for named in ({}, {"aws:SourceAccount": ()}, {"aws:SourceArn": ()}):
            yield Caller(who=who, request=as_service(source, {**foreign, **named}), is_outside=is_outside)
    request = request_of(SERVICE, {"aws:SourceAccount": (), "aws:SourceArn": (), **_FOREIGN})
    yield Caller(who="DevOps Agent without saying for whom", request=request, is_outside=True)


def _of_same_accounts(role: Role) -> Iterator[tuple[str, Source]]:
    meant = sources(role)
    # What stands for the one that is meant, such as `agentspace/*`, the rules say by itself.
    wider = [one for one in named_sources(role) if one.is_of_one_account and one.is_pattern]
    for source in meant:
        same = [one for one in [*meant, *wider] if (one.account_id, one.kind) == (source.account_id, source.kind)]
        if not any(one.has_any_id for one in same):
            yield f"every other Agent Space of account {source.account_id}", source.other(id=OTHER_ID)
        regions = {one.region for one in same}
        if not any(map(has_wildcard, regions)):
            elsewhere = min(service.AGENT_SPACE_REGIONS - regions)
            yield f"Agent Spaces of account {source.account_id} in other Regions", source.other(region=elsewhere)
    for account_id in primary_accounts(role):
        if not any(source.account_id == account_id for source in meant):
            yield f"every other Agent Space of account {account_id}", some_space(account_id)


def _beside(role: Role) -> Iterator[tuple[str, Source]]:
    """Return what the policy names beside what the role is meant for."""
    accounts = primary_accounts(role)
    for source in named_sources(role):
        is_wider = source.account_id in accounts and source.is_pattern
        if source not in sources(role) and not is_wider:
            yield source.arn, source.one()
    for value in pinned_accounts(role):
        if value not in accounts or has_wildcard(value):
            yield f"every Agent Space of account {value}", some_space(_instance(value))
    yield "every Agent Space of any AWS account", some_space(STRANGER)


def _of_patterns(role: Role) -> Iterator[tuple[str, Source]]:
    """Return what a pattern that is no ARN's admits by its id."""
    values = [value for statement in role.trust.for_service for value in statement.required_values(SOURCE_ARN)]
    for value in values:
        likeness = re.sub("[^A-Za-z0-9-]", "", value)
        if has_wildcard(value) and likeness and parse_source(value) is None:
            for account_id in (STRANGER, *map(_instance, pinned_accounts(role))):
                yield f"Agent Spaces like {value}", replace(some_space(account_id), id=likeness)


def _agent_roles_without(role: Role) -> Iterator[Caller]:
    for arn in agent_roles(role) if role.agent_role_arn is None else [role.agent_role_arn]:
        yield Caller(who=f"{arn}, without an external id", request=as_agent_role(arn, None))
        yield Caller(who=f"{arn}, with any external id", request=as_agent_role(arn, some_space(STRANGER).arn))


def _named(principal: Principal, statement: TrustStatement, role: Role) -> Iterator[Caller]:
    """Return how somebody asks whom a statement names beside those for whom the role is meant."""
    who, value = str(principal), principal.value
    if principal.kind == "Federated":
        request = request_of(SERVICE, {})  # Nobody asks so; the evaluator knows no such caller.
        is_outside = not any(condition.key.lower().endswith(":sub") for condition in statement.parsed.conditions)
        if any(map(statement.parsed.is_about, _BY_PROVIDER)):
            yield Caller(who=who, request=request, is_outside=is_outside, principal=principal, statement=statement)
        return
    callers: Iterable[tuple[IamCaller | ServiceCaller, Context, bool]]
    if principal.kind == "Service":
        callers = _as_other_service(value, statement, role) if _SERVICE_NAME.fullmatch(value) else ()
    else:
        callers = _as_iam(value, role)
    for caller, context, is_outside in callers:
        for action in _WAYS_IN:
            request = replace(request_of(caller, context), action=action)
            yield Caller(who=who, request=request, is_outside=is_outside, principal=principal, statement=statement)


def _as_other_service(
    name: str, statement: TrustStatement, role: Role
) -> Iterator[tuple[ServiceCaller, Context, bool]]:
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


def _as_iam(value: str, role: Role) -> Iterator[tuple[IamCaller, Context, bool]]:
    own = [*primary_accounts(role), role.account_id]
    if (match := ROLE_OR_USER.fullmatch(value)) is not None:
        yield IamCaller(arn=value), {}, _is_outside(match[1], own)
    elif is_wholly_unknown(value):
        yield IamCaller(arn=value), {}, False
    elif (match := ACCOUNT.fullmatch(value)) is not None:
        partition = value.split(":")[1] if value.startswith("arn:") else "aws"
        yield IamCaller(arn=f"arn:{partition}:iam::{match[1]}:role/SomebodyElse"), {}, _is_outside(match[1], own)


def _instance(account_id: str) -> str:
    """Return an account that a pattern admits."""
    return some_space(account_id).one().account_id


def _is_outside(account_id: str, own: Iterable[str]) -> bool:
    """Tell whether an account is certainly none of these."""
    return account_id not in own and not is_unknown(account_id)
