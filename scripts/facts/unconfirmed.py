"""What the library marks as unconfirmed, and what would settle it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.guardrail.lists import guardrail_lists
from scripts.facts.pages import LIBRARY, plain
from scripts.live_check_step import Target
from scripts.live_check_steps import steps

_MARK = re.compile(
    r"\b(?:(?:is|are|stays?) (?:unconfirmed|inferred)|not confirmed"
    r"|AWS (?:does not publish|publishes (?:neither|no|nothing)))\b"
)
_MAYBE = re.compile("confirmed|inferred|publish")  # Parsing all modules takes a second.
_COMMENTS = re.compile(r"(?:^[ \t]*#.*\n)+", re.MULTILINE)
_SENTENCE_ENDS = re.compile(r"(?<=\.)\s+|\n\s*\n")
_OF_NOBODY = AgentSpaceArn.from_arn("arn:aws:aidevops:us-east-1:111111111111:agentspace/0")


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Unconfirmed:
    """Something that AWS does not publish, and that the library marks as such.

    Attributes:
        place: A module below the package, or a page of the documents.
        what: The sentence that marks it, or the question of the live check.
        is_asked_by_live_check: Whether `scripts.live_check` asks AWS.
    """

    place: str
    what: str
    is_asked_by_live_check: bool


def unconfirmed() -> list[Unconfirmed]:
    """Return all that the library marks, and what the live check asks."""
    sources = {path.relative_to(LIBRARY).as_posix(): path.read_text("utf-8") for path in LIBRARY.rglob("*.py")}
    marked = {(place, sentence) for place, source in sources.items() for sentence in marked_sentences(source)}
    for action, resource in guardrail_lists().unconfirmed.items():
        marked.add(("guardrail/guardrail.json", f"Whether the guardrail has {action} on {resource} is unconfirmed."))
    return sorted(
        [Unconfirmed(place=place, what=what, is_asked_by_live_check=False) for place, what in marked]
        + [Unconfirmed(place=place, what=what, is_asked_by_live_check=True) for place, what in questions()]
    )


def marked_sentences(source: str) -> Iterator[str]:
    """Yield the sentences of a module's comments and strings that mark something as unconfirmed."""
    if not _MAYBE.search(source):
        return
    strings = [node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)]
    comments = [match[0] for match in _COMMENTS.finditer(source)]
    for text in (*comments, *strings):
        if isinstance(text, str):
            yield from filter(_MARK.search, map(plain, _SENTENCE_ENDS.split(text)))


def questions() -> Iterator[tuple[str, str]]:
    """Yield the place and the question of all that the live check settles."""
    target = Target(
        space=_OF_NOBODY,
        account_id="222222222222",
        primary="",
        secondary="",
        region="us-east-1",
        agent_role_arn="arn:aws:iam::111111111111:role/A",
    )
    for step in steps(target):
        if step.settles is not None:
            for place in step.settles.marked_in.split(", "):
                yield place, step.settles.question
