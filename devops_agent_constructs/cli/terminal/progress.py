"""Shows a progress bar on standard error, where there is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from devops_agent_constructs.cli.terminal.console import console
from devops_agent_constructs.cli.terminal.reporting import note


@contextmanager
def progress_bar(task: str, *, total: int) -> Iterator[Callable[[int], None]]:
    """Show how far something is while the context lasts; in a log, one line at the beginning.

    Yields:
        What to call with the number that is done.
    """
    if not sys.stderr.isatty():
        note(f"{task} ...")
        yield lambda _done: None
        return
    # Not at the top: as in `console`.
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    parts = (TextColumn("{task.description}"), BarColumn(bar_width=20), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*parts, console=console(sys.stderr), transient=True) as bar:
        task_id = bar.add_task(task, total=total)
        yield lambda done: bar.update(task_id, completed=done)
