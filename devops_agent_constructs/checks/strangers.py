"""Lists who might get into a role beside those it is meant for: other Agent Spaces, and whom its trust policy names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from devops_agent_constructs import _validators, service
from devops_agent_constructs._role_arn import parse_principal_arn
from devops_agent_constructs._source_arn import OTHER_ID, SourceArn, has_wildcard, parse_source, some_space
from devops_agent_constructs.checks.callers import (
    SERVICE,
    STRANGER,
    RequestContext,
    Requester,
    as_agent_role,
    as_service,
    request_of,
)
from devops_agent_constructs.checks.role import Role
from devops_agent_constructs.checks.trust import SOURCE_ACCOUNT, SOURCE_ARN, TrustStatement, is_devops_agent_like
from devops_agent_constructs.policy_evaluation.principals import IamCaller, Principal, ServiceCaller
from devops_agent_constructs.policy_evaluation.unknown import is_unknown, is_wholly_unknown
from devops_agent_constructs.policy_evaluation.wildcards import overlaps

_SOME_SERVICE = "lambda.amazonaws.com"
_SERVICE_NAME = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
BY_PROVIDER = ("sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity")
# SetContext is no way in by itself, but a statement that says so is not about DevOps Agent.
WAYS_IN = ("sts:AssumeRole", "sts:SetContext")
_COLONS = 5  # Of an ARN.
PRINCIPAL_ARN, PRINCIPAL_ACCOUNT, PRINCIPAL_SERVICE = (
    "aws:principalarn",
    "aws:principalaccount",
    "aws:principalservicename",
)
# What people whom a provider signed in have none of.
_OF_PRINCIPALS = (PRINCIPAL_ARN, PRINCIPAL_ACCOUNT, PRINCIPAL_SERVICE, SOURCE_ACCOUNT, SOURCE_ARN)
# Somebody's at a provider for all the world: GitHub, GitLab, HCP Terraform, others.
_SUBJECTS = ("repo:nobody/*", "project_path:nobody/*", "organization:nobody:*", "nobody")
# What tells an organization from others: that of another service's stranger is not the one that a policy names. For
# Agent Spaces it does not count: most accounts of an organization have nothing to do with the role either.
_FOREIGN: RequestContext = {"aws:SourceOrgID": "o-0000000000", "aws:SourceOrgPaths": ["o-0000000000/r-0000/"]}
# Who asks, with which keys, and whether it is somebody outside.
_Ways = Iterable[tuple[IamCaller | ServiceCaller, RequestContext, bool]]


def strangers(role: Role) -> Iterator[Requester]:
    """Return everybody else who might get in: other Agent Spaces, and whom the policy names beside."""
    yield from _other_spaces(role)
    yield from _agent_roles_without(role)
    chained = {(statement.place, principal) for statement, principal in role.chained_statements}
    for statement in role.trust.allowed:
        for principal in statement.principals:
            # What is nearly the service's name is no service: `wrongServicePrincipal` says so.
            is_like_ours = principal.kind == "Service" and is_devops_agent_like(principal.value)
            is_known = principal.value == role.agent_role_arn or is_like_ours
            if principal.value == "*":
                yield from _everybody(principal, statement, role)
            elif not is_known and (statement.place, principal) not in chained:
                yield from _named(principal, statement, role)


def _other_spaces(role: Role) -> Iterator[Requester]:
    """Return how DevOps Agent asks for others than the role is meant for; nothing says that it always names both."""
    accounts = role.primary_accounts
    known = [account_id for account_id in accounts if not has_wildcard(account_id)]
    for who, source in dict.fromkeys([*_of_same_accounts(role), *_beside(role), *_of_patterns(role)]):
        is_outside = _is_outside(source.account_id, known)
        unnamed: tuple[RequestContext, ...] = ({}, {"aws:SourceAccount": ()}, {"aws:SourceArn": ()})
        for context in unnamed:
            yield Requester(who=who, request=as_service(source, context), is_outside=is_outside)
    request = request_of(SERVICE, {"aws:SourceAccount": (), "aws:SourceArn": ()})
    yield Requester(who="DevOps Agent without saying for whom", request=request, is_outside=True)


def _of_same_accounts(role: Role) -> Iterator[tuple[str, SourceArn]]:
    meant = role.sources
    # What stands for the one that is meant, such as `agentspace/*`, the rules say by itself.
    wider = [source for source in role.named_sources if source.is_of_one_account and source.is_pattern]
    for source in meant:
        account_id, kind = source.account_id, source.kind
        same = [other for other in [*meant, *wider] if (other.account_id, other.kind) == (account_id, kind)]
        if not any(other.has_any_id for other in same):
            yield f"every other Agent Space of account {account_id}", source.one(id=OTHER_ID)
        regions = {other.region for other in same}
        if not any(map(has_wildcard, regions)):
            elsewhere = min(service.AGENT_SPACE_REGIONS - regions)
            yield f"Agent Spaces of account {account_id} in other Regions", source.one(region=elsewhere)
    for account_id in role.primary_accounts:
        if account_id not in {source.account_id for source in meant}:
            yield f"every other Agent Space of account {account_id}", some_space(account_id)


def _beside(role: Role) -> Iterator[tuple[str, SourceArn]]:
    """Return what the policy names beside what the role is meant for."""
    accounts = role.primary_accounts
    for source in role.named_sources:
        is_wider = source.account_id in accounts and source.is_pattern
        if source not in role.sources and not is_wider:
            yield source.arn, source.one()
    for value in role.pinned_accounts:
        if value not in accounts or has_wildcard(value):
            yield f"every Agent Space of account {value}", some_space(value).one()
    yield "every Agent Space of any AWS account", some_space(STRANGER)


def _of_patterns(role: Role) -> Iterator[tuple[str, SourceArn]]:
    """Return what a pattern that is no ARN's admits by its id."""
    for value in role.trust.required_of_service(SOURCE_ARN):
        likeness = re.sub("[^A-Za-z0-9-]", "", value)
        if has_wildcard(value) and likeness and parse_source(value) is None:
            for account_id in (STRANGER, *role.pinned_accounts):
                yield f"Agent Spaces like {value}", some_space(account_id).one(id=likeness)


def _agent_roles_without(role: Role) -> Iterator[Requester]:
    for arn in role.agent_role_arns if role.agent_role_arn is None else [role.agent_role_arn]:
        yield Requester(who=f"{arn}, without an external id", request=as_agent_role(arn, None))
        yield Requester(who=f"{arn}, with any external id", request=as_agent_role(arn, some_space(STRANGER).arn))


def _named(principal: Principal, statement: TrustStatement, role: Role) -> Iterator[Requester]:
    """Return how somebody asks whom a statement names beside those for whom the role is meant."""
    if principal.kind == "Federated":
        if any(map(statement.is_about, BY_PROVIDER)):
            yield _signed_in(principal, statement, is_outside=_signs_in_anybody(principal, statement, role))
        return
    is_service = principal.kind == "Service"
    ways = _as_other_service(principal.value, statement, role) if is_service else _as_iam(principal.value, role)
    yield from _each_way(principal, statement, ways)


def _everybody(principal: Principal, statement: TrustStatement, role: Role) -> Iterator[Requester]:
    """Return how others ask whom a statement for everybody lets in: roles, services, people of providers."""
    # One of those that a pattern stands for; of the accounts, rather nobody's.
    arns = [arn.split(":", 5) for arn in statement.required_values(PRINCIPAL_ARN) if arn.count(":") >= _COLONS]
    named = [*statement.required_values(PRINCIPAL_ACCOUNT), *(fields[4] for fields in arns)]
    accounts = {account: some_space(account).one().account_id for account in named}
    callers = [f"arn:aws:iam::{account}:role/SomebodyElse" for account in (STRANGER, *accounts.values())]
    callers += [re.sub("[*?]", "x", ":".join([*fields[:4], accounts[fields[4]], fields[5]])) for fields in arns]
    known = {text: parse_principal_arn(text) for text in dict.fromkeys(callers)}
    ways = [way for text, arn in known.items() if arn is not None and arn.is_one for way in _as_iam(text, role)]
    for name in statement.required_values(PRINCIPAL_SERVICE):
        ways += [] if is_devops_agent_like(name) else _as_other_service(name, statement, role)
    # Whatever source it names: only the name of the service tells that it is DevOps Agent who vouches for it.
    ways.append((ServiceCaller(service=_SOME_SERVICE), {}, True))
    yield from _each_way(principal, statement, ways)
    if any(map(statement.is_about, BY_PROVIDER)) and not any(map(statement.required, _OF_PRINCIPALS)):
        yield _signed_in(principal, statement, is_outside=True)


def _each_way(principal: Principal, statement: TrustStatement, ways: _Ways) -> Iterator[Requester]:
    for caller, context, is_outside in ways:
        for action in WAYS_IN:
            request = replace(request_of(caller, context), action=action)
            yield Requester(
                who=str(principal), request=request, is_outside=is_outside, principal=principal, statement=statement
            )


def _signed_in(principal: Principal, statement: TrustStatement, *, is_outside: bool) -> Requester:
    # The request of a provider's users is nobody's: the evaluator knows no such caller.
    return Requester(
        who=str(principal),
        request=request_of(SERVICE, {}),
        is_outside=is_outside,
        is_signed_in=True,
        principal=principal,
        statement=statement,
    )


def _signs_in_anybody(principal: Principal, statement: TrustStatement, role: Role) -> bool:
    """Tell whether a provider's users are certainly others than the own account's, and nothing says which of them.

    A SAML provider of the own account signs in whom the account's owner lets sign in; an OpenID Connect provider, whose
    issuer may serve all the world, whom a condition on the subject names. Each token has a subject:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc_secure-by-default.html
    """
    fields = principal.value.split(":", 5)
    if len(fields) > _COLONS and _is_outside(fields[4], [role.account_id]) and not is_unknown(role.account_id):
        return True
    if ":saml-provider/" in principal.value or not statement.is_about(BY_PROVIDER[1]):
        return False
    return not any(
        condition.operator is not None
        and not condition.operator.is_negated
        and not any(
            overlaps(value, subject)
            for value in filter(condition.is_pattern, condition.values)
            for subject in _SUBJECTS
        )
        for condition in statement.conditions
        if condition.key.lower().endswith(":sub")
    )


def _as_other_service(name: str, statement: TrustStatement, role: Role) -> _Ways:
    if _SERVICE_NAME.fullmatch(name) is None:
        return
    caller, own = ServiceCaller(service=name), [*role.primary_accounts, role.account_id]
    arns = [arn.split(":", 5) for arn in statement.required_values(SOURCE_ARN) if arn.count(":") >= _COLONS]
    named = [*statement.required_values(SOURCE_ACCOUNT), *(fields[4] for fields in arns)]
    for account_id in dict.fromkeys(named):
        if account_id and not has_wildcard(account_id) and _is_outside(account_id, own):
            yield caller, {"aws:SourceAccount": account_id, **_FOREIGN}, True
    theirs = [":".join([*fields[:4], STRANGER, fields[5]]) for fields in arns if has_wildcard(fields[4])]
    for arn in theirs or [f"arn:aws:s3:::{STRANGER}"]:
        yield caller, {"aws:SourceAccount": STRANGER, "aws:SourceArn": arn, **_FOREIGN}, True
    yield caller, {}, False


def _as_iam(value: str, role: Role) -> _Ways:
    own = [*role.primary_accounts, role.account_id]
    arn = parse_principal_arn(value)
    if is_wholly_unknown(value):
        yield IamCaller(arn=value), {}, False
    elif arn is not None and arn.is_caller:
        yield IamCaller(arn=value), {}, _is_outside(arn.account_id, own)
    elif arn is not None and arn.kind == "root":
        account_id, partition = arn.account_id, arn.partition or "aws"
        if _validators.is_account_id(account_id) or is_wholly_unknown(account_id):
            somebody = IamCaller(arn=f"arn:{partition}:iam::{account_id}:role/SomebodyElse")
            yield somebody, {}, _is_outside(account_id, own)


def _is_outside(account_id: str, own: Iterable[str]) -> bool:
    """Tell whether an account is certainly none of these."""
    return account_id not in own and not is_unknown(account_id)
