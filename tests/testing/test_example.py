"""The tests of examples/test_your_own_app pass, as a user runs them."""

from __future__ import annotations

import runpy

import pytest

from tests.markdown import ROOT

EXAMPLE = ROOT / "examples" / "test_your_own_app"


def test_the_example_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test of the example, on its app, which is imported from its folder."""
    monkeypatch.syspath_prepend(str(EXAMPLE))
    tests = [value for name, value in runpy.run_path(str(EXAMPLE / "test_app.py")).items() if name.startswith("test_")]
    assert len(tests) == 1
    for test in tests:
        test()
