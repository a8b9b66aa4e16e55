"""The benchmarks' table and picture, from numbers that are given: nothing is measured here."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from benchmarks.compare import broken_promises, comparisons, main, uneven_growth
from benchmarks.measure import Result, Run
from benchmarks.page import page, picture, read_table, table

DOCS = Path(__file__).parent.parent / "docs"
ONE = Run(wall=1, processor=1, memory=1)


def result(way: str, accounts: int = 1, *, seconds: float = 2, ratio: Run = ONE, most: float = 1.1) -> Result:
    """Return a way's numbers."""
    what = "associations" if way.startswith("associations") else "roles"
    return Result(
        what=what,
        accounts=accounts,
        way=way,
        median=Run(wall=seconds, processor=seconds, memory=250),
        ratio=ratio,
        most=most,
    )


GIVEN = [
    Result("roles", 1000, "by_hand", Run(12.34, 10, 301.2), ONE, 0.9),
    Result("roles", 1000, "by_library", Run(11, 8.8, 300), Run(0.891, 0.88, 0.996), 0.9),
    result("associations_by_library", 1000, ratio=Run(1.3, 1.02, 1.01), most=1.05),
]


def test_table() -> None:
    """A line for each way; what is promised stands beside what is measured."""
    assert table(GIVEN).splitlines()[2:] == [
        "| roles | 1,000 | by hand | 12.3 | 1.00 | 10.0 | 1.00 |  | 301 | 1.00 |",
        "| roles | 1,000 | this library | 11.0 | 0.89 | 8.8 | 0.88 | 0.90 | 300 | 1.00 |",
        "| associations | 1,000 | this library | 2.0 | 1.30 | 2.0 | 1.02 | 1.05 | 250 | 1.01 |",
    ]


def test_the_page_with_another_table() -> None:
    """What people wrote stays; the table is read as it is written, so that the picture has the page's numbers."""
    before = f"# Title\n\n{table(GIVEN[:1])}\nWords.\n\nMeasured on 2025-01-01 with something.\n"
    after = page(before, GIVEN, date="2026-01-01", versions="a 1.0 and b 2.0")
    assert after == f"# Title\n\n{table(GIVEN)}\nWords.\n\nMeasured on 2026-01-01 with a 1.0 and b 2.0.\n"
    assert table(read_table(after)) == table(GIVEN)


def test_picture() -> None:
    """Well-formed, with a bar for each number of this library; what is off the scale ends at its edge."""
    root = ET.fromstring(picture(GIVEN))
    space = "{http://www.w3.org/2000/svg}"
    texts = [text.text for text in root.iter(f"{space}text")]
    assert [text for text in texts if text and re.fullmatch(r"[0-9.]+", text)] == [
        "0.88", "0.89", "1.00",
        "1.02", "1.30", "1.01",
    ]  # fmt: skip
    assert "1,000 accounts" in texts
    width = float(root.attrib["viewBox"].split()[2])
    bars = [bar for bar in root.iter(f"{space}rect") if bar.get("class") != "page"]
    assert len(bars) == 6
    assert all(float(bar.attrib["x"]) + float(bar.attrib["width"]) < width - 16 for bar in bars)


def test_page_and_picture_belong_together() -> None:
    """Both were written by one run, and nobody has changed one by hand."""
    text = (DOCS / "benchmarks.md").read_text(encoding="utf-8")
    results = read_table(text)
    assert {one.accounts for one in results} == {1, 10, 100, 1000}
    assert (DOCS / "pictures" / "benchmarks.svg").read_text(encoding="utf-8") == picture(results)
    assert table(results) in text


def test_a_broken_promise() -> None:
    """It says which, for time and for memory."""
    kept = result("by_library", ratio=Run(9, 1.1, 1.1))
    slow, big = result("by_library", ratio=Run(1, 1.11, 1)), result("by_accounts_file", ratio=Run(1, 1, 1.11))
    by_hand = result("same_template_by_hand", ratio=Run(9, 9, 9))
    assert list(broken_promises([kept, slow, big, by_hand])) == [
        "by_library, 1: processor time is 1.11 of hand-written CDK's, promised 1.10",
        "by_accounts_file, 1: memory is 1.11 of hand-written CDK's, promised 1.10",
    ]


def test_growth() -> None:
    """A further account costs the same, however many there are; without all sizes there is nothing to say."""
    few = [result("by_library", 1, seconds=1), result("by_library", 100, seconds=2)]
    assert list(uneven_growth(few)) == []
    assert list(uneven_growth([*few, result("by_library", 1000, seconds=11)])) == []
    assert list(uneven_growth([*few, result("by_library", 1000, seconds=14)])) == [
        "by_library: a further account costs 10.1 ms up to 100, 13.3 ms up to 1,000"
    ]


def test_a_look_measures_little() -> None:
    """`--quick` has neither many accounts nor many turns; `--accounts` says how many."""
    assert {(one.accounts, one.turns) for one in comparisons(None, quick=True)} == {(1, 2), (10, 2)}
    assert [one.accounts for one in comparisons([300], quick=False)] == [300]
    assert {one.what for one in comparisons(None, quick=False)} == {"roles", "associations", "rollout"}


def test_no_accounts(capsys: pytest.CaptureFixture[str]) -> None:
    """It says so before it measures anything."""
    with pytest.raises(SystemExit):
        main(["--accounts", "0"])
    assert "'0' is no number of accounts; give 1 or more" in capsys.readouterr().err
