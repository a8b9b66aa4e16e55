"""Says in words which permissions and limits change nothing, one line each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from devops_agent_constructs.guardrail.lists import GuardrailLists, guardrail_lists
from devops_agent_constructs.guardrail.verdicts import Effect, Verdict
from devops_agent_constructs.policies.access_limits import AccessLimits
from devops_agent_constructs.policy_evaluation.wildcards import overlaps

OUTSIDE_GUARDRAIL = "devops-agent-constructs:outsideGuardrail"
REDUNDANT_PERMISSION = "devops-agent-constructs:redundantPermission"

_MOST_ACTIONS = 8


def guardrail_warnings(verdicts: Iterable[Verdict]) -> Iterator[tuple[str, str]]:
    """Put verdicts into words: the id of a warning and its line, one for all actions of a statement with one effect.

    A pattern that is partly outside has one of its own. What is useful or unconfirmed gets none: there is nothing that
    a user could do about it.
    """
    groups: dict[tuple[str, Effect, str], list[Verdict]] = {}
    for verdict in verdicts:
        pattern = verdict.action if verdict.effect is Effect.PARTLY_OUTSIDE else ""
        groups.setdefault((verdict.sid, verdict.effect, pattern), []).append(verdict)
    lists = guardrail_lists()
    for (sid, effect, _), group in groups.items():
        if effect in _WORDING:
            warning_id, wording = _WORDING[effect]
            yield warning_id, f"{sid}: {wording(group, lists)}"


def limits_without_effect(limits: AccessLimits) -> Iterator[str]:
    """Say, in a line each, which limits name something that AWS's guardrail, as last read, does not have anyway.

    A Deny of what nobody allows is legal and silent, as a slip of the pen.
    """
    lists = guardrail_lists()
    published = (*lists.granted, *lists.limited, *lists.supported)
    for service in limits.allowed_services:
        if not any(overlaps(f"{service}:*", action) for action in published):
            yield f"allowed_services has {service!r}, of which AWS lets the agent use nothing"
    for denied in limits.deny_actions:
        if not any(overlaps(denied, action) for action in published):
            yield f"deny_actions has {denied!r}, which AWS does not let the agent do anyway"


def _outside(verdicts: list[Verdict], lists: GuardrailLists) -> str:
    verb, them = ("has", "it") if len(verdicts) == 1 else ("have", "them")
    return f"{_actions(verdicts)} {verb} no effect: {_limits(lists)}. Remove {them}{_unless(lists)}"


def _partly_outside(verdicts: list[Verdict], lists: GuardrailLists) -> str:
    [verdict] = verdicts
    if not verdict.instead:
        return (
            f"{verdict.action} adds nothing to what the role's managed policy grants: {_limits(lists)}. "
            f"Remove it{_unless(lists)}"
        )
    return (
        f"{verdict.action} is wider than AWS's guardrail: {_limits(lists)}. "
        f"Write the actions that you need, of {_listed(verdict.instead)}{_unless(lists)}"
    )


def _redundant(verdicts: list[Verdict], lists: GuardrailLists) -> str:
    them = "it" if len(verdicts) == 1 else "them"
    return (
        f"{_policy(lists)} grants {_actions(verdicts)} already, on every resource. "
        f"Remove {them}; to grant less than AWS's policy, give the role other managed policies instead."
    )


_WORDING: dict[Effect, tuple[str, Callable[[list[Verdict], GuardrailLists], str]]] = {
    Effect.OUTSIDE: (OUTSIDE_GUARDRAIL, _outside),
    Effect.PARTLY_OUTSIDE: (OUTSIDE_GUARDRAIL, _partly_outside),
    Effect.REDUNDANT: (REDUNDANT_PERMISSION, _redundant),
}


def _limits(lists: GuardrailLists) -> str:
    return (
        f"AWS limits the agent's sessions to what {_policy(lists)} allows and to supported additional permissions "
        f"(list read {lists.supported_read})"
    )


def _unless(lists: GuardrailLists) -> str:
    return f"; if AWS's lists have grown since, acknowledge this warning: {lists.source}"


def _policy(lists: GuardrailLists) -> str:
    return f"{lists.policy_name} ({lists.policy_version} of {lists.policy_date})"


def _actions(verdicts: list[Verdict]) -> str:
    return _listed([verdict.action for verdict in verdicts])


def _listed(actions: Sequence[str]) -> str:
    more = len(actions) - _MOST_ACTIONS
    return ", ".join(actions[:_MOST_ACTIONS]) + (f" and {more} more" if more > 0 else "")
