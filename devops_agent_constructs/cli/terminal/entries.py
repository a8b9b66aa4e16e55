"""Writes entries for other programs, as they come: a JSON document, or rows of CSV."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

# A spreadsheet takes a cell that begins with one of these for a formula, and whoever names an account chooses it.
# https://owasp.org/www-community/attacks/CSV_Injection, read 2026-11-25
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


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


def write_csv(columns: Sequence[str], entries: Iterable[Mapping[str, object]]) -> None:
    """Write a header and a row an entry to standard output as RFC 4180 has it, each as soon as it is there.

    Args:
        columns: Keys of the entries; one that an entry lacks is an empty cell.
        entries: Values are texts, numbers, None or lists of texts.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(newline="")  # Windows would double the carriage returns.
    writer = csv.writer(sys.stdout)
    is_begun = False
    for entry in entries:
        if not is_begun:  # Only now: a failure of the first call leaves nothing.
            writer.writerow(columns)
            is_begun = True
        writer.writerow([_cell(entry.get(column)) for column in columns])
        sys.stdout.flush()
    if not is_begun:
        writer.writerow(columns)


def _cell(value: object) -> str:
    text = "" if value is None else " ".join(map(str, value)) if isinstance(value, list) else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
