"""What no single document shows: of all that the library writes, nothing is wider than it must be."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from tests.markdown import ROOT

LIBRARY = ROOT / "devops_agent_constructs"


def allowing(tree: ast.AST) -> Iterator[tuple[str, ast.expr, ast.expr]]:
    """Return Sid, actions and resources of each statement that code writes and that allows something."""
    for node in ast.walk(tree):
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


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Return each module of the library, by its path."""
    for path in sorted(LIBRARY.rglob("*.py")):
        yield path.relative_to(Path(ROOT)).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def innermost(tree: ast.Module, expression: ast.expr) -> str:
    """Return the docstrings of the functions and classes around an expression."""
    around = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and node.lineno <= expression.lineno <= (node.end_lineno or node.lineno)
    ]
    return "\n".join(ast.get_docstring(node) or "" for node in around)


def test_a_reason_for_each_wildcard() -> None:
    """Whoever writes `*` as a resource says in the docstring why.

    Promise: A reason for each wildcard.
    """
    wide = {
        f"{path}: {sid}": "`*`" in innermost(tree, resources)
        for path, tree in modules()
        for sid, _, resources in allowing(tree)
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
        for _, tree in modules()
        for sid, actions, _ in allowing(tree)
        if any(fnmatchcase("iam:CreateServiceLinkedRole", action) for action in texts(actions))
    }
    assert able == {"'AllowCreateServiceLinkedRoles'", "'AllowWhatIsNotDenied'"}
