"""Tries what is asked for, one after the other."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from scripts.compatibility.combinations import Combination, combinations
from scripts.compatibility.record import add
from scripts.compatibility.trial import FailedError, interpreter, tried
from scripts.dependencies import pythons


def main(arguments: Sequence[str] | None = None) -> int:
    """Try combinations; return the exit code: 1 if one of them does not work."""
    found = [python for python in pythons() if interpreter(python)]
    known = {combination.name: combination for combination in combinations([*pythons()[:1], *found][-1])}
    parser = argparse.ArgumentParser(prog="python -m scripts.compatibility")
    parser.add_argument("names", nargs="*", help=f"of {', '.join(known)}; default: all whose Python is here")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="processes of the tests")
    given = parser.parse_args(arguments)
    if unknown := [name for name in given.names if name not in known]:
        parser.error(f"no combination {unknown[0]!r}; there are {', '.join(known)}")
    names = given.names or [name for name, combination in known.items() if combination.python in found]
    works = [_works(known[name], workers=given.workers) for name in names]
    if absent := [name for name in known if name not in names]:
        sys.stdout.write(f"not tried: {', '.join(absent)}\n")
    return 0 if all(works) else 1


def _works(combination: Combination, *, workers: int) -> bool:
    try:
        result = tried(combination, workers=workers)
    except FailedError as error:
        sys.stdout.write(f"{combination.name}: failed: {error}\n")
        return False
    add(combination.name, result)
    sys.stdout.write(f"{combination.name}: {result.unit_tests} tests, {result.examples} examples, {result.versions}\n")
    return True


if __name__ == "__main__":
    sys.exit(main())
