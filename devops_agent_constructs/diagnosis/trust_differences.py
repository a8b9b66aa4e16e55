"""Turn what the rules find in a live role into differences, and repair its trust policy.

Its faults go; other conditions, Deny statements and principals stay as they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from devops_agent_constructs.checks.finding import Finding, Severity
from devops_agent_constructs.checks.live_role import LiveRole
from devops_agent_constructs.checks.policy import each_statement
from devops_agent_constructs.checks.role import Role
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
from devops_agent_constructs.diagnosis.difference import KEPT_OUT, Difference
from devops_agent_constructs.diagnosis.expected_role import ExpectedRole
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.policy_evaluation.conditions import condition_in_words
from devops_agent_constructs.policy_evaluation.principals import Principal

_OPEN = {"missingSourceAccount", "missingSourceArn", "wildcardSourceArn"}
_WEAK = {*_OPEN, "wrongSourceAccount"}
_LET_IN = {"accountPrincipal", "othersAdmitted", "wildcardPrincipal"}
_REPAIRABLE = {
    *_WEAK,
    *_LET_IN,
    "agentSpaceRefused",
    "malformedTrustPolicy",
    "patternUnderPlainOperator",
    "wrongServicePrincipal",
}
"""The rules that find no error in a repaired trust policy any more."""

_ASSUME = "sts:AssumeRole"
# What tells the Agent Space from others: AWS's service, or the agent role of its preview, by the principal's kind.
_KEYS = {"Service": {SOURCE_ACCOUNT, SOURCE_ARN}, "AWS": {EXTERNAL_ID}}
_SYMPTOMS = {
    **dict.fromkeys({*_OPEN, *_LET_IN, "anyAgentSpace"}, "none for you: whoever gets in can do what this role may"),
    "previewSetup": "none: a grant of AWS's preview, and who can act as that role can assume this one",
    "unknownCondition": (
        "if the Agent Space's request does not meet it, the association turns invalid; its status tells"
    ),
}


def finding_differences(
    live: LiveRole, role: Role, expected: ExpectedRole, findings: Iterable[Finding]
) -> Iterator[Difference]:
    """Say what the rules find; one command repairs all of a trust policy that can be told without a choice."""
    findings = [finding for finding in findings if not _is_said_elsewhere(finding, expected)]
    repair = _repair_of(live, role, expected, findings)
    for finding in findings:
        is_repairable = finding.severity is Severity.ERROR and finding.rule_id in _REPAIRABLE
        fix, made = (finding.fix, ()) if repair is None or not is_repairable else (repair[0], repair[1:])
        yield Difference(
            id=finding.rule_id,
            severity=finding.severity,
            what=finding.message,
            # All other rules on a trust policy that can be repaired say why the Agent Space is kept out.
            symptom=_SYMPTOMS.get(finding.rule_id, KEPT_OUT if is_repairable else "none"),
            fix=fix,
            commands=made,
        )


def _is_said_elsewhere(finding: Finding, expected: ExpectedRole) -> bool:
    """Tell whether it is what is wanted, or the differences of policies say it."""
    # AWS's guide admits all Agent Spaces of the account, and so may an accounts file.
    if finding.rule_id == "anyAgentSpace":
        return expected.agent_space.is_any_in_account
    is_preview = expected.generation is not Generation.GA or "lets a role" not in finding.message
    return finding.rule_id == "unreadable" or (finding.rule_id == "previewSetup" and is_preview)


def _repair_of(
    live: LiveRole, role: Role, expected: ExpectedRole, findings: Iterable[Finding]
) -> tuple[str, Command] | None:
    """Return in words and as a command how the trust policy loses its errors.

    None: it has none, or there is a choice to make first.
    """
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if _REPAIRABLE.isdisjoint(finding.rule_id for finding in errors):
        return None
    refused = {place for place, _ in role.trust.refused}
    # Nobody knows what a statement says that IAM refuses: it goes, and the others are judged.
    role = replace(role, trust=replace(role.trust, refused=()))
    written = [raw for place, raw in each_statement(live.trust_policy, role.trust.place) if place not in refused]
    repairer = _Repairer(role=role, verdict=judge(role), expected=expected, errors=errors)
    statements = list(filter(None, repairer.statements(written)))
    document = {**(expected.trust_policy if refused else live.trust_policy), "Statement": statements}
    repaired = expected.role_of(live.with_trust_policy(document))
    # What another condition or a Deny does is not repaired here: nobody knows whether it is meant.
    if not statements or not repaired.trust.is_judgeable or not judge(repaired).admits_the_meant:
        return None
    # Said in words, as two policies in JSON are hard to compare by eye.
    gone = [words for words in _in_words(role) if words not in set(_in_words(repaired))]
    unknown = [
        f"{place.where.partition('.')[2]}, which IAM refuses, with all that it says" for place in sorted(refused)
    ]
    takes = f"; it takes away: {'; '.join([*gone, *unknown])}" if gone or unknown else ", which takes nothing away"
    command = commands.iam("update-assume-role-policy", live.arn, policy_document=commands.as_text(document))
    return f"replace the trust policy by this one{takes}", command


@dataclass(frozen=True, kw_only=True, slots=True)
class _Repairer:
    """Repairs statements.

    Attributes:
        role: As it stands.
        verdict: Who gets into it.
        expected: The role that it should be.
        errors: What is to be repaired.
    """

    role: Role
    verdict: Verdict
    expected: ExpectedRole
    errors: Sequence[Finding]

    def statements(self, written: Sequence[Any]) -> Iterator[Mapping[str, Any]]:
        """Yield the statements without their faults, some empty, then those of the library for whom none lets in.

        Args:
            written: As IAM returns them, in the order of the role's.
        """
        # By the kind of principal, of which each statement of the library has one.
        wanted = {
            next(iter(statement["Principal"])): statement for statement in self.expected.trust_policy["Statement"]
        }
        refused = [caller for caller, decision in self.verdict.meant if decision.answer.is_no]
        missing = {"Service" if caller.is_the_service else "AWS" for caller in refused}
        let_in = set[str]()
        for raw, statement in zip(written, self.role.trust.statements, strict=True):
            rest, strangers = raw, self._strangers(statement)
            principals = [principal for principal in statement.principals if principal not in strangers]
            for kind, ours in wanted.items():
                others = [principal for principal in principals if not self._is_meant(principal, kind)]
                if others == principals or not statement.is_allow or not statement.is_about(_ASSUME):
                    continue
                let_in.add(kind)
                if kind in missing or (kind == "Service" and self._rules(statement) & _WEAK):
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
        if not statement.is_allow or not rules & _LET_IN:
            return gone
        strangers = self.verdict.strangers
        callers = [caller for caller, places in strangers if caller.is_outside and statement.place in places]
        named = {caller.principal for caller in callers if caller.principal and caller.statement == statement}
        # Its Agent Space is a stranger's; a statement that names none is pinned instead.
        if not rules & _WEAK and any(caller.is_the_service for caller in callers):
            named |= {principal for principal in principals if self._is_meant(principal, "Service")}
        return {*gone, *named, Principal(kind="AWS", value="*")}

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
