"""What the inline policies of a role allow, and what they should."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from devops_agent_constructs import service
from devops_agent_constructs.checks.finding import Severity
from devops_agent_constructs.checks.live_role import LiveRole
from devops_agent_constructs.diagnosis import commands
from devops_agent_constructs.diagnosis.difference import Difference
from devops_agent_constructs.diagnosis.expected_role import ExpectedRole
from devops_agent_constructs.diagnosis.inline_repair import InlineRepair, listed
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.guardrail.lists import guardrail_lists
from devops_agent_constructs.guardrail.verdicts import Effect, effect_of
from devops_agent_constructs.policies.permissions import preview_statements
from devops_agent_constructs.policy_evaluation.action_patterns import is_covered
from devops_agent_constructs.policy_evaluation.permission_statements import (
    Permission,
    PermissionStatement,
    is_permitted,
    parse_permissions,
)


def inline_differences(live: LiveRole, expected: ExpectedRole) -> Iterator[Difference]:
    """Compare what the inline policies allow; in which policy or statement it stands does not matter by itself."""
    wanted = [] if expected.inline_policy is None else parse_permissions(expected.inline_policy)
    there: dict[str, list[PermissionStatement]] = {}
    for name, document in sorted(live.inline_policies.items()):
        try:
            there[name] = parse_permissions(document)
        except OnboardingInputError as error:  # noqa: PERF203  # a role has few
            yield InlineRepair(name=name, live=live, expected=expected).not_understood(error)
    yield from _missing(wanted, [one for statements in there.values() for one in statements], live, expected)
    for name, statements in there.items():
        repair = InlineRepair(name=name, live=live, expected=expected)
        found = list(_of_policy(statements, wanted, repair))
        yield from found
        if name != service.INLINE_POLICY_NAME and not found:
            yield repair.other_name()


def _missing(
    wanted: Sequence[PermissionStatement], there: Sequence[PermissionStatement], live: LiveRole, expected: ExpectedRole
) -> Iterator[Difference]:
    missing = [one for statement in wanted for one in statement.permissions if not is_permitted(one, there)]
    denials = [one for one in wanted if not one.is_allow and not any(_is_same(one, other) for other in there)]
    if expected.inline_policy is None or not (missing or denials):
        return
    name = service.INLINE_POLICY_NAME
    is_there = name in live.inline_policies
    document = _repaired(live, expected, missing)
    lacks = [listed(missing)] if missing else []
    lacks += [f"the Deny statement {one.name}" for one in denials]
    yield Difference(
        id="inlinePermissionsMissing" if is_there else "inlinePolicyMissing",
        severity=Severity.ERROR,
        what=f"the inline policy {name} {'lacks' if is_there else 'is missing, with'} {' and '.join(lacks)}",
        symptom=_symptom_of(missing),
        fix="put the inline policy that the library writes" + ("" if document else "; it cannot be added to this one"),
        commands=() if document is None else (commands.put_inline_policy(live.arn, document),),
    )


def _repaired(live: LiveRole, expected: ExpectedRole, missing: Sequence[Permission]) -> Mapping[str, Any] | None:
    """Return the inline policy with what is missing; without a file that asks for the rest, the rest stays."""
    wanted, there = expected.inline_policy, live.inline_policies.get(service.INLINE_POLICY_NAME)
    if wanted is None or there is None or expected.accounts_file is not None:
        return wanted
    element = there.get("Statement", [])
    names = {one.name for one in missing}
    added = [one for one in wanted["Statement"] if one.get("Sid") in names]
    taken = {one.get("Sid") for one in element if isinstance(one, Mapping)} if isinstance(element, list) else set()
    if not isinstance(element, list) or any(one.get("Sid") in taken for one in added):
        return None
    return {**there, "Statement": [*element, *added]}


def _symptom_of(missing: Iterable[Permission]) -> str:
    actions = {one.action for one in missing}
    if actions == {"iam:CreateServiceLinkedRole"}:
        return "the agent cannot set up AWS Resource Explorer, by which it finds resources, where it is not set up yet"
    if not actions:
        return "none: the agent may read more than you meant"
    return 'these actions fail with "no identity-based policy allows the ... action"'


def _of_policy(
    statements: Iterable[PermissionStatement], wanted: Sequence[PermissionStatement], repair: InlineRepair
) -> Iterator[Difference]:
    by_effect: dict[Effect, list[Permission]] = {}
    idle = []
    for statement in statements:
        if not statement.is_allow and not any(_is_same(statement, other) for other in wanted):
            yield repair.denial(statement)
        if statement.is_allow and (statement.is_not_action or statement.is_not_resource):
            yield repair.all_but(statement)
        for permission in statement.permissions:
            effect = _effect(permission, repair.expected)
            if not is_permitted(permission, wanted):
                by_effect.setdefault(effect, []).append(permission)
            elif effect is Effect.OUTSIDE:
                idle.append(permission)
    if idle:
        yield repair.asked_for_without_effect(idle)
    yield from _unasked(by_effect, repair)


def _unasked(by_effect: Mapping[Effect, list[Permission]], repair: InlineRepair) -> Iterator[Difference]:
    for effect, permissions in by_effect.items():
        if effect is Effect.REDUNDANT:
            actions = [action for one in preview_statements() for action in one["Action"]]
            yield repair.redundant(permissions, is_preview=all(is_covered(one.action, actions) for one in permissions))
        elif effect in {Effect.OUTSIDE, Effect.PARTLY_OUTSIDE}:
            yield from _beyond(permissions, repair, is_without_effect=True)
        else:
            yield from _beyond(permissions, repair)


def _beyond(
    permissions: Sequence[Permission], repair: InlineRepair, *, is_without_effect: bool = False
) -> Iterator[Difference]:
    is_agent_role = repair.expected.is_of_primary_account
    chained = [one for one in permissions if is_agent_role and one.action.lower() == "sts:assumerole"]
    if chained:
        yield repair.of_agent_role(chained)
    if rest := [one for one in permissions if one not in chained]:
        yield repair.without_effect(rest) if is_without_effect else repair.unasked(rest)


def _effect(permission: Permission, expected: ExpectedRole) -> Effect:
    """Judge by AWS's guardrail; whether it applies to sessions of the preview's set-up is unconfirmed."""
    if expected.generation is Generation.PREVIEW:
        return Effect.UNCONFIRMED
    lists = guardrail_lists()
    is_granted = any(arn.endswith(f":iam::aws:policy/{lists.policy_name}") for arn in expected.managed_policy_arns)
    unconfirmed = tuple(one.action for one in lists.unconfirmed)
    return effect_of(permission.action, lists, unconfirmed=unconfirmed, is_granted=is_granted)[0]


def _is_same(one: PermissionStatement, other: PermissionStatement) -> bool:
    return _effect_of_text(one) == _effect_of_text(other)


def _effect_of_text(statement: PermissionStatement) -> tuple[object, ...]:
    """Return what counts of a statement, whatever its order, case and Sid."""
    actions = frozenset(action.lower() for action in statement.actions)
    is_not = (statement.is_allow, statement.is_not_action, statement.is_not_resource)
    return (*is_not, actions, frozenset(statement.resources), statement.conditions_in_words)
