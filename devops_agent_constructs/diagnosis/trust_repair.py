"""The trust policy without its faults: all else stays as it is, other conditions, Deny statements and principals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from devops_agent_constructs import service
from devops_agent_constructs.checks.finding import Finding, Severity
from devops_agent_constructs.checks.live_role import LiveRole
from devops_agent_constructs.checks.role import Role
from devops_agent_constructs.checks.trust import (
    EXTERNAL_ID,
    SOURCE_ACCOUNT,
    SOURCE_ARN,
    TrustStatement,
    is_devops_agent_like,
)
from devops_agent_constructs.checks.verdict import judge
from devops_agent_constructs.diagnosis.expected_role import ExpectedRole
from devops_agent_constructs.policy_evaluation.principals import Principal
from devops_agent_constructs.policy_evaluation.wording import condition_in_words

_WEAK = {"missingSourceAccount", "missingSourceArn", "wildcardSourceArn", "wrongSourceAccount"}
_KEPT_OUT = {"agentSpaceRefused", "patternUnderPlainOperator", "wrongServicePrincipal", "wrongSourceAccount"}
_LET_IN = {"accountPrincipal", "othersAdmitted", "wildcardPrincipal"}
_KEYS = {"Service": {SOURCE_ACCOUNT, SOURCE_ARN}, "AWS": {EXTERNAL_ID}}


@dataclass(frozen=True, kw_only=True, slots=True)
class Repair:
    """Another trust policy.

    Attributes:
        document: The whole policy.
        rule_ids: The rules that find no error in it any more.
        gone: What the old one has and this one has not, in words.
    """

    document: Mapping[str, object]
    rule_ids: frozenset[str]
    gone: tuple[str, ...]


def repair_of(live: LiveRole, role: Role, expected: ExpectedRole, findings: Iterable[Finding]) -> Repair | None:
    """Return the trust policy without its errors. None: it has none, or there is a choice to make first."""
    errors = [one for one in findings if one.severity is Severity.ERROR]
    ids = {one.rule_id for one in errors}
    if "malformedTrustPolicy" in ids:
        gone = ("everything else that it says now",)
        return Repair(document=expected.trust_policy, rule_ids=frozenset({"malformedTrustPolicy"}), gone=gone)
    if not ids & (_WEAK | _KEPT_OUT | _LET_IN) or not role.trust.is_judgeable:
        return None
    statements = _Statements(role=role, expected=expected, errors=errors)
    document = {**live.trust_policy, "Statement": list(statements.repaired(live.trust_policy["Statement"]))}
    repaired = expected.role_of(live.with_trust_policy(document))
    # What another condition or a Deny does is not repaired here: nobody knows whether it is meant.
    if not document["Statement"] or not repaired.trust.is_judgeable or not judge(repaired).admits_the_meant:
        return None
    return Repair(document=document, rule_ids=frozenset(_WEAK | _KEPT_OUT | _LET_IN), gone=tuple(_gone(role, repaired)))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Statements:
    """Repairs statements.

    Attributes:
        role: As it stands.
        expected: The role that it should be.
        errors: What is to be repaired.
    """

    role: Role
    expected: ExpectedRole
    errors: Sequence[Finding]

    def repaired(self, element: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 (as IAM returns it)
        written = element if isinstance(element, list) else [element]
        wanted = {_kind_of(one): dict(one) for one in self.expected.trust_policy["Statement"]}
        refused = {caller.request.caller for caller, decision in judge(self.role).meant if decision.answer.is_no}
        missing = {kind for kind in wanted if any((kind == "AWS") is (":" in str(one)) for one in refused)}
        let_in = set[str]()
        for raw, statement in zip(written, self.role.trust.statements, strict=True):
            found = self._without_others(deepcopy(dict(raw)), statement)
            kind = self._kind(statement, found) if found is not None else ""
            is_weak = kind == "Service" and self._rules(statement) & _WEAK
            let_in.add(kind)
            if found is not None and kind in wanted and (kind in missing or is_weak):
                found = _pinned(found, wanted[kind], kind)
            if found is not None:
                yield found
        yield from (wanted[kind] for kind in wanted if kind not in let_in)

    def _rules(self, statement: TrustStatement) -> set[str]:
        return {one.rule_id for one in self.errors if one.place.is_within(statement.place)}

    def _without_others(self, raw: dict[str, Any], statement: TrustStatement) -> dict[str, Any] | None:
        """Return the statement without the principals that let strangers in; None: nothing is left."""
        # IAM refuses the id of a role or user that is gone, wherever it stands.
        out = {one for one in statement.parsed.principals if one.is_deleted}
        if statement.parsed.is_allow and self._rules(statement) & _LET_IN:
            strangers = [one for one in judge(self.role).strangers if one.caller.is_outside]
            named = [one.caller.principal for one in strangers if one.caller.statement == statement]
            out |= {principal for principal in named if principal is not None}
            out.add(Principal(kind="AWS", value="*"))
            # Its Agent Space is a stranger's; a statement that names none is pinned instead.
            if not self._rules(statement) & _WEAK and any(
                one.caller.is_the_service and statement.place in one.places for one in strangers
            ):
                out |= set(filter(_is_ours, statement.parsed.principals))
        if out.isdisjoint(statement.parsed.principals):
            return raw
        kept: dict[str, list[str]] = {}
        for principal in statement.parsed.principals:
            if principal not in out:
                kept.setdefault(principal.kind, []).append(principal.value)
        return {**raw, "Principal": kept} if kept else None

    def _kind(self, statement: TrustStatement, raw: Mapping[str, Any]) -> str:
        """Return `Service` or `AWS` if the statement is to let in the service, or the agent role."""
        if not statement.parsed.is_allow or not statement.parsed.is_about("sts:AssumeRole"):
            return ""
        names = {kind: value if isinstance(value, list) else [value] for kind, value in _principals_of(raw).items()}
        if any(map(is_devops_agent_like, names.get("Service", []))):
            return "Service"
        return "AWS" if self.expected.agent_role_arn in names.get("AWS", []) else ""


def _principals_of(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    element = raw["Principal"]
    return element if isinstance(element, Mapping) else {"AWS": element}


def _is_ours(principal: Principal) -> bool:
    return principal.kind == "Service" and is_devops_agent_like(principal.value)


def _kind_of(statement: Mapping[str, Any]) -> str:
    return str(next(iter(statement["Principal"])))


def _pinned(raw: dict[str, Any], wanted: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """Return a statement with the conditions that tell the Agent Space from others, and all others of its own."""
    kept = {
        operator: {key: value for key, value in keys.items() if key.lower() not in _KEYS[kind]}
        for operator, keys in raw.get("Condition", {}).items()
    }
    condition = {operator: keys for operator, keys in kept.items() if keys}
    for operator, keys in wanted["Condition"].items():
        condition[operator] = {**condition.get(operator, {}), **keys}
    principal = raw["Principal"]
    if kind == "Service" and isinstance(principal, Mapping):
        names = principal.get("Service", [])
        named = [
            service.SERVICE_PRINCIPAL if is_devops_agent_like(one) else one
            for one in (names if isinstance(names, list) else [names])
        ]
        named = list(dict.fromkeys(named))
        principal = {**principal, "Service": named if len(named) > 1 else named[0]}
    return {**raw, "Principal": principal, "Condition": condition}


def _gone(role: Role, repaired: Role) -> Iterator[str]:
    """Name the principals and the conditions that a repair takes away."""
    for words in (_principals, _conditions):
        yield from (one for one in dict.fromkeys(words(role)) if one not in set(words(repaired)))


def _principals(role: Role) -> list[str]:
    return [f"{principal} gets in" for one in role.trust.allowed for principal in one.parsed.principals]


def _conditions(role: Role) -> list[str]:
    return [condition_in_words(condition) for one in role.trust.parsed for condition in one.conditions]
