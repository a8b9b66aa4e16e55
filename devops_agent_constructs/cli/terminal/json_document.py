"""Writes a JSON document as its parts come; `jq` reads it like any other."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any


def write_json(name: str, entries: Iterable[Mapping[str, Any]], *, rest: Callable[[], Mapping[str, Any]]) -> None:
    """Write `{"<name>": [...], ...}` to standard output, an entry a line, each as soon as it is there.

    Args:
        name: The key of the entries.
        entries: Read one after the other; none is kept.
        rest: Further keys, asked for after the last entry.
    """
    write = sys.stdout.write
    # Nothing is written before the first entry is read: a failure there leaves no half of a document.
    separator = beginning = f'{{"{name}": [\n'
    for entry in entries:
        write(f"{separator}  {json.dumps(entry)}")
        sys.stdout.flush()
        separator = ",\n"
    write(f"{beginning}]" if separator is beginning else "\n]")
    for key, value in rest().items():
        write(f',\n"{key}": {json.dumps(value)}')
    write("}\n")
