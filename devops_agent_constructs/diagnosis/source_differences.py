"""For whom a trust policy lets the service in: the right Agent Space, others as well, or anybody's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.diagnosis.callers import SERVICE, as_service, neighbour, source, stranger
from devops_agent_constructs.diagnosis.difference import Difference
from devops_agent_constructs.diagnosis.expected_role import ExpectedRole
from devops_agent_constructs.diagnosis.repair import TrustRepair
from devops_agent_constructs.diagnosis.space_values import mistakes
from devops_agent_constructs.policies.conditions import Condition
from devops_agent_constructs.policies.patterns import Context
from devops_agent_constructs.policies.trust_document import ParsedStatement
from devops_agent_constructs.policies.wording import why_not_met

_ACCOUNT, _ARN = "aws:sourceaccount", "aws:sourcearn"
_SOURCE_KEYS = {_ACCOUNT, _ARN, "aws:sourceorgid", "aws:sourceorgpaths"}
# One of them, without wildcards.
_SPACE = re.compile(r"arn:[^:*?]+:aidevops:[^:*?]+:([0-9]{12}):agentspace/[^*?]+")


def service_differences(
    statement: ParsedStatement, expected: ExpectedRole, repair: TrustRepair, *, is_admitted: bool
) -> Iterator[Difference]:
    """Judge an Allow statement that names the service.

    Args:
        statement: It is about sts:AssumeRole.
        expected: The role that it should be.
        repair: Makes the differences.
        is_admitted: Whether the policy as a whole lets the Agent Space in.
    """
    context = as_service(expected.agent_space).whole_context
    missed = [one for one in statement.conditions if not one.is_met(context)]
    if not missed:
        yield from _too_wide(statement, expected, repair)
    elif is_admitted:
        yield from _others(statement, expected, repair)
    else:
        for condition in missed:
            yield from _missed(condition, statement, expected, repair, context)


def _missed(
    condition: Condition,
    statement: ParsedStatement,
    expected: ExpectedRole,
    repair: TrustRepair,
    context: Context,
) -> Iterator[Difference]:
    key, space = condition.key.lower(), expected.agent_space
    is_plain = condition.operator is not None and not condition.operator.is_negated
    if key == _ARN:
        for mistake in mistakes(condition, space):
            yield repair.breaking(mistake.id, mistake.what)
    elif key == _ACCOUNT and is_plain:
        named = " or ".join(condition.values)
        if expected.account.account_id in condition.values:
            what = (
                f"aws:SourceAccount names the role's own account, {named}; it is the account of the Agent Space that "
                f"belongs there, {space.account_id}"
            )
            yield repair.breaking("sourceAccountIsOwnAccount", what)
        else:
            what = f"aws:SourceAccount names account {named}, but the Agent Space is in {space.account_id}"
            yield repair.breaking("wrongSourceAccount", what)
    elif key == "sts:externalid" and not _keys(statement) & _SOURCE_KEYS:
        what = (
            "the statement for the service has sts:ExternalId alone, which belongs to the set-up of "
            "the preview; the service names the Agent Space in aws:SourceArn and its account in aws:SourceAccount"
        )
        yield repair.breaking("externalIdOnly", what)
    else:
        words = why_not_met(condition, context)
        yield repair.breaking("otherCondition", f"a condition that the library does not set keeps it out: {words}")


def _too_wide(statement: ParsedStatement, expected: ExpectedRole, repair: TrustRepair) -> Iterator[Difference]:
    space, keys = expected.agent_space, _keys(statement)
    if _admits(statement, stranger(space)) or _admits(statement, {}):
        what = (
            "the trust policy lets the service in for any source: there is no condition that only this Agent Space "
            "meets, on aws:SourceAccount and aws:SourceArn"
        )
        symptom = "none for you: any AWS account's Agent Space can assume the role (a confused deputy)"
        yield repair.leak("anyoneCanAssume", what, symptom)
    elif not space.is_any_in_account and (wider := _wider_than(space, statement)):
        what = f"{wider}: other Agent Spaces of account {space.account_id} can assume the role, not this one only"
        yield repair.note("anyAgentSpaceOfAccount", what)
    elif _ACCOUNT not in keys:
        what = "there is no condition on aws:SourceAccount; the ARN in aws:SourceArn has the account too"
        yield repair.note("sourceAccountMissing", what)
    yield from _others(statement, expected, repair)


def _wider_than(space: AgentSpaceArn, statement: ParsedStatement) -> str:
    """Say what admits other Agent Spaces of the primary account; empty: nothing."""
    patterns = [value for value in _values(statement, _ARN) if "*" in value or "?" in value]
    if patterns:
        return f"there is a wildcard in aws:SourceArn, {' and '.join(patterns)}"
    return "there is no condition on aws:SourceArn" if _admits(statement, neighbour(space)) else ""


def _others(statement: ParsedStatement, expected: ExpectedRole, repair: TrustRepair) -> Iterator[Difference]:
    """Name those who are let in by name beside the right Agent Space."""
    space = expected.agent_space
    for account_id in _values(statement, _ACCOUNT):
        arn = neighbour(space)["aws:SourceArn"].replace(space.account_id, account_id)
        if account_id != space.account_id and _admits(statement, source(account_id, arn)):
            what = f"the service is let in for every Agent Space of account {account_id}, too"
            yield repair.leak("otherAccountToo", what, _investigated_by(account_id))
    for arn in _values(statement, _ARN):
        match = _SPACE.fullmatch(arn)
        if match is None or arn == space.arn or not _admits(statement, source(match[1], arn)):
            continue
        what = f"another Agent Space is let in, too: {arn}"
        if match[1] == space.account_id:
            yield repair.note("otherAgentSpaceToo", what)
        else:
            yield repair.leak("otherAgentSpaceToo", what, _investigated_by(match[1]))


def _investigated_by(account_id: str) -> str:
    return f"none for you: account {account_id} can investigate this account as well"


def _values(statement: ParsedStatement, key: str) -> list[str]:
    return [value for condition in statement.conditions if condition.key.lower() == key for value in condition.values]


def _admits(statement: ParsedStatement, of: Mapping[str, str]) -> bool:
    context = {**SERVICE.context, **{key.lower(): value for key, value in of.items()}}
    return all(condition.is_met(context) for condition in statement.conditions)


def _keys(statement: ParsedStatement) -> set[str]:
    return {condition.key.lower() for condition in statement.conditions}
