"""Says what is wrong with a text's syntax in the words of whoever wrote it; nothing of the text is repeated."""

from __future__ import annotations

import json
import re

import yaml

from devops_agent_constructs.errors import OnboardingInputError

# YAML's line ends, all of which libyaml counts.
_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
# A parser may repeat a name or a piece of the text.
_QUOTED = re.compile("'[^']{2,}'|\"[^\"]{2,}\"")
# What the parser says -> what that is to whoever wrote the file, and how to mend it. The first that fits counts.
_SYNTAX = {
    "mapping values are not allowed": (
        "a colon and a space are not allowed here",
        "correct the indentation, or quote the text that has them",
    ),
    "cannot start any token": ("no value begins with this character", "quote the value; indent with spaces, not tabs"),
    "alias": ("a value that begins with * refers to an anchor, and there is none", 'quote it: "*"'),
    "flow node": ("a value is missing here, or a bracket before it is not closed", "correct the brackets"),
    "flow sequence": ("the list that begins here is not closed, or a comma is missing", "correct its brackets"),
    "flow mapping": ("the mapping that begins here is not closed, or a comma is missing", "correct its braces"),
    "quoted scalar": (
        "the quoted string that begins here is not closed, or has an unknown escape",
        "correct its quotes",
    ),
    "single document": ("a second document begins here", "write one file per document"),
    "simple key": ("a key without a colon, or a line that stands too far left", "add the colon, or indent the line"),
    "block": ("this line does not fit those above it", "correct the indentation"),
    "for merging": ("<< takes a mapping", "give it the alias of a mapping"),
}
_AT_START = ("flow", "quoted")
_MEND = "correct the syntax at this place"


def not_json(error: json.JSONDecodeError, name: str) -> OnboardingInputError:
    """Say where a file is not JSON."""
    before, after = error.doc[: error.pos], error.doc[error.pos :]
    problem, fix = error.msg, _MEND
    if after.startswith(("//", "/*", "#")):
        problem, fix = "JSON has no comments", "remove it"
    elif "trailing comma" in problem or (before.rstrip()[-1:] == "," and after[:1] in ("]", "}")):
        problem, fix = "JSON has no comma after the last item", "remove the comma"
    return _not_parsed("JSON", name, problem, location=_location(name, before), fix=fix)


def not_yaml(language: str, error: yaml.YAMLError, name: str, text: str) -> OnboardingInputError:
    """Say where a file is not YAML, or not the part of JSON that YAML has, too."""
    if isinstance(error, yaml.reader.ReaderError) and isinstance(error.character, int):
        before, character, _ = text.partition(chr(error.character))
        problem = f"the character {character!r} is not allowed"
        return _not_parsed(language, name, problem, location=_location(name, before), fix="remove it")
    parts = [getattr(error, "context", None), getattr(error, "problem", None)]
    message = ", ".join(part for part in parts if part) or str(error).partition("\n")[0]
    problem, fix = next(
        (words for key, words in _SYNTAX.items() if key in message), (_QUOTED.sub("...", message), _MEND)
    )
    marks = [getattr(error, "problem_mark", None), getattr(error, "context_mark", None)]
    # What is not closed goes on to the end of the file; its beginning says more.
    known_marks = [mark for mark in (reversed(marks) if any(word in message for word in _AT_START) else marks) if mark]
    location = f"{name}:{known_marks[0].line + 1}:{known_marks[0].column + 1}" if known_marks else name
    return _not_parsed(language, name, problem, location=location, fix=fix)


def _location(name: str, before: str) -> str:
    lines = _LINE_END.split(before)
    return f"{name}:{len(lines)}:{len(lines[-1]) + 1}"


def _not_parsed(language: str, name: str, problem: str, *, location: str, fix: str = _MEND) -> OnboardingInputError:
    return OnboardingInputError("file", name, why=f"not {language}: {problem}", fix=fix, location=location)
