"""What is tried: a Python, and a choice of versions within the ranges that pyproject.toml states."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from importlib.metadata import metadata, requires

from packaging.requirements import Requirement

NAME = "devops-agent-constructs"
_PYTHON = re.compile(r"Programming Language :: Python :: (3\.\d+)")


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


def pythons() -> Sequence[str]:
    """Return the versions of Python that the package says it supports, from the oldest on."""
    classifiers = metadata(NAME).get_all("Classifier") or []
    return [match[1] for text in classifiers if (match := _PYTHON.fullmatch(text))]


def allowed() -> dict[str, str]:
    """Return dependency -> range, extras included, from what pyproject.toml states."""
    stated = [Requirement(line) for line in requires(NAME) or []]
    return {requirement.name: str(requirement.specifier) for requirement in sorted(stated, key=_core_first)}


def _core_first(requirement: Requirement) -> tuple[bool, str]:
    return requirement.marker is not None, requirement.name.lower()


def combinations(newest_python: str) -> Sequence[Combination]:
    """Return all there are.

    Args:
        newest_python: For the highest versions; the lowest are tried on the oldest Python, where they were common.
    """
    supported = pythons()
    return [
        Combination(name="lowest", python=supported[0], versions=Versions.LOWEST),
        Combination(name="highest", python=newest_python, versions=Versions.HIGHEST),
        *(Combination(name=python, python=python, versions=Versions.LOCKED) for python in supported),
    ]
