"""Judges whom a trust policy names: a service that is not DevOps Agent, everybody, a whole account."""

from __future__ import annotations

from collections.abc import Iterator

from devops_agent_constructs import service
from devops_agent_constructs._role_arn import parse_principal_arn
from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.role import Purpose, Role
from devops_agent_constructs.checks.rule import CLI_GUIDE, IAM_GUIDE, Rule
from devops_agent_constructs.checks.strangers import BY_PROVIDER, PRINCIPAL_ARN, WAYS_IN
from devops_agent_constructs.checks.trust import EXTERNAL_ID, is_devops_agent_like
from devops_agent_constructs.checks.verdict import Verdict
from devops_agent_constructs.policy_evaluation.principals import Principal
from devops_agent_constructs.policy_evaluation.unknown import is_unknown, shown

_OWN_PEOPLE = (
    "keep it if they are meant, such as administrators, and say which: name their roles, or require "
    "'aws:PrincipalArn'; DevOps Agent needs the statement for the service alone"
)


@Rule(
    id="wrongServicePrincipal",
    milder="the Agent Space gets in all the same",
    what="another service principal than `aidevops.amazonaws.com`",
    reason="DevOps Agent cannot assume the role",
    source=CLI_GUIDE,
    fix="write 'Principal': {'Service': 'aidevops.amazonaws.com'}",
).of_judged_roles
def wrong_service_principal(role: Role, verdict: Verdict) -> Iterator[Problem]:
    """Find names that are nearly the service's, and roles that let nobody of DevOps Agent in."""
    trust, ours = role.trust, service.SERVICE_PRINCIPAL
    misspelt = [
        (statement.place.at("Principal"), principal.value)
        for statement in trust.statements
        for principal in statement.principals
        if principal.kind == "Service" and principal.value != ours and is_devops_agent_like(principal.value)
    ]
    for place, name in misspelt:
        message = f"{name!r} is no service of AWS; DevOps Agent calls as {ours!r}"
        yield Problem(place, message, verdict.severity_of_slip)
    principals = [principal for statement in trust.allowed for principal in statement.principals]
    # A role that reads may trust the agent role instead, as before general availability.
    may_chain = role.purpose is Purpose.READ and any(principal.kind == "AWS" for principal in principals)
    is_open = any(principal.value in {"*", ours} or is_unknown(principal.value) for principal in principals)
    if trust.is_judgeable and not (misspelt or may_chain or is_open):
        named = ", ".join(sorted(shown(str(principal)) for principal in principals))
        place = next((statement.place.at("Principal") for statement in trust.allowed), trust.place)
        yield Problem(place, f"the role lets {named or 'nobody'} in, but not {ours}")


@Rule(
    id="wildcardPrincipal",
    milder="its conditions keep other accounts out",
    what="`*` as the principal of a trust policy",
    reason="only conditions keep the world out",
    source=IAM_GUIDE + "reference_policies_elements_principal.html#principal-anonymous",
    fix="write 'Principal': {'Service': 'aidevops.amazonaws.com'}",
).of_judged_roles
def wildcard_principal(role: Role, verdict: Verdict) -> Iterator[Problem]:
    """Find statements that name everybody."""
    everybody = Principal(kind="AWS", value="*")
    for statement in role.trust.allowed:
        if statement.is_for_everybody and any(map(statement.is_about, WAYS_IN + BY_PROVIDER)):
            message = "Principal '*' is everybody in every AWS account, and every AWS service"
            callers = [caller for caller, places in verdict.strangers if statement.place in places]
            by_star = [caller for caller in callers if caller.principal == everybody or caller.is_the_service]
            severity = verdict.severity_of(by_star) or Severity.WARNING
            severity = Severity.ERROR if role.trust.refused or verdict.undefined else severity
            but = "; its conditions or a Deny keep strangers out" if severity is Severity.WARNING else ""
            yield Problem(statement.place.at("Principal"), f"{message}{but}", severity)


@Rule(
    id="accountPrincipal",
    milder="it is the role's own account, or the primary account with the Agent Space's ARN as `sts:ExternalId`",
    what="an account's root as principal, without `sts:ExternalId`",
    reason="whoever may call sts:AssumeRole there gets in",
    source=IAM_GUIDE + "id_roles_common-scenarios_third-party.html",
    fix=(
        "let the service in instead ('Service': 'aidevops.amazonaws.com', with its two conditions), or name the agent "
        "role and require 'sts:ExternalId' to be the ARN of the Agent Space"
    ),
).of_judged_roles
def account_principal(role: Role, verdict: Verdict) -> Iterator[Problem]:
    """Find whole accounts that get in without an external id."""
    admitted = {(caller.principal, place) for caller, places in verdict.strangers for place in places}
    chained = {(principal, statement.place) for statement, principal in role.chained_statements}
    has_deny = not role.trust.refused and not all(statement.is_allow for statement in role.trust.statements)
    # Tags alone let nobody in.
    lets_in = [statement for statement in role.trust.allowed if any(map(statement.is_about, WAYS_IN))]
    for statement in lets_in:
        for principal in statement.principals:
            account = parse_principal_arn(principal.value) if principal.kind == "AWS" else None
            is_chained = (principal, statement.place) in chained
            has_external_id = statement.required(EXTERNAL_ID) and not is_chained
            is_denied = has_deny and not is_chained and (principal, statement.place) not in admitted
            if account is None or account.kind != "root" or has_external_id or is_denied:
                continue
            without = "with the external id" if is_chained else "without an external id"
            is_own = account.account_id == role.account_id
            who = "every role and user of that account"
            who += " that aws:PrincipalArn admits" if statement.required(PRINCIPAL_ARN) else ""
            yield Problem(
                statement.place.at("Principal"),
                f"{shown(principal.value)!r} is {who}, {without}",
                Severity.WARNING if is_chained or is_own or verdict.may_be_denied else Severity.ERROR,
                _OWN_PEOPLE if is_own else "",
            )
