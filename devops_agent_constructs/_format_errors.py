"""Turns msgspec's errors about the format of the accounts file into ours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import fields
from difflib import get_close_matches

import msgspec

from devops_agent_constructs._yaml import Key, YamlDocument, field_of
from devops_agent_constructs.accounts_file import CAPABILITIES, AccountEntry, AccountsFile, RoleEntry
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.generation import Generation

_AT = re.compile(r"(?P<what>.*?)(?: - at `\$(?P<path>.*)`)?", re.DOTALL)
_EXPECTED = re.compile(r"Expected `(?P<expected>[^`]*)`, got `(?P<got>[^`]*)`")
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<name>.*)`", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(?P<name>.*)`")
_WORDS = {
    "str": "a string",
    "int": "a number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "nothing",
}


def explain(error: msgspec.ValidationError, document: YamlDocument) -> OnboardingInputError:
    """Say what msgspec found in terms of the file: key, value, why, fix and place."""
    match = _AT.fullmatch(str(error))
    what, path = (match["what"], _path(match["path"] or "")) if match else (str(error), ())
    if unknown := _UNKNOWN.fullmatch(what):
        return _unknown_key(unknown["name"], path, document)
    if missing := _MISSING.fullmatch(what):
        field, location = field_of((*path, missing["name"])), document.location(path)
        return OnboardingInputError(field, None, why="it is required and missing", fix="add it", location=location)
    value = document.value(path)
    why, fix = what, "correct it; the README shows the format"
    if expected := _EXPECTED.fullmatch(what):
        why, fix = _wrong_type(expected["expected"], expected["got"], value)
    elif path == ("generation",):
        why, fix = "no such generation", _one_of(str(value), [generation.value for generation in Generation])
    return OnboardingInputError(field_of(path) or "file", value, why=why, fix=fix, location=document.location(path))


def _path(text: str) -> tuple[Key, ...]:
    # `[...]` stands for some value of a free mapping: msgspec does not tell which.
    known = text.partition("[...]")[0]
    return tuple(int(part) if part.isdecimal() else part for part in re.findall(r"[^.\[\]]+", known))


def _wrong_type(expected: str, got: str, value: object) -> tuple[str, str]:
    wanted = " or ".join(_WORDS.get(name, name) for name in expected.split(" | "))
    why = f"must be {wanted}, but YAML reads {_WORDS.get(got, got)}"
    if "str" in expected.split(" | ") and got in {"int", "float", "bool"}:
        zeros = "; unquoted, an id that begins with 0 becomes another number" if got == "int" else ""
        return why + zeros, f'quote it: "{value}"'
    return why, f"write {wanted}"


def _unknown_key(name: str, path: tuple[Key, ...], document: YamlDocument) -> OnboardingInputError:
    fix = _one_of(name, _known_keys(path))
    location = document.location((*path, name))
    value = document.value((*path, name))
    return OnboardingInputError(field_of((*path, name)), value, why="no such key", fix=fix, location=location)


def _known_keys(path: tuple[Key, ...]) -> Sequence[str]:
    match path:
        case (*_, "capabilities", int(), str(name)):
            return tuple(member.name for member in fields(CAPABILITIES[name]))
        case (*_, "capabilities", int()):
            return tuple(CAPABILITIES)
        case (*_, "role"):
            return RoleEntry.__struct_fields__
        case ("accounts", int()):
            return AccountEntry.__struct_fields__
        case _:
            return AccountsFile.__struct_fields__


def _one_of(name: str, known: Sequence[str]) -> str:
    nearest = get_close_matches(name, known, n=1)
    listed = ", ".join(known)
    return f"did you mean {nearest[0]!r}? Known: {listed}" if nearest else f"use one of: {listed}"
