"""Computes the reference pages below docs/ from the code, and the tables of what was tried from its record.

`python -m scripts.reference` writes them.
"""

from __future__ import annotations

from pathlib import Path

from scripts.compatibility import record
from scripts.reference import accounts_file_keys, command_line_options, construct_pages, python_names

DOCS = Path(__file__).parents[2] / "docs"


def pages() -> dict[Path, str]:
    """Return the text of each page, by its path."""
    return {
        DOCS / "accounts_file_keys.md": accounts_file_keys.page(),
        DOCS / "command_line_options.md": command_line_options.page(),
        DOCS / construct_pages.PYTHON_PAGE: python_names.page(),
        **{DOCS / path: text for path, text in construct_pages.pages(python_names.headings()).items()},
        record.PAGE: record.page(),
    }
