"""Tries what is asked for, one after the other."""

from __future__ import annotations

import argparse
import os
import sys

from scripts.compatibility.combinations import combinations, pythons
from scripts.compatibility.record import add
from scripts.compatibility.trial import FailedError, interpreter, tried


def main() -> int:
    """Try combinations; return the exit code: 1 if one of them does not work."""
    parser = argparse.ArgumentParser(prog="python -m scripts.compatibility")
    found = [python for python in pythons() if interpreter(python)]
    known = {combination.name: combination for combination in combinations(found[-1])}
    parser.add_argument("names", nargs="*", choices=[[], *known], help="default: all whose Python is here")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="processes of the tests")
    given = parser.parse_args()
    names = given.names or [name for name, combination in known.items() if combination.python in found]
    failed = 0
    for name in names:
        try:
            result = tried(known[name], workers=given.workers)
        except FailedError as error:
            failed += 1
            sys.stdout.write(f"{name}: failed: {error}\n")
        else:
            add(name, result)
            sys.stdout.write(f"{name}: {result.unit_tests} tests, {result.examples} examples, {result.versions}\n")
    if absent := [name for name in known if name not in names]:
        sys.stdout.write(f"not tried: {', '.join(absent)}\n")
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
