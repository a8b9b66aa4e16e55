"""Compare patterns of actions: what `s3:Get*` and `s3:*Object` share, what covers what.

IAM compares actions without case; `*` stands for any characters, `?` for one. See
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
"""

from __future__ import annotations

from collections.abc import Iterable

from devops_agent_constructs.policy_evaluation.wildcards import WILDCARDS, overlap

# Stands for every character that no pattern at hand names: they all match alike.
_ANY_OTHER = ""


def overlaps(one: str, other: str) -> bool:
    """Tell whether some text matches both patterns."""
    return overlap(one.lower().translate(WILDCARDS), other.lower().translate(WILDCARDS))


def is_covered(pattern: str, by: Iterable[str]) -> bool:
    """Tell whether every text that matches `pattern` matches one of the patterns `by`, not always the same one.

    What matters is the text alone, not whether AWS has an action of that name: `s3:GetObject` alone covers neither
    `s3:GetObject*` nor `s3:getobjec?`.

    Args:
        pattern: May be anybody's; its wildcards cost little.
        by: From somebody trusted: wildcards in their middle cost memory.
    """
    # Each pattern is followed by what is left of it, character by character.
    todo = [(pattern.lower(), _opened(text.lower() for text in by))]
    seen = set[tuple[str, frozenset[str]]]()
    while todo:
        rest, others = state = todo.pop()
        if state in seen or "*" in others:
            continue
        seen.add(state)
        # Whatever is left of the pattern, some text matches it.
        if not others or (not rest and "" not in others):
            return False
        if rest.startswith("*"):
            todo.append((rest[1:], others))
        todo += [(_rest(rest), _after(char, others)) for char in _next_characters(rest, others)]
    return True


def _rest(pattern: str) -> str:
    """Return what is left of a pattern after one character; a `*` stays, as it takes more."""
    return pattern if pattern[0] == "*" else pattern[1:]


def _next_characters(pattern: str, others: frozenset[str]) -> set[str]:
    if not pattern:
        return set()
    if pattern[0] not in "*?":
        return {pattern[0]}
    return {_ANY_OTHER, *(other[0] for other in others if other and other[0] not in "*?")}


def _after(char: str, patterns: frozenset[str]) -> frozenset[str]:
    return _opened(_rest(pattern) for pattern in patterns if pattern and pattern[0] in {"*", "?", char})


def _opened(patterns: Iterable[str]) -> frozenset[str]:
    """Add what each pattern is if its leading `*` takes nothing more."""
    found = set[str]()
    for pattern in patterns:
        found |= {pattern[index:] for index in range(len(pattern) - len(pattern.lstrip("*")) + 1)}
    return frozenset(found)
