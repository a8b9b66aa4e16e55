"""Compare what the inline policies of a role allow and deny with what they should."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from devops_agent_constructs import service
from devops_agent_constructs.checks.finding import Severity
from devops_agent_constructs.checks.live_role import LiveRole
from devops_agent_constructs.diagnosis.commands import Command
from devops_agent_constructs.diagnosis.difference import READS_MORE, Difference, denial, listed
from devops_agent_constructs.diagnosis.expected_role import ExpectedRole
from devops_agent_constructs.diagnosis.inline_repair import InlineRepair, signature
from devops_agent_constructs.diagnosis.role_policies import RolePolicies
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.guardrail.lists import guardrail_lists
from devops_agent_constructs.guardrail.verdicts import Effect, effect_of
from devops_agent_constructs.policies.permissions import preview_statements
from devops_agent_constructs.policy_evaluation.permission_statements import (
    Permission,
    PermissionStatement,
    parse_permissions,
)
from devops_agent_constructs.policy_evaluation.wildcards import is_covered

_NAME = service.INLINE_POLICY_NAME
_IN_VAIN = "asked for, and blocked"
_NO_RESOURCE_EXPLORER = (
    "the agent cannot set up AWS Resource Explorer, by which it finds resources, where it is not set up yet"
)


def inline_differences(live: LiveRole, expected: ExpectedRole, policies: RolePolicies) -> Iterator[Difference]:
    """Compare what the inline policies allow; in which policy or statement it stands does not matter by itself."""
    missing = policies.missing
    # Told apart from what is missing: the library's statement beside a guarded one would undo the guard.
    guarded = [permission for permission in missing if policies.guards(permission)]
    repair = InlineRepair(live=live, expected=expected, policies=policies, guarded=guarded)
    for name, statements in policies.inline.items():
        if statements is None:
            yield expected.difference("inlinePolicyNotUnderstood", _not_understood(name, live.inline_policies[name]))
    if guarded:
        yield _conditional(repair)
    yield from _missing([permission for permission in missing if permission not in guarded], repair)
    for name, statements in policies.inline.items():
        if statements is None:
            continue
        # The same commands for all differences of a policy: each of them writes it anew, as a whole.
        take_away = repair.take_away(name)
        differences = list(_of_policy(f"the inline policy {name}", statements, repair, take_away))
        yield from differences
        # A policy that only repeats the library's is in no one's way, but no stack would ever clean it up.
        if name != _NAME and not (differences or guarded):
            what = f"the inline policy {name} allows what {_NAME} should, under another name"
            yield expected.difference("inlinePolicyOtherName", what, *take_away)


def _not_understood(name: str, document: Mapping[str, object]) -> str:
    try:
        parse_permissions(document)
    except OnboardingInputError as error:
        return f"the inline policy {name} is not understood here: {error}"
    return ""


def _conditional(repair: InlineRepair) -> Difference:
    """Say what is allowed under further conditions, which somebody may have set as a guard."""
    guarded = repair.guarded
    guards = [statement for permission in guarded for statement in repair.policies.guards(permission)]
    # Conditions that the library asks for itself are no news.
    own = {condition for permission in guarded for condition in permission.conditions}
    further = listed(words for statement in guards for words in statement.conditions_in_words if words not in own)
    what = f"allowed under further conditions only: {listed(guarded)}; {further}"
    return repair.expected.difference("inlinePermissionsConditional", what)


def _missing(missing: Sequence[Permission], repair: InlineRepair) -> Iterator[Difference]:
    expected, policies = repair.expected, repair.policies
    # A Deny may stand in any policy, and in any form that says the same: only what it does counts.
    signatures = {signature(statement) for statement in policies.statements}
    denials = [deny.name for deny in policies.wanted if not deny.is_allow and signature(deny) not in signatures]
    if not (missing or denials):
        return
    # Most symptoms are those of the kind; two shortfalls have one of their own.
    is_there = _NAME in policies.inline
    lacks = [*([listed(missing)] if missing else []), *(f"the Deny statement {name}" for name in denials)]
    symptom = "" if missing else READS_MORE
    if {permission.action for permission in missing} == {"iam:CreateServiceLinkedRole"}:
        symptom = _NO_RESOURCE_EXPLORER
    what = f"the inline policy {_NAME} {'lacks' if is_there else 'is missing, with'} {' and '.join(lacks)}"
    difference = expected.difference(
        "inlinePermissionsMissing" if is_there else "inlinePolicyMissing",
        what,
        *repair.add([*(permission.name for permission in missing), *denials]),
        symptom=symptom,
    )
    # What lacks may stand in a policy that was not read: then it is no error, and `InlineRepair` has no command.
    if policies.is_whole:
        yield difference
    else:
        what, fix = (
            f"{what}, as far as the policies could be read",
            "look first at what could not be read: it may be there",
        )
        yield replace(difference, severity=Severity.WARNING, what=what, fix=fix)


def _of_policy(
    policy: str, statements: Sequence[PermissionStatement], repair: InlineRepair, take_away: Sequence[Command]
) -> Iterator[Difference]:
    expected, wanted = repair.expected, repair.policies.wanted
    signatures = {signature(statement) for statement in wanted}
    by_kind = defaultdict[str, list[Permission]](list)
    for statement in statements:
        if not statement.is_allow and signature(statement) not in signatures:
            yield expected.difference("inlineDeny", denial(statement, of=policy))
        # What it allows cannot be listed, so that it has no permissions to compare one by one.
        if statement.is_allow and (statement.is_not_action or statement.is_not_resource):
            element = "NotAction" if statement.is_not_action else "NotResource"
            what = f"{statement.name} of {policy} allows everything but what it lists ({element})"
            yield expected.difference("allowsAllBut", what, *take_away)
        for permission in statement.permissions:
            by_kind[_kind(permission, wanted, expected)].append(permission)
    if idle := by_kind.pop(_IN_VAIN, []):
        # Whoever asked for it may go on to do so: AWS widens its guardrail, and nothing fails by it.
        what, fix = f"{policy} {_words('blockedByGuardrail', idle)}", "leave the capability out of the accounts file"
        yield replace(expected.difference("blockedByGuardrail", what, fix=fix), severity=Severity.WARNING)
    for kind, permissions in by_kind.items():
        if kind:
            # Taken away too early, the agent loses accounts: `migrate` knows when, and says so.
            commands = [] if kind == "agentRoleAssumes" else take_away
            yield expected.difference(kind, f"{policy} {_words(kind, permissions)}", *commands)


def _kind(permission: Permission, wanted: Sequence[PermissionStatement], expected: ExpectedRole) -> str:
    """Return the id of the difference that a permission makes; empty: none, as it is asked for and has an effect."""
    # By AWS's published lists, and with the managed policies that the role is to have, not those that it has.
    effect = _effect(permission, expected)
    # What the accounts file asks for is no leftover, even where AWS's guardrail makes nothing of it.
    if permission.is_permitted(wanted):
        return _IN_VAIN if effect is Effect.OUTSIDE else ""
    if effect is Effect.REDUNDANT:
        # All eight of them are part of AIDevOpsAgentAccessPolicy: `preview_statements`.
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
    # Without the policy, nothing is granted twice: a custom one instead of it narrows on purpose.
    lists = guardrail_lists()
    is_granted = any(arn.endswith(f":iam::aws:policy/{lists.policy_name}") for arn in expected.managed_policy_arns)
    return effect_of(permission.action, lists, unconfirmed=tuple(lists.unconfirmed), is_granted=is_granted)[0]
