"""YamlDocument: plain values and where they stand."""

import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from devops_agent_constructs.accounts_file.paths import Key, field_of
from devops_agent_constructs.accounts_file.yaml import YamlDocument


def parsed(text: str, name: str = "file.yaml") -> YamlDocument:
    """Parse text as if it stood in a file."""
    return YamlDocument(Path(name), text)


PLACES = """\
top: 1
list:
  - a
  - key: b
    "quoted key": [c, {deep: d}]
"""


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ((), "file.yaml:1:1"),
        (("top",), "file.yaml:1:1"),
        (("list",), "file.yaml:2:1"),
        (("list", 0), "file.yaml:3:5"),
        (("list", 1), "file.yaml:4:5"),
        (("list", 1, "key"), "file.yaml:4:5"),
        (("list", 1, "quoted key"), "file.yaml:5:5"),
        (("list", 1, "quoted key", 0), "file.yaml:5:20"),
        (("list", 1, "quoted key", 1, "deep"), "file.yaml:5:24"),
        (("list", 1, "absent"), "file.yaml:4:5"),
        (("list", 9, "absent"), "file.yaml:2:1"),
        (("absent",), "file.yaml:1:1"),
        (("top", "absent"), "file.yaml:1:1"),
        (("list", "absent"), "file.yaml:2:1"),
        (("top", 0), "file.yaml:1:1"),
    ],
)
def test_location_of_key_item_or_nearest(path: tuple[Key, ...], place: str) -> None:
    """A key or list item is found by line and column; for what is absent it is the nearest around it."""
    assert parsed(PLACES).location(path) == place


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("012345670123", 1402433619),
        ("0x1F", 31),
        ("1_000", 1000),
        ("190:20:30", 685230),
        ("yes", True),
        ("1.50", 1.5),
        ("~", None),
        ("", None),
        ("2020-99-99", "2020-99-99"),
        ("=", "="),
        ('"quo\\u0074ed"', "quoted"),
    ],
)
def test_value_is_as_written(written: str, read: object) -> None:
    """YAML reads numbers and words in its own way; an error shows what the user wrote."""
    document = parsed(f"a: {written}")
    assert document.data == {"a": read}
    assert document.value(("a",)) == ("quoted" if written.startswith('"') else written)


def test_value_of_lists_and_mappings_and_of_nothing() -> None:
    """A list or mapping is returned as it is read, and None where there is nothing."""
    document = parsed("a: {b: [1, x]}")
    assert document.value(("a",)) == {"b": [1, "x"]}
    assert document.value(("a", "b")) == [1, "x"]
    assert document.value(("a", "c")) is None
    assert document.value(("a", "b", 2)) is None


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ((), ""),
        (("accounts", 3, "role", "name"), "accounts[3].role.name"),
        (("a", "aws:SourceArn"), "a['aws:SourceArn']"),
        (("a.b",), "['a.b']"),
        (("a\nb", "c"), "['a\\nb'].c"),
        (("",), "['']"),
    ],
)
def test_field_is_one_unambiguous_line(path: tuple[Key, ...], field: str) -> None:
    """A path is written as users read it; a key that is no plain word stands in quotes."""
    assert field_of(path) == field


def test_aliases_and_merge_keys() -> None:
    """An alias stands for its anchor, and a mapping's own key wins over a merged one, in value and in place."""
    document = parsed("- &a {id: 1, name: x}\n- <<: *a\n  id: 2\n- *a")
    assert document.data == [{"id": 1, "name": "x"}, {"id": 2, "name": "x"}, {"id": 1, "name": "x"}]
    assert (document.value((1, "id")), document.location((1, "id"))) == ("2", "file.yaml:3:3")
    assert (document.value((1, "name")), document.location((1, "name"))) == ("x", "file.yaml:1:14")


@pytest.mark.parametrize("text", ["\ufeffa: 1\r\nb:\r\n  - x\r\n", "a: 1\nb:\n  - x\n"])
def test_windows_files(text: str) -> None:
    """A byte order mark and Windows' line ends change neither values nor places."""
    document = parsed(text)
    assert document.data == {"a": 1, "b": ["x"]}
    assert document.location(("b", 0)) == "file.yaml:3:5"


def test_json_with_tabs_and_escapes() -> None:
    """JSON may be indented with tabs, and has escapes that YAML lacks; places stay right."""
    text = '{\n\t"a\\/b": "\\ud83d\\ude00 \\\\ud83d \\t",\n\t"c": [1,\t2e3]\n}'
    document = parsed(text, "file.json")
    assert document.data == {"a/b": "😀 \\ud83d \t", "c": [1, 2000.0]}
    assert document.location(("a/b",)) == "file.json:2:2"
    assert document.location(("c", 1)) == "file.json:3:11"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    # The module writes NaN and Infinity, which JSON has not.
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=50), inner),  # YAML admits keys of 1024 at most.
    max_leaves=10,
)


@example({"\U00010000": 1, "\U00010001": 2}, None)
@given(json_values, st.sampled_from([None, "\t", 2]))
def test_reads_every_json_value(value: object, indent: str | int | None) -> None:
    """JSON comes out as the json module reads it, however it is laid out."""
    assert parsed(json.dumps(value, indent=indent), "file.json").data == value
