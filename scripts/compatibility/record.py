"""The record of what was tried, and its tables in the docs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from scripts.compatibility.combinations import allowed
from scripts.compatibility.trial import ROOT, Result
from scripts.dependencies import pythons

RECORD = Path(__file__).parent / "record.json"
PAGE = ROOT / "docs" / "compatibility.md"
_TABLE = re.compile(r"(?<=\n\n)(?:\|.*\n)+")


def recorded() -> dict[str, dict[str, Any]]:
    """Return combination -> what was tried last."""
    return dict(json.loads(RECORD.read_text(encoding="utf-8"))) if RECORD.exists() else {}


def add(name: str, result: Result) -> None:
    """Keep what passed, with the ranges that it passed for, and bring the page up to date."""
    entry = {
        "date": datetime.now(timezone.utc).date().isoformat(),
        "allowed": allowed(),
        "python": result.python,
        "versions": dict(result.versions),
        "unit_tests": result.unit_tests,
        "examples": result.examples,
    }
    text = json.dumps({**recorded(), name: entry}, indent=2, sort_keys=True)
    RECORD.write_text(f"{text}\n", encoding="utf-8")
    PAGE.write_text(page(), encoding="utf-8")


def page() -> str:
    """Return docs/compatibility.md with the tables of today's record."""
    text = PAGE.read_text(encoding="utf-8")
    tables = iter([_versions(recorded()), _runs(recorded())])
    return _TABLE.sub(lambda _: next(tables), text, count=2)


def _versions(record: Mapping[str, Mapping[str, Any]]) -> str:
    columns = [name for name in ("lowest", "highest") if name in record]
    locked = [name for name in pythons() if name in record][-1:]
    rows = [
        [f"`{name}`", f"`{text}`", *(record[column]["versions"][name] for column in [*columns, *locked])]
        for name, text in allowed().items()
    ]
    return _table(["package", "allowed", *columns, *("locked" for _ in locked)], rows)


def _runs(record: Mapping[str, Mapping[str, Any]]) -> str:
    rows = []
    for name in ("lowest", "highest", *pythons()):
        what = name if name in {"lowest", "highest"} else "locked"
        if (run := record.get(name)) is None:
            rows.append([what, name if what == "locked" else "-", "never", "-", "-"])
        else:
            rows.append([what, run["python"], run["date"], f"{run['unit_tests']:,}", str(run["examples"])])
    return _table(["versions", "Python", "tried on", "unit tests passed", "examples synthesized"], rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
