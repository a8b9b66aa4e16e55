"""Repair a trust policy: its faults go, and conditions, Deny statements and principals that somebody means stay."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from devops_agent_constructs._role_arn import parse_principal_arn
from devops_agent_constructs._source_arn import SourceArn, parse_source
from devops_agent_constructs.checks.check import findings_of
from devops_agent_constructs.checks.finding import Finding, Severity
from devops_agent_constructs.checks.live_role import LiveRole
from devops_agent_constructs.checks.role import Role, source_of
from devops_agent_constructs.checks.rule import Resources
from devops_agent_constructs.checks.trust import (
    EXTERNAL_ID,
    SOURCE_ACCOUNT,
    SOURCE_ARN,
    TrustStatement,
    is_devops_agent_like,
)
from devops_agent_constructs.checks.verdict import Verdict, judge
from devops_agent_constructs.diagnosis import commands
from devops_agent_constructs.diagnosis.commands import Command
from devops_agent_constructs.diagnosis.expected_role import ExpectedRole
from devops_agent_constructs.policy_evaluation.conditions import condition_in_words
from devops_agent_constructs.policy_evaluation.policy_elements import raw_statements
from devops_agent_constructs.policy_evaluation.principals import Principal

OPEN = {"missingSourceAccount", "missingSourceArn", "wildcardSourceArn"}
LET_IN = {"accountPrincipal", "othersAdmitted", "wildcardPrincipal"}
_WEAK = {*OPEN, "wrongSourceAccount"}
ABOUT_TRUST = {*_WEAK, *LET_IN, "agentSpaceRefused", "patternUnderPlainOperator", "wrongServicePrincipal"}
"""The rules whose errors a trust policy can lose by a repair."""

_ASSUME = "sts:AssumeRole"
# What tells the Agent Space from others: AWS's service, or the agent role of its preview, by the principal's kind.
_KEYS = {"Service": {SOURCE_ACCOUNT, SOURCE_ARN}, "AWS": {EXTERNAL_ID}}
# As AWS makes the ids; what is shorter was written by hand.
_SPACE_ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, kw_only=True, slots=True)
class TrustRepair:
    """A trust policy in place of the one that a role has.

    Attributes:
        fix: What it takes away, in words.
        command: That puts it.
        mends: The errors that it ends.
    """

    fix: str
    command: Command
    mends: tuple[Finding, ...]


def trust_repair(live: LiveRole, role: Role, expected: ExpectedRole, findings: Iterable[Finding]) -> TrustRepair | None:
    """Return how the trust policy loses errors that the rules find in it.

    None: it has none, or there is a choice to make first.
    """
    all_errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    errors = [error for error in all_errors if error.rule_id in ABOUT_TRUST]
    # What a statement does that is not understood, nobody knows: neither it nor what is around it is rewritten.
    if not errors or not role.trust.is_judgeable:
        return None
    repairer = _Repairer(role=role, verdict=judge(role), expected=expected, errors=errors)
    statements = list(filter(None, repairer.statements(raw_statements(live.trust_policy))))
    document = {**live.trust_policy, "Statement": statements}
    repaired = expected.role_of(replace(live, trust_policy=document))
    # What another condition or a Deny does is not repaired here: nobody knows whether it is meant.
    if not statements or not repaired.trust.is_judgeable or not judge(repaired).admits_the_meant:
        return None
    mends = tuple(error for error in _mended(all_errors, repaired) if error in errors)
    if not mends:
        return None
    # Said in words, as two policies in JSON are hard to compare by eye.
    gone = [words for words in _in_words(role) if words not in set(_in_words(repaired))]
    takes = f"; it takes away: {'; '.join(gone)}" if gone else ", which takes nothing away"
    command = commands.iam("update-assume-role-policy", live.arn, policy_document=commands.as_text(document))
    return TrustRepair(fix=f"replace the trust policy by this one{takes}", command=command, mends=mends)


def _mended(errors: Sequence[Finding], repaired: Role) -> Iterator[Finding]:
    """Yield the errors that a repaired role no longer has; none, if it has others instead."""
    resources = Resources(roles=(repaired,), policies=repaired.policies)
    left = [finding for finding in findings_of(resources) if finding.severity is Severity.ERROR]
    # Places move with the statements, so that errors are told apart by what they say, and counted by their rule.
    messages_left = {(finding.rule_id, finding.message) for finding in left}
    after = Counter(finding.rule_id for finding in left)
    before = Counter(error.rule_id for error in errors)
    if any(after[rule_id] > before[rule_id] for rule_id in after):
        return
    gone = [error for error in errors if (error.rule_id, error.message) not in messages_left]
    ended = Counter(error.rule_id for error in gone)
    for error in gone:
        if after[error.rule_id] == before[error.rule_id] - ended[error.rule_id]:
            yield error


@dataclass(frozen=True, kw_only=True, slots=True)
class _Repairer:
    """Repairs the statements of a role as it stands."""

    role: Role
    verdict: Verdict
    expected: ExpectedRole
    errors: Sequence[Finding]

    def statements(self, written: Sequence[Any]) -> Iterator[Mapping[str, Any]]:
        """Yield the statements without their faults, some empty, then those of the library for whom none lets in."""
        # By the kind of principal, of which each statement of the library has one.
        wanted = {
            next(iter(statement["Principal"])): statement for statement in self.expected.trust_policy["Statement"]
        }
        refused = [caller for caller, decision in self.verdict.meant if decision.answer.is_no]
        missing = {"Service" if caller.is_the_service else "AWS" for caller in refused}
        let_in = set[str]()
        for raw, statement in zip(written, self.role.trust.statements, strict=True):
            rest, strangers = raw, self._strangers(statement)
            # Another Agent Space that a statement names in full keeps it as it is; ours stands beside it then.
            is_shared = {kind: bool(self._others_named(statement, kind)) for kind in wanted}
            principals = [principal for principal in statement.principals if principal not in strangers]
            for kind, ours in wanted.items():
                others = [principal for principal in principals if not self._is_meant(principal, kind)]
                if others == principals or not statement.is_allow or not statement.is_about(_ASSUME):
                    continue
                # By this statement, or once it is pinned; one that is shared stays, and goes on to keep ours out.
                let_in |= set() if kind in missing and is_shared[kind] else {kind}
                # The rules on missing conditions are about the service; of the agent role a refusal tells.
                is_at_fault = kind in missing or (kind == "Service" and self._rules(statement) & _WEAK)
                if is_at_fault and not is_shared[kind]:
                    yield _pinned(rest, ours, kind)
                    # Whom it names beside has none of the Agent Space's keys, and would be locked out. A Sid is unique.
                    rest = {name: value for name, value in raw.items() if name != "Sid"}
                    principals = others
            yield _of(principals, rest, statement)
        yield from (statement for kind, statement in wanted.items() if kind not in let_in)

    def _rules(self, statement: TrustStatement) -> set[str]:
        return {error.rule_id for error in self.errors if error.place.is_within(statement.place)}

    def _strangers(self, statement: TrustStatement) -> set[Principal]:
        """Return the principals of a statement that let strangers in, and those that IAM refuses, wherever they stand.

        IAM shows the id of a role or user that is gone, and does not take it back:
        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
        """
        principals, rules = statement.principals, self._rules(statement)
        gone = {principal for principal in principals if principal.is_deleted}
        if not statement.is_allow or not rules & LET_IN:
            return gone
        strangers = self.verdict.strangers
        callers = [caller for caller, places in strangers if caller.is_outside and statement.place in places]
        named = {caller.principal for caller in callers if caller.principal and caller.statement == statement}
        # Its Agent Space is a stranger's; a statement that names none is pinned instead.
        if not rules & _WEAK and any(caller.is_the_service for caller in callers):
            named |= {principal for principal in principals if self._is_meant(principal, "Service")}
        named.add(Principal(kind="AWS", value="*"))
        return {*gone, *(principal for principal in named if not self._is_meant_to_get_in(principal, statement))}

    def _is_meant_to_get_in(self, principal: Principal, statement: TrustStatement) -> bool:
        """Tell whether somebody let a principal in on purpose, or may have.

        It is of the role's own account, or of another Agent Space that the statement names; or it is everybody under a
        condition of somebody's own.
        """
        if principal.value == "*":
            return not {key for each in statement.conditions for key in each.keys} <= set().union(*_KEYS.values())
        if principal.kind == "Service":
            return self._is_meant(principal, "Service") and bool(self._others_named(statement, "Service"))
        accounts = {self.role.account_id, *(source.account_id for source in self._others_named(statement, "AWS"))}
        # An identity provider's ARN, such as that of SAML, names its account where that of a role does.
        arn, fields = parse_principal_arn(principal.value), principal.value.split(":")
        return (arn.account_id if arn is not None else "".join(fields[4:5])) in accounts

    def _others_named(self, statement: TrustStatement, kind: str) -> list[SourceArn]:
        """Return what else of DevOps Agent a statement names: by an ARN, and by its account if it names any.

        A slip in an ARN is none of them: the id of this Agent Space in another Region, or an id that AWS did not make.
        """
        space = source_of(self.expected.agent_space)
        accounts = statement.required_values(SOURCE_ACCOUNT) if kind == "Service" else []
        arns = statement.required_values(SOURCE_ARN if kind == "Service" else EXTERNAL_ID)
        named = [source for source in map(parse_source, arns) if source is not None and source.is_of_one_account]
        return [
            source
            for source in named
            if (source.account_id in accounts or not accounts)
            and (
                (source.account_id, source.kind) != (space.account_id, space.kind)
                or (source.id != space.id and _SPACE_ID.fullmatch(source.id))
            )
        ]

    def _is_meant(self, principal: Principal, kind: str) -> bool:
        """Tell whether a principal is the service, by a name like its own, or the agent role."""
        is_service = principal.kind == "Service" and is_devops_agent_like(principal.value)
        is_agent_role = principal.kind == "AWS" and principal.value == self.expected.agent_role_arn
        return is_service if kind == "Service" else is_agent_role


def _of(principals: Sequence[Principal], raw: Mapping[str, Any], statement: TrustStatement) -> Mapping[str, Any]:
    """Return a statement for some of its principals; empty, if there are none."""
    if len(principals) == len(statement.principals):
        return raw
    named = defaultdict[str, list[str]](list)
    for principal in principals:
        named[principal.kind].append(principal.value)
    element = {kind: values if len(values) > 1 else values[0] for kind, values in named.items()}
    return {**raw, "Principal": element} if element else {}


def _pinned(raw: Mapping[str, Any], wanted: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """Return a statement with the conditions that tell the Agent Space from others, and all others of its own."""
    condition: dict[str, Any] = {}
    for operator, keys in raw.get("Condition", {}).items():
        others = {key: value for key, value in keys.items() if key.lower() not in _KEYS[kind]}
        condition |= {operator: others} if others else {}
    for operator, keys in wanted["Condition"].items():
        condition[operator] = {**condition.get(operator, {}), **keys}
    return {**raw, "Principal": wanted["Principal"], "Condition": condition}


def _in_words(role: Role) -> Iterator[str]:
    """Name the principals and the conditions of a trust policy, each once."""
    words = [
        f"{principal} {'gets in' if statement.is_allow else 'is denied'}"
        for statement in role.trust.statements
        for principal in statement.principals
    ]
    words += [
        condition_in_words(condition) for statement in role.trust.statements for condition in statement.conditions
    ]
    return iter(dict.fromkeys(words))
