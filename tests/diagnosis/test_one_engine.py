"""One parser of trust policies, and one engine on it: whoever asks, it is the same that is judged."""

from __future__ import annotations

import ast

from tests.library_source import imports, modules


def importers(name: str) -> set[str]:
    """Return the folders of the library, and modules of none, that import a name."""
    return {
        path.partition("/")[0]
        for path, imported in imports().items()
        if name in {module.rpartition(".")[2] for module in imported}
    }


def test_one_parser() -> None:
    """The language reads a trust policy for itself, and the checks for all others: doctor and migrate ask them."""
    assert importers("parse_trust_policy") <= {"policy_evaluation", "checks"}


def test_one_set_of_callers() -> None:
    """Who is meant and who is a stranger is found out in the checks alone.

    Promise: One judgement.
    """
    for name in ("intended", "strangers", "decide_by"):
        assert importers(name) <= {"policy_evaluation", "checks"}


def test_one_reader_of_principals() -> None:
    """No other module takes a written Principal element apart, but for the statements that the library writes."""
    readers = set[str]()
    for path, nodes in modules().items():
        calls = (node for node in nodes if isinstance(node, ast.Call))
        gets = (call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "get")
        values = {value.value for call in gets for value in call.args if isinstance(value, ast.Constant)}
        readers |= {path.partition("/")[0]} if "Principal" in values else set()
    assert readers <= {"policy_evaluation", "checks"}
