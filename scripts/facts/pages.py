"""AWS's pages that the library rests on: which module cites them for what, and when they were read."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from devops_agent_constructs.checks import RULES
from devops_agent_constructs.guardrail.lists import guardrail_lists

LIBRARY = Path(__file__).parents[2] / "devops_agent_constructs"
PAGES_READ = Path(__file__).parent / "pages_read.json"

_URL = re.compile(
    r"https://(?:docs\.aws\.amazon\.com|aws\.amazon\.com|repost\.aws|github\.com/aws[a-z-]*)/[^\s\"'`)<>,;]+"
)
# `read 2026-11-26` in comments and docstrings, `..._READ = "2026-11-26"` where the program tells its users.
_READ = re.compile(r"(?:\bread(?: on)?|_READ =) \"?([0-9]{4}-[0-9]{2}-[0-9]{2})")
# AWS DevOps Agent is young and changes every week; IAM's grammar and CloudFormation's limits hardly do.
_OF_DEVOPS_AGENT = re.compile(r"devops-?agent", re.IGNORECASE)
_MOST_DAYS_OF_DEVOPS_AGENT, _MOST_DAYS = 90, 365


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Citation:
    """A page, cited by a module.

    Attributes:
        url: Without its fragment.
        module: Below the package, e.g. `policies/trust.py`.
        what: The constant, function or class that rests on it; empty: the module.
        read: When, if the module says so.
    """

    url: str
    module: str
    what: str
    read: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A page with all that rests on it.

    Attributes:
        url: Without its fragment.
        citations: At least one.
        read: When it was last read for all of them. None: nobody says.
    """

    url: str
    citations: tuple[Citation, ...]
    read: date | None

    @property
    def most_days(self) -> int:
        """After how many days to read it again."""
        return _MOST_DAYS_OF_DEVOPS_AGENT if _OF_DEVOPS_AGENT.search(self.url) else _MOST_DAYS

    def is_overdue(self, today: date) -> bool:
        """Tell whether it is to be read again."""
        return self.read is None or (today - self.read).days > self.most_days


def pages(citations: Iterator[Citation], read: Mapping[str, date]) -> list[Page]:
    """Return the pages, the one first that was read longest ago.

    Args:
        citations: Of the library.
        read: URL -> when it was read again for all that rests on it; a module may say a later date of its own.
    """
    by_url: dict[str, list[Citation]] = {}
    for citation in citations:
        by_url.setdefault(citation.url, []).append(citation)
    found = []
    for url, cited in by_url.items():
        again = read.get(url)
        stated = [max(each.read, again or each.read) for each in cited if each.read is not None]
        if again is not None and len(stated) < len(cited):
            stated.append(again)
        found.append(Page(url=url, citations=tuple(sorted(set(cited))), read=min(stated, default=None)))
    return sorted(found, key=lambda page: (page.read or date.min, page.url))


def citations_of_the_library() -> Iterator[Citation]:
    """Yield what the library's modules, its rules and the lists of the guardrail cite."""
    for path in sorted(LIBRARY.rglob("*.py")):
        yield from citations(path.read_text(encoding="utf-8"), path.relative_to(LIBRARY).as_posix())
    for rule in RULES:
        for url in urls(rule.source):
            yield Citation(url=url, module="checks/rules/", what=rule.id)
    lists = guardrail_lists()
    supported, read = "supported_additional_permissions", date.fromisoformat(lists.supported_read)
    yield Citation(url=lists.source, module="guardrail/guardrail.json", what=supported, read=read)


def citations(source: str, module: str) -> Iterator[Citation]:
    """Yield what a module cites; a date holds for the URLs before it in its paragraph.

    Args:
        source: Its text.
        module: Its path.
    """
    if _URL.search(source) is None:
        return
    tree, number = ast.parse(source), 1
    for paragraph in source.split("\n\n"):
        for line, url in _lines_of_urls(paragraph):
            after = paragraph[paragraph.index(url) :]
            read = _READ.search(plain(after))
            yield Citation(
                url=url,
                module=module,
                what=_what(tree, number + line),
                read=None if read is None else date.fromisoformat(read[1]),
            )
        number += paragraph.count("\n") + 2


def urls(text: str) -> Iterator[str]:
    """Yield the URLs of AWS's pages in a text, without fragments."""
    for match in _URL.finditer(text):
        url = match[0].partition("#")[0].rstrip(".:")
        if url.count("/") > 3:  # noqa: PLR2004 (`https://host/` and more: a page, not the beginning of one)
            yield url


def plain(text: str) -> str:
    """Return text of a source on one line, without what marks a comment."""
    return " ".join(re.sub(r"^\s*#", "", line).strip() for line in text.splitlines())


def recorded() -> dict[str, date]:
    """Return when pages were read again, as recorded."""
    return {url: date.fromisoformat(day) for url, day in json.loads(PAGES_READ.read_text(encoding="utf-8")).items()}


def record(read: Mapping[str, date]) -> None:
    """Write when pages were read again."""
    days = {url: day.isoformat() for url, day in sorted(read.items())}
    PAGES_READ.write_text(json.dumps(days, indent=1) + "\n", encoding="utf-8")


def _lines_of_urls(paragraph: str) -> Iterator[tuple[int, str]]:
    for line, text in enumerate(paragraph.split("\n")):
        for url in urls(text):
            yield line, url


def _what(tree: ast.Module, line: int) -> str:
    """Return the class and function around a line, or the constant below it."""
    names: list[str] = []
    body: list[ast.stmt] = tree.body
    while True:
        around = [node for node in body if node.lineno <= line <= (node.end_lineno or 0)]
        inner = [node for node in around if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)]
        if not inner:
            break
        names.append(inner[0].name)
        body = inner[0].body
    if names:
        return ".".join(names)
    below = [node for node in tree.body if node.end_lineno is not None and node.end_lineno >= line]
    is_docstring = below and isinstance(below[0], ast.Expr)
    return "" if is_docstring or not below else _name(below[0])


def _name(node: ast.stmt) -> str:
    if isinstance(node, ast.Assign):
        return ast.unparse(node.targets[0])
    if isinstance(node, ast.AnnAssign):
        return ast.unparse(node.target)
    return str(getattr(node, "name", ""))
