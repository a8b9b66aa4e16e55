"""Lists how DevOps Agent asks for others than those that a role is meant for, and what the policy's patterns admit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

from devops_agent_constructs import service
from devops_agent_constructs._source_arn import OTHER_ID, SourceArn, has_wildcard, some_space, sources_like
from devops_agent_constructs.checks.callers import (
    ANY_ACCOUNT,
    SERVICE,
    STRANGER,
    RequestContext,
    Requester,
    accounts_like,
    as_agent_role,
    as_service,
    is_of_others,
    request_of,
)
from devops_agent_constructs.checks.role import Role
from devops_agent_constructs.checks.trust import SOURCE_ARN


def other_spaces(role: Role) -> Iterator[Requester]:
    """Return how DevOps Agent asks for others than the role is meant for; nothing says that it always names both."""
    accounts = role.primary_accounts
    known = [account_id for account_id in accounts if not has_wildcard(account_id)]
    for who, source in dict.fromkeys([*_of_same_accounts(role), *_beside(role), *_of_patterns(role)]):
        unnamed: tuple[RequestContext, ...] = ({}, {"aws:SourceAccount": ()}, {"aws:SourceArn": ()})
        for context in unnamed:
            yield Requester(
                who=who, request=as_service(source, context), is_outside=is_of_others(source.account_id, known)
            )
    request = request_of(SERVICE, {"aws:SourceAccount": (), "aws:SourceArn": ()})
    yield Requester(who="DevOps Agent without saying for whom", request=request, is_outside=True)
    for arn in role.agent_role_arns if role.agent_role_arn is None else [role.agent_role_arn]:
        yield Requester(who=f"{arn}, without an external id", request=as_agent_role(arn, None))
        yield Requester(who=f"{arn}, with any external id", request=as_agent_role(arn, some_space(STRANGER).arn))


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
    """Return what the patterns of the policy admit of other accounts."""
    patterns = dict.fromkeys(role.trust.pinned(SOURCE_ARN))
    # What is kept out says nothing of whom that leaves.
    if any(
        condition.key.lower() == SOURCE_ARN and condition.is_positive is not statement.is_allow
        for statement in role.trust.statements
        for condition in statement.conditions
    ):
        patterns["*"] = None
    accounts = (*ANY_ACCOUNT, *(places for value in role.pinned_accounts for places in accounts_like(value)))
    # An account that a prefix names is the one that is meant, if nothing else says which.
    known = [account_id for account_id in role.primary_accounts if not has_wildcard(account_id)]
    own = {role.account_id, *(known or re.findall("[0-9]{12}", " ".join(patterns)))}
    for value, account_id in product(patterns, accounts):
        for source in sources_like(value, account_id, patterns):
            if source.account_id not in own:
                yield f"Agent Spaces like {value}", source
