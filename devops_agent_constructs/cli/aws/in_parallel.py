"""Makes calls about many accounts at a time, with the results in order."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

# Each waits for its account's IAM, whose limits count by account.
_WORKERS = 8


def in_order(function: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[Result]:
    """Call a function for each item, several at a time; yield each result as soon as those before it are there.

    What the function raises is raised here, in the item's turn. Nothing waits for calls that are under way when the
    reader stops, e.g. by Ctrl-C.
    """
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    for index in range(len(items)):
        waiting.put(index)
    results: list[queue.SimpleQueue[tuple[Result | None, BaseException | None]]]
    results = [queue.SimpleQueue() for _ in items]

    def work() -> None:
        while not stopped.is_set():
            try:
                index = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                results[index].put((function(items[index]), None))
            except BaseException as error:  # noqa: BLE001  # It is raised again, below.
                results[index].put((None, error))

    stopped = threading.Event()
    for _ in range(min(_WORKERS, len(items))):
        # A daemon, which Python does not wait for at its end.
        threading.Thread(target=work, daemon=True).start()
    try:
        for outcome in results:
            result, error = outcome.get()
            if error is not None:
                raise error
            yield result  # type: ignore[misc]  # There is a result where there is no error.
    finally:
        stopped.set()
