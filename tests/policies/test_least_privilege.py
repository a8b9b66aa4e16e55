"""What no single document shows: of all that the library writes, nothing is wider than it must be."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from tests.library_source import modules


def allowing(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, ast.expr, ast.expr]]:
    """Return Sid, actions and resources of each statement that code writes and that allows something."""
    for node in nodes:
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            named = {keyword.arg: keyword.value for keyword in node.keywords}
            if name == "allow":
                yield ast.unparse(node.args[0]), node.args[1], node.args[2]
            elif name == "PolicyStatement" and "resources" in named:
                yield ast.unparse(named["sid"]), named["actions"], named["resources"]
        elif isinstance(node, ast.Dict):
            keys = [key.value if isinstance(key, ast.Constant) else None for key in node.keys]
            element = dict(zip(keys, node.values, strict=True))
            if "Resource" in element and "Action" in element and ast.unparse(element["Effect"]) == "'Allow'":
                yield ast.unparse(element["Sid"]), element["Action"], element["Resource"]


def texts(expression: ast.AST) -> set[str]:
    """Return every text in an expression."""
    return {
        node.value for node in ast.walk(expression) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def innermost(nodes: Iterable[ast.AST], expression: ast.expr) -> str:
    """Return the docstrings of the functions and classes around an expression."""
    around = [
        node
        for node in nodes
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and node.lineno <= expression.lineno <= (node.end_lineno or node.lineno)
    ]
    return "\n".join(ast.get_docstring(node) or "" for node in around)


def test_a_reason_for_each_wildcard() -> None:
    """Whoever writes `*` as a resource says in the docstring why.

    Promise: A reason for each wildcard.
    """
    wide = {
        f"{path}: {sid}": "`*`" in innermost(nodes, resources)
        for path, nodes in modules().items()
        for sid, _, resources in allowing(nodes)
        if "*" in texts(resources)
    }
    assert len(wide) > 7
    assert [place for place, has_reason in wide.items() if not has_reason] == []


def test_one_service_linked_role() -> None:
    """One statement may create one, that of Resource Explorer; the other is a boundary, which grants nothing.

    Promise: One service-linked role.
    """
    able = {
        sid
        for nodes in modules().values()
        for sid, actions, _ in allowing(nodes)
        if any(fnmatchcase("iam:CreateServiceLinkedRole", action) for action in texts(actions))
    }
    assert able == {"'AllowCreateServiceLinkedRoles'", "'AllowWhatIsNotDenied'"}
