"""`agentSpaceRefused`: the Agent Space that is meant does not get in, found by asking the trust policy."""

from __future__ import annotations

from collections.abc import Iterator

from devops_agent_constructs.checks.callers import Caller, sources
from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.resources import Resources
from devops_agent_constructs.checks.role import Role
from devops_agent_constructs.checks.rule import Rule
from devops_agent_constructs.checks.rules import (
    pattern_under_plain_operator,
    wrong_service_principal,
    wrong_source_account,
)
from devops_agent_constructs.checks.source import parse_source
from devops_agent_constructs.checks.trust import EXTERNAL_ID, SOURCE_ARN
from devops_agent_constructs.policy_evaluation.assume_role import Decision
from devops_agent_constructs.policy_evaluation.unknown import is_unknown, shown

# What they say of a role is not said again.
_SPECIFIC = (pattern_under_plain_operator.RULE, wrong_service_principal.RULE, wrong_source_account.RULE)


def _check(resources: Resources) -> Iterator[Problem]:
    explained = [one.place for rule in _SPECIFIC for one in rule.findings(resources) if one.severity is Severity.ERROR]
    for role, verdict in resources.judged:
        if any(place.is_within(role.trust.place) for place in explained):
            continue
        yield from _of_nobody(role)
        for caller, decision in verdict.meant:
            if decision.answer.is_no:
                why = _slips(role, caller) or _why(decision)
                yield Problem(place=role.trust.place, message=shown(f"{caller.who} does not get in: {why}"))


def _slips(role: Role, caller: Caller) -> str:
    """Name the parts of an ARN that are others than the Agent Space's, if that is all."""
    key, name = (SOURCE_ARN, "aws:SourceArn") if caller.is_the_service else (EXTERNAL_ID, "sts:ExternalId")
    values = [value for statement in role.trust.allowed for value in statement.required_values(key)]
    source, meant = parse_source(values[0]) if len(values) == 1 else None, sources(role)
    words = meant[0].unlike(source) if source is not None and len(meant) == 1 else ""
    return f"{name} names {words}" if words else ""


def _of_nobody(role: Role) -> Iterator[Problem]:
    """Name a source that no Agent Space and no registered service is."""
    for statement in role.trust.allowed if not role.agent_spaces else ():
        for condition in statement.required(SOURCE_ARN) if statement.is_for_service else ():
            known = [value for value in condition.values if not is_unknown(value) and not condition.is_pattern(value)]
            if len(known) == len(condition.values) and not any(map(parse_source, known)):
                message = f"no Agent Space has the ARN {known[0]!r} that {condition.key} asks for"
                yield Problem(place=statement.place.at("Condition"), message=message)


def _why(decision: Decision) -> str:
    miss = decision.nearest_miss
    is_denied = any(one.is_applied for one in decision.statements)
    return decision.why if miss is None or is_denied else "; ".join(miss.reasons)


RULE = Rule(
    id="agentSpaceRefused",
    severity=Severity.ERROR,
    what="the Agent Space that the role is meant for does not get in",
    why=(
        "the association turns invalid. Which space is meant, an association of the app says, or the trust policy "
        "itself: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html"
    ),
    fix=(
        "write the account and the ARN of the Agent Space as its page shows them, Region included; a Deny or another "
        "condition that keeps it out may be meant, so look at it first"
    ),
    check=_check,
)
