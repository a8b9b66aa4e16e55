"""Why a condition on an Agent Space's ARN does not admit it: each usual mistake by its name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.policies.conditions import Condition
from devops_agent_constructs.policies.patterns import string_matches

_ARN = re.compile(r"arn:([^:]*):aidevops:([^:]*):([^:]*):agentspace/(.+)")
_PARTS = ("Partition", "Region", "Account", "AgentSpace")


@dataclass(frozen=True, kw_only=True, slots=True)
class Mistake:
    """What is wrong with a value.

    Attributes:
        id: e.g. `wrongRegion`.
        what: In words.
    """

    id: str
    what: str


def mistakes(condition: Condition, space: AgentSpaceArn) -> Iterator[Mistake]:
    """Say what is wrong with a condition that an Agent Space's ARN does not meet.

    Args:
        condition: On `aws:SourceArn`, or on `sts:ExternalId`, which is the same ARN in the set-up of the preview.
        space: The Agent Space that should meet it.
    """
    name = condition.operator.name if condition.operator else "Null"
    if name.startswith("StringEquals") and any(_is_pattern_of(value, space) for value in condition.values):
        [value, *_] = [value for value in condition.values if _is_pattern_of(value, space)]
        better = "ArnLike" if condition.key.lower() == "aws:sourcearn" else "StringLike"
        what = f"{condition.key} is compared by {name} with the pattern {value}, where * is a plain character; {better}"
        yield Mistake(id="patternUnderStringEquals", what=f"{what} takes it as a wildcard")
        return
    if condition.operator is None or condition.operator.is_negated:
        yield Mistake(id="otherCondition", what=f"the condition on {condition.key} ({name}) keeps the Agent Space out")
        return
    parsed = [match.groups() for value in condition.values if (match := _ARN.fullmatch(value))]
    if not parsed:
        values = " or ".join(condition.values)
        yield Mistake(id="noAgentSpaceArn", what=f"{condition.key} is {values}, which is not the ARN of an Agent Space")
        return
    yield from _wrong_parts(condition.key, min((_compared(parts, space) for parts in parsed), key=len), space)


def _is_pattern_of(value: str, space: AgentSpaceArn) -> bool:
    return ("*" in value or "?" in value) and string_matches(value, space.arn, None)


def _compared(parts: tuple[str, ...], space: AgentSpaceArn) -> dict[str, tuple[str, str]]:
    """Return part -> what stands there and what should, for each part that does not fit."""
    wanted = (space.partition, space.region, space.account_id, space.agent_space_id)
    compared = zip(_PARTS, parts, wanted, strict=True)
    return {part: (found, right) for part, found, right in compared if not string_matches(found, right, None)}


def _wrong_parts(key: str, wrong: dict[str, tuple[str, str]], space: AgentSpaceArn) -> Iterator[Mistake]:
    names = {"Partition": "partition", "Region": "Region", "Account": "account", "AgentSpace": "Agent Space"}
    for part, (found, right) in wrong.items():
        where = f"{key} names the {names[part]} {found}, but the Agent Space is {right}"
        if part != "AgentSpace":
            where = f"{key} names the {names[part]} {found}, but the Agent Space is in {right}"
        yield Mistake(id=f"wrong{part}", what=where)
    if not wrong:
        what = f"{key} has the right parts, but not the ARN {space.arn}"
        yield Mistake(id="noAgentSpaceArn", what=what)
