"""Writes text for people: a table whose rows come one by one, the first before the last is known, and paragraphs."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from devops_agent_constructs._plain_text import plain
from devops_agent_constructs.cli.terminal.console import console

_GAP = 2
_NARROWEST_LAST_COLUMN = 10
_STYLES = {"valid": "green", "invalid": "red", "pending": "yellow"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column.

    Attributes:
        title: Its first line.
        width: In a terminal's cells; there a longer text goes on below. The last column takes what is left.
        is_cut: On a terminal a longer text ends in `…` instead.
        is_whole: A longer text is neither split nor cut anywhere, so that it can be copied.
    """

    title: str
    width: int
    is_cut: bool = False
    is_whole: bool = False


class Rows:
    """Writes a table to standard output.

    On a terminal a long text goes on below its beginning, but for columns that are cut. In a pipe every row is one line
    with whole texts, for grep and awk.
    """

    def __init__(self, columns: Sequence[Column]) -> None:
        self._console = console()
        self._columns = columns
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
        """Write a line of its own, like a summary."""
        self._console.print(line, soft_wrap=True)

    def _write(self, cells: Sequence[str]) -> None:
        from rich.cells import cell_len  # noqa: PLC0415  # As in `console`.
        from rich.text import Text  # noqa: PLC0415

        for parts in self._lines(cells):
            line = Text()
            for part, width in zip_longest(parts, self._widths, fillvalue=0):
                text = str(part)
                padding = "" if not width else " " * max(int(width) - cell_len(text) + _GAP, 1)
                line.append(text, style=_STYLES.get(text, "")).append(padding)
            line.rstrip()
            self._console.print(line, soft_wrap=True)
        sys.stdout.flush()

    def _lines(self, cells: Sequence[str]) -> list[tuple[str, ...]]:
        if not self._console.is_terminal:
            return [tuple(cells)]
        widths = [*self._widths, self._last]
        folded = [
            [cell if column.is_whole else _cut(cell, width)] if column.is_cut or column.is_whole else _fold(cell, width)
            for cell, column, width in zip(cells, self._columns, widths, strict=True)
        ]
        return list(zip_longest(*folded, fillvalue=""))


class Paragraphs:
    """Writes labelled text to standard output.

    On a terminal it is wrapped between words; a word that is longer than a line, like an ARN, goes on below. In a pipe
    nothing is wrapped, for grep.
    """

    def __init__(self, *, label_width: int) -> None:
        self._console = console()
        self._label_width = label_width

    def write(self, label: str, text: str, *, style: str = "") -> None:
        """Write a label and its text, which is below the label's end on every line."""
        from rich.text import Text  # noqa: PLC0415  # As in `console`.

        indent = self._label_width + _GAP
        for number, line in enumerate(self._lines(plain(text), indent)):
            head = label if number == 0 else ""
            self._print(Text(head.ljust(indent)).append(line, style=style))

    def write_each(self, label: str, texts: Iterable[str]) -> None:
        """Write several texts, the label before the first."""
        for number, text in enumerate(texts):
            self.write(label if number == 0 else "", text)

    def command(self, text: str) -> None:
        """Write a command on a line of its own that is never wrapped, to be copied."""
        self._print(f"{' ' * _GAP}{text}")

    def blank(self) -> None:
        """Write an empty line."""
        self._print("")

    def _print(self, line: object) -> None:
        self._console.print(line, soft_wrap=True)

    def _lines(self, text: str, indent: int) -> list[str]:
        if not self._console.is_terminal:
            return [text]
        width = max(self._console.width - indent, 2 * _GAP)
        return textwrap.wrap(text, width, break_long_words=True, break_on_hyphens=False) or [""]


def _cut(text: str, width: int) -> str:
    from rich.cells import cell_len, set_cell_size  # noqa: PLC0415  # As in `console`.

    return text if cell_len(text) <= width else f"{set_cell_size(text, width - 1).rstrip()}…"


def _fold(text: str, width: int) -> list[str]:
    """Split a text into lines that fit: between words where there are some, anywhere in a word that is too long."""
    from rich.cells import cell_len, chop_cells  # noqa: PLC0415  # As in `console`.

    lines: list[str] = []
    for word in text.split(" "):
        if lines and cell_len(f"{lines[-1]} {word}") <= width:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines += chop_cells(word, width)
    return lines or [""]


def is_wide() -> bool:
    """Whether whole ARNs fit into a line: in a pipe always, on a terminal from 140 columns on."""
    screen = console()
    return not screen.is_terminal or screen.width >= 140  # noqa: PLR2004  # as it says
