"""The library's source as Python reads it, once for all tests that look at how it is written."""

from __future__ import annotations

import ast
from functools import cache

from tests.markdown import ROOT

PACKAGE = "devops_agent_constructs"
LIBRARY = ROOT / PACKAGE


@cache
def modules() -> dict[str, tuple[ast.AST, ...]]:
    """Return the nodes of each module, by its path in the library; the module itself is the first."""
    return {
        path.relative_to(LIBRARY).as_posix(): tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        for path in sorted(LIBRARY.rglob("*.py"))
    }


@cache
def imports() -> dict[str, frozenset[str]]:
    """Return what each module imports, by its path: of `from a import b` both `a` and `a.b`, as either is a module."""
    found = {}
    for path, nodes in modules().items():
        names = set[str]()
        for node in nodes:
            if isinstance(node, ast.ImportFrom):
                names |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
            elif isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
        found[path] = frozenset(names)
    return found
