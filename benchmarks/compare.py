"""Compares whole processes, this library against hand-written CDK, in one run; prints ratios.

Wall time is that of a process from start to end, with `app.synth()` in it; peak memory is the sum of the peaks of
Python and Node. The ways take turns, so that a noisy machine hurts all alike; a ratio is one of medians. Linux only.
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
TIME_TARGETS = {1: 1.10, 100: 1.15, 1000: 1.15}
MEMORY_TARGET = 1.10
ROUNDS = {1: 11, 100: 7, 1000: 3}
WAYS = ("by_hand", "by_library", "by_accounts_file")


@dataclass(frozen=True, slots=True)
class Run:
    """One measured process."""

    seconds: float
    megabytes: float


def main() -> int:
    """Print a table; return 1 if a target is missed."""
    print(f"{'accounts':>8}  {'way':<16} {'median':>8} {'ratio':>6}  max   {'peak':>7} {'ratio':>6}  max")
    missed = False
    library: dict[int, float] = {}
    for accounts, target in TIME_TARGETS.items():
        with tempfile.TemporaryDirectory() as folder:
            runs = measure(accounts, Path(folder))
            same_resources(Path(folder), accounts)
        seconds = {way: statistics.median(run.seconds for run in runs[way]) for way in WAYS}
        megabytes = {way: statistics.median(run.megabytes for run in runs[way]) for way in WAYS}
        for way in WAYS:
            time_ratio, memory_ratio = seconds[way] / seconds["by_hand"], megabytes[way] / megabytes["by_hand"]
            missed |= time_ratio > target or memory_ratio > MEMORY_TARGET
            print(
                f"{accounts:>8}  {way:<16} {seconds[way]:>6.2f} s {time_ratio:>6.2f} {target:>5.2f}"
                f"   {megabytes[way]:>4.0f} MB {memory_ratio:>6.2f} {MEMORY_TARGET:>5.2f}"
            )
        library[accounts] = seconds["by_library"]
    first, last = (library[100] - library[1]) / 99, (library[1000] - library[100]) / 900
    print(f"by_library, each further account: {first * 1000:.1f} ms up to 100, {last * 1000:.1f} ms up to 1000")
    return int(missed)


def measure(accounts: int, folder: Path) -> dict[str, list[Run]]:
    """Run each way in turn, several times."""
    arguments = {way: str(accounts) for way in WAYS} | {"by_accounts_file": str(accounts_file(folder, accounts))}
    runs: dict[str, list[Run]] = {way: [] for way in WAYS}
    for _ in range(ROUNDS[accounts]):
        for way in WAYS:
            runs[way].append(run(way, arguments[way], folder / way))
    return runs


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


def same_resources(folder: Path, accounts: int) -> None:
    """Check that all ways make the same: a comparison of different things says nothing."""
    for number in (0, accounts - 1):
        templates = set()
        for way in WAYS:
            path = folder / way / f"DevOpsAgentSecondary-{200_000_000_000 + number}.template.json"
            template = json.loads(path.read_text(encoding="utf-8"))
            [(logical_id, _)] = template["Resources"].items()
            templates.add(json.dumps(template, sort_keys=True).replace(logical_id, "Role"))
        if len(templates) != 1:
            raise SystemExit("the ways do not make the same resources")


if __name__ == "__main__":
    sys.exit(main())
