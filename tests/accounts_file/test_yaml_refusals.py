"""YamlDocument: what it refuses, in the user's words and with the place."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devops_agent_constructs import OnboardingInputError
from devops_agent_constructs.accounts_file.yaml import YamlDocument


def message(text: str, name: str = "file.yaml") -> str:
    """Return the one line that the user reads about text that cannot be parsed."""
    with pytest.raises(OnboardingInputError) as caught:
        YamlDocument(Path(name), text)
    assert len(str(caught.value).splitlines()) == 1
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "name", "error"),
    [
        ("a: 1\nb: 2\na: 3", "file.yaml", "file.yaml:3:1: a='a': this key stands on line 1 already; merge the two"),
        ("a: [{b: {c: 1, c: 1}}]", "file.yaml", "a[0].b.c='c': this key stands on line 1 already; merge the two"),
        ('a: 1\n"a": 1', "file.yaml", "file.yaml:2:1: a='a': this key stands on line 1 already; merge the two"),
        ('{"a": 1,\n "a": 1}', "file.json", "file.json:2:2: a='a': this key stands on line 1 already; merge the two"),
        (
            "x: &x {}\na:\n  <<: *x\n  <<: *x",
            "file.yaml",
            "file.yaml:4:3: a.<<='<<': this key stands on line 3 already",
        ),
    ],
)
def test_refuses_repeated_keys(text: str, name: str, error: str) -> None:
    """The second of two equal keys would silently replace the first, at any depth."""
    assert error in message(text, name)


@pytest.mark.parametrize("text", ["", "\n\n", "# only\n# comments\n"])
def test_refuses_an_empty_file(text: str) -> None:
    """Nothing to read is said as such, not as a syntax error."""
    assert message(text) == "file='file.yaml': it is empty; start with the example in the README"


def test_refuses_an_empty_json_file() -> None:
    """The same holds for JSON."""
    assert message(" \n", "file.json") == "file='file.json': it is empty; start with the example in the README"


PARENTHESES = "the list that begins here is not closed, or a comma is missing; correct its brackets"
TAG = "only strings, numbers, true, false, lists and mappings have a meaning here; remove the tag, or quote the value"
NUMBER = "looks like a number but is none; quote it if it is a string"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("a: [1\nb", f"1:4: file='file.yaml': not YAML: {PARENTHESES}"),
        ("a: 1\nb: {c: 1", "2:4: file='file.yaml': not YAML: the mapping that begins here is not closed, or a comma"),
        ("a: 'b", "1:4: file='file.yaml': not YAML: the quoted string that begins here is not closed"),
        (
            'a: "\\d"',
            "1:4: file='file.yaml': not YAML: the quoted string that begins here is not closed, or has an unk",
        ),
        (
            "a:\n\t- b",
            "2:1: file='file.yaml': not YAML: no value begins with this character; quote the value; indent wi",
        ),
        ("a: @b", "1:4: file='file.yaml': not YAML: no value begins with this character; quote the value"),
        (
            "a: b: c",
            "1:5: file='file.yaml': not YAML: a colon and a space are not allowed here; correct the indentation",
        ),
        (
            "a:\n  b: 1\n c: 2",
            "3:2: file='file.yaml': not YAML: this line does not fit those above it; correct the indent",
        ),
        ("a: 1\nb\nc: 1", "file='file.yaml': not YAML: a key without a colon, or a line that stands too far left; add"),
        (
            "a: [*]",
            "file='file.yaml': not YAML: a value that begins with * refers to an anchor, and there is none; quot",
        ),
        (
            "a: 1\n---\nb: 1",
            "2:1: file='file.yaml': not YAML: a second document begins here; write one file per document",
        ),
        ("<<: 3", "1:5: file='file.yaml': not YAML: << takes a mapping; give it the alias of a mapping"),
        ("%YAML 9.0\n---\na: 1", "1:1: file='file.yaml': not YAML: found incompatible YAML document"),
        ("a: 1\rb: x\x85c: \x00", "3:4: file='file.yaml': not YAML: the character '\\x00' is not allowed; remove it"),
        ("a: 1\nb: x\x07", "2:5: file='file.yaml': not YAML: the character '\\x07' is not allowed; remove it"),
        ("a: !x b", f"1:4: a='!x': {TAG}"),
        ("a: [!!python/object/apply:os.system [x]]", f"1:5: a[0]='!!python/object/apply:os.system': {TAG}"),
        ("a: !!set {b}", f"1:4: a='!!set': {TAG}"),
        ("a: 0x_", f"1:4: a='0x_': {NUMBER}"),
        ("a: !!int ''", f"1:4: a='': {NUMBER}"),
        ("a: !!bool x", f"1:4: a='x': {NUMBER}"),
        ("!!float " + "1:" * 200 + "1", f"1:1: file='{'1:' * 73}1...{':1' * 74}': {NUMBER}"),
        ("a: " + "9" * 5000, f"1:4: a='{'9' * 147}...{'9' * 148}': {NUMBER}"),
        ("a:\n  1: x", "2:3: a.1='1': a key must be a string; quote it: \"1\""),
        ("yes: x", "1:1: yes='yes': a key must be a string; quote it: \"yes\""),
        ("~: x", "1:1: ['~']='~': a key must be a string; quote it: \"~\""),
        ("a: {? [b] : x}", "1:7: a='a list': a key must be a string; write a word"),
        ("? {a: b}\n: x", "1:3: file='a mapping': a key must be a string; write a word"),
        (
            "a: {{ b }}",
            "1:5: a='a mapping': a key must be a string; write a word, or the value that is to replace {{...}}",
        ),
        (
            "[" * 60 + "]" * 60,
            "1:51: file='file.yaml': lists and mappings stand too deep in each other; start with the exampl",
        ),
    ],
)
def test_says_what_is_wrong_and_where(text: str, error: str) -> None:
    """A slip of syntax, or YAML beyond plain values, is one line with the place and a way out."""
    assert error in message(text)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('{"a" 1}', "file.json:1:6: file='file.json': not JSON: Expecting ':' delimiter; correct the syntax"),
        ("a: 1", "file.json:1:1: file='file.json': not JSON: Expecting value; correct the syntax at this place"),
        ("// a\n{}", "file.json:1:1: file='file.json': not JSON: JSON has no comments; remove it"),
        ('{"a": /* b */ 1}', "file.json:1:7: file='file.json': not JSON: JSON has no comments; remove it"),
        ("[" + "9" * 5000 + "]", f"file.json:1:2: [0]='{'9' * 147}...{'9' * 148}': {NUMBER}"),
        ("[1, NaN]", f"file.json:1:5: [1]='NaN': {NUMBER}"),
        ('{"a": -Infinity}', f"file.json:1:7: a='-Infinity': {NUMBER}"),
        ('{"a":\r"x"\r"y"}', "file.json:3:1: file='file.json': not JSON: Expecting ',' delimiter"),
        ('{"a": [1, "\\ud83d"]}', "file.json:1:11: a[1]='...': half of a character beyond U+FFFF; write both halves"),
        ('{"\\ude00": 1}', "file.json:1:1: ['\\ude00']='...': half of a character beyond U+FFFF"),
        ('{"' + "a" * 2000 + '": 1}', "file.json:1:1: file='file.json': not plain JSON: "),
        (
            '["a\x7f"]',
            "file.json:1:4: file='file.json': not plain JSON: the character '\\x7f' is not allowed; remove it",
        ),
        (
            "[" * 9999,
            "file.json:1:51: file='file.json': lists and mappings stand too deep in each other; start with the e",
        ),
    ],
)
def test_says_what_is_wrong_in_json(text: str, error: str) -> None:
    """A file whose name ends in .json is JSON, not the YAML around it."""
    assert message(text, "file.json").startswith(error)


def test_says_what_is_wrong_with_a_comma_at_the_end() -> None:
    """Python 3.13 blames the comma, those before it what comes after."""
    error = r"file\.json:1:[89]: file='file\.json': not JSON: JSON has no comma after the last item; remove the comma"
    assert re.fullmatch(error, message('{"a": 1,}', "file.json"))
    assert re.fullmatch(error, message('["abcd", ]', "file.json").replace("1:10", "1:9"))


@given(
    st.text() | st.text(alphabet="ab01:-[]{},&*!|>'\"%@`#<=~. \t\n\\", max_size=40),
    st.sampled_from(["file.yaml", "file.json"]),
)
def test_any_text_is_read_or_refused(text: str, name: str) -> None:
    """No text makes anything but a document or the one error of this library, on one line."""
    try:
        said = repr(YamlDocument(Path(name), text).data)
    except OnboardingInputError as error:
        said = str(error)
    assert len(said.splitlines()) == 1
