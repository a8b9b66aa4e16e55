"""A table whose rows are written as they come: the first before the last is known."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from devops_agent_constructs.cli.console import console
from devops_agent_constructs.cli.plain_text import plain

_GAP = 2
_NARROWEST_LAST_COLUMN = 10
_STYLES = {"valid": "green", "invalid": "red", "pending": "yellow"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column.

    Attributes:
        title: Its first line.
        width: In characters; on a terminal a longer cell goes on below. The last column takes what is left.
    """

    title: str
    width: int


class Rows:
    """Writes a table to standard output.

    On a terminal a long cell goes on below its beginning, so that nothing is cut. In a pipe every row is one line,
    for grep and awk.
    """

    def __init__(self, columns: Sequence[Column]) -> None:
        self._console = console()
        self._widths = [column.width for column in columns[:-1]]
        taken = sum(self._widths) + _GAP * len(self._widths)
        self._last = max(_NARROWEST_LAST_COLUMN, self._console.width - taken)
        self._titles = [column.title for column in columns]

    def row(self, *cells: str) -> None:
        """Write a row at once; before the first one, the titles. A cell that is a status has its colour."""
        if self._titles:
            self._write([title.upper() for title in self._titles])
            self._titles = []
        self._write([plain(cell) for cell in cells])

    def text(self, line: str) -> None:
        """Write a line of its own, like totals."""
        self._console.print(line, soft_wrap=True)

    def _write(self, cells: Sequence[str]) -> None:
        from rich.text import Text  # noqa: PLC0415  # As in `console`.

        for parts in self._lines(cells):
            line = Text()
            for part, width in zip_longest(parts, self._widths, fillvalue=0):
                text = str(part)
                padding = "" if not width else " " * max(int(width) - len(text) + _GAP, 1)
                line.append(text, style=_STYLES.get(text, "")).append(padding)
            line.rstrip()
            self._console.print(line, soft_wrap=True)
        sys.stdout.flush()

    def _lines(self, cells: Sequence[str]) -> list[tuple[str, ...]]:
        if not self._console.is_terminal:
            return [tuple(cells)]
        widths = [*self._widths, self._last]
        folded = [
            [cell[start : start + width] for start in range(0, len(cell), width)]
            for cell, width in zip(cells, widths, strict=True)
        ]
        return list(zip_longest(*folded, fillvalue=""))


def is_wide() -> bool:
    """Whether whole ARNs fit into a line: in a pipe always, on a terminal from 140 columns on."""
    screen = console()
    return not screen.is_terminal or screen.width >= 140  # noqa: PLR2004  # as it says
