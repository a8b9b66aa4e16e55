"""Keeps what a judge found in a text from one run to the next, as ruff and mypy do for themselves.

The same judge finds the same in the same text. `pytest --cache-clear` and `make clean` forget it all.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path

from tests.markdown import ROOT

# Where pytest's own cache has its files: https://docs.pytest.org/en/stable/how-to/cache.html
_FOLDER = ROOT / ".pytest_cache" / "d"


def kept(judge: str, settings: object, text: str, judged: Callable[[], Iterable[str]]) -> list[str]:
    """Return what was found in this text before, or what is found now.

    Args:
        judge: The distribution that is asked; another version is asked again.
        settings: What else its answer depends on, as JSON has it.
        text: What it is asked about.
        judged: Asks it.
    """
    asked = json.dumps([judge, version(judge), settings, text])
    path = _FOLDER / judge / hashlib.sha256(asked.encode()).hexdigest()
    try:
        found: list[str] = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        found = list(judged())
        _write(path, json.dumps(found))
    return found


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Whole or not at all, as other processes read it.
    unfinished = path.with_suffix(f".{os.getpid()}")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)
