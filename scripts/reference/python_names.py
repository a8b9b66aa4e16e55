"""Computes docs/python.md: every public name, what it is, and where it is defined.

The modules are read and never imported, as half of them would load the CDK.
"""

from __future__ import annotations

import ast
from itertools import pairwise
from pathlib import Path

import devops_agent_constructs as package
from scripts.reference.construct_pages import places
from scripts.reference.tables import prose, table

_ROOT = Path(__file__).parents[2]
_NAME = package.__name__
# Room -> heading, in the order of a reader.
_HEADINGS = {
    "onboarding": "All accounts at once",
    "secondary": "The secondary account",
    "policies": "What the role may do",
    "primary": "The primary account",
    "agent_space_arn": "The primary account",
    "organization": "A whole organization",
    "account_sync": "Associations that follow the organization",
    "association_health": "Whether it works",
    "app_checks": "Checks",
    "generation": "Words",
    "errors": "Words",
}
# Public, and not in the package's own namespace: they take an extra, or are functions of a module that says what for.
_IN_MODULES = {
    "config": ("from_context", "from_file"),
    "templates": ("secondary_account_template", "template_body", "quick_create_url"),
    "testing.assertions": ("assert_admits_only", "assert_connects"),
    "nag": ("acknowledge_findings",),
}
_INTRODUCTION = """# Python

Every public name, as its docstring has it; what deploys something has a [page of its own](constructs/index.md), with its template. Those of the last section are in the modules that they name, all others in `devops_agent_constructs`.
"""  # noqa: E501 (a paragraph of the docs is one line)


def documented_names() -> dict[str, str]:
    """Return the path of each public name."""
    tree = ast.parse(Path(str(package.__file__)).read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    paths = {alias.name: f"{node.module}.{alias.name}" for node in imports for alias in node.names}
    paths = {name: paths[name] for name in package.__all__}
    return paths | {name: f"{_NAME}.{module}.{name}" for module, names in _IN_MODULES.items() for name in names}


def headings() -> dict[str, str]:
    """Return the heading below which each name of the package stands."""
    paths = documented_names()
    return {name: _HEADINGS[paths[name].split(".")[1]] for name in package.__all__}


def page() -> str:
    """Return the page."""
    paths = documented_names()
    sections: dict[str, list[str]] = {heading: [] for heading in _HEADINGS.values()}
    for name, heading in headings().items():
        sections[heading].append(name)
    parts = [_INTRODUCTION]
    parts += [f"## {heading}\n\n{_names(names, paths)}\n" for heading, names in sections.items()]
    rest = [name for names in _IN_MODULES.values() for name in names]
    parts.append(f"## In modules of their own\n\n{_names(rest, paths)}\n")
    return "\n".join(parts)


def _names(names: list[str], paths: dict[str, str]) -> str:
    files = [f"{paths[name].rpartition('.')[0].replace('.', '/')}.py" for name in names]
    there = places()
    rows = [
        (f"[`{name}`]({there.get(name, f'../{file}')})", prose(_summary(file, name)))
        for name, file in zip(names, files, strict=True)
    ]
    return table(["name", "what it is"], rows)


def _summary(path: str, name: str) -> str:
    file = _ROOT / path
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name == name:
            return str(ast.get_docstring(node)).partition("\n\n")[0]
    return _after_assignment(file, name)


def _after_assignment(file: Path, name: str) -> str:
    """Return the docstring below an assignment, as a type alias has it."""
    body = ast.parse(file.read_text(encoding="utf-8")).body
    for node, following in pairwise(body):
        names = {target.id for target in ast.walk(node) if isinstance(target, ast.Name)}
        if isinstance(node, ast.Assign | ast.AnnAssign) and name in names and isinstance(following, ast.Expr):
            return str(ast.literal_eval(following.value)).partition("\n\n")[0]
    raise LookupError(f"{name} has no docstring in {file}")
