"""Compare what the inline policies of a role allow and deny with what they should."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from devops_agent_constructs import service
from devops_agent_constructs.checks.finding import Severity
from devops_agent_constructs.checks.live_role import LiveRole
from devops_agent_constructs.diagnosis import commands
from devops_agent_constructs.diagnosis.commands import Command
from devops_agent_constructs.diagnosis.difference import READS_MORE, Difference
from devops_agent_constructs.diagnosis.expected_role import ExpectedRole
from devops_agent_constructs.diagnosis.statements import (
    denial,
    listed,
    permissions_of,
    raw_statements,
    readable_statements,
)
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

_NAME = service.INLINE_POLICY_NAME
_IN_VAIN = "asked for, and blocked"
_NO_RESOURCE_EXPLORER = (
    "the agent cannot set up AWS Resource Explorer, by which it finds resources, where it is not set up yet"
)


def inline_differences(live: LiveRole, expected: ExpectedRole) -> Iterator[Difference]:
    """Compare what the inline policies allow; in which policy or statement it stands does not matter by itself."""
    wanted = [] if expected.inline_policy is None else parse_permissions(expected.inline_policy)
    policies: dict[str, list[PermissionStatement]] = {}
    for name, document in sorted(live.inline_policies.items()):
        try:
            policies[name] = parse_permissions(document)
        except OnboardingInputError as error:  # noqa: PERF203  # a role has few
            yield expected.difference("inlinePolicyNotUnderstood", f"the inline policy {name} cannot be read: {error}")
    yield from _missing(wanted, [one for statements in policies.values() for one in statements], live, expected)
    for name, statements in policies.items():
        take_away = list(_without(name, live, expected))
        differences = list(_of_policy(f"the inline policy {name}", statements, wanted, expected, take_away))
        yield from differences
        if name != _NAME and not differences:
            what = f"the inline policy {name} allows what {_NAME} should, under another name"
            yield expected.difference("inlinePolicyOtherName", what, *take_away)


def _missing(
    wanted: Sequence[PermissionStatement], there: Sequence[PermissionStatement], live: LiveRole, expected: ExpectedRole
) -> Iterator[Difference]:
    missing = [permission for permission in permissions_of(wanted) if not is_permitted(permission, there)]
    signatures = {_signature(statement) for statement in there}
    denials = [one.name for one in wanted if not one.is_allow and _signature(one) not in signatures]
    if not (missing or denials):
        return
    is_there = _NAME in live.inline_policies
    document = _added(live, expected, {permission.name for permission in missing})
    lacks = [*([listed(missing)] if missing else []), *(f"the Deny statement {name}" for name in denials)]
    symptom = "" if missing else READS_MORE
    if {permission.action for permission in missing} == {"iam:CreateServiceLinkedRole"}:
        symptom = _NO_RESOURCE_EXPLORER
    yield expected.difference(
        "inlinePermissionsMissing" if is_there else "inlinePolicyMissing",
        f"the inline policy {_NAME} {'lacks' if is_there else 'is missing, with'} {' and '.join(lacks)}",
        *([] if document is None else [commands.put_inline_policy(live.arn, document, policy_name=_NAME)]),
        symptom=symptom,
        fix="put the inline policy that the library writes" + ("" if document else "; it cannot be added to this one"),
    )


def _added(live: LiveRole, expected: ExpectedRole, names: set[str]) -> Mapping[str, Any] | None:
    """Return the inline policy with what is missing; without a file that asks for the rest, the rest stays.

    None: the statements cannot be added, as the Sid of one is taken, and a Sid is unique in a policy
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html).
    """
    wanted, there = expected.inline_policy, live.inline_policies.get(_NAME)
    if wanted is None or there is None or expected.accounts_file is not None:
        return _with_denials(_NAME, live, expected)
    added = [statement for statement in wanted["Statement"] if statement["Sid"] in names]
    rest = raw_statements(there)
    is_free = {statement["Sid"] for statement in added}.isdisjoint(statement.get("Sid") for statement in rest)
    return {**there, "Statement": [*rest, *added]} if is_free else None


def _with_denials(name: str, live: LiveRole, expected: ExpectedRole) -> Mapping[str, Any] | None:
    """Return what is to be in a policy, and its own Deny statements, which may be meant; None: nothing."""
    wanted = expected.inline_policy if name == _NAME else None
    document, statements = live.inline_policies.get(name, {}), list[Any](wanted["Statement"] if wanted else [])
    signatures = {_signature(statement) for statement in readable_statements(wanted or {})}
    taken = {statement["Sid"] for statement in statements}
    for raw, parsed in zip(raw_statements(document), readable_statements(document), strict=False):
        if not parsed.is_allow and _signature(parsed) not in signatures:
            statements.append({key: value for key, value in raw.items() if key != "Sid" or value not in taken})
    return {**document, **(wanted or {}), "Statement": statements} if statements else None


def _without(name: str, live: LiveRole, expected: ExpectedRole) -> Iterator[Command]:
    """Yield the commands that leave of a policy what the library would write, and its Deny statements."""
    # Before another policy goes that may have what is needed.
    for other in dict.fromkeys([name, *([] if _NAME in live.inline_policies else [_NAME])][::-1]):
        if (document := _with_denials(other, live, expected)) is not None:
            yield commands.put_inline_policy(live.arn, document, policy_name=other)
        elif other == name:
            yield commands.delete_inline_policy(live.arn, name)


def _of_policy(
    policy: str,
    statements: Sequence[PermissionStatement],
    wanted: Sequence[PermissionStatement],
    expected: ExpectedRole,
    take_away: Sequence[Command],
) -> Iterator[Difference]:
    signatures = {_signature(statement) for statement in wanted}
    by_kind = defaultdict[str, list[Permission]](list)
    for statement in statements:
        if not statement.is_allow and _signature(statement) not in signatures:
            yield expected.difference("inlineDeny", denial(statement, of=policy))
        if statement.is_allow and (statement.is_not_action or statement.is_not_resource):
            element = "NotAction" if statement.is_not_action else "NotResource"
            what = f"{statement.name} of {policy} allows everything but what it lists ({element})"
            yield expected.difference("allowsAllBut", what, *take_away)
        for permission in statement.permissions:
            by_kind[_kind(permission, wanted, expected)].append(permission)
    if idle := by_kind.pop(_IN_VAIN, []):
        what, fix = f"{policy} {_words('blockedByGuardrail', idle)}", "leave the capability out of the accounts file"
        yield replace(expected.difference("blockedByGuardrail", what, fix=fix), severity=Severity.WARNING)
    for kind, permissions in by_kind.items():
        if kind:
            repair = [] if kind == "agentRoleAssumes" else take_away
            yield expected.difference(kind, f"{policy} {_words(kind, permissions)}", *repair)


def _kind(permission: Permission, wanted: Sequence[PermissionStatement], expected: ExpectedRole) -> str:
    """Return the id of the difference that a permission makes; empty: none, as it is asked for and has an effect."""
    effect = _effect(permission, expected)
    if is_permitted(permission, wanted):
        return _IN_VAIN if effect is Effect.OUTSIDE else ""
    if effect is Effect.REDUNDANT:
        preview = [action for statement in preview_statements() for action in statement["Action"]]
        return "previewInlineStatements" if is_covered(permission.action, preview) else "grantedAlready"
    # Until nothing of the preview is left, the agent role reaches the other accounts by it.
    if expected.is_of_primary_account and permission.action.lower() == "sts:assumerole":
        return "agentRoleAssumes"
    is_blocked = effect in {Effect.OUTSIDE, Effect.PARTLY_OUTSIDE}
    return "blockedByGuardrail" if is_blocked else "extraInlinePermissions"


def _words(kind: str, permissions: Sequence[Permission]) -> str:
    lists, names = guardrail_lists(), listed(permissions)
    return {
        "agentRoleAssumes": f"of the agent role allows {names}",
        "blockedByGuardrail": (
            f"allows {names}, which AWS's guardrail does not let the agent use, at least not all of it "
            f"({lists.policy_name} {lists.policy_version}; list of additional permissions read {lists.supported_read})"
        ),
        "extraInlinePermissions": f"allows more than was asked for: {names}",
        "grantedAlready": f"has statements that are not needed: AWS's managed policy grants {names} already",
        "previewInlineStatements": (
            f"has statements of AWS's preview that are not needed: AWS's managed policy grants {names} already"
        ),
    }[kind]


def _effect(permission: Permission, expected: ExpectedRole) -> Effect:
    """Judge by AWS's guardrail; whether it applies to sessions of the preview's set-up is unconfirmed."""
    if expected.generation is Generation.PREVIEW:
        return Effect.UNCONFIRMED
    lists = guardrail_lists()
    is_granted = any(arn.endswith(f":iam::aws:policy/{lists.policy_name}") for arn in expected.managed_policy_arns)
    unconfirmed = tuple(entry.action for entry in lists.unconfirmed)
    return effect_of(permission.action, lists, unconfirmed=unconfirmed, is_granted=is_granted)[0]


def _signature(statement: PermissionStatement) -> tuple[object, ...]:
    """Return what counts of a statement, whatever its order, case and Sid: IAM compares actions without case."""
    actions = frozenset(action.lower() for action in statement.actions)
    is_not = (statement.is_allow, statement.is_not_action, statement.is_not_resource)
    return (*is_not, actions, frozenset(statement.resources), statement.conditions_in_words)
