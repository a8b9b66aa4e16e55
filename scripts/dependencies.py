"""What the package depends on: the ranges that pyproject.toml states, and the versions of requirements-dev.lock."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import metadata, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

NAME = "devops-agent-constructs"
LOCK = Path(__file__).parents[1] / "requirements-dev.lock"
_PYTHON = re.compile(r"Programming Language :: Python :: (3\.\d+)")
_LOCKED = re.compile(
    r"^(?P<name>[a-z0-9._-]+)==(?P<version>[^\s\\;]+)(?: ; (?P<marker>[^\\\n]+?))? \\\n"
    r"(?P<hashes>(?:    --hash=\S+(?: \\)?\n)+)(?P<via>(?:    # .*\n)+)",
    re.MULTILINE,
)
# As the lock names what pyproject.toml states, other than its dependency groups.
_STATED = f"{NAME} (pyproject.toml)"


@dataclass(frozen=True, kw_only=True, slots=True)
class LockedPackage:
    """A version of a package in the lock.

    Attributes:
        name: As package indexes normalize it.
        version: The one that is installed, where the marker holds.
        marker: The environments that install it, like `python_full_version < '3.11'`; None: all.
        sha256: Digests of its files, in hexadecimal.
        required_by: Names of packages.
    """

    name: str
    version: str
    marker: str | None
    sha256: Sequence[str]
    required_by: frozenset[str]


def pythons() -> Sequence[str]:
    """Return the versions of Python that the package says it supports, from the oldest on."""
    classifiers = metadata(NAME).get_all("Classifier") or []
    return [match[1] for text in classifiers if (match := _PYTHON.fullmatch(text))]


def stated() -> Sequence[Requirement]:
    """Return what pyproject.toml states, without dependency groups: the core first, then what extras bring."""
    requirements = [Requirement(line) for line in requires(NAME) or []]
    return sorted(requirements, key=lambda requirement: (requirement.marker is not None, requirement.name.lower()))


def locked() -> Sequence[LockedPackage]:
    """Return all packages of the lock, also those for development alone."""
    return [
        LockedPackage(
            name=match["name"],
            version=match["version"],
            marker=match["marker"],
            sha256=re.findall("--hash=sha256:([0-9a-f]{64})", match["hashes"]),
            required_by=frozenset(filter(None, re.findall(r"^    #(?: via)? *(.*)$", match["via"], re.MULTILINE))),
        )
        for match in _LOCKED.finditer(LOCK.read_text(encoding="utf-8"))
    ]


def installed_for(requirements: Sequence[Requirement]) -> Sequence[LockedPackage]:
    """Return what the lock installs for some of what is stated, and for that in turn."""
    packages = locked()
    names: set[str] = {canonicalize_name(requirement.name) for requirement in requirements}
    while more := {package.name for package in packages if package.required_by & names} - names:
        names |= more
    return [package for package in packages if package.name in names]
