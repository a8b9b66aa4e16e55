"""Finds what in a file does not fit the format, and says so: key, value, why, fix and place.

msgspec refuses such a file in a sentence of its own; the parts come from the format, which msgspec checks by, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from types import NoneType
from typing import Any

from msgspec import inspect

from devops_agent_constructs.accounts_file.format import AccountsFile
from devops_agent_constructs.accounts_file.paths import KeyPath
from devops_agent_constructs.accounts_file.yaml import YamlDocument
from devops_agent_constructs.errors import NOT_SHOWN, OnboardingInputError

_PYTHON: dict[type[inspect.Type], type] = {
    inspect.StrType: str,
    inspect.IntType: int,
    inspect.BoolType: bool,
    inspect.ListType: list,
    inspect.VarTupleType: list,
    inspect.DictType: dict,
    inspect.StructType: dict,
    inspect.NoneType: NoneType,
}
_WANTED = {str: "a string", int: "a whole number", bool: "true or false", list: "a list", dict: "a mapping"}
_GIVEN = {**_WANTED, int: "a number", float: "a decimal number", NoneType: "empty"}
# What people, and programs for texts, write for the hyphen of a list's item.
_DASH = re.compile("[-\u2010-\u2015\u2212\u2022]")
_BETWEEN = re.compile(r"[\s,;]+")


def explain(document: YamlDocument) -> OnboardingInputError:
    """Return the first error of a file that msgspec does not take for an `AccountsFile`."""
    errors = _errors(inspect.type_info(AccountsFile), document.data, (), document)
    return next(
        errors,
        document.error(
            (), why="this does not fit here", fix="correct it; docs/accounts_file.md of the repository shows it"
        ),
    )


def _errors(
    expected: inspect.Type, value: object, path: KeyPath, document: YamlDocument
) -> Iterator[OnboardingInputError]:
    """Yield the errors of a value and of what is inside of it, in the file's order."""
    words, expected = _words(expected), _without_words(expected)
    if choices := _choices(expected):
        if value not in choices:
            fix = _one_of(str(document.value(path)), choices)
            yield document.error(path, why=words.get("not_one_of", "no such choice"), fix=fix)
        return
    types = [_without_words(option) for option in getattr(expected, "types", (expected,))]
    match next((option for option in types if _PYTHON.get(type(option)) is type(value)), None), value:
        case None, _:
            yield _wrong_type(types, value, path, document, words)
        case inspect.StructType(fields=fields), dict():
            yield from _errors_of_mapping({field.encode_name: field for field in fields}, value, path, document)
        case inspect.DictType(value_type=inner), dict():
            for key, part in value.items():
                yield from _errors(inner, part, (*path, key), document)
        case inspect.ListType(item_type=inner) | inspect.VarTupleType(item_type=inner), list():
            for index, part in enumerate(value):
                yield from _errors(inner, part, (*path, index), document)


def _errors_of_mapping(
    fields: Mapping[str, inspect.Field], value: dict[str, Any], path: KeyPath, document: YamlDocument
) -> Iterator[OnboardingInputError]:
    for key, part in value.items():
        if key in fields:
            yield from _errors(fields[key].type, part, (*path, key), document)
        else:
            # The value stays out of it: who knows what it is.
            why, fix = "no such key", _one_of(key, list(fields))
            if elsewhere := " or ".join(_mappings_with(key, inspect.type_info(AccountsFile))):
                why, fix = "no such key here", f"it belongs {elsewhere}. Known here: {', '.join(fields) or 'none'}"
            yield document.error((*path, key), value=NOT_SHOWN, why=why, fix=fix)
    for key, field in fields.items():
        if field.required and key not in value:
            choices = _choices(_without_words(field.type))
            fix = f"add it: {' or '.join(map(str, choices))}" if choices else "add it"
            yield document.error((*path, key), why="it is required and missing", fix=fix)


def _mappings_with(key: str, expected: inspect.Type, path: str = "") -> Iterator[str]:
    """Yield where in the format a key may stand, as `in accounts[].role`."""
    expected = _without_words(expected)
    match expected:
        case inspect.UnionType(types=types):
            for option in types:
                yield from _mappings_with(key, option, path)
        case inspect.ListType(item_type=inner):
            yield from _mappings_with(key, inner, f"{path}[]")
        case inspect.StructType(fields=fields):
            if any(field.encode_name == key for field in fields):
                yield f"in {path.removeprefix('.')}" if path else "at the top level"
            for field in fields:
                yield from _mappings_with(key, field.type, f"{path}.{field.encode_name}")


def _words(expected: inspect.Type) -> dict[str, str]:
    """Return what the format says of a value, and what form it has as text."""
    words: dict[str, Any] = {}
    while isinstance(expected, inspect.Metadata):
        words = {**words, **(expected.extra_json_schema or {}), **(expected.extra or {})}
        expected = expected.type
    forms = (_words(option) for option in getattr(expected, "types", ()) if isinstance(option, inspect.Metadata))
    return {**next((form for form in forms if "pattern" in form), {}), **words}


def _choices(expected: inspect.Type) -> Sequence[object]:
    if isinstance(expected, inspect.EnumType):
        return [member.value for member in expected.cls]
    return expected.values if isinstance(expected, inspect.LiteralType) else ()


def _without_words(expected: inspect.Type) -> inspect.Type:
    while isinstance(expected, inspect.Metadata):
        expected = expected.type
    return expected


def _wrong_type(
    types: Sequence[inspect.Type], value: object, path: KeyPath, document: YamlDocument, words: Mapping[str, str]
) -> OnboardingInputError:
    given, written = type(value), document.value(path)
    kinds = [kind for option in types if (kind := _PYTHON[type(option)]) is not NoneType]
    wanted = words.get("must_be") or " or ".join(_WANTED[kind] for kind in kinds)
    if "hidden" in words:
        return document.error(path, value=NOT_SHOWN, why=f"must be {wanted}", fix=words["hidden"])
    is_unquoted = str in kinds and given in {int, float, bool}
    keys = [field for option in types if isinstance(option, inspect.StructType) for field in option.fields]
    is_enough = kinds == [dict] and not any(field.required for field in keys)
    mappings = [field.encode_name for field in keys if isinstance(_without_words(field.type), inspect.StructType)]
    if is_unquoted:
        # YAML takes 222_222_222_222 for a number, and 22:22:22.
        texts = (text for text in (str(written), str(written).replace("_", "")) if _has_form(text, words))
        zero = "; an id that begins with 0 becomes another number without quotes" if str(written)[:1] == "0" else ""
        form = words.get("patternErrorMessage") or words.get("description")
        fix = next(
            (f'quote it: "{text}"{zero}' for text in texts), words.get("write") or f"write it in quotes ({form})"
        )
    elif value is False and kinds == [dict]:
        fix = "remove it"
    elif value is None:
        fix = f"{'write {} if it has no settings' if is_enough else 'give it a value'}, or remove it"
    elif given is str and kinds == [list] and _DASH.match(str(value)):
        fix = "begin each item with a hyphen and a space, on a line of its own"
    elif given is str and kinds == [list]:
        of_item = _words(getattr(types[0], "item_type", types[0]))
        items = [written] if _has_form(str(value), of_item) else filter(None, _BETWEEN.split(str(value)))
        fix = f"write it in brackets: [{', '.join(map(repr, items))}]"
    elif given is str and kinds == [int]:
        fix = "write the number without quotes"
    elif value in mappings:
        fix = f"write its settings after a colon, like {value}: {{...}}"
    else:
        # Who writes `sync: true` wants it, with its defaults.
        fix = words.get("write") or ("write {}" if is_enough and keys and value is True else f"write {wanted}")
    why = f"must be {wanted}, but {'unquoted it is' if is_unquoted else 'it is'} {_GIVEN.get(given, given.__name__)}"
    return document.error(path, why=why, fix=fix)


def _has_form(text: str, words: Mapping[str, str]) -> bool:
    return re.search(words.get("pattern", ""), text) is not None


def _one_of(name: str, known: Sequence[Any]) -> str:
    nearest = get_close_matches(name.lower(), known, n=1)
    listed = ", ".join(known)
    if not known:
        return "remove it; nothing is set here"
    return f"did you mean {nearest[0]!r}? Known: {listed}" if nearest else f"use one of: {listed}"
