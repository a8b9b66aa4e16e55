"""Writes tables that GitHub and Python-Markdown read alike."""

from __future__ import annotations

import re
from collections.abc import Iterable


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table; no cell may be more than one line."""
    names = list(header)
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines).replace("| --- ", "|---").replace("--- |", "---|")


def prose(text: str) -> str:
    """Return text for a cell, in which nothing but `code` is taken for a mark, a tag or a border."""
    words, code = r"[^`]+", r"`[^`]*`"
    return "".join(_escaped(part) for part in re.findall(f"{code}|{words}", " ".join(text.split())))


def _escaped(part: str) -> str:
    if part.startswith("`"):
        return part  # No code of ours has a border.
    return re.sub(r"([*_])", r"\\\1", part.replace("|", "&#124;").replace("<", "&lt;"))
