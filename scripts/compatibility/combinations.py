"""What is tried: a Python, and a choice of versions within the ranges that pyproject.toml states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from scripts.dependencies import pythons, stated


class Versions(Enum):
    """Which versions of the dependencies, in the words of `uv pip compile --resolution`."""

    LOWEST = "lowest-direct"
    HIGHEST = "highest"
    LOCKED = "locked"


@dataclass(frozen=True, kw_only=True, slots=True)
class Combination:
    """One environment.

    Attributes:
        name: As on the command line.
        python: Like `3.10`.
        versions: Those of the dependencies. Tools, such as pytest, are those of the lock in any case.
    """

    name: str
    python: str
    versions: Versions


def allowed() -> dict[str, str]:
    """Return dependency -> range, like `<3,>=2.274`, extras included."""
    return {requirement.name: str(requirement.specifier) for requirement in stated()}


def combinations(newest_python: str) -> Sequence[Combination]:
    """Return all there are.

    Args:
        newest_python: For the highest versions; the lowest are tried on the oldest Python, whose users have them.
    """
    supported = pythons()
    return [
        Combination(name="lowest", python=supported[0], versions=Versions.LOWEST),
        Combination(name="highest", python=newest_python, versions=Versions.HIGHEST),
        *(Combination(name=python, python=python, versions=Versions.LOCKED) for python in supported),
    ]
