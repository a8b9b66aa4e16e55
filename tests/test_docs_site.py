"""The docs site builds strictly, its reference is the code's, and nothing in it comes from another host."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config

import devops_agent_constructs as package
from scripts.docs_site import links_of_home, without_outside_links
from scripts.reference import pages
from scripts.reference.python_names import documented_names
from tests.markdown import ROOT


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site; a broken link, a page that is in no menu or a name that is not found ends it."""
    folder = tmp_path_factory.mktemp("site")
    config = load_config(str(ROOT / "mkdocs.yml"), site_dir=str(folder), strict=True)
    build(config)
    return folder


def test_reference_pages_are_up_to_date() -> None:
    """`make reference` writes what is there already."""
    for path, text in pages().items():
        assert path.read_text(encoding="utf-8") == text, path.name


def test_every_public_name_is_documented(site: Path) -> None:
    """The page of Python has a heading with docstring and arguments for each."""
    paths = documented_names()
    headings = set(re.findall(r'<h3 id="([\w.]+)"', (site / "python" / "index.html").read_text(encoding="utf-8")))
    assert set(package.__all__) <= set(paths)
    assert headings == set(paths.values())


def test_nothing_comes_from_another_host(site: Path) -> None:
    """No font, script, style or picture tells somebody else who reads."""
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        loaded = re.findall(r"<(?:script|img|iframe|source)\b[^>]*\bsrc=\"?([^\s\">]+)", text)
        loaded += re.findall(r"<link\b[^>]*rel=\"?(?:stylesheet|preconnect|icon)[^>]*href=\"?([^\s\">]+)", text)
        loaded += re.findall(r"<link\b[^>]*href=\"?([^\s\">]+)[^>]*rel=\"?(?:stylesheet|preconnect|icon)", text)
        assert loaded
        assert [address for address in map(html.unescape, loaded) if "//" in address] == []


def test_links_out_of_the_pages() -> None:
    """They lead to the repository once there is one, and are their own texts until then; code stays as it is."""
    page = "[the example](../examples/a/app.py), [`run`](../b.sh#c), ![p](../p.svg), [here](page.md#d), `[x](../y)`."
    assert without_outside_links(page, repository="") == "the example, `run`, p, [here](page.md#d), `[x](../y)`."
    assert without_outside_links(page, repository="https://example.org/r") == (
        "[the example](https://example.org/r/blob/main/examples/a/app.py), "
        "[`run`](https://example.org/r/blob/main/b.sh#c), ![p](https://example.org/r/blob/main/p.svg), "
        "[here](page.md#d), `[x](../y)`."
    )


def test_links_of_the_home_page() -> None:
    """The README's links start at docs/."""
    readme = "[a](docs/a.md#b), [c](CONTRIBUTING.md), [d](https://example.org/), [e](#e), ![p](docs/pictures/p.svg)"
    assert links_of_home(readme) == (
        "[a](a.md#b), [c](../CONTRIBUTING.md), [d](https://example.org/), [e](#e), ![p](pictures/p.svg)"
    )
