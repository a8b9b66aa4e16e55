"""One parser of trust policies, and one engine on it: whoever asks, it is the same that is judged."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import devops_agent_constructs

PACKAGE = Path(devops_agent_constructs.__file__).parent


def importers(name: str) -> Iterator[str]:
    """Yield the folders of the library, and modules of none, that import a name."""
    for path in PACKAGE.rglob("*.py"):
        imports = (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.ImportFrom))
        if name in {alias.name for node in imports for alias in node.names}:
            yield path.relative_to(PACKAGE).parts[0]


def test_one_parser() -> None:
    """The language reads a trust policy for itself, and the checks for all others: doctor and migrate ask them."""
    assert set(importers("parse_trust_policy")) <= {"policy_evaluation", "checks"}


def test_one_set_of_callers() -> None:
    """Who is meant and who is a stranger is found out in the checks alone.

    Promise: One judgement.
    """
    for name in ("intended", "strangers", "decide_by"):
        assert set(importers(name)) <= {"policy_evaluation", "checks"}


def test_one_reader_of_principals() -> None:
    """No other module takes a written Principal element apart, but for the statements that the library writes."""
    readers = set[str]()
    for path in PACKAGE.rglob("*.py"):
        calls = (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call))
        gets = (call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "get")
        values = {value.value for call in gets for value in call.args if isinstance(value, ast.Constant)}
        readers |= {path.relative_to(PACKAGE).parts[0]} if "Principal" in values else set()
    assert readers <= {"policy_evaluation", "checks"}
