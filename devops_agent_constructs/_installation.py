"""How to install what is missing, in the words of every message."""

from __future__ import annotations


def install_command(extra: str) -> str:
    """Return how to install an extra: no registry has the package, so that it takes a clone of the repository."""
    return f"in a clone of the repository: python3 -m pip install '.[{extra}]'"
