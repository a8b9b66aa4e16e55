"""Computes docs/accounts_file_keys.md from the JSON Schema of the accounts file, which comes from its format."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scripts.accounts_file_schema import json_schema
from scripts.reference.tables import prose, table

_Schema = dict[str, Any]
_TYPES = {"string": "text", "boolean": "true or false", "integer": "number", "object": "mapping", "array": "list"}
_INTRODUCTION = """# The accounts file's keys

Every key that `devops-agent.yaml` admits; any other is an error. [The accounts file](accounts_file.md) shows them at work, and the JSON Schema has the same for editors.
"""  # noqa: E501 (a paragraph of the docs is one line)


def page() -> str:
    """Return the page."""
    definitions: dict[str, _Schema] = json_schema()["$defs"]
    parts = [_INTRODUCTION]
    for name, place in _mappings(definitions).items():
        heading = f"`{place}`" if place else "The file"
        parts.append(f"## {heading}\n\n{prose(definitions[name].get('description', ''))}".rstrip() + "\n")
        parts.append(table(["key", "what it says", "type", "default"], _rows(definitions[name], definitions)) + "\n")
    parts.append("## What capabilities take\n")
    for key, schema in definitions["CapabilityEntry"]["properties"].items():
        capability = _resolved(schema, definitions)
        if capability["properties"]:
            parts.append(f"### `{key}`\n\n{prose(schema['description'])}\n")
            parts.append(table(["key", "what it says", "type", "default"], _rows(capability, definitions)) + "\n")
    return "\n".join(parts)


def _mappings(definitions: dict[str, _Schema]) -> dict[str, str]:
    """Return where each mapping stands in the file, by its definition: in the file's order, at its shortest place."""
    places = list(_places("AccountsFile", "", definitions))
    shortest = dict(sorted(places, key=lambda found: -found[1].count(".")))
    return {name: place for name, place in places if shortest[name] == place}


def _places(name: str, place: str, definitions: dict[str, _Schema]) -> Iterator[tuple[str, str]]:
    yield name, place
    if name == "CapabilityEntry":
        return  # What its keys take has tables at the end.
    for key, schema in definitions[name]["properties"].items():
        items = schema.get("items", {})
        for part in (schema, items, *items.get("anyOf", ())):
            inner = str(part.get("$ref") or "").rpartition("/")[2]
            if inner and definitions[inner].get("properties"):
                yield from _places(inner, f"{place}.{key}".lstrip("."), definitions)


def _rows(mapping: _Schema, definitions: dict[str, _Schema]) -> Iterator[tuple[str, str, str, str]]:
    for key, schema in mapping["properties"].items():
        # An account of the list is an id or a mapping: the mapping has a table of its own.
        whole = {**_resolved(schema, definitions), **schema}
        words, _, default = str(whole.get("description", "")).partition("; default")
        if key in mapping["required"]:
            default = "needed"
        default = prose(default.removeprefix(":")) or _default(schema.get("default"))
        yield f"`{key}`", prose(_says(words, whole, definitions)), _type(whole, definitions), default


def _resolved(schema: _Schema, definitions: dict[str, _Schema]) -> _Schema:
    """Follow a reference."""
    reference = str(schema.get("$ref") or "")
    return definitions[reference.rpartition("/")[2]] if reference else schema


def _default(value: object) -> str:
    if value in (None, "", [], {}):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _type(schema: _Schema, definitions: dict[str, _Schema]) -> str:
    if "enum" in schema:
        return ", ".join(f"`{word}`" for word in sorted(schema["enum"]))
    kind = _TYPES[schema.get("type", "string")]
    if kind == "list":
        item = _resolved(schema["items"], definitions)
        kind = f"list of {'ids or mappings' if 'anyOf' in item else _TYPES[item['type']] + 's'}"
    return "".join([kind, *_bounds(schema)])


def _bounds(schema: _Schema) -> Iterator[str]:
    for low, high, unit in (
        ("minimum", "maximum", ""),
        ("minLength", "maxLength", " characters"),
        ("minItems", "maxItems", " entries"),
    ):
        if low in schema and high in schema:
            yield f", {schema[low]} to {schema[high]}{unit}"
        elif high in schema:
            yield f", at most {schema[high]}{unit}"
        elif schema.get(low):
            yield f", at least {schema[low]}{unit if schema[low] != 1 else unit.replace('ies', 'y')}"


def _says(words: str, schema: _Schema, definitions: dict[str, _Schema]) -> str:
    """Return what an editor shows, and the form that it checks."""
    item = _resolved(schema.get("items", {}), definitions)
    forms = (part.get("patternErrorMessage", "") for part in (schema, item))
    texts = [words or item.get("description", ""), *forms]
    return ". ".join(dict.fromkeys(text.rstrip(".") for text in texts if text))
