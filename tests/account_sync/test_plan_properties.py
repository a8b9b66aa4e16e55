"""What a plan promises, for all accounts, associations and limits; and that each promise would notice a mistake."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from devops_agent_constructs.account_sync import plan as plan_module
from devops_agent_constructs.account_sync import sync_limits as limits_module
from devops_agent_constructs.account_sync.account_association import AccountAssociation
from devops_agent_constructs.account_sync.plan import ActionKind, Plan
from devops_agent_constructs.account_sync.scope import Desired
from tests.account_sync.cases import PRIMARY, Case, cases, done

ASSOCIATE, UPDATE = ActionKind.ASSOCIATE, ActionKind.UPDATE
DISASSOCIATE, LEAVE_ALONE = ActionKind.DISASSOCIATE, ActionKind.LEAVE_ALONE


@dataclass(frozen=True)
class Subject:
    """The plan, or one with a mistake in it."""

    plan_module: Any
    limits_module: Any

    def plan(self, case: Case, *, actual: tuple[AccountAssociation, ...] | None = None) -> Plan:
        """Make a plan of a case; `actual` takes the place of the case's."""
        limits = self.limits_module.SyncLimits(**case.limits)
        made: Plan = self.plan_module.plan(case.desired, case.actual if actual is None else actual, limits)
        return made


def in_full(case: Case) -> Case:
    """Return the case with everything read, and no limit on removals."""
    return replace(
        case,
        desired=replace(case.desired, why_incomplete=None),
        limits={**case.limits, "max_removals": 1000, "max_removal_percentage": 100},
    )


def converges(subject: Subject, case: Case) -> None:
    """Each account is connected as it should be then, or there is a reason; what is owned and unwanted is gone."""
    case = in_full(case)
    first = subject.plan(case)
    after = done(case.actual, first.actions)
    alone = {action.account_id for action in first.actions if not action.is_change}
    for account_id, role in case.desired.roles.items():
        is_connected = any(
            one.role_arn == role.role_arn and role.elevated_role_arn in {None, one.elevated_role_arn}
            for one in of_aws(after, account_id)
        )
        is_held = role.why_left_alone is not None or not all(is_owned(case, one) for one in of_aws(after, account_id))
        assert is_connected or (is_held and account_id in alone) or account_id == PRIMARY
    for one in after:
        if is_owned(case, one):
            assert one.account_id in case.desired.roles


def idempotent(subject: Subject, case: Case) -> None:
    """Done and read again, there is nothing left to do; also if nothing may be removed."""
    for one in (case, in_full(case)):
        after = done(one.actual, subject.plan(one).actions)
        again = subject.plan(one, actual=after)
        if again.changes:
            # More associations make the same share a larger number: what was too much may not be so any longer.
            assert {action.kind for action in again.changes} <= {DISASSOCIATE, UPDATE}
            assert subject.plan(one).failure
            assert len(after) > len(one.actual)


def order_is_irrelevant(subject: Subject, case: Case) -> None:
    """Neither the order of accounts nor that of associations changes anything."""
    chance = random.Random(len(case.actual))  # the test's own shuffling, not for secrets
    roles, actual = list(case.desired.roles.items()), list(case.actual)
    chance.shuffle(roles)
    chance.shuffle(actual)
    shuffled = replace(case, desired=replace(case.desired, roles=dict(roles)), actual=tuple(actual))
    assert subject.plan(shuffled) == subject.plan(case)


def touches_only_what_it_owns(subject: Subject, case: Case) -> None:
    """What is changed or removed has an owned role in its own account, or was adopted; never a primary account's."""
    for action in (*subject.plan(case).changes, *subject.plan(in_full(case)).changes):
        assert action.account_id != PRIMARY
        if action.association is not None:
            assert action.association.service_id == "aws"
            assert action.association.account_type == "source"
            assert action.association.account_id == action.account_id
            assert is_owned(case, action.association)


def removes_nothing_after_an_incomplete_reading(subject: Subject, case: Case) -> None:
    """Nothing is removed, whatever is missing, and the run fails; what is known to be missing is still connected."""
    incomplete = replace(case, desired=replace(case.desired, why_incomplete="ListAccounts: throttled"))
    found = subject.plan(incomplete)
    assert found.counts[DISASSOCIATE] == 0
    assert found.failure is not None
    assert "ListAccounts: throttled" in found.failure
    assert subject.plan(in_full(case)).counts[ASSOCIATE] == found.counts[ASSOCIATE]


def touches_no_more_than_the_limits(subject: Subject, case: Case) -> None:
    """Within the count and the share all are removed and updated; above, none, and the run fails."""
    case = replace(case, desired=replace(case.desired, why_incomplete=None))
    found, in_all = subject.plan(case).counts, subject.plan(in_full(case))
    adopted = [one for one in in_all.changes if one.account_id in case.limits["adopted_accounts"]]
    wanted = in_all.counts[DISASSOCIATE] + in_all.counts[UPDATE] - sum(one.kind is UPDATE for one in adopted)
    owned = sum(is_owned(case, one) for one in case.actual)
    share = owned * case.limits["max_removal_percentage"]
    is_too_much = wanted > case.limits["max_removals"] or (wanted - 1) * 100 >= share > 0 or (share == 0 and wanted > 0)
    in_all_counts = (in_all.counts[DISASSOCIATE], in_all.counts[UPDATE])
    assert (found[DISASSOCIATE], found[UPDATE]) == ((0, 0) if is_too_much else in_all_counts)
    assert (subject.plan(case).failure is not None) == is_too_much


def never_before_the_role(subject: Subject, case: Case) -> None:
    """An account whose role is not ready is neither connected nor changed, nor disconnected, and has the reason."""
    found = subject.plan(in_full(case))
    for action in found.actions:
        role = case.desired.roles.get(action.account_id)
        if role is not None and role.why_left_alone is not None:
            assert not action.is_change
        if role is not None:
            assert action.kind is not DISASSOCIATE
        assert action.reason


def is_owned(case: Case, one: AccountAssociation) -> bool:
    """Whose an association is, in other words than the code's."""
    if one.service_id != "aws" or one.account_type != "source" or one.account_id == PRIMARY:
        return False
    roles = {f"arn:aws:iam::{one.account_id}:role{role}" for role in case.limits["owned_roles"]}
    roles |= {role_arn for role_arn in case.limits["owned_role_arns"] if f"::{one.account_id}:" in role_arn}
    return one.account_id in case.limits["adopted_accounts"] or one.role_arn in roles


def of_aws(associations: tuple[AccountAssociation, ...], account_id: str) -> list[AccountAssociation]:
    """Return the associations of an account."""
    return [one for one in associations if (one.service_id, one.account_id) == ("aws", account_id)]


PROPERTIES = [
    converges,
    idempotent,
    order_is_irrelevant,
    touches_only_what_it_owns,
    removes_nothing_after_an_incomplete_reading,
    touches_no_more_than_the_limits,
    never_before_the_role,
]

# Property -> mistakes in the plan, or in the limits, that it has to notice: the text and what takes its place.
MISTAKES: dict[Callable[[Subject, Case], None], list[tuple[str, str]]] = {
    converges: [
        ("kind=ActionKind.ASSOCIATE,", "kind=ActionKind.LEAVE_ALONE,"),
        ("if association.service_id == SERVICE_ID:", "if True:"),
        ("if association.role_arn != role.role_arn:", "if False:"),
        ("_unwanted(there, desired, limits)", "_unwanted(there[:1], desired, limits)"),
    ],
    idempotent: [
        ("elevated = role.elevated_role_arn or", "elevated ="),
        ("not in {None, association.elevated_role_arn}", "!= association.elevated_role_arn"),
    ],
    order_is_irrelevant: [
        ("sorted(dict.fromkeys(", "list(dict.fromkeys("),
        (
            "sorted(connected.get(account_id, ()), key=lambda association: association.association_id)",
            "connected.get(account_id, ())",
        ),
    ],
    touches_only_what_it_owns: [
        ("if not limits.owns(first):", "if False:"),
        ("if limits.owns(association)\n", "if True\n"),
        ("if account_id == limits.primary_account_id:", "if False:"),
        ("association.service_id != SERVICE_ID or association.account_type != SOURCE", "False"),
        (" or arn.account_id != association.account_id", ""),
        ("association.role_arn in self.owned_role_arns", "arn.path + arn.name in str(self.owned_role_arns)"),
    ],
    removes_nothing_after_an_incomplete_reading: [("if desired.why_incomplete is not None:", "if False:")],
    touches_no_more_than_the_limits: [
        ("min(self.max_removals, by_share)", "self.max_removals"),
        ("min(self.max_removals, by_share)", "by_share"),
        ("-(-owned *", "(owned *"),
        ("or None\n\n\ndef _taken_back", "and None\n\n\ndef _taken_back"),
        ("number, by_share = removals + updates,", "number, by_share = removals,"),
    ],
    never_before_the_role: [
        ("if role.why_left_alone is None else", "if True else"),
        ("if role.why_left_alone is not None:", "if False:"),
    ],
}


def run(subject: Subject, promise: Callable[[Subject, Case], None], *, examples: int, phases: list[Phase]) -> None:
    """Hold a promise against drawn cases, the same in every run."""

    @settings(
        max_examples=examples,
        derandomize=True,
        deadline=None,
        database=None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases())
    def holds(case: Case) -> None:
        promise(subject, case)

    holds()


@pytest.mark.parametrize("promise", PROPERTIES, ids=lambda one: one.__name__)
def test_promise(promise: Callable[[Subject, Case], None]) -> None:
    """It holds.

    Promise: Sync within limits.
    """
    run(Subject(plan_module, limits_module), promise, examples=150, phases=[Phase.generate, Phase.shrink])


def test_copy_without_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    """It keeps all promises: what the next test finds is the mistake, not the copy."""
    subject = Subject(*(changed(one, "def ", "def ", monkeypatch) for one in (plan_module, limits_module)))
    for promise in PROPERTIES:
        run(subject, promise, examples=50, phases=[Phase.generate])


@pytest.mark.parametrize(
    ("promise", "text", "mistake"),
    [(promise, *mistake) for promise, mistakes in MISTAKES.items() for mistake in mistakes],
    ids=lambda one: getattr(one, "__name__", str(one)[:40]),
)
def test_promise_notices_a_mistake(
    promise: Callable[[Subject, Case], None], text: str, mistake: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plan with the mistake in it breaks the promise."""
    subject = Subject(
        changed(plan_module, text, mistake, monkeypatch), changed(limits_module, text, mistake, monkeypatch)
    )
    assert (subject.plan_module, subject.limits_module) != (plan_module, limits_module), "the text is not there"
    with pytest.raises(AssertionError):
        run(subject, promise, examples=1000, phases=[Phase.generate])


def changed(module: ModuleType, text: str, mistake: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return a copy of a module with a mistake, or the module itself if it has not the text."""
    source = Path(str(module.__file__)).read_text("utf-8")
    if text not in source:
        return module
    copy = ModuleType(f"{module.__name__}_with_a_mistake")
    monkeypatch.setitem(sys.modules, copy.__name__, copy)
    exec(compile(source.replace(text, mistake), copy.__name__, "exec"), copy.__dict__)
    if "ActionKind" in copy.__dict__:
        copy.__dict__["ActionKind"] = ActionKind  # so that the promises know its kinds
    return copy


def test_nothing_there() -> None:
    """An empty Agent Space and no account that should be connected need nothing."""
    case = Case(desired=Desired(roles={}), actual=(), limits={"primary_account_id": PRIMARY, "owned_roles": ["/A"]})
    assert Subject(plan_module, limits_module).plan(case) == Plan(actions=(), in_step=0)
