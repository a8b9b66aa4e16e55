"""Principals of a trust policy beside the service: the agent role of the preview, and who else gets in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from devops_agent_constructs.diagnosis.callers import as_agent_role
from devops_agent_constructs.diagnosis.difference import Difference
from devops_agent_constructs.diagnosis.expected_role import ExpectedRole
from devops_agent_constructs.diagnosis.repair import TrustRepair
from devops_agent_constructs.diagnosis.space_values import mistakes
from devops_agent_constructs.policies.principals import Principal
from devops_agent_constructs.policies.trust_document import ParsedStatement
from devops_agent_constructs.policies.wording import condition_in_words, why_not_met

_EXTERNAL_ID = "sts:externalid"
_SPACE = ":aidevops:"
# IAM shows the id of a role or user once it is gone: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
_DELETED = re.compile(r"A[A-Z]{3}[A-Z0-9]{12,}")


def is_preview_statement(principal: Principal, statement: ParsedStatement, expected: ExpectedRole) -> bool:
    """Tell whether a statement is the one of AWS's preview: a role of the primary account, with an external id."""
    values = [value for one in statement.conditions if one.key.lower() == _EXTERNAL_ID for value in one.values]
    is_role = principal.kind == "AWS" and f"::{expected.agent_space.account_id}:role/" in principal.value
    return is_role and (principal.value == expected.agent_role_arn or any(_SPACE in value for value in values))


def agent_role_differences(
    statement: ParsedStatement, expected: ExpectedRole, repair: TrustRepair, *, is_admitted: bool
) -> Iterator[Difference]:
    """Judge an Allow statement that names the agent role, which is to get in."""
    request = as_agent_role(expected.agent_role_arn or "", expected.agent_space)
    context = request.whole_context
    missed = [one for one in statement.conditions if not one.is_met(context)]
    if not missed and all(condition.is_met(request.caller.context) for condition in statement.conditions):
        what = f"the statement for {request.caller} asks for no external id"
        symptom = "none for you: every Agent Space that uses this agent role can reach the account"
        yield repair.leak("externalIdMissing", what, symptom)
    for condition in missed if not is_admitted else ():
        if condition.key.lower() == _EXTERNAL_ID:
            for mistake in mistakes(condition, expected.agent_space):
                yield repair.breaking(mistake.id, mistake.what)
        else:
            words = why_not_met(condition, context)
            yield repair.breaking("otherCondition", f"a condition that the library does not set keeps it out: {words}")


def other_principal(
    principal: Principal, statement: ParsedStatement, expected: ExpectedRole, repair: TrustRepair
) -> Difference:
    """Name somebody whom the library would not let in."""
    conditions = [condition_in_words(condition) for condition in statement.conditions]
    only_if = f", if {' and '.join(conditions)}" if conditions else ""
    if principal.kind == "AWS" and principal.value == "*":
        what = f"the trust policy has a wildcard principal: it lets in {principal}{only_if}"
        return repair.leak("wildcardPrincipal", what, _stranger("anybody whom the conditions let through"))
    if principal.kind == "AWS" and _DELETED.fullmatch(principal.value):
        what = f"the trust policy names {principal.value}, the id of a role or user that was deleted: it lets in nobody"
        if expected.generation.needs_agent_role:
            fix = "replace the trust policy; a new role of the same name is another role to IAM"
            return repair.breaking("deletedPrincipal", what, fix=fix)
        return repair.note("deletedPrincipal", what)
    what = f"the trust policy lets in {principal}{only_if}"
    return repair.leak("extraPrincipal", what, _stranger(str(principal)))


def _stranger(who: str) -> str:
    return f"none for you: {who} can do what this role may"
