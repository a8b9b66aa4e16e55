"""Writes and reads where a value stands in an accounts file, like `accounts[3].role.name`."""

from __future__ import annotations

import re
from ast import literal_eval

_WORD = re.compile(r"[\w<-]+")
_PART = re.compile(r"""\[('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\]|([^.\[\]]+)""")

Key = str | int
KeyPath = tuple[Key, ...]


def field_of(path: KeyPath) -> str:
    """Write a path as users read it, e.g. `accounts[3].role.name`, on one line whatever the keys are."""
    text = "".join(f".{key}" if isinstance(key, str) and _WORD.fullmatch(key) else f"[{key!r}]" for key in path)
    return text.removeprefix(".")


def path_of(field: str) -> KeyPath:
    """Read what `field_of` writes, e.g. `accounts[3].id` or `tags['a.b']`, as a path."""
    parts = _PART.findall(field)
    return tuple(literal_eval(quoted) if quoted else int(part) if part.isdecimal() else part for quoted, part in parts)
