"""Makes a release: its notes, a wheel, an sdist and a bill of materials that anybody can make again, byte by byte.

    python -m scripts.release            # what would be released; nothing leaves this folder
    python -m scripts.release --publish  # uploads both as well, by `uv publish`, with the credentials that uv finds

The notes are the version's part of CHANGELOG.md; in a dry run of a version that has none yet, what is unreleased.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from hatch_build import stated_address

ROOT = Path(__file__).parent.parent
_VERSION = re.compile('^version = "([^"]+)"$', re.MULTILINE)
_NO_ADDRESS = (
    "The repository's address is missing: the page on the package index has no links. "
    "Set `repository` in pyproject.toml, below [tool.hatch.metadata.hooks.custom]."
)


class NotReadyError(Exception):
    """Something is to be done before a release."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Release, or say what would be; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m scripts.release")
    parser.add_argument("--publish", action="store_true", help="upload the files; without it, nothing leaves")
    parser.add_argument("--directory", type=Path, default=ROOT / "dist", help="where the files are put")
    given = parser.parse_args(arguments)
    try:
        [version] = _VERSION.findall((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
        notes, digests = _prepared(version, given.directory, is_released=given.publish)
        bill = _write_bill(version, given.directory, digests)
    except NotReadyError as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    lines = [f"devops-agent-constructs {version}", "", notes, ""]
    lines += [f"{digest}  {name}" for name, digest in sorted({**digests, bill.name: _sha256(bill)}.items())]
    if not stated_address((ROOT / "pyproject.toml").read_text(encoding="utf-8")):
        lines += ["", _NO_ADDRESS]
    sys.stdout.write("\n".join(lines) + "\n")
    if given.publish:
        files = [str(given.directory / name) for name in digests]
        return subprocess.run(["uv", "publish", *files], check=False).returncode  # noqa: S603, S607  # our own words
    sys.stdout.write("\nDry run: nothing was uploaded.\n")
    return 0


def _prepared(version: str, directory: Path, *, is_released: bool) -> tuple[str, Mapping[str, str]]:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    notes = release_notes(changelog, version, is_released=is_released)
    if is_released and (changed := _git("status", "--porcelain")):
        raise NotReadyError(f"not committed: {changed.splitlines()[0].strip()}")
    digests = build(directory)
    if digests != build(directory):
        raise NotReadyError("two builds of the same commit differ")
    return notes, digests


def release_notes(changelog: str, version: str, *, is_released: bool) -> str:
    """Return the version's part of the changelog.

    Args:
        changelog: The whole text.
        version: Like `0.1.0`.
        is_released: Whether the version must have a part of its own; otherwise what is unreleased will do.

    Raises:
        NotReadyError: There is no such part, or it is empty.
    """
    parts: dict[str, str] = dict(
        re.findall(r"^## \[([^\]]+)\][^\n]*\n(.*?)(?=^## \[|\Z)", changelog, re.MULTILINE | re.DOTALL)
    )
    notes = parts.get(version, "" if is_released else parts.get("Unreleased", "")).strip()
    if not notes:
        raise NotReadyError(
            f"CHANGELOG.md says nothing of {version}: write `## [{version}] - <date>` above its entries"
        )
    return notes


def build(directory: Path) -> Mapping[str, str]:
    """Build wheel and sdist of what is committed or changed here; return file name -> SHA-256.

    Their times are those of the last commit, so that who checks it out builds the same bytes.
    """
    shutil.rmtree(directory, ignore_errors=True)
    environment = {**os.environ, "SOURCE_DATE_EPOCH": _time_of_commit()}
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "hatchling", "build", "--directory", folder]
        subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)  # noqa: S603  # our own
        shutil.copytree(folder, directory, ignore=shutil.ignore_patterns(".gitignore"))
    return {path.name: _sha256(path) for path in directory.iterdir()}


def _write_bill(version: str, directory: Path, digests: Mapping[str, str]) -> Path:
    """Write what a user installs beside the files; it names them by their digests."""
    # The CycloneDX library takes half a second to load.
    from scripts.sbom import bill_of_materials  # noqa: PLC0415

    path = directory / f"devops_agent_constructs-{version}.cdx.json"
    bill = bill_of_materials(version, digests=digests, timestamp=int(_time_of_commit()))
    path.write_text(bill, encoding="utf-8", newline="\n")
    return path


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _time_of_commit() -> str:
    return _git("log", "-1", "--format=%ct")


def _git(*arguments: str) -> str:
    result = subprocess.run(  # noqa: S603  # our own words
        ["git", *arguments],  # noqa: S607  # the user's
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return result.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
