"""A trust policy is parsed in one place: a second reader would judge it by rules of its own."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.markdown import ROOT

LIBRARY = ROOT / "devops_agent_constructs"
PARSER = "policy_evaluation/trust_document.py"
# It asks of a template only whether deployment decides whom a statement names, and changes what the parser has read.
LOOKS_AT_TEXT = {"checks/policy.py", "diagnosis/trust_repair.py"}
WRITES = {"_constructs/roles.py"}  # It renders what `policies.trust` writes.


def trees() -> Iterator[tuple[str, ast.Module]]:
    """Return each module of the library."""
    for path in sorted(LIBRARY.rglob("*.py")):
        yield path.relative_to(LIBRARY).as_posix(), ast.parse(path.read_text("utf-8"))


def reads_principals(tree: ast.Module) -> bool:
    """Tell whether a module looks up `Principal` in a document: `x["Principal"]` or `x.get("Principal")`."""
    for node in ast.walk(tree):
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
    assert {name for name, tree in trees() if reads_principals(tree)} - LOOKS_AT_TEXT - WRITES == {PARSER}


def test_one_place_reads_conditions() -> None:
    """What an operator means is chosen where conditions are parsed.

    Promise: One judgement.
    """
    assert {
        name
        for name, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Condition"
    } == {"policy_evaluation/policy_elements.py"}
