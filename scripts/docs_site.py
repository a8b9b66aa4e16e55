"""Hooks of MkDocs: what the docs site has beyond the pages below docs/, which are written for GitHub first.

- The home page is README.md, so that there is one.
- Links to files outside of docs/ lead to the repository, if pyproject.toml says where that is; else they are plain
  text. `repo_url` stays unset, as with it the theme asks the repository's host about the project in each browser.
- The page of the Python names has the documentation of each from its docstrings, which are read and never imported,
  unless the name has its place on a page of a construct.

See https://www.mkdocs.org/user-guide/configuration/#hooks (read 2026-11-26).
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from hatch_build import LINK, stated_address
from scripts.reference.construct_pages import PYTHON_PAGE, places
from scripts.reference.python_names import documented_names

ROOT = Path(__file__).parents[1]
HOME = "index.md"
_DOCS = PurePosixPath()


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the home page."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    files.append(File.generated(config, HOME, content=links_of_home(readme)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Turn links out of docs/ round, and add what docstrings say."""
    del config, files
    if page.file.src_uri == PYTHON_PAGE:
        markdown = with_docstrings(markdown)
    folder = PurePosixPath(page.file.src_uri).parent
    repository = stated_address((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return without_outside_links(markdown, repository=repository, folder=folder)


def links_of_home(readme: str) -> str:
    """Return the README as a page of docs/: its links start there."""

    def moved(match: re.Match[str]) -> str:
        mark, text, target = match.groups()
        if target is None or target.startswith(("https://", "#")):
            return match[0]
        path = target.removeprefix("docs/") if target.startswith("docs/") else f"../{target}"
        return f"{mark}[{text}]({path})"

    return LINK.sub(moved, readme)


def without_outside_links(markdown: str, *, repository: str, folder: PurePosixPath = _DOCS) -> str:
    """Return a page whose links out of docs/ lead to the repository, or are their own texts.

    Args:
        markdown: The page.
        repository: The repository's address. Empty: there is none yet.
        folder: Of the page, below docs/.
    """
    out = "../" * (len(folder.parts) + 1)

    def outside(match: re.Match[str]) -> str:
        mark, text, target = match.groups()
        if target is None or not target.startswith(out):
            return match[0]
        if not repository:
            return str(text)
        return f"{mark}[{text}]({repository}/blob/main/{target.removeprefix(out)})"

    return LINK.sub(outside, markdown)


def with_docstrings(markdown: str) -> str:
    """Return the page of the Python names with each name's documentation below its table."""
    for name, path in documented_names().items():
        if name in places():
            continue
        place = path.replace(".", "/").rpartition("/")[0]
        markdown = markdown.replace(f"[`{name}`](../{place}.py)", f"[`{name}`](#{path})")
    sections = re.split(r"^(?=## )", markdown, flags=re.MULTILINE)
    return "\n".join(_section(section) for section in sections)


def _section(section: str) -> str:
    paths = re.findall(r"^\| \[`\w+`\]\(#([\w.]+)\)", section, re.MULTILINE)
    return "\n\n".join([section.rstrip(), *(f"::: {path}" for path in paths)]) + "\n"
