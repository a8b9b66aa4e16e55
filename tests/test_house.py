"""The house as CONTRIBUTING.md draws it: every room is there, and imports run one way."""

from __future__ import annotations

import ast
import re
import statistics
from collections.abc import Iterator
from pathlib import Path

from tests.library_source import LIBRARY, PACKAGE, modules
from tests.markdown import ROOT

FLOORS = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition(f"```text\n{PACKAGE}/")[2].partition("```")[0]
# From the bottom to the top: what a line names first; several rooms may share a line.
ROOMS = [name.rstrip("/") for line in FLOORS.splitlines() for name in re.split(r"\s{2,}", line.strip())[0].split()]
MOST_LINES, MEDIAN_LINES, MOST_LINES_OF_A_TEST, MOST_ROOMS_OF_MODULES = 250, 120, 400, 14


def imports() -> Iterator[tuple[str, str]]:
    """Return each import from one room by another, also those in functions and for type checkers."""
    for path, nodes in modules().items():
        room = path.removesuffix(".py").partition("/")[0]
        for node in nodes:
            if isinstance(node, ast.ImportFrom) and node.module is not None and node.module.startswith(PACKAGE):
                _, _, inside = node.module.partition(".")
                for alias in node.names:
                    yield room, (inside or alias.name).partition(".")[0]


def lines(folder: Path) -> dict[str, int]:
    """Return how many lines each module in a folder has, by its path."""
    paths = (path for path in folder.rglob("*.py") if path.name != "__init__.py")
    return {path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines()) for path in paths}


def test_every_room_is_drawn() -> None:
    """The picture names what is there, and nothing else."""
    there = {path.stem for path in LIBRARY.glob("*.py")} | {path.parent.name for path in LIBRARY.glob("*/__init__.py")}
    assert set(ROOMS) == there - {"__init__"}
    assert len(ROOMS) == len(set(ROOMS))
    assert len(list(LIBRARY.glob("*.py"))) <= MOST_ROOMS_OF_MODULES


def test_imports_run_one_way() -> None:
    """No room imports from one above it, so there is no circle either; `__init__` opens all doors.

    Promise: Imports run one way.
    """
    height = {room: number for number, room in enumerate(ROOMS)}
    upwards = {(room, other) for room, other in imports() if room != "__init__" and height[other] > height[room]}
    assert upwards == set()


def test_the_policy_language_knows_nothing_of_ours() -> None:
    """What IAM's language means does not depend on DevOps Agent.

    Promise: Imports run one way.
    """
    assert {other for room, other in imports() if room == "policy_evaluation"} <= {
        "errors",
        "_role_arn",
        "policy_evaluation",
    }


def test_rooms_are_small() -> None:
    """A module that grows is split before it is too long to read at once."""
    sizes = lines(LIBRARY)
    assert {path: size for path, size in sizes.items() if size > MOST_LINES} == {}
    assert statistics.median(sizes.values()) < MEDIAN_LINES


def test_tests_stand_where_their_subject_stands() -> None:
    """A folder of tests has the name of a room, or of what stands beside the library."""
    beside = {"corpus", "emulator", "iam_reference"}
    folders = {path.parent.name for path in (ROOT / "tests").glob("*/__init__.py")}
    assert folders <= {*ROOMS, *beside}
    sizes = lines(ROOT / "tests")
    tests = {path: size for path, size in sizes.items() if Path(path).name.startswith("test_")}  # Not tables of data.
    assert {path: size for path, size in tests.items() if size > MOST_LINES_OF_A_TEST} == {}
