"""Judges the conditions that tell the Agent Space from others, on `aws:SourceAccount` and `aws:SourceArn`."""

from __future__ import annotations

from collections.abc import Iterator

from devops_agent_constructs import _validators
from devops_agent_constructs._source_arn import has_wildcard, may_name_source, parse_source
from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.role import Purpose, Role
from devops_agent_constructs.checks.rule import CLI_GUIDE, IAM_GUIDE, Rule
from devops_agent_constructs.checks.trust import EXTERNAL_ID, SOURCE_ACCOUNT, SOURCE_ARN, TrustStatement
from devops_agent_constructs.checks.verdict import Verdict
from devops_agent_constructs.policy_evaluation.conditions import Condition
from devops_agent_constructs.policy_evaluation.unknown import is_unknown, shown

UNLESS_DENIED = ", unless a statement that only deployment knows denies it"
_ORGANIZATION = ("aws:sourceorgid", "aws:sourceorgpaths")
_PLAIN = {"StringEquals", "StringEqualsIgnoreCase", "StringNotEquals", "StringNotEqualsIgnoreCase"}


@Rule(
    id="missingSourceAccount",
    milder="others keep strangers out, such as an ARN that names the account",
    what="no condition on `aws:SourceAccount`, or one that a wildcard, `IfExists` or `ForAllValues` makes useless",
    reason="the service acts for every customer of AWS; only conditions keep others from using it as a deputy",
    source=IAM_GUIDE + "confused-deputy.html",
    fix="add 'StringEquals': {'aws:SourceAccount': '<account of the Agent Space>'}",
).of_judged_roles
def missing_source_account(role: Role, verdict: Verdict) -> Iterator[Problem]:
    """Find statements by which the service gets in whoever it acts for."""
    for statement in role.trust.allowed_to_service:
        severity = verdict.severity(statement.place) or Severity.WARNING
        severity = Severity.ERROR if role.trust.refused else severity
        callers = [caller for caller, places in verdict.strangers if statement.place in places]
        is_open = bool(role.trust.refused) or any(caller.is_outside and caller.is_the_service for caller in callers)
        required = statement.required_values(SOURCE_ACCOUNT)
        if wide := [value for value in required if has_wildcard(value)]:
            message = f"aws:SourceAccount admits {shown(wide[0])!r}, which is more than one account"
            yield Problem(statement.place.at("Condition"), message, severity)
        elif is_open and not required:
            of = " of that organization" if any(map(statement.required, _ORGANIZATION)) else ""
            unless = UNLESS_DENIED if verdict.may_be_denied else ""
            message = (
                f"no condition requires aws:SourceAccount, so AWS DevOps Agent may come for any account{of}{unless}"
            )
            yield Problem(statement.place, message, severity)
        elif not required and not role.trust.denied_without(SOURCE_ACCOUNT):
            message = "no condition requires aws:SourceAccount; others keep strangers out"
            yield Problem(statement.place, message, severity)


@Rule(
    id="wrongSourceAccount",
    milder="it stands beside the right one, and lets nobody in",
    what="`aws:SourceAccount` is another account than the Agent Space's, often the role's own",
    reason=(
        "it is the account that owns the Agent Space, so nobody gets in; AWS's migration guide, read literally, leads "
        "to the role's own"
    ),
    source=CLI_GUIDE,
    fix="write the account of the Agent Space, which is the fifth field of its ARN",
).of_judged_roles
def wrong_source_account(role: Role, verdict: Verdict) -> Iterator[Problem]:
    """Find conditions on another account than the Agent Space's."""
    # In a StackSet, the account of each stack is another one than the Agent Space's.
    own = {role.account_id} if role.is_in_many_accounts else set[str]()
    for statement in role.trust.allowed_to_service:
        owners = _owners(role, statement)
        is_open = verdict.severity(statement.place) is Severity.ERROR
        for account_id in statement.required_values(SOURCE_ACCOUNT) if owners else ():
            is_told = account_id in own or not is_unknown(account_id)
            if is_told and account_id not in owners and not has_wildcard(account_id):
                severity = Severity.ERROR if is_open else verdict.severity_of_slip
                yield Problem(statement.place.at("Condition"), _wrong(account_id, owners, role), severity)


def _owners(role: Role, statement: TrustStatement) -> set[str]:
    """Return the accounts of the Agent Spaces, and of those that the statement names; none if one is not known."""
    arns = statement.required_values(SOURCE_ARN)
    named = {arn: parse_source(arn) for arn in arns}
    owners = {source.account_id for source in named.values() if source} | {
        space.account_id for space in role.agent_spaces
    }
    is_hidden = any(is_unknown(arn) and source is None for arn, source in named.items())
    return owners if all(map(_validators.is_account_id, owners)) and not is_hidden else set()


def _wrong(account_id: str, owners: set[str], role: Role) -> str:
    named = " or ".join(sorted({space.account_id for space in role.agent_spaces} or owners))
    if account_id == role.account_id:
        own = "that of each stack" if role.is_in_many_accounts else account_id
        return f"aws:SourceAccount is the role's own account, {own}; the Agent Space is of account {named}"
    return f"aws:SourceAccount is {account_id!r}; the Agent Space is of account {named}"


@Rule(
    id="missingSourceArn",
    milder="another condition names the account",
    what="no condition on `aws:SourceArn`, or one that `IfExists` or `ForAllValues` makes useless",
    reason="whoever may create an Agent Space in the primary account can reach this one",
    source=IAM_GUIDE + "confused-deputy.html",
    fix="add 'ArnLike': {'aws:SourceArn': '<ARN of the Agent Space>'}",
).of_judged_roles
def missing_source_arn(role: Role, verdict: Verdict) -> Iterator[Problem]:
    """Find statements by which any Agent Space gets in."""
    for statement in role.trust.allowed_to_service:
        severity = verdict.severity(statement.place)
        is_denied = role.trust.denied_without(SOURCE_ARN) and severity is None
        if not statement.required(SOURCE_ARN) and not is_denied:
            so = ", so every Agent Space of the account gets in" if severity else ""
            message = f"no condition requires aws:SourceArn{so}"
            yield Problem(statement.place, message, severity or Severity.WARNING)


@Rule(
    id="wildcardSourceArn",
    milder="another condition names the account",
    what="a wildcard in `aws:SourceArn` other than a whole Agent Space id or a Region",
    reason="it admits Agent Spaces that nobody thought of, also in other accounts",
    source=IAM_GUIDE + "confused-deputy.html",
    fix="write the ARN of the Agent Space in full",
).of_judged_roles
def wildcard_source_arn(role: Role, verdict: Verdict) -> Iterator[Problem]:
    """Find patterns that admit more than the Agent Spaces of one account."""
    for statement, condition, pattern in role.trust.patterns(SOURCE_ARN, EXTERNAL_ID):
        source, key = parse_source(pattern), condition.key
        # What names nothing at all, `agentSpaceRefused` says.
        if names_source(condition, pattern) and (source is None or not source.is_of_one_account):
            severity = verdict.severity(statement.place) or Severity.WARNING
            others = "more than one account" if severity is Severity.ERROR else "more than one Agent Space"
            message = f"{key} admits {shown(pattern)!r}: its wildcards cover {others}"
            yield Problem(statement.place.at("Condition"), message, severity)


def names_source(condition: Condition, value: str) -> bool:
    """Tell whether a value may match the ARN of an Agent Space or a registered service."""
    if condition.operator is None or not condition.operator.has_patterns:
        is_any_case = condition.operator is not None and condition.operator.name.endswith("IgnoreCase")
        return parse_source(value.lower() if is_any_case else value) is not None
    return may_name_source(value, by_field=condition.operator.name.startswith("Arn"))


@Rule(
    id="anyAgentSpace",
    severity=Severity.WARNING,
    what=(
        "`agentspace/*` in the trust policy of another account's role or of a role for directed actions, or a wildcard "
        "for the Region"
    ),
    reason=(
        "whoever may create an Agent Space in the primary account can reach this one. AWS's guide writes it for roles "
        "of the Agent Space's own account only, and a wildcard for the Region where directed actions serve several; "
        "`AgentSpaceArn.any_in_account` writes the former while the space does not exist"
    ),
    fix="write the ARN of the one Agent Space as soon as it exists; the role updates in place",
).of_roles
def any_agent_space(role: Role) -> Iterator[Problem]:
    """Find patterns that admit every Agent Space of the primary account."""
    for statement, _, pattern in role.trust.patterns(SOURCE_ARN, EXTERNAL_ID):
        source = parse_source(pattern)
        if source is None or not source.is_of_one_account:
            continue
        is_weak = role.purpose is Purpose.ELEVATED or _is_elsewhere(role, source.account_id)
        if has_wildcard(source.region) or (source.has_any_id and is_weak):
            every = "every Agent Space" if source.kind == "agentspace" else "every registered service"
            which = every if source.has_any_id else f"{source.kind}/{source.id}"
            where = "any Region" if has_wildcard(source.region) else shown(source.region)
            message = f"{which} of account {shown(source.account_id)} in {where} gets in"
            yield Problem(statement.place.at("Condition"), message)


def _is_elsewhere(role: Role, account_id: str) -> bool:
    """Tell whether the role is certainly in another account than this."""
    if account_id == role.account_id:
        return False
    return role.is_in_many_accounts or not (is_unknown(account_id) or is_unknown(role.account_id))


@Rule(
    id="patternUnderPlainOperator",
    milder="the Agent Space gets in all the same",
    what="a pattern under an operator that knows no patterns, such as `StringEquals`",
    reason="it equals nothing that AWS sends, so nobody gets in",
    source=IAM_GUIDE + "reference_policies_elements_condition_operators.html#Conditions_String",
    fix="write the value in full, or use ArnLike (for an ARN) or StringLike",
).of_judged_roles
def pattern_under_plain_operator(role: Role, verdict: Verdict) -> Iterator[Problem]:
    """Find wildcards that are plain characters."""
    for statement in role.trust.statements:
        for condition in statement.conditions:
            operator = condition.operator.name if condition.operator is not None else ""
            for value in condition.values if operator in _PLAIN else ():
                # `${*}` is how a policy writes a plain asterisk.
                if has_wildcard(value) and "${" not in value:
                    message = f"{operator} compares {condition.key} with {shown(value)!r}: its * is a plain character"
                    yield Problem(statement.place.at("Condition"), message, verdict.severity_of_slip)
