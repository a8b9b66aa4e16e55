"""Where the browser comes from; that there is none is one line, which says how to get one."""

from __future__ import annotations

import platform
import shutil
import subprocess
from pathlib import Path

import pytest

from scripts import browser
from scripts.browser import NoBrowserError, program

HOW = "set CHROME_PATH to the program of a Chromium, Chrome or Edge"


@pytest.fixture
def nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return a folder with the manifests and an empty .tools, on a Linux machine that has no browser."""
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(browser.ROOT / name, tmp_path)
    monkeypatch.delenv("CHROME_PATH", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(browser, "ROOT", tmp_path)
    monkeypatch.setattr(browser, "MACOS", "/no/such/program")
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    return tmp_path


def test_a_browser_of_ones_own(nothing: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`CHROME_PATH` goes before all others, and is a program."""
    own = nothing / "own"
    own.write_text("#!/bin/sh\n", encoding="utf-8")
    monkeypatch.setenv("CHROME_PATH", str(own))
    with pytest.raises(NoBrowserError) as caught:
        program()
    assert str(caught.value) == f"CHROME_PATH={str(own)!r}: not a program; {HOW}"
    own.chmod(0o755)
    assert program() == own


def test_a_machine_that_the_package_does_not_run_on(nothing: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There it is the browser that is installed, if one is."""
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    with pytest.raises(NoBrowserError) as caught:
        program()
    assert str(caught.value) == (
        f"no browser: @sparticuz/chromium runs on Linux on x86-64 alone; install one, or {HOW}"
    )
    (nothing / "chromium").write_text("#!/bin/sh\n", encoding="utf-8")
    (nothing / "chromium").chmod(0o755)
    assert program() == nothing / "chromium"


@pytest.mark.parametrize("code", [0, 1], ids=["skipped as optional", "failed"])
def test_without_a_network(nothing: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    """What npm could not fetch leaves nothing half done behind."""
    ran = subprocess.CompletedProcess([], code, "", "\nnpm error network\nnpm error more\n")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: ran)
    with pytest.raises(NoBrowserError) as caught:
        program()
    why = " (npm error network)" if code else ""
    assert str(caught.value) == f"no browser: npm could not fetch @sparticuz/chromium{why}; go online, or {HOW}"
    assert list((nothing / ".tools").iterdir()) == []
