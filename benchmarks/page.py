"""Writes what was measured into the table of a page, and draws the table as a picture.

The numbers of the page are the only ones that are kept: the picture is drawn from the table as it is read again, so
that a test can tell whether the two belong together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

from benchmarks.measure import Result, Run

LARGEST_MEMORY = 1.10
"""The largest ratio of peak memory that is promised."""

_WAYS = {
    "by_hand": "by hand",
    "same_template_by_hand": "by hand, same template",
    "by_library": "this library",
    "by_accounts_file": "an accounts file",
    "associations_by_hand": "by hand",
    "associations_by_library": "this library",
    "rollout_by_hand": "by hand",
    "rollout_by_library": "this library",
}
_HEAD = """\
| What | Accounts | Way | Wall time, s | ratio | Processor time, s | ratio | at most | Memory, MB | ratio |
|---|--:|---|--:|--:|--:|--:|--:|--:|--:|
"""
_ROW = re.compile(
    r"\| (?P<what>\w+) \| (?P<accounts>[0-9,]+) \| (?P<way>[a-z, ]+) "
    r"\| (?P<wall>[0-9.]+) \| (?P<wall_ratio>[0-9.]+) "
    r"\| (?P<processor>[0-9.]+) \| (?P<processor_ratio>[0-9.]+) \| (?P<most>[0-9.]*) "
    r"\| (?P<memory>[0-9]+) \| (?P<memory_ratio>[0-9.]+) \|"
)


def page(text: str, results: Sequence[Result], *, date: str, versions: str) -> str:
    """Return the text of the page with another table, and when and with what it was measured."""
    head, _, rest = text.partition(_HEAD)
    words = rest.splitlines(keepends=True)
    while words and words[0].startswith("|"):
        del words[0]
    measured = f"Measured on {date} with {versions}.\n"
    return head + table(results) + "".join(measured if line.startswith("Measured on ") else line for line in words)


def table(results: Iterable[Result]) -> str:
    """Return a table of Markdown."""
    return _HEAD + "".join(
        f"| {one.what} | {one.accounts:,} | {_WAYS[one.way]} "
        f"| {one.median.wall:.1f} | {one.ratio.wall:.2f} "
        f"| {one.median.processor:.1f} | {one.ratio.processor:.2f} | {'' if is_by_hand(one) else f'{one.most:.2f}'} "
        f"| {one.median.memory:.0f} | {one.ratio.memory:.2f} |\n"
        for one in results
    )


def read_table(page_text: str) -> list[Result]:
    """Return what a page's table says."""
    results = []
    for row in _ROW.finditer(page_text):
        number = {name: float(row[name]) for name in ("wall", "processor", "memory")}
        ratio = {name: float(row[f"{name}_ratio"]) for name in number}
        what = row["what"]
        ways = [way for way, words in _WAYS.items() if words == row["way"] and _makes(way) == what]
        accounts, most = int(row["accounts"].replace(",", "")), float(row["most"] or 1)
        results.append(
            Result(what=what, accounts=accounts, way=ways[0], median=Run(**number), ratio=Run(**ratio), most=most)
        )
    return results


def _makes(way: str) -> str:
    return next((what for what in ("associations", "rollout") if way.startswith(what)), "roles")


def is_by_hand(result: Result) -> bool:
    """Tell whether a way is hand-written CDK, of which nothing is promised."""
    return result.way.endswith("by_hand")


_STYLE = """\
  <style>
    .page { fill: #ffffff; } text { fill: #1f2328; } .quiet { fill: #57606a; } .name { font-weight: 600; }
    .wall { fill: #8c959f; } .processor { fill: #0969da; } .memory { fill: #8250df; }
    .one { stroke: #57606a; stroke-width: 1.5; stroke-dasharray: 4 3; }
    @media (prefers-color-scheme: dark) {
      .page { fill: #0d1117; } text { fill: #e6edf3; } .quiet { fill: #9da7b3; }
      .wall { fill: #6e7681; } .processor { fill: #58a6ff; } .memory { fill: #bc8cff; } .one { stroke: #9da7b3; }
    }
  </style>
"""
# As wide as a phone, so that nothing is made smaller there.
_WIDTH, _LEFT, _ONE, _LARGEST = 390, 132, 160, 1.25
_MEASURES = {"processor": "processor time", "wall": "wall time", "memory": "memory"}


def picture(results: Iterable[Result]) -> str:
    """Return a picture as SVG: for each number of accounts three bars, which hand-written CDK's ends at the line."""
    lines: list[str] = []
    shown = [one for one in results if one.way in {"by_library", "associations_by_library"}]
    y = 74
    for one in shown:
        what = f"{one.accounts:,} {one.what if one.what != 'roles' else 'account' + 's' * (one.accounts != 1)}"
        lines.append(f'  <text class="name" x="16" y="{y}">{escape(what)}</text>')
        for measure, words in _MEASURES.items():
            ratio = getattr(one.ratio, measure)
            width = round(min(ratio, _LARGEST) * _ONE)
            y += 22
            lines += [
                f'  <text class="quiet" x="{_LEFT - 8}" y="{y}" text-anchor="end">{words}</text>',
                f'  <rect class="{measure}" x="{_LEFT}" y="{y - 12}" width="{width}" height="15" rx="2"/>',
                f'  <text x="{_WIDTH - 12}" y="{y}" text-anchor="end">{ratio:.2f}</text>',
            ]
        y += 36
    height = y - 14
    at_one = _LEFT + _ONE
    head = f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" role="img" \
aria-labelledby="title description"
     font-family="system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', Helvetica, Arial, sans-serif" font-size="14">
  <title id="title">This library, measured against hand-written CDK</title>
  <desc id="description">{escape(_description(shown))}</desc>
{_STYLE}  <rect class="page" width="{_WIDTH}" height="{height}" rx="8"/>
  <text class="name" x="16" y="28">This library against the CDK by hand</text>
  <text class="quiet" x="{at_one}" y="52" text-anchor="middle">by hand = 1</text>
"""
    line = f'  <line class="one" x1="{at_one}" y1="60" x2="{at_one}" y2="{height - 12}"/>\n'
    return head + "\n".join(lines) + f"\n{line}</svg>\n"


def _description(shown: Iterable[Result]) -> str:
    return " ".join(
        f"{one.accounts:,} {one.what}: processor time {one.ratio.processor:.2f}, wall time {one.ratio.wall:.2f}, "
        f"memory {one.ratio.memory:.2f} of what it takes by hand."
        for one in shown
    )
