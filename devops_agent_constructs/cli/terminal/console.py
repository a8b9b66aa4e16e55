"""Makes rich's console, and its progress bar: colours on a terminal, plain text in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from devops_agent_constructs.cli.terminal.reporting import note

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


@contextmanager
def progress_bar(task: str, *, total: int) -> Iterator[Callable[[int], None]]:
    """Show how far something is while the context lasts; in a log, one line at the beginning.

    Yields what to call with the number that is done.
    """
    if not sys.stderr.isatty():
        note(f"{task} ...")
        yield lambda _done: None
        return
    # As above.
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    parts = (TextColumn("{task.description}"), BarColumn(bar_width=20), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*parts, console=console(sys.stderr), transient=True) as bar:
        task_id = bar.add_task(task, total=total)
        yield lambda done: bar.update(task_id, completed=done)
