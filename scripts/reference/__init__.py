"""Computes the reference pages below docs/ from the code, and the tables of what was tried from its record.

`python -m scripts.reference` writes them.
"""

from __future__ import annotations

from pathlib import Path

from scripts.compatibility import record
from scripts.reference import accounts_file_keys, command_line_options, python_names

DOCS = Path(__file__).parents[2] / "docs"


def pages() -> dict[Path, str]:
    """Return the text of each page, by its path."""
    return {
        DOCS / "accounts_file_keys.md": accounts_file_keys.page(),
        DOCS / "command_line_options.md": command_line_options.page(),
        DOCS / python_names.PYTHON_PAGE: python_names.page(),
        record.PAGE: record.page(),
    }
