"""Measures whole processes that make the same in several ways, in turns; Linux only.

A process is measured with everything that it starts, Node above all: wall time from start to end, processor time of
user and system, and memory as the sum of the peaks of Python and Node. The ways take turns, so that a noisy machine
hurts all alike, and a ratio is the median of the ratios within a turn.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.by_accounts_file import accounts_file

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Comparison:
    """Ways to make the same for a number of accounts, the one by hand first.

    Attributes:
        what: What they make.
        ways: Modules of this folder.
        accounts: How many.
        most: The largest ratio of processor times that is promised.
        turns: How often each way is run.
    """

    what: str
    ways: tuple[str, ...]
    accounts: int
    most: float
    turns: int


@dataclass(frozen=True, slots=True)
class Run:
    """One measured process."""

    wall: float
    processor: float
    memory: float


@dataclass(frozen=True, slots=True)
class Result:
    """A way: medians in seconds and megabytes, and their ratios to the way by hand."""

    what: str
    accounts: int
    way: str
    median: Run
    ratio: Run
    most: float


def measure(comparison: Comparison, folder: Path, *, say: Callable[[str], None]) -> list[Result]:
    """Run each way in turn, several times."""
    number = comparison.accounts
    arguments = {"by_accounts_file": str(accounts_file(folder, number))}
    runs: dict[str, list[Run]] = {way: [] for way in comparison.ways}
    for turn in range(1, comparison.turns + 1):
        for way, measured in runs.items():
            measured.append(run(way, arguments.get(way, str(number)), folder / way))
            seconds = f"{measured[-1].processor:.1f} s of processor time"
            say(f"{comparison.what} of {number:,}, turn {turn} of {comparison.turns}: {way} {seconds}")
    same_resources(comparison, folder)
    by_hand = runs[comparison.ways[0]]
    return [
        Result(
            what=comparison.what,
            accounts=number,
            way=way,
            median=_median(measured),
            ratio=_median([_ratio(one, other) for one, other in zip(measured, by_hand, strict=True)]),
            most=comparison.most,
        )
        for way, measured in runs.items()
    ]


def run(way: str, argument: str, outdir: Path) -> Run:
    """Run one process and everything that it starts."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, HERE / f"{way}.py", argument],
        env={**os.environ, "CDK_OUTDIR": str(outdir), "PYTHONPATH": str(HERE.parent)},
        start_new_session=True,
    )
    peaks: dict[int, int] = {}
    while True:
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        peaks |= peaks_of_session(process.pid)
        time.sleep(0.05)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{way} failed")
    # What a process has used counts the children that it has waited for: Python waits for Node.
    return Run(wall=wall, processor=used.ru_utime + used.ru_stime, memory=sum(peaks.values()) / 1024)


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


def _median(runs: list[Run]) -> Run:
    return Run(
        wall=statistics.median(one.wall for one in runs),
        processor=statistics.median(one.processor for one in runs),
        memory=statistics.median(one.memory for one in runs),
    )


def _ratio(one: Run, other: Run) -> Run:
    return Run(wall=one.wall / other.wall, processor=one.processor / other.processor, memory=one.memory / other.memory)
