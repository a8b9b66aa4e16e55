"""Turns msgspec's errors about the format of the accounts file into ours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import fields
from difflib import get_close_matches
from typing import get_args

import msgspec

from devops_agent_constructs.accounts_file.format import (
    AccountEntry,
    AccountsFile,
    CallAsWord,
    NewAgentSpaceEntry,
    OrganizationEntry,
    PrimaryEntry,
    TopologyEntry,
)
from devops_agent_constructs.accounts_file.role_format import CAPABILITIES, RoleEntry
from devops_agent_constructs.accounts_file.yaml import Key, YamlDocument, field_of, path_of
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.generation import Generation

_AT = re.compile(r"(?P<what>.*?)(?: - at `\$(?P<path>[a-z0-9_$.\[\]]*)`)?", re.DOTALL)
_EXPECTED = re.compile(r"Expected `(?P<expected>[^`]*)`, got `(?P<got>[^`]*)`")
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<name>.*)`", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(?P<name>.*)`")
_ENTRIES: dict[str, type[msgspec.Struct]] = {
    "create_agent_space": NewAgentSpaceEntry,
    "organization": OrganizationEntry,
    "primary": PrimaryEntry,
    "role": RoleEntry,
    "topology": TopologyEntry,
}
_CHOICES: dict[tuple[Key, ...], tuple[str, Sequence[str]]] = {
    ("generation",): ("no such generation", [generation.value for generation in Generation]),
    ("organization", "call_as"): ("not what an account can be to the organization", get_args(CallAsWord)),
}
_WORDS = {
    "str": "a string",
    "int": "a whole number",
    "bool": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "nothing",
}
_FOUND = {**_WORDS, "int": "a number", "float": "a decimal number", "null": "empty"}


def explain(error: msgspec.ValidationError, document: YamlDocument) -> OnboardingInputError:
    """Say what msgspec found in terms of the file: key, value, why, fix and place."""
    match = _AT.fullmatch(str(error))
    what, place = (match["what"], match["path"] or "") if match else (str(error), "")
    expected = _EXPECTED.fullmatch(what)
    path = _path(place, document, expected["got"] if expected else "")
    if unknown := _UNKNOWN.fullmatch(what):
        return _unknown_key(unknown["name"], path, document)
    if missing := _MISSING.fullmatch(what):
        field, location = field_of((*path, missing["name"])), document.location(path)
        return OnboardingInputError(field, None, why="it is required and missing", fix="add it", location=location)
    value = document.value(path)
    why, fix = "this does not fit here", "correct it; the README shows the format"
    if path in _CHOICES:
        why, choices = _CHOICES[path]
        fix = _one_of(str(value), choices)
    elif expected:
        wanted, got = expected["expected"].split(" | "), expected["got"]
        why = f"must be {_wanted(wanted, path)}, but {'unquoted it is' if _is_unquoted(wanted, got) else 'it is'} "
        why, fix = why + _FOUND.get(got, got), _fix(wanted, got, value, path)
    return OnboardingInputError(field_of(path) or "file", value, why=why, fix=fix, location=document.location(path))


def _path(text: str, document: YamlDocument, got: str) -> tuple[Key, ...]:
    """Split `.a[3].b`; `[...]` stands for some key of a free mapping, and `got` tells for which."""
    before, *free = text.split("[...]")
    known = path_of(before)
    if not free:
        return known
    found = _leaves(document.value(known), [path_of(part) for part in free])
    return next(((*known, *path) for path, leaf in found if _type_name(leaf) == got), known)


def _leaves(value: object, after_each: list[tuple[Key, ...]]) -> Iterator[tuple[tuple[Key, ...], object]]:
    """Yield what stands behind any key of `value`, then behind the fixed keys, then behind any key again."""
    if not after_each:
        yield (), value
    elif isinstance(value, dict):
        for name, inner in value.items():
            leaf: object = inner
            for key in after_each[0]:
                leaf = leaf[key] if isinstance(leaf, list) and isinstance(key, int) and key < len(leaf) else None
            for path, found in _leaves(leaf, after_each[1:]):
                yield (name, *after_each[0], *path), found


def _type_name(value: object) -> str:
    name = type(value).__name__
    return {"NoneType": "null", "list": "array", "dict": "object"}.get(name, name)


def _is_unquoted(wanted: Sequence[str], got: str) -> bool:
    return "str" in wanted and got in {"int", "float", "bool"}


def _wanted(names: Sequence[str], path: tuple[Key, ...]) -> str:
    if len(path) == len(("accounts", 0)) and path[0] == "accounts":
        return "an account id in quotes, or a mapping with its id"
    return " or ".join(_WORDS.get(name, name) for name in names if name != "null")


def _fix(wanted: Sequence[str], got: str, value: object, path: tuple[Key, ...]) -> str:
    if not path:
        return "start with the example in the README"
    if _is_unquoted(wanted, got):
        zero = "; an id that begins with 0 becomes another number without quotes" if str(value)[:1] == "0" else ""
        return f'quote it: "{value}"{zero}'
    if got == "null":
        return "write {} if it has no settings" if path[-1] in CAPABILITIES else "give it a value, or remove it"
    match wanted, got, path:
        case ["array"], "str", _:
            fix = f"write it in brackets: [{value!r}]"
        case ["object"], "str", (*_, "capabilities", int()) if value in CAPABILITIES:
            fix = f"write its settings after a colon, like {value}: {{...}}"
        case ["int"], "str", _:
            fix = "write the number without quotes"
        case _, _, ("accounts", int()):
            fix = 'write it like "222222222222", or {id: "222222222222"}'
        case _:
            fix = f"write {_wanted(wanted, path)}"
    return fix


def _unknown_key(name: str, path: tuple[Key, ...], document: YamlDocument) -> OnboardingInputError:
    fix = _one_of(name, _knownpath_of(path))
    # The value stays out of it: who knows what it is.
    location = document.location((*path, name))
    return OnboardingInputError(field_of((*path, name)), name, why="no such key", fix=fix, location=location)


def _knownpath_of(path: tuple[Key, ...]) -> Sequence[str]:
    match path:
        case (*_, "capabilities", int(), str(name)) if name in CAPABILITIES:
            return tuple(member.name for member in fields(CAPABILITIES[name]))
        case (*_, "capabilities", int()):
            return tuple(CAPABILITIES)
        case ("accounts", int()):
            return AccountEntry.__struct_encode_fields__
        case (*_, str(key)) if key in _ENTRIES:
            return _ENTRIES[key].__struct_encode_fields__
        case _:
            return AccountsFile.__struct_encode_fields__


def _one_of(name: str, known: Sequence[str]) -> str:
    nearest = get_close_matches(name.lower(), known, n=1)
    listed = ", ".join(known)
    if not known:
        return "remove it; nothing is set here"
    return f"did you mean {nearest[0]!r}? Known: {listed}" if nearest else f"use one of: {listed}"
