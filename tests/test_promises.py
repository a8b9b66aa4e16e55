"""docs/promises.md: what it names is there, is a test, and says itself which promise it keeps."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.markdown import ROOT

PAGE = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
# Promise -> what shows it, in the lines below.
SHOWN_BY = {
    name: re.findall(r"^    - `(.+)`$", shown, re.MULTILINE)
    for name, shown in re.findall(r"^- \*\*(.+?)\.\*\* .*\n((?:    .*\n)*)", PAGE, re.MULTILINE)
}


@cache
def module(path: str) -> ast.Module:
    """Return a module, parsed."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def docstring(named: str) -> str:
    """Return the docstring of a test that pytest collects and does not leave out, or of a benchmark.

    Raises AssertionError if it is none.
    """
    path, _, function = named.partition("::")
    assert (ROOT / path).is_file(), named
    if path.startswith("benchmarks/"):
        assert not function
        return ast.get_docstring(module(path)) or ""
    assert path.startswith("tests/")
    assert Path(path).match("test_*.py")
    found = [node for node in module(path).body if isinstance(node, ast.FunctionDef) and node.name == function]
    assert len(found) == 1, named
    assert function.startswith("test_"), named
    marks = "\n".join(ast.unparse(mark) for mark in found[0].decorator_list)
    assert not re.search(r"mark\.(skip|xfail)", marks), named
    return ast.get_docstring(found[0]) or ""


def test_every_promise_has_something_to_show() -> None:
    """All of them are found, each has a name of its own, and something shows each."""
    names = re.findall(r"^- \*\*(.+?)\.\*\*", PAGE, re.MULTILINE)
    assert len(names) > 25
    assert names == list(SHOWN_BY)
    assert [name for name, shown in SHOWN_BY.items() if not shown] == []


@pytest.mark.parametrize("promise", SHOWN_BY)
def test_what_shows_a_promise_names_it(promise: str) -> None:
    """In its docstring, so that whoever changes it knows what rests on it."""
    for named in SHOWN_BY[promise]:
        assert f"Promise: {promise}." in docstring(named).splitlines(), named


def test_what_names_a_promise_is_on_the_page() -> None:
    """No test claims a promise that nobody reads."""
    claimed = {
        (promise, f"{path.relative_to(ROOT).as_posix()}::{node.name}")
        for path in (ROOT / "tests").rglob("test_*.py")
        if "Promise: " in path.read_text(encoding="utf-8")
        for node in module(path.relative_to(ROOT).as_posix()).body
        if isinstance(node, ast.FunctionDef)
        for promise in re.findall(r"^Promise: (.*)\.$", ast.get_docstring(node) or "", re.MULTILINE)
    }
    shown = {(promise, named) for promise, all_named in SHOWN_BY.items() for named in all_named if "::" in named}
    assert claimed == shown


def test_types_are_checked() -> None:
    """`make test` runs mypy, strictly, on the library and on the examples, which use it as an app does.

    Promise: Typed.
    """
    mypy = (ROOT / "pyproject.toml").read_text(encoding="utf-8").partition("\n[tool.mypy]\n")[2].partition("\n\n")[0]
    assert "strict = true" in mypy.splitlines()
    assert {"devops_agent_constructs", "examples", "tests"} <= set(
        re.findall(r'"(\w+)"', mypy.partition("files = ")[2])
    )
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\ntest: ")[2].partition("\n\n")[0]
    assert "@mypy > $(TYPES) 2>&1 & types=$$!;" in recipe
    assert "wait $$types; types=$$?;" in recipe
    assert "exit $$((tests + types))" in recipe
