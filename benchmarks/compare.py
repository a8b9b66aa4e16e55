"""Compares this library with hand-written CDK in one run, and writes `docs/benchmarks.md` and its picture.

    make bench
    make bench ARGUMENTS="--quick"
    make bench ARGUMENTS="--accounts 1 300"

Its end tells whether the promises of speed and memory are kept: 1 if one is broken.

Promise: As fast as by hand.
"""

from __future__ import annotations

import argparse
import datetime as dt
import importlib.metadata
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from benchmarks.measure import Comparison, Result, measure
from benchmarks.page import LARGEST_MEMORY, is_by_hand, page, picture, read_table, table

DOCS = Path(__file__).parent.parent / "docs"
ROLES = ("by_hand", "same_template_by_hand", "by_library", "by_accounts_file")
ASSOCIATIONS = ("associations_by_hand", "associations_by_library")
ROLLOUT = ("rollout_by_hand", "rollout_by_library")
SIZES = (1, 10, 100, 1000)
LARGEST_GROWTH = 1.25
"""How much more a further account may cost from 100 to 1,000 accounts than from 1 to 100: it grows in a line."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, write, and return 1 if a promise is broken."""
    options = _options().parse_args(arguments)
    results: list[Result] = []
    for comparison in comparisons(options.accounts, quick=options.quick):
        with tempfile.TemporaryDirectory() as folder:
            results += measure(comparison, Path(folder), say=_say)
    print(table(results))
    if options.accounts is None and not options.quick:
        before, date = (DOCS / "benchmarks.md").read_text(encoding="utf-8"), dt.datetime.now(dt.timezone.utc)
        text = page(before, results, date=f"{date:%Y-%m-%d}", versions=versions())
        (DOCS / "benchmarks.md").write_text(text, encoding="utf-8")
        (DOCS / "pictures" / "benchmarks.svg").write_text(picture(read_table(text)), encoding="utf-8")
    broken = [*broken_promises(results), *uneven_growth(results)]
    print("\n".join(broken) or "all promises are kept")
    return int(bool(broken))


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench", description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--accounts",
        type=_at_least_one,
        nargs="+",
        metavar="N",
        help=f"roles of so many accounts alone, and write nothing; default: {', '.join(map(str, SIZES))}, and the rest",
    )
    parser.add_argument("--quick", action="store_true", help="a look: 1 and 10 accounts, few turns, and write nothing")
    return parser


def _at_least_one(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of accounts; give 1 or more")
    return int(text)


def comparisons(accounts: Sequence[int] | None, *, quick: bool) -> list[Comparison]:
    """Return what to measure; the more accounts, the fewer turns."""
    sizes = accounts or ((1, 10) if quick else SIZES)
    roles = [
        Comparison(what="roles", ways=ROLES, accounts=size, most=most(size), turns=2 if quick else turns(size))
        for size in sizes
    ]
    if accounts or quick:
        return roles
    return [
        *roles,
        Comparison(what="associations", ways=ASSOCIATIONS, accounts=1000, most=1.05, turns=3),
        Comparison(what="rollout", ways=ROLLOUT, accounts=1, most=1.20, turns=5),
    ]


def most(accounts: int) -> float:
    """Return the largest ratio of processor times that is promised for roles of so many accounts."""
    return 1.10 if accounts < 10 else 1.15  # noqa: PLR2004


def turns(accounts: int) -> int:
    """Return how often to measure: a short process is disturbed more."""
    return 7 if accounts < 10 else 5 if accounts < 100 else 3  # noqa: PLR2004


def broken_promises(results: Iterable[Result]) -> Iterator[str]:
    """Yield what is above what is promised."""
    for one in results:
        if is_by_hand(one):
            continue
        name = f"{one.way}, {one.accounts:,}"
        if one.ratio.processor > one.most:
            yield f"{name}: processor time is {one.ratio.processor:.2f} of hand-written CDK's, promised {one.most:.2f}"
        if one.ratio.memory > LARGEST_MEMORY:
            yield f"{name}: memory is {one.ratio.memory:.2f} of hand-written CDK's, promised {LARGEST_MEMORY:.2f}"


def uneven_growth(results: Iterable[Result]) -> Iterator[str]:
    """Yield whether a further account costs more where there are many."""
    seconds = {one.accounts: one.median.processor for one in results if one.way == "by_library"}
    if not seconds.keys() >= {1, 100, 1000}:
        return
    few, many = (seconds[100] - seconds[1]) / 99, (seconds[1000] - seconds[100]) / 900
    if many > few * LARGEST_GROWTH:
        yield f"by_library: a further account costs {few * 1000:.1f} ms up to 100, {many * 1000:.1f} ms up to 1,000"


def versions() -> str:
    """Return what was measured, without a word on the machine."""
    node = subprocess.run([os.environ["JSII_NODE"], "--version"], capture_output=True, text=True, check=True)
    names = [f"{name} {importlib.metadata.version(name)}" for name in ("aws-cdk-lib", "jsii")]
    return f"{', '.join(names)}, Python {platform.python_version()} and Node {node.stdout.strip().lstrip('v')}"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
