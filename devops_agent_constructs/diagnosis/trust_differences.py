"""What differs between a trust policy and the one that the library would write."""

from __future__ import annotations

import re
from collections.abc import Iterator

from devops_agent_constructs import service
from devops_agent_constructs.diagnosis.callers import intended
from devops_agent_constructs.diagnosis.difference import Difference
from devops_agent_constructs.diagnosis.expected_role import ExpectedRole
from devops_agent_constructs.diagnosis.live_role import LiveRole
from devops_agent_constructs.diagnosis.principal_differences import (
    agent_role_differences,
    is_preview_statement,
    other_principal,
)
from devops_agent_constructs.diagnosis.repair import TrustRepair
from devops_agent_constructs.diagnosis.source_differences import service_differences
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.policies.assume_role import Decision, decide
from devops_agent_constructs.policies.principals import Principal, ServiceCaller
from devops_agent_constructs.policies.trust_document import ParsedStatement, parse_trust_policy

_WAYS_IN = ("sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity")
# Names that people take for the service's own; `devopsagent` was seen in the field, `aiops` is CloudWatch's.
_LIKE_THE_SERVICE = re.compile(r"(ai-?)?(dev)?-?ops(-?agent)?[.a-z0-9-]*\.amazonaws\.com(\.cn)?")


def trust_differences(live: LiveRole, expected: ExpectedRole) -> list[Difference]:
    """Compare the trust policy of a role with the one that the library would write.

    What is written differently but has the same effect is no difference.
    """
    repair = TrustRepair(expected=expected, role_arn=live.arn)
    try:
        statements = parse_trust_policy(live.trust_policy)
        decisions = [decide(live.trust_policy, request) for request in intended(expected)]
        found = list(_found(statements, decisions, expected, repair))
    except OnboardingInputError as error:
        return [repair.breaking("trustPolicyNotUnderstood", f"the trust policy cannot be evaluated: {error}")]
    return found + list(_unexplained(decisions, found, repair))


def _found(
    statements: list[ParsedStatement], decisions: list[Decision], expected: ExpectedRole, repair: TrustRepair
) -> Iterator[Difference]:
    is_admitted = all(decision.is_allowed for decision in decisions)
    for statement in statements:
        if not any(map(statement.is_about, _WAYS_IN)):
            continue
        if not statement.is_allow:
            yield from _denial(statement, decisions, repair)
            continue
        for principal in statement.principals:
            yield from _of_principal(principal, statement, expected, repair, is_admitted=is_admitted)


def _of_principal(
    principal: Principal, statement: ParsedStatement, expected: ExpectedRole, repair: TrustRepair, *, is_admitted: bool
) -> Iterator[Difference]:
    is_service = principal.kind == "Service"
    if is_service and principal.value == service.SERVICE_PRINCIPAL:
        if expected.generation is Generation.PREVIEW:
            what = "the trust policy lets the service itself in, which the set-up of the preview does not"
            yield repair.note("laterTrust", f"{what}; compare with --generation ga or transition")
        else:
            yield from service_differences(statement, expected, repair, is_admitted=is_admitted)
    elif is_service and _LIKE_THE_SERVICE.fullmatch(principal.value):
        what = f"the trust policy names {principal}, but AWS DevOps Agent is service {service.SERVICE_PRINCIPAL}"
        yield repair.breaking("wrongServicePrincipal", what)
    elif expected.generation.needs_agent_role and principal.value == expected.agent_role_arn:
        yield from agent_role_differences(statement, expected, repair, is_admitted=is_admitted)
    elif is_preview_statement(principal, statement, expected):
        yield _preview_trust(principal, expected, repair, is_admitted=is_admitted)
    else:
        yield other_principal(principal, statement, expected, repair)


def _preview_trust(
    principal: Principal, expected: ExpectedRole, repair: TrustRepair, *, is_admitted: bool
) -> Difference:
    what = f"the trust policy lets in {principal} with an external id, as AWS's preview did before 2026-03-30"
    if expected.generation is not Generation.GA:
        return repair.leak("otherAgentRole", f"{what}; the agent role is {expected.agent_role_arn}", _LEFTOVER)
    if is_admitted:
        return repair.leak("previewTrust", f"{what}; the service itself is let in already", _LEFTOVER)
    fix = "migrate (devops-agent-accounts migrate prints the steps without an outage), or replace the trust policy"
    return repair.breaking("previewTrust", f"{what}, and not the service itself", fix=fix)


_LEFTOVER = "none: a grant is left over, and who can act as that role can assume this one"


def _denial(statement: ParsedStatement, decisions: list[Decision], repair: TrustRepair) -> Iterator[Difference]:
    denied = [
        decision
        for decision in decisions
        for result in decision.statements
        if result.name == statement.name and result.is_applied and not result.is_allow
    ]
    for decision in denied:
        yield repair.breaking("denied", f"the trust policy denies it: {decision.why}")
    if not denied:
        who = " and ".join(map(str, statement.principals))
        what = f"{statement.name} denies {who}; as far as can be told, it does not concern the Agent Space"
        yield repair.note("otherDeny", what)


def _unexplained(decisions: list[Decision], found: list[Difference], repair: TrustRepair) -> Iterator[Difference]:
    if any(difference.keeps_agent_out for difference in found):
        return
    for decision in decisions:
        if not decision.is_allowed:
            who = decision.request.caller
            is_service = isinstance(who, ServiceCaller)
            difference_id = "agentKeptOut" if is_service else "agentRoleKeptOut"
            yield repair.breaking(difference_id, f"the trust policy does not let in {who}: {decision.why}")
