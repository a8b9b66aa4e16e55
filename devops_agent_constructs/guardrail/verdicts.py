"""Tells which permissions of a role AWS's guardrail leaves without effect, and which its managed policy has already.

AWS passes a session policy on every assume of a role of DevOps Agent; an action that it lacks has no effect, whatever
the role says. `guardrail_lists` has what AWS publishes about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.guardrail.lists import GuardrailLists, guardrail_lists
from devops_agent_constructs.policies.permissions import managed_policy_names
from devops_agent_constructs.policy_evaluation.wildcards import is_covered, overlaps

# CDK tokens and policy variables: text that only deployment or a request knows.
_UNKNOWN_TEXT = re.compile(r"\$\{[^{}]*\}")


class Effect(Enum):
    """What becomes of an action that a role allows."""

    OUTSIDE = "outside"
    """Nothing: the published lists of the guardrail have no action that matches."""

    PARTLY_OUTSIDE = "partly outside"
    """A pattern that matches something in the lists, and more."""

    REDUNDANT = "redundant"
    """Nothing new: AWS's managed policy, which the role has, allows it on every resource without conditions."""

    UNCONFIRMED = "unconfirmed"
    """Nobody but AWS knows: its guides tell users to allow it, yet it is in no published list; or its managed policy
    allows it on some resources or under conditions only, and no list says whether the guardrail goes further."""

    USEFUL = "useful"
    """The guardrail has it, and the role has it from this statement."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What becomes of one action of one statement.

    Attributes:
        sid: The statement's Sid; without one its place, like `Statement[0]`.
        action: As the statement writes it, maybe a pattern.
        effect: What becomes of it.
        instead: For a pattern that is PARTLY_OUTSIDE: the entries of the lists that it meets and that the role has not
            from AWS's managed policy. May be empty.
    """

    sid: str
    action: str
    effect: Effect
    instead: tuple[str, ...] = ()


def guardrail_verdicts(
    statements: Iterable[Mapping[str, object]],
    *,
    generation: Generation = Generation.GA,
    managed_policy_arns: Iterable[str] | None = None,
) -> tuple[Verdict, ...]:
    """Judge each action of each Allow statement.

    Deny statements get no verdict: whatever they take away stays away. A statement's resources matter only for
    `iam:CreateServiceLinkedRole`, its conditions never: what is REDUNDANT is granted everywhere already.

    Args:
        statements: Of a role's own policies, with Sid, Effect, Action and Resource, as texts or lists.
        generation: The role's. In PREVIEW there is no verdict: whether the guardrail applies to sessions of that
            set-up is unconfirmed. In TRANSITION the verdicts are those of GA, which the role moves to.
        managed_policy_arns: The role's managed policies; CDK tokens may stand in the ARNs. None: AWS's of the
            generation.

    Raises:
        OnboardingInputError: A statement is malformed, or allows everything but some actions (NotAction).
    """
    if generation is Generation.PREVIEW:
        return ()
    lists = guardrail_lists()
    if managed_policy_arns is None:
        is_granted = lists.policy_name in managed_policy_names(generation)
    else:
        # A bare name is a policy of the account's own, even if it is this one.
        is_granted = any(arn.endswith(f":iam::aws:policy/{lists.policy_name}") for arn in managed_policy_arns)
    return tuple(
        verdict
        for index, statement in enumerate(statements)
        for verdict in _verdicts(statement, lists, field=f"Statement[{index}]", is_granted=is_granted)
    )


def _verdicts(
    statement: Mapping[str, object], lists: GuardrailLists, *, field: str, is_granted: bool
) -> Iterable[Verdict]:
    if (effect := statement.get("Effect")) not in {"Allow", "Deny"}:
        raise OnboardingInputError(f"{field}.Effect", effect, why="neither Allow nor Deny", fix="write one of them")
    if effect == "Deny":
        return
    if "NotAction" in statement:
        why = "it allows all actions but these, which no list can be compared with"
        fix = "write the actions that the agent needs as 'Action'"
        raise OnboardingInputError(f"{field}.NotAction", statement["NotAction"], why=why, fix=fix)
    # NotResource: any resource may be meant.
    resources = _texts(statement.get("Resource", "*"), field=f"{field}.Resource")
    unconfirmed = tuple(
        action
        for action, where in lists.unconfirmed.items()
        if any(overlaps(_UNKNOWN_TEXT.sub("*", resource), where) for resource in resources)
    )
    for action in dict.fromkeys(_texts(statement.get("Action"), field=f"{field}.Action")):
        verdict, instead = effect_of(action, lists, unconfirmed=unconfirmed, is_granted=is_granted)
        yield Verdict(sid=str(statement.get("Sid") or field), action=action, effect=verdict, instead=instead)


# All accounts of an app ask for the same few actions.
@lru_cache(maxsize=4096)
def effect_of(
    action: str, lists: GuardrailLists, *, unconfirmed: tuple[str, ...] = (), is_granted: bool
) -> tuple[Effect, tuple[str, ...]]:
    """Judge one action, maybe a pattern; return its effect, and what to write instead, as `Verdict` has them."""
    if is_granted and is_covered(action, lists.granted):
        return Effect.REDUNDANT, ()
    published, perhaps = (*lists.granted, *lists.supported), (*lists.limited, *unconfirmed)
    if is_covered(action, published):
        return Effect.USEFUL, ()
    met = [entry for entry in (*published, *perhaps) if overlaps(action, entry)]
    if not met:
        return Effect.OUTSIDE, ()
    if is_covered(action, (*published, *perhaps)):
        return Effect.UNCONFIRMED, ()
    if is_granted:
        met = [entry for entry in met if entry not in lists.granted and not is_covered(entry, lists.granted)]
    # By lower case: the lists do not spell all actions alike.
    return Effect.PARTLY_OUTSIDE, tuple({entry.lower(): entry for entry in met}.values())


def _texts(value: object, *, field: str) -> list[str]:
    texts = value if isinstance(value, list | tuple) else [value]
    if not texts or not all(isinstance(text, str) and text for text in texts):
        raise OnboardingInputError(field, value, why="must be text or a list of texts", fix="write it in quotes")
    return list(texts)
