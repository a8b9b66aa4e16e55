"""Compares whole processes, this library against hand-written CDK, in one run; prints ratios.

Wall time is that of a process from start to end, with `app.synth()` in it; peak memory is the sum of the peaks of
Python and Node. The ways take turns, so that a noisy machine hurts all alike; a ratio is one of medians. Linux only.

Promise: As fast as by hand.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.by_accounts_file import accounts_file

HERE = Path(__file__).parent
MEMORY_TARGET = 1.10
ROLES = ("by_hand", "by_library", "by_accounts_file")
ASSOCIATIONS = ("associations_by_hand", "associations_by_library")
ROLLOUT = ("rollout_by_hand", "rollout_by_library")


@dataclass(frozen=True, slots=True)
class Comparison:
    """Ways to make the same for a number of accounts, the one by hand first; the target is for the time."""

    ways: tuple[str, ...]
    accounts: int
    target: float
    rounds: int


COMPARISONS = (
    Comparison(ways=ROLES, accounts=1, target=1.10, rounds=11),
    Comparison(ways=ROLES, accounts=100, target=1.15, rounds=7),
    Comparison(ways=ROLES, accounts=1000, target=1.15, rounds=3),
    Comparison(ways=ASSOCIATIONS, accounts=1000, target=1.15, rounds=5),
    # A StackSet is one resource, however many accounts it reaches.
    Comparison(ways=ROLLOUT, accounts=1, target=1.20, rounds=11),
)


@dataclass(frozen=True, slots=True)
class Run:
    """One measured process."""

    seconds: float
    megabytes: float


def main() -> int:
    """Print a table; return 1 if a target is missed."""
    print(f"{'accounts':>8}  {'way':<23} {'median':>8} {'ratio':>6}  max   {'peak':>7} {'ratio':>6}  max")
    missed = False
    library: dict[int, float] = {}
    for comparison in COMPARISONS:
        with tempfile.TemporaryDirectory() as folder:
            runs = measure(comparison, Path(folder))
            same_resources(comparison, Path(folder))
        by_hand = runs[comparison.ways[0]]
        for way, median in runs.items():
            time_ratio, memory_ratio = median.seconds / by_hand.seconds, median.megabytes / by_hand.megabytes
            missed |= time_ratio > comparison.target or memory_ratio > MEMORY_TARGET
            print(
                f"{comparison.accounts:>8}  {way:<23} {median.seconds:>6.2f} s {time_ratio:>6.2f}"
                f" {comparison.target:>5.2f}   {median.megabytes:>4.0f} MB {memory_ratio:>6.2f} {MEMORY_TARGET:>5.2f}"
            )
        if "by_library" in runs:
            library[comparison.accounts] = runs["by_library"].seconds
    first, last = (library[100] - library[1]) / 99, (library[1000] - library[100]) / 900
    print(f"by_library, each further account: {first * 1000:.1f} ms up to 100, {last * 1000:.1f} ms up to 1000")
    return int(missed)


def measure(comparison: Comparison, folder: Path) -> dict[str, Run]:
    """Run each way in turn, several times; return the medians."""
    number = comparison.accounts
    arguments = {"by_accounts_file": str(accounts_file(folder, number))}
    runs: dict[str, list[Run]] = {way: [] for way in comparison.ways}
    for _ in range(comparison.rounds):
        for way, results in runs.items():
            results.append(run(way, arguments.get(way, str(number)), folder / way))
    return {
        way: Run(
            seconds=statistics.median(result.seconds for result in results),
            megabytes=statistics.median(result.megabytes for result in results),
        )
        for way, results in runs.items()
    }


def run(way: str, argument: str, outdir: Path) -> Run:
    """Run one process and everything that it starts."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, HERE / f"{way}.py", argument],
        env={**os.environ, "CDK_OUTDIR": str(outdir)},
        start_new_session=True,
    )
    peaks: dict[int, int] = {}
    while process.poll() is None:
        peaks |= peaks_of_session(process.pid)
        time.sleep(0.02)
    seconds = time.perf_counter() - start
    if process.returncode:
        raise SystemExit(f"{way} failed")
    return Run(seconds=seconds, megabytes=sum(peaks.values()) / 1024)


def peaks_of_session(session: int) -> dict[int, int]:
    """Return process id -> highest resident memory so far in kB, for every process of a session."""
    peaks: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            if int(fields[3]) != session:
                continue
            status = (folder / "status").read_text(encoding="utf-8")
        except OSError:
            continue  # It ended in between.
        for line in status.splitlines():
            if line.startswith("VmHWM:"):
                peaks[int(folder.name)] = int(line.split()[1])
    return peaks


def same_resources(comparison: Comparison, folder: Path) -> None:
    """Check that all ways make the same, but for logical ids: comparing different things says nothing."""
    made = set()
    for way in comparison.ways:
        resources = [
            json.dumps([resource["Type"], resource["Properties"]], sort_keys=True)
            for path in sorted((folder / way).glob("*.template.json"))
            for resource in json.loads(path.read_text(encoding="utf-8"))["Resources"].values()
        ]
        made.add("\n".join(sorted(resources)))
    if len(made) != 1 or made == {""}:
        raise SystemExit("the ways do not make the same resources")


if __name__ == "__main__":
    sys.exit(main())
