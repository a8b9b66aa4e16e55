"""Lists who might get into a role beside those it is meant for: other Agent Spaces, and whom its policy names."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, product

from devops_agent_constructs import _validators
from devops_agent_constructs._role_arn import parse_principal_arn
from devops_agent_constructs._source_arn import has_wildcard, some_space
from devops_agent_constructs.checks.callers import (
    ANY_ACCOUNT,
    SERVICE,
    STRANGER,
    RequestContext,
    Requester,
    is_of_others,
    request_of,
)
from devops_agent_constructs.checks.other_spaces import other_spaces
from devops_agent_constructs.checks.role import Role
from devops_agent_constructs.checks.trust import SOURCE_ACCOUNT, SOURCE_ARN, TrustStatement, is_devops_agent_like
from devops_agent_constructs.policy_evaluation.conditions import Condition
from devops_agent_constructs.policy_evaluation.principals import IamCaller, Principal, ServiceCaller
from devops_agent_constructs.policy_evaluation.unknown import is_unknown, is_wholly_unknown
from devops_agent_constructs.policy_evaluation.wildcards import overlaps, texts_like

_OF_A_NAME = "x" + string.ascii_letters + string.digits + "+=,.@_-/"
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
_GITHUB = "token.actions.githubusercontent.com"
# They sign in everybody's people, and a subject or claim begins with whose they are: `repo:<owner>/`, `owner:<team>:`,
# `<owner>/`. Where it is a number alone, as Google's, no pattern names one of them.
_SHARED = {_GITHUB, "gitlab.com", "app.terraform.io", "agent.buildkite.com", "oidc.vercel.com", "accounts.google.com"}
_TENANT, _OWNER = re.compile("[^*?:]+:[^*?:/]+[:/]"), re.compile("[^*?/]+/")
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
_GITHUB_CLAIMS = {
    *("actor", "actor_id", "enterprise_id", "job_workflow_ref"),
    *("repository", "repository_id", "repository_owner_id"),
}
# What tells an organization from others: that of another service's stranger is not the one that a policy names. For
# Agent Spaces it does not count: most accounts of an organization have nothing to do with the role either.
_FOREIGN: RequestContext = {"aws:SourceOrgID": "o-0000000000", "aws:SourceOrgPaths": ["o-0000000000/r-0000/"]}
# Who asks, with which keys, and whether it is somebody outside.
_Ways = Iterable[tuple[IamCaller | ServiceCaller, RequestContext, bool]]


def strangers(role: Role) -> Iterator[Requester]:
    """Return everybody else who might get in: other Agent Spaces, and whom the policy names beside."""
    yield from other_spaces(role)
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


def _named(principal: Principal, statement: TrustStatement, role: Role) -> Iterator[Requester]:
    """Return how somebody asks whom a statement names beside those for whom the role is meant."""
    if principal.kind == "Federated":
        if any(map(statement.is_about, BY_PROVIDER)):
            is_outside = _signs_in_anybody(principal, statement, role)
            who = str(principal)
            keys = {condition.key.lower() for condition in statement.conditions}
            if not is_outside and principal.value.endswith(_GITHUB) and f"{_GITHUB}:sub" not in keys:
                # A public report of 2026; AWS's page on shared providers says that IAM refuses such a policy.
                who += f", if AWS takes it without a condition on {_GITHUB}:sub"
            yield replace(_signed_in(principal, statement, is_outside=is_outside), who=who)
        return
    is_service = principal.kind == "Service"
    ways = _as_other_service(principal.value, statement, role) if is_service else _as_iam(principal.value, role)
    yield from _each_way(principal, statement, ways)


def _everybody(principal: Principal, statement: TrustStatement, role: Role) -> Iterator[Requester]:
    """Return how others ask whom a statement for everybody lets in: roles, services, people of providers."""
    named = [some_space(value).one().account_id for value in statement.required_values(PRINCIPAL_ACCOUNT)]
    kinds = product((STRANGER, *named), ("role", "user"))
    callers = [f"arn:aws:iam::{account_id}:{kind}/SomebodyElse" for account_id, kind in kinds]
    for pattern in statement.required_values(PRINCIPAL_ARN):
        for account_id in (*ANY_ACCOUNT, *named):
            callers += _principals_like(pattern, account_id)
    ways = [way for text in dict.fromkeys(callers) for way in _as_iam(text, role)]
    for name in statement.required_values(PRINCIPAL_SERVICE):
        ways += [] if is_devops_agent_like(name) else _as_other_service(name, statement, role)
    # Whatever source it names: only the name of the service tells that it is DevOps Agent who vouches for it.
    ways.append((ServiceCaller(service=_SOME_SERVICE), {}, True))
    yield from _each_way(principal, statement, ways)
    if any(map(statement.is_about, BY_PROVIDER)) and not any(map(statement.required, _OF_PRINCIPALS)):
        yield _signed_in(principal, statement, is_outside=True)


def _principals_like(pattern: str, account_id: Sequence[str]) -> Iterator[str]:
    """Return a role and a user whose ARN a pattern admits, of an account with these digits in its twelve places."""
    partition = [*pattern.split(":"), ""][1]
    aws = partition if partition.startswith("aws-") or is_unknown(partition) else "aws"
    for kind in ("role", "user"):
        places = [*f"arn:{aws}:iam::", *account_id, *f":{kind}/", _OF_A_NAME]
        yield from islice(texts_like(pattern, places, more=_OF_A_NAME, at_most=len(pattern)), 1)


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
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
    """
    fields = principal.value.split(":", 5)
    if len(fields) > _COLONS and is_of_others(fields[4], [role.account_id]) and not is_unknown(role.account_id):
        return True
    if ":saml-provider/" in principal.value or not statement.is_about(BY_PROVIDER[1]):
        return False
    issuer = principal.value.partition(":oidc-provider/")[2]
    return not any(_names_tenant(condition, statement, issuer) for condition in statement.conditions)


def _names_tenant(condition: Condition, statement: TrustStatement, issuer: str) -> bool:
    """Tell whether a condition on a claim leaves out who is somebody else's at a provider for all the world."""
    claim = condition.key.lower().rpartition(":")[2]
    is_claim = issuer == _GITHUB and claim in _GITHUB_CLAIMS and condition.is_required
    if not condition.is_positive or not (claim == "sub" or is_claim):
        return False
    # In AWS's list, Vercel's tenant is in the audience.
    is_shared = issuer in _SHARED and not (issuer == "oidc.vercel.com" and statement.required(f"{issuer}:aud"))
    tenant = _TENANT if claim == "sub" else _OWNER
    return not any(
        any(overlaps(value, subject) for subject in _SUBJECTS) or (is_shared and tenant.match(value) is None)
        for value in filter(condition.is_pattern, condition.values)
    )


def _as_other_service(name: str, statement: TrustStatement, role: Role) -> _Ways:
    if _SERVICE_NAME.fullmatch(name) is None:
        return
    caller, own = ServiceCaller(service=name), [*role.primary_accounts, role.account_id]
    # Under StringLike the last wildcard of a short pattern stands for the fields that are missing.
    arns = [[*arn.split(":", 5), *"*****"][:6] for arn in statement.required_values(SOURCE_ARN)]
    named = dict.fromkeys([*statement.required_values(SOURCE_ACCOUNT), *(fields[4] for fields in arns)])
    for account_id in named:
        if account_id and not has_wildcard(account_id) and is_of_others(account_id, own):
            yield caller, {"aws:SourceAccount": account_id, **_FOREIGN}, True
    patterns = filter(has_wildcard, named)
    accounts = [text for pattern, digits in product(patterns, ANY_ACCOUNT) for text in texts_like(pattern, digits)]
    for account_id in dict.fromkeys([STRANGER, *accounts]):
        theirs = [":".join([*fields[:4], account_id, fields[5]]) for fields in arns if has_wildcard(fields[4])]
        for arn in theirs or [f"arn:aws:s3:::{account_id}"]:
            yield (
                caller,
                {"aws:SourceAccount": account_id, "aws:SourceArn": arn, **_FOREIGN},
                is_of_others(account_id, own),
            )
    yield caller, {}, False


def _as_iam(value: str, role: Role) -> _Ways:
    own = [*role.primary_accounts, role.account_id]
    arn = parse_principal_arn(value)
    if is_wholly_unknown(value):
        yield IamCaller(arn=value), {}, False
    elif arn is not None and arn.is_caller:
        yield IamCaller(arn=value), {}, is_of_others(arn.account_id, own)
    elif arn is not None and arn.kind == "root":
        account_id, partition = arn.account_id, arn.partition or "aws"
        if _validators.is_account_id(account_id) or is_wholly_unknown(account_id):
            somebody = IamCaller(arn=f"arn:{partition}:iam::{account_id}:role/SomebodyElse")
            yield somebody, {}, is_of_others(account_id, own)
