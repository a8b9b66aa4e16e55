"""Tells who gets into a role: asks the evaluator of trust policies for those whom it is meant for, and for strangers.

Strangers are other Agent Spaces, and whom the policy names beside. The rules explain the answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

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
    intended,
    request_of,
)
from devops_agent_constructs.checks.finding import Place, Severity
from devops_agent_constructs.checks.role import Role
from devops_agent_constructs.checks.trust import SOURCE_ACCOUNT, SOURCE_ARN, TrustStatement, is_devops_agent_like
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policy_evaluation.assume_role import Decision, decide_by
from devops_agent_constructs.policy_evaluation.principals import IamCaller, Principal, ServiceCaller
from devops_agent_constructs.policy_evaluation.unknown import is_unknown, is_wholly_unknown

_SERVICE_NAME = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_BY_PROVIDER = ("sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity")
# SetContext is no way in by itself, but a statement that says so is not about DevOps Agent.
_WAYS_IN = ("sts:AssumeRole", "sts:SetContext")
_COLONS = 5  # Of an ARN.
# What tells an organization from others: a stranger's is not the one that a policy names.
_FOREIGN: RequestContext = {"aws:SourceOrgID": "o-0000000000", "aws:SourceOrgPaths": ["o-0000000000/r-0000/"]}
_Ways = Iterator[tuple[IamCaller | ServiceCaller, RequestContext, bool]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """Who gets into a role.

    Attributes:
        meant: For whom the role is meant, and what the trust policy says to each.
        strangers: Who else gets in, or may get in by what the request carries, and the statements by which.
        undefined: What AWS does not define; empty if nothing.
    """

    meant: tuple[tuple[Requester, Decision], ...] = ()
    strangers: tuple[tuple[Requester, tuple[Place, ...]], ...] = ()
    undefined: str = ""

    @property
    def admits_the_meant(self) -> bool:
        """Whether all for whom the role is meant may get in."""
        return not any(decision.answer.is_no for _, decision in self.meant)

    @property
    def severity_of_slip(self) -> Severity:
        """How bad it is what keeps only some out: a warning while all for whom the role is meant get in."""
        return Severity.WARNING if self.meant and self.admits_the_meant else Severity.ERROR

    def severity(self, place: Place) -> Severity | None:
        """Return how bad it is whom DevOps Agent brings in by a statement; None: nobody else."""
        callers = [caller for caller, places in self.strangers if place in places and caller.is_the_service]
        is_outside = [caller.is_outside for caller in callers]
        return None if not is_outside else Severity.ERROR if any(is_outside) else Severity.WARNING


def judge(role: Role) -> Verdict:
    """Put everybody to the trust policy; nobody, if a part of it is not known or IAM would refuse it."""
    if not role.trust.is_judgeable:
        return Verdict()
    try:
        meant = [(caller, decide_by(role.trust.statements, caller.request)) for caller in intended(role)]
        others = [(caller, _places(role, caller)) for caller in strangers(role)]
    except OnboardingInputError as error:
        return Verdict(undefined=str(error))
    return Verdict(meant=tuple(meant), strangers=tuple((caller, places) for caller, places in others if places))


def _places(role: Role, caller: Requester) -> tuple[Place, ...]:
    """Return the statements by which somebody gets in, under some value of what is not known of the request."""
    if caller.principal is not None and caller.principal.kind == "Federated":
        return () if caller.statement is None else (caller.statement.place,)
    results = decide_by(role.trust.statements, replace(caller.request, texts_differ=True)).statements
    if any(result.answer.is_yes for result in results if not result.is_allow):
        return ()
    pairs = zip(role.trust.statements, results, strict=True)
    places = (statement.place for statement, result in pairs if result.is_allow and not result.answer.is_no)
    return tuple(place for place in places if caller.statement is None or place == caller.statement.place)


def strangers(role: Role) -> Iterator[Requester]:
    """Return everybody else who might get in: other Agent Spaces, and whom the policy names beside."""
    yield from _other_spaces(role)
    yield from _agent_roles_without(role)
    chained = {(statement.place, principal) for statement, principal in role.chained_statements}
    for statement in role.trust.allowed:
        for principal in statement.principals:
            # What is nearly the service's name is no service: `wrongServicePrincipal` says so.
            is_like_ours = principal.kind == "Service" and is_devops_agent_like(principal.value)
            is_known = principal.value in {"*", role.agent_role_arn} or is_like_ours
            if not is_known and (statement.place, principal) not in chained:
                yield from _named(principal, statement, role)


def _other_spaces(role: Role) -> Iterator[Requester]:
    """Return how DevOps Agent asks for others than the role is meant for; nothing says that it always names both."""
    accounts = role.primary_accounts
    known = [account_id for account_id in accounts if not has_wildcard(account_id)]
    for who, source in dict.fromkeys([*_of_same_accounts(role), *_beside(role), *_of_patterns(role)]):
        is_outside = _is_outside(source.account_id, known)
        foreign: RequestContext = _FOREIGN if is_outside else {}
        for named in ({}, {"aws:SourceAccount": ()}, {"aws:SourceArn": ()}):
            yield Requester(who=who, request=as_service(source, {**foreign, **named}), is_outside=is_outside)
    request = request_of(SERVICE, {"aws:SourceAccount": (), "aws:SourceArn": (), **_FOREIGN})
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
    # The request of a provider's users is nobody's: the evaluator knows no such caller.
    named = Requester(who=str(principal), request=request_of(SERVICE, {}), principal=principal, statement=statement)
    if principal.kind == "Federated":
        is_outside = not any(condition.key.lower().endswith(":sub") for condition in statement.conditions)
        if any(map(statement.is_about, _BY_PROVIDER)):
            yield replace(named, is_outside=is_outside)
        return
    is_service = principal.kind == "Service"
    ways = _as_other_service(principal.value, statement, role) if is_service else _as_iam(principal.value, role)
    for caller, context, is_outside in ways:
        for action in _WAYS_IN:
            yield replace(named, request=replace(request_of(caller, context), action=action), is_outside=is_outside)


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
