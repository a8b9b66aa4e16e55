"""Compare what the inline policies of a role allow and deny with what they should."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import compress
from typing import Any

from devops_agent_constructs import service
from devops_agent_constructs.checks.finding import Severity
from devops_agent_constructs.checks.live_role import LiveRole
from devops_agent_constructs.diagnosis import commands
from devops_agent_constructs.diagnosis.commands import Command
from devops_agent_constructs.diagnosis.difference import READS_MORE, Difference, denial, listed
from devops_agent_constructs.diagnosis.expected_role import ExpectedRole
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.guardrail.lists import guardrail_lists
from devops_agent_constructs.guardrail.verdicts import Effect, effect_of
from devops_agent_constructs.policies.permissions import preview_statements
from devops_agent_constructs.policy_evaluation.permission_statements import (
    Permission,
    PermissionStatement,
    parse_permissions,
    permissions_of,
    readable_permissions,
)
from devops_agent_constructs.policy_evaluation.policy_elements import raw_statements
from devops_agent_constructs.policy_evaluation.wildcards import is_covered

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
    # All policies together: in which of them a permission stands is no matter to IAM.
    there = [statement for statements in policies.values() for statement in statements]
    yield from _missing(wanted, there, live, expected)
    for name, statements in policies.items():
        take_away = list(_without(name, live, expected))
        differences = list(_of_policy(f"the inline policy {name}", statements, wanted, expected, take_away))
        yield from differences
        # A policy that only repeats the library's is in no one's way, but no stack would ever clean it up.
        if name != _NAME and not differences:
            what = f"the inline policy {name} allows what {_NAME} should, under another name"
            yield expected.difference("inlinePolicyOtherName", what, *take_away)


def _missing(
    wanted: Sequence[PermissionStatement], there: Sequence[PermissionStatement], live: LiveRole, expected: ExpectedRole
) -> Iterator[Difference]:
    missing = [permission for permission in permissions_of(wanted) if not permission.is_permitted(there)]
    signatures = {_signature(statement) for statement in there}
    denials = [deny.name for deny in wanted if not deny.is_allow and _signature(deny) not in signatures]
    if not (missing or denials):
        return
    # Most symptoms are those of the kind; two shortfalls have one of their own.
    is_there = _NAME in live.inline_policies
    document = _rewritten(_NAME, live, expected, {permission.name for permission in missing})
    lacks = [*([listed(missing)] if missing else []), *(f"the Deny statement {name}" for name in denials)]
    symptom = "" if missing else READS_MORE
    if {permission.action for permission in missing} == {"iam:CreateServiceLinkedRole"}:
        symptom = _NO_RESOURCE_EXPLORER
    yield expected.difference(
        "inlinePermissionsMissing" if is_there else "inlinePolicyMissing",
        f"the inline policy {_NAME} {'lacks' if is_there else 'is missing, with'} {' and '.join(lacks)}",
        *([] if document is None else [_put(_NAME, live, document)]),
        symptom=symptom,
    )


def _rewritten(
    name: str, live: LiveRole, expected: ExpectedRole, missing: Collection[str] = ()
) -> Mapping[str, Any] | None:
    """Return what is to be in a policy; None: nothing.

    Its own Deny statements stay, as they may be meant; without a file that asks for something else, all others too.

    Args:
        name: The policy's.
        live: The role.
        expected: The role that it should be.
        missing: Sids of the library's statements that are to be added where others stay.
    """
    library: Mapping[str, Any] = (expected.inline_policy if name == _NAME else None) or {}
    document, added = live.inline_policies.get(name, {}), list(library.get("Statement", []))
    kept, statements = raw_statements(document), readable_permissions(document)
    # The Version is the library's, but for a policy that is kept: `${aws:username}` means something else under another.
    base = {**document, **library}
    if document and expected.accounts_file is None:
        base = {**library, **document}
        added = [statement for statement in added if statement["Sid"] in missing]
    else:
        wanted = {_signature(statement) for statement in readable_permissions(library)}
        is_own = [not statement.is_allow and _signature(statement) not in wanted for statement in statements]
        kept = list(compress(kept, is_own))
    # A Sid is unique in a policy: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
    taken = {statement["Sid"] for statement in added}
    kept = [{key: value for key, value in raw.items() if key != "Sid" or value not in taken} for raw in kept]
    return {**base, "Statement": [*kept, *added]} if kept or added else None


def _without(name: str, live: LiveRole, expected: ExpectedRole) -> Iterator[Command]:
    """Yield the commands that leave of a policy what the library would write, and its Deny statements."""
    # Before another policy goes that may have what is needed.
    for other in [name] if _NAME in live.inline_policies else [_NAME, name]:
        if (document := _rewritten(other, live, expected)) is not None:
            yield _put(other, live, document)
        elif other == name:
            yield commands.iam("delete-role-policy", live.arn, policy_name=name)


def _put(name: str, live: LiveRole, document: Mapping[str, Any]) -> Command:
    return commands.iam("put-role-policy", live.arn, policy_name=name, policy_document=commands.as_text(document))


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
    # What the accounts file asks for is no leftover, even where AWS's guardrail makes nothing of it.
    if permission.is_permitted(wanted):
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
