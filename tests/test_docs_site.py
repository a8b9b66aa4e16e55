"""The docs site builds strictly, its reference is the code's, and it is right in a browser, with no other host."""

from __future__ import annotations

import html
import re
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urldefrag

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config

import devops_agent_constructs as package
from scripts.browser import NoBrowserError, program
from scripts.docs_site import links_of_home, without_outside_links
from scripts.reference import pages
from scripts.reference.construct_pages import places
from scripts.reference.python_names import documented_names
from tests.browser import DESK, PHONE, Browser, Scheme, Tab, served, started
from tests.browser_scripts import AT_REST, CONTENTS, FOUND, NO_WORKERS, PALE_TEXTS, PICTURE
from tests.markdown import ROOT

HEAD = '<!doctype html><meta name=viewport content="width=device-width"><link rel=icon href="data:,"><body>'
BROKEN = """
<script>console.error("it is", 5); console.warn("careful"); nothing()</script><script src=missing.js></script>
<img src=missing.svg alt=near><img src=https://example.org/p.svg alt=far>
<a href=good/>well</a> <a href=good/#here>well</a> <a href=https://example.org/>well</a> <a href=#there>well</a>
<a href=bad/>bad</a> <a href=#nowhere>bad</a> <a href=good/#nowhere>bad</a> <a href=http://example.org/>bad</a>
<div style="position: absolute; left: 0; width: 780px">wide</div>
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site; a broken link, a page that is in no menu or a name that is not found ends it."""
    folder = tmp_path_factory.mktemp("site")
    config = load_config(str(ROOT / "mkdocs.yml"), site_dir=str(folder), strict=True)
    build(config)
    return folder


def test_reference_pages_are_up_to_date() -> None:
    """`make reference` writes what is there already, and no page is left of a construct that is no more."""
    computed = pages()
    for path, text in computed.items():
        assert path.read_text(encoding="utf-8") == text, path.name
    assert set((ROOT / "docs" / "constructs").iterdir()) <= computed.keys()


def test_every_public_name_is_documented(site: Path) -> None:
    """Each has a heading with docstring and arguments once: on a page of a construct, or on that of Python.

    Promise: One door.
    """
    paths, on_pages = documented_names(), places()
    headings = set(re.findall(r'<h3 id="([\w.]+)"', (site / "python" / "index.html").read_text(encoding="utf-8")))
    assert set(package.__all__) <= set(paths)
    assert headings == {path for name, path in paths.items() if name not in on_pages}
    for name, place in on_pages.items():
        page = (site / place.partition("#")[0].removesuffix(".md") / "index.html").read_text(encoding="utf-8")
        assert re.search(rf'<h[12] id="{name.lower()}">{name}<', page), name


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


def test_links_out_of_a_page_in_a_folder() -> None:
    """What is a folder above it is a page still."""
    page, folder = "[the example](../../examples/a/app.py), [a page](../page.md#d)", PurePosixPath("constructs")
    assert without_outside_links(page, repository="", folder=folder) == "the example, [a page](../page.md#d)"
    assert without_outside_links(page, repository="https://example.org/r", folder=folder) == (
        "[the example](https://example.org/r/blob/main/examples/a/app.py), [a page](../page.md#d)"
    )


def test_links_of_the_home_page() -> None:
    """The README's links start at docs/."""
    readme = "[a](docs/a.md#b), [c](CONTRIBUTING.md), [d](https://example.org/), [e](#e), ![p](docs/pictures/p.svg)"
    assert links_of_home(readme) == (
        "[a](a.md#b), [c](../CONTRIBUTING.md), [d](https://example.org/), [e](#e), ![p](pictures/p.svg)"
    )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the browser, the only one; that there is none is a failure, which says how to get one."""
    try:
        path = program()
    except NoBrowserError as error:
        pytest.fail(str(error), pytrace=False)
    with started(path) as running:
        yield running


@pytest.fixture(scope="module")
def home(site: Path) -> Iterator[str]:
    """Serve the site, from one address, so that the browser keeps what all pages share."""
    with served(site) as address:
        yield address


def pages_of(folder: Path) -> list[str]:
    """Return the pages of a site, as they stand in an address."""
    return sorted(page.relative_to(folder).as_posix().removesuffix("index.html") for page in folder.rglob("*.html"))


def faults_of(browser: Browser, home: str, folder: Path) -> list[str]:
    """Open every page of a site once, on a phone; return what is wrong, page by page.

    Not painted, and without the search, which makes its index anew in each: they cost more than all the rest. The tests
    below look at some pages whole.
    """
    ids, links, faults = dict[str, set[str]](), list[tuple[str, str]](), list[str]()
    with browser.tab(home, is_painted=False) as tab:
        tab.run_first(NO_WORKERS)
        tab.show(PHONE, "light")
        for page in pages_of(folder):
            tab.open(page)
            contents = tab.evaluate(CONTENTS)
            found = [*tab.faults, *(f"no picture: {picture}" for picture in contents["missing"])]
            if contents["width"] > PHONE[0]:
                found.append(f"{contents['width']} pixels wide")
            faults += [f"{page}: {fault}" for fault in found]
            tab.faults.clear()
            ids[page] = {"", *contents["ids"]}
            links += [(page, link.removeprefix(home)) for link in contents["links"]]
    return faults + [f"{page}: a link to {link}" for page, link in links if not leads_somewhere(link, ids, folder)]


def leads_somewhere(link: str, ids: dict[str, set[str]], folder: Path) -> bool:
    """Say whether a link leads to a page, to a place of it, to a file, or away by `https`."""
    path, anchor = map(unquote, urldefrag(link))
    if path in ids:
        return anchor in ids[path]
    return path.startswith("https://") or (folder / path).is_file()


def test_every_page_in_a_browser(site: Path, home: str, browser: Browser) -> None:
    """No error, nothing that cannot be had or comes from elsewhere, no link into the void, and it fits a phone."""
    assert len(pages_of(site)) > 20
    assert faults_of(browser, home, site) == []


def test_faults_in_a_browser(tmp_path: Path, browser: Browser) -> None:
    """The test above sees each of them."""
    (tmp_path / "good").mkdir()
    (tmp_path / "good" / "index.html").write_text(f"{HEAD}<p id=here>Good <a href=../#there>page</a>", encoding="utf-8")
    (tmp_path / "index.html").write_text(f"{HEAD}<p id=there>{BROKEN}", encoding="utf-8")
    with served(tmp_path) as address:
        assert sorted(faults_of(browser, address, tmp_path)) == [
            ": 404: missing.js",
            ": 404: missing.svg",
            ": 780 pixels wide",
            ": a link to #nowhere",
            ": a link to bad/",
            ": a link to good/#nowhere",
            ": a link to http://example.org/",
            ": asks another host: https://example.org/p.svg",
            ": console, error: it is 5",
            ": console, warning: careful",
            ": exception: ReferenceError: nothing is not defined",
            ": net::ERR_NAME_NOT_RESOLVED: example.org",
            ": no picture: far",
            ": no picture: near",
        ]


SCHEMES: dict[Scheme, tuple[int, ...]] = {"light": (255, 255, 255), "dark": (13, 17, 23)}


@pytest.mark.parametrize(("page", "first", "then"), [("", "light", "dark"), ("accounts_file_keys/", "dark", "light")])
def test_page_as_it_is_seen(home: str, browser: Browser, page: str, first: Scheme, then: Scheme) -> None:
    """At a desk and on a phone, in the color scheme that the reader has now: text has contrast, as has the picture."""
    with browser.tab(home) as tab:
        tab.run_first(NO_WORKERS)
        tab.show(DESK, first)
        tab.open(page)
        for scheme in (first, then):
            for size in (DESK, PHONE):
                tab.show(size, scheme)
                tab.evaluate(AT_REST)
                assert tab.evaluate("getComputedStyle(document.body).colorScheme") == scheme
                assert tab.evaluate(PALE_TEXTS) == {}
                assert tab.evaluate("document.documentElement.scrollWidth") <= size[0]
            if not page:
                assert color_of_picture(tab) == SCHEMES[scheme]
        assert tab.faults == []


def color_of_picture(tab: Tab) -> tuple[int, ...]:
    """Return red, green and blue at the top of the first picture, of one pixel between its boxes."""
    place = tab.evaluate(PICTURE)
    png = tab.screenshot(x=int(place["x"] + place["width"] / 2), y=int(place["y"]) + 4, width=1, height=1)
    parts, start = b"", 8
    while start < len(png):
        length, kind = int.from_bytes(png[start : start + 4], "big"), png[start + 4 : start + 8]
        parts += png[start + 8 : start + 8 + length] if kind == b"IDAT" else b""
        start += length + 12
    return tuple(zlib.decompress(parts)[1:4])  # Before them stands the line's filter, which changes nothing here.


def test_search(home: str, browser: Browser) -> None:
    """A word leads to the page that is about it."""
    with browser.tab(home) as tab:
        tab.show(DESK, "light")
        tab.open("faq/")
        tab.evaluate("document.querySelector('.md-search__input').focus()")
        tab.call("Input.insertText", text="threats")
        assert tab.evaluate(FOUND) in {f"{home}security/", f"{home}security/#threats"}
        assert tab.faults == []
