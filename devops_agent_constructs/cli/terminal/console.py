"""Makes rich's console: colours on a terminal, plain text in a pipe."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console


def console(stream: TextIO | None = None) -> Console:
    """Return rich's console for standard output, or for another stream.

    Colours only on a terminal, and never with `NO_COLOR`. Nothing is highlighted, cut or wrapped by itself.
    """
    # Not at the top: a command that prints a template or `--help` does not need it.
    from rich.console import Console  # noqa: PLC0415

    class PipedConsole(Console):
        def on_broken_pipe(self) -> None:
            """Let `reporting.reported` end the command; rich would end it with 1."""
            raise BrokenPipeError

    file = stream or sys.stdout
    # CI systems set variables by which rich takes a log file for a terminal.
    return PipedConsole(file=file, force_terminal=file.isatty(), highlight=False, markup=False, emoji=False)
