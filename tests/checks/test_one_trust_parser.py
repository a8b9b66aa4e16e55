"""A trust policy is parsed in one place: a second reader would judge it by rules of its own."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from tests.library_source import modules

PARSER = "policy_evaluation/trust_document.py"
# It asks of a template only whether deployment decides whom a statement names, and changes what the parser has read.
LOOKS_AT_TEXT = {"checks/policy.py", "diagnosis/trust_repair.py"}
WRITES = {"_constructs/roles.py"}  # It renders what `policies.trust` writes.


def reads_principals(nodes: Iterable[ast.AST]) -> bool:
    """Tell whether a module looks up `Principal` in a document: `x["Principal"]` or `x.get("Principal")`."""
    for node in nodes:
        looked_up: ast.expr | None = None
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            looked_up = node.slice
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
            looked_up = node.args[0] if node.args else None
        if isinstance(looked_up, ast.Constant) and looked_up.value in {"Principal", "NotPrincipal"}:
            return True
    return False


def test_one_place_reads_principals() -> None:
    """Whom a statement names."""
    assert {name for name, nodes in modules().items() if reads_principals(nodes)} - LOOKS_AT_TEXT - WRITES == {PARSER}


def test_one_place_reads_conditions() -> None:
    """What an operator means is chosen where conditions are parsed.

    Promise: One judgement.
    """
    assert {
        name
        for name, nodes in modules().items()
        for node in nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Condition"
    } == {"policy_evaluation/policy_elements.py"}
