"""Writes labelled text that reads well on a narrow terminal, and is one line a label in a pipe."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from devops_agent_constructs._plain_text import plain
from devops_agent_constructs.cli.terminal.console import console

_GAP = 2


class Paragraphs:
    """Writes text to standard output.

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
