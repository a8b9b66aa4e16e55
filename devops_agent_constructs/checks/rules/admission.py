"""Judges who gets in by asking the trust policy itself, where no rule on its text has said why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from devops_agent_constructs._source_arn import parse_source
from devops_agent_constructs.checks.callers import Requester
from devops_agent_constructs.checks.finding import Place, Problem, Severity
from devops_agent_constructs.checks.role import Purpose, Role
from devops_agent_constructs.checks.rule import IAM_GUIDE, Resources, Rule
from devops_agent_constructs.checks.rules import conditions, principals
from devops_agent_constructs.checks.rules.conditions import UNLESS_DENIED, names_source
from devops_agent_constructs.checks.trust import EXTERNAL_ID, SOURCE_ARN
from devops_agent_constructs.checks.verdict import Verdict
from devops_agent_constructs.policy_evaluation.unknown import is_unknown, shown

# What they say of a statement is not said again: by whom others get in, and why the Agent Space does not.
_LET_OTHERS_IN = (
    conditions.any_agent_space,
    conditions.missing_source_account,
    conditions.missing_source_arn,
    principals.wildcard_principal,
    conditions.wildcard_source_arn,
    conditions.wrong_source_account,
)
_REFUSED_STAR = "2020: https://github.com/aws/aws-cdk/pull/5746"
_KEEP_SPACE_OUT = (
    conditions.pattern_under_plain_operator,
    principals.wrong_service_principal,
    conditions.wrong_source_account,
)


@Rule(
    id="othersAdmitted",
    milder="they are of the Agent Space's or the role's own account",
    what="others than the intended Agent Space get in: other spaces, services, roles or users",
    reason="the trust policy was evaluated as IAM does, so it does not matter how it is written",
    source=IAM_GUIDE + "reference_policies_evaluation-logic.html",
    fix=(
        "let each of them in only if it is meant; a role of its own for each is easier to confine, and DevOps Agent "
        "needs one Agent Space alone ('aws:SourceAccount' and 'aws:SourceArn')"
    ),
).of_resources
def others_admitted(resources: Resources) -> Iterator[Problem]:
    """Find who else gets in."""
    misspelt = {finding.place.above for finding in resources.found_by(principals.wrong_service_principal)}
    findings = resources.found_by(*_LET_OTHERS_IN)
    explained = {place for finding in findings for place in (finding.place, finding.place.above)}
    for _, verdict in resources.judged:
        by_place = defaultdict[Place, list[Requester]](list)
        for caller, places in verdict.strangers:
            kind, name = (caller.principal.kind, caller.principal.value) if caller.principal else ("", "*")
            is_by_star = name == "*" or caller.is_the_service
            left_out = explained if is_by_star else misspelt if kind == "Service" else set[Place]()
            for place in () if _is_whole_account(caller) else places:
                if place not in left_out:
                    by_place[place].append(caller)
        for place, callers in by_place.items():
            names = dict.fromkeys(shown(caller.who) for caller in callers)
            unless = UNLESS_DENIED if verdict.may_be_denied else ""
            yield Problem(place, f"others get in too: {'; '.join(names)}{unless}", verdict.severity_of(callers))


def _is_whole_account(caller: Requester) -> bool:
    """Tell whether `accountPrincipal` says it."""
    principal, statement = caller.principal, caller.statement
    if principal is None or statement is None or statement.required(EXTERNAL_ID):
        return False
    return principal.kind == "AWS" and principal.value != str(caller.request.caller)


@Rule(
    id="agentSpaceRefused",
    what="the Agent Space that the role is meant for does not get in",
    reason=(
        "the association turns invalid. Which space is meant, an association of the app says, or the trust policy "
        "itself"
    ),
    source=IAM_GUIDE + "reference_policies_evaluation-logic.html",
    fix=(
        "write the account and the ARN of the Agent Space as its page shows them, Region included; a Deny or another "
        "condition that keeps it out may be meant, so look at it first"
    ),
).of_resources
def agent_space_refused(resources: Resources) -> Iterator[Problem]:
    """Find Agent Spaces that are meant and do not get in."""
    findings = resources.found_by(*_KEEP_SPACE_OUT)
    explained = [finding.place for finding in findings if finding.severity is Severity.ERROR]
    for role, verdict in resources.judged:
        if any(place.is_within(role.trust.place) for place in explained):
            continue
        yield from _of_no_agent_space(role)
        for caller, decision in verdict.meant:
            if decision.answer.is_no:
                miss = decision.nearest_miss
                said = decision.why if miss is None or decision.is_denied else "; ".join(miss.reasons)
                why = _slips(role, caller) or said
                yield Problem(role.trust.place, shown(f"{caller.who} does not get in: {why}"))


def _of_no_agent_space(role: Role) -> Iterator[Problem]:
    """Name an ARN that no Agent Space and no registered service has."""
    for statement in role.trust.allowed_to_service if not role.agent_spaces else ():
        for condition in statement.required(SOURCE_ARN):
            if not any(is_unknown(value) or names_source(condition, value) for value in condition.values):
                message = f"no Agent Space has the ARN {condition.values[0]!r} that {condition.key} asks for"
                yield Problem(statement.place.at("Condition"), message)


def _slips(role: Role, caller: Requester) -> str:
    """Name the parts of an ARN that are others than the Agent Space's, if that is all."""
    key, name = (SOURCE_ARN, "aws:SourceArn") if caller.is_the_service else (EXTERNAL_ID, "sts:ExternalId")
    values = [value for statement in role.trust.allowed for value in statement.required_values(key)]
    source, meant = parse_source(values[0]) if len(values) == 1 else None, role.sources
    words = meant[0].unlike(source) if source is not None and len(meant) == 1 else ""
    return f"{name} names {words}" if words else ""


@Rule(
    id="unknownCondition",
    severity=Severity.WARNING,
    what="a condition on something else than the source, which the Agent Space's request may or may not meet",
    reason="AWS documents for each key when a request may have it, but not which of them DevOps Agent sends",
    source=IAM_GUIDE + "reference_policies_condition-keys.html",
    fix="keep it if it guards the account, and let AWS validate the association: its status says whether it is met",
).of_judged_roles
def unknown_condition(role: Role, verdict: Verdict) -> Iterator[Problem]:
    """Find conditions that decide by what nobody knows of the request."""
    open_keys = {key.lower() for _, decision in verdict.meant for key in decision.answer.keys}
    # Of such a role `elevatedExternalId` says it.
    open_keys -= {EXTERNAL_ID} if role.purpose is Purpose.ELEVATED else set()
    for statement in role.trust.statements:
        written = {condition.key.lower(): condition.key for condition in statement.conditions}
        asked = {key for condition in statement.conditions for key in condition.keys}
        if keys := sorted(written.get(key, key) for key in asked & open_keys):
            message = (
                f"whether the Agent Space gets in cannot be told: {' and '.join(keys)} decides, and AWS does not "
                "say what the request has there"
            )
            yield Problem(statement.place.at("Condition"), message)


@Rule(
    id="malformedTrustPolicy",
    milder="it is `'Principal': '*'`, which IAM refused in 2020; whether it does today is not tested",
    what="a trust policy that IAM refuses, or of which AWS does not say what it means",
    source=IAM_GUIDE + "reference_policies_grammar.html",
    fix="write it as AWS's grammar says; a misspelt element is refused, a misspelt condition key admits nobody",
).of_judged_roles
def malformed_trust_policy(role: Role, verdict: Verdict) -> Iterator[Problem]:
    """Find what IAM refuses, or AWS does not define."""
    yield from (Problem(place, str(error)) for place, error in role.trust.refused)
    denied = {statement.place.at("Principal") for statement in role.trust.statements if not statement.is_allow}
    # What stands in a live role, IAM took.
    for place in role.trust.bare_stars if role.place.logical_id else ():
        message = (
            f"IAM refused 'Principal': '*' in trust policies ({_REFUSED_STAR}); whether it does today is not tested"
        )
        # If IAM refuses it, it lets nobody in: advice for an Allow must not open it.
        fix = "write 'Principal': {'AWS': '*'}, which means the same" if place in denied else "name who may get in"
        yield Problem(place, message, Severity.WARNING, fix)
    if verdict.undefined:
        yield Problem(role.trust.place, verdict.undefined)
