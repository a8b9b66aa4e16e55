"""What was tried is what pyproject.toml allows today, and what CI tries is all there is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from scripts.compatibility import __main__ as compatibility
from scripts.compatibility import record, trial
from scripts.compatibility.combinations import Combination, Versions, allowed, combinations
from scripts.dependencies import pythons
from tests.markdown import ROOT

RECORDED = record.recorded()
RESULT = trial.Result(python="3.10.13", versions=dict.fromkeys(allowed(), "1.0"), unit_tests=1234, examples=15)


def test_record_is_of_these_ranges() -> None:
    """A range that has changed has not been tried: `make compatibility` does it."""
    for name, run in RECORDED.items():
        assert run["allowed"] == allowed(), name
        for package, version in run["versions"].items():
            assert SpecifierSet(allowed()[package]).contains(version), (name, package)


def test_the_lowest_versions_are_the_lower_ends() -> None:
    """What a range begins with is what was tried."""
    for package, version in RECORDED["lowest"]["versions"].items():
        [lower] = [one.version for one in SpecifierSet(allowed()[package]) if one.operator == ">="]
        assert Version(version).release[: len(Version(lower).release)] == Version(lower).release, package


def test_both_ends_are_tried() -> None:
    """The record has no names that are gone."""
    assert {"lowest", "highest"} <= set(RECORDED) <= {one.name for one in combinations(pythons()[-1])}
    assert RECORDED["lowest"]["python"].startswith(f"{pythons()[0]}.")


def test_ci_tries_every_combination() -> None:
    """Weekly and before a release, each with its Python, by the command that anybody has."""
    workflow = yaml.safe_load((ROOT / ".github/workflows/compatibility.yml").read_text(encoding="utf-8"))
    [job] = workflow["jobs"].values()
    expected = [{"combination": one.name, "python": one.python} for one in combinations(pythons()[-1])]
    assert job["strategy"]["matrix"]["include"] == expected
    [command] = [step["run"] for step in job["steps"] if "run" in step]
    assert command == "make compatibility COMBINATIONS=${{ matrix.combination }}"
    assert {"schedule", "push", "workflow_dispatch"} == set(workflow[True])  # YAML 1.1 reads `on` as true.


def test_what_passes_is_recorded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With the ranges and the day, beside what was recorded before; the page shows all of it."""
    before = record.PAGE.read_text(encoding="utf-8")
    monkeypatch.setattr(record, "RECORD", tmp_path / "record.json")
    monkeypatch.setattr(record, "PAGE", tmp_path / "compatibility.md")
    record.PAGE.write_text(before, encoding="utf-8")
    record.add("lowest", RESULT)
    record.add("3.10", RESULT)
    written = json.loads((tmp_path / "record.json").read_text(encoding="utf-8"))
    assert list(written) == ["3.10", "lowest"]
    assert written["lowest"]["allowed"] == allowed()
    page, day = record.PAGE.read_text(encoding="utf-8"), written["lowest"]["date"]
    assert f"| `boto3` | `{allowed()['boto3']}` | 1.0 | 1.0 |\n" in page
    assert f"| lowest | 3.10.13 | {day} | 1,234 | 15 |\n" in page
    assert "| locked | 3.14 | never | - | - |\n" in page
    assert page.count("\n\n|") == before.count("\n\n|")


def test_all_whose_python_is_here_are_tried(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One that fails is not recorded, lets the others be tried, and is the exit code; what was left out is said."""
    recorded = []

    def tried(combination: Combination, *, workers: int) -> trial.Result:
        if combination.name == "highest":
            raise trial.FailedError(f"{combination.python} with {workers} workers")
        return RESULT

    monkeypatch.setattr(compatibility, "interpreter", lambda python: python if python in {"3.10", "3.12"} else None)
    monkeypatch.setattr(compatibility, "tried", tried)
    monkeypatch.setattr(compatibility, "add", lambda name, _: recorded.append(name))
    assert compatibility.main(["--workers", "7"]) == 1
    assert recorded == ["lowest", "3.10", "3.12"]
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "highest: failed: 3.12 with 7 workers"
    assert lines[-1] == "not tried: 3.11, 3.13, 3.14"
    assert compatibility.main(["lowest"]) == 0
    with pytest.raises(SystemExit):
        compatibility.main(["latest"])
    assert "no combination 'latest'; there are lowest, highest, 3.10, " in capsys.readouterr().err


def test_a_python_that_is_not_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said before anything is made."""
    monkeypatch.setattr(trial, "interpreter", lambda _: None)
    with pytest.raises(trial.FailedError, match=r"^no Python 3\.99 on this machine$"):
        trial.tried(Combination(name="3.99", python="3.99", versions=Versions.LOCKED), workers=1)


def test_ranges_are_stated_once() -> None:
    """The dev group names nothing that the package or an extra does."""
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    group = pyproject.partition("[dependency-groups]")[2].partition("\n]\n")[0]
    assert [name for name in allowed() if f'"{name.lower()}>' in group.lower()] == []
