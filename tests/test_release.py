"""A release has the changelog's notes, and files that can be made again; a public repository has what it needs."""

from __future__ import annotations

import hashlib
import json
import re
import tarfile
import zipfile
from importlib.metadata import metadata
from pathlib import Path

import pytest
import yaml

from hatch_build import stated_address
from scripts.release import NotReadyError, build, main, release_notes
from tests.markdown import ROOT

CHANGELOG = """\
# Changelog

## [Unreleased]

- Later.

## [1.1.0] - 2026-12-01

### Added

- Something.

## [1.0.0] - 2026-11-30

- First.
"""
GITHUB = ROOT / ".github"


@pytest.mark.parametrize(
    ("version", "notes"), [("1.1.0", "### Added\n\n- Something."), ("1.0.0", "- First."), ("1.2.0", "- Later.")]
)
def test_notes(version: str, notes: str) -> None:
    """The part of the version, without the others'; a dry run of a new version takes what is unreleased."""
    assert release_notes(CHANGELOG, version, is_released=False) == notes


@pytest.mark.parametrize("changelog", [CHANGELOG, "", "## [1.2.0] - 2026-12-24\n\n## [1.1.0]\n- Something.\n"])
def test_a_release_without_notes_is_refused(changelog: str) -> None:
    """Nothing is published that the changelog does not tell of."""
    with pytest.raises(NotReadyError, match=r"CHANGELOG\.md says nothing of 1\.2\.0"):
        release_notes(changelog, "1.2.0", is_released=True)


def test_dry_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It builds twice, with the same bytes, says the digests, and uploads nothing."""
    assert main(["--directory", str(tmp_path / "dist")]) == 0
    lines = capsys.readouterr().out.splitlines()
    version = metadata("devops-agent-constructs")["Version"]
    assert lines[0] == f"devops-agent-constructs {version}"
    assert lines[-1] == "Dry run: nothing was uploaded."
    address = stated_address((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert any("repository's address is missing" in line for line in lines) is not bool(address)
    [wheel], [sdist] = (tmp_path / "dist").glob("*.whl"), (tmp_path / "dist").glob("*.tar.gz")
    [bill] = (tmp_path / "dist").glob("*.cdx.json")
    for path in (wheel, sdist, bill):
        assert f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}" in lines

    assert [one["content"] for one in json.loads(bill.read_text("utf-8"))["metadata"]["component"]["hashes"]] == sorted(
        hashlib.sha256(path.read_bytes()).hexdigest() for path in (wheel, sdist)
    )
    with tarfile.open(sdist) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    modules = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    rest = {"README.md", "CHANGELOG.md", "LICENSE", "pyproject.toml", "hatch_build.py", "PKG-INFO", ".gitignore"}
    assert inside - modules - {""} == rest
    assert modules <= inside


def test_what_is_not_committed_is_not_published(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With --publish a changed file ends it before anything is built or uploaded."""
    monkeypatch.setattr("scripts.release._git", lambda *_arguments: " M README.md")
    monkeypatch.setattr("scripts.release.release_notes", lambda *_arguments, **_options: "notes")
    assert main(["--publish", "--directory", str(tmp_path / "dist")]) == 1
    assert not (tmp_path / "dist").exists()


def test_public_ci_runs_the_same_command() -> None:
    """On every Python that the package says it supports.

    Promise: What you read is run.
    """
    [job] = yaml.safe_load((GITHUB / "workflows" / "ci.yml").read_text(encoding="utf-8"))["jobs"].values()
    assert [step["run"] for step in job["steps"] if "run" in step] == [".ci/run"]
    classifiers = metadata("devops-agent-constructs").get_all("Classifier") or []
    supported = [match[1] for text in classifiers if (match := re.fullmatch(r".* :: Python :: (3\.\d+)", text))]
    assert job["strategy"]["matrix"]["python"] == supported


@pytest.mark.parametrize("path", sorted(GITHUB.glob("ISSUE_TEMPLATE/*_*.yml")), ids=lambda path: path.stem)
def test_issue_templates(path: Path) -> None:
    """Each is a form with a name, a description and something that must be said."""
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert form.keys() == {"name", "description", "body"}
    assert any(part.get("validations", {}).get("required") for part in form["body"])


def test_hooks_are_the_tools_of_make_test() -> None:
    """Nothing is installed a second time, in another version."""
    [repository] = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert repository["repo"] == "local"
    assert {hook["entry"].split()[0] for hook in repository["hooks"]} == {".venv/bin/ruff", ".venv/bin/mypy"}


def test_build_is_of_this_commit(tmp_path: Path) -> None:
    """The times in the files are those of the last commit, not of the build."""
    build(tmp_path / "dist")
    [wheel] = (tmp_path / "dist").glob("*.whl")
    assert len({info.date_time for info in zipfile.ZipFile(wheel).infolist()}) == 1
