"""YAML and JSON with the line and column of every value, and without keys that silently replace each other."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml

from devops_agent_constructs.errors import OnboardingInputError

# libyaml's loader is ten times as fast; a PyYAML that was built without it has only the other.
_FastLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
# YAML 1.1 reads dates, and gives `=` a meaning; both are strings in YAML 1.2, and here.
_RESOLVERS = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in {_TAG + "timestamp", _TAG + "value"}]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader: Any = type("_Loader", (_FastLoader,), {"yaml_implicit_resolvers": _RESOLVERS})
_SCALARS = {_TAG + name for name in ("int", "float", "bool")}
_PLAIN = _SCALARS | {_TAG + name for name in ("str", "null", "seq", "map")}
# Far below the depth at which Python gives up; the format needs ten.
_DEEPEST = 50
_ESCAPE = re.compile(r"\\(?:u([dD][89a-fA-F][0-9a-fA-F]{2})|.)")
_WORD = re.compile(r"[\w<-]+")
# What the parser says -> what that is to whoever wrote the file, and how to mend it. The first that fits counts.
_SYNTAX = {
    "mapping values are not allowed": (
        "a colon and a space are not allowed here",
        "correct the indentation, or quote the text that has them",
    ),
    "cannot start any token": ("no value begins with this character", "quote the value; indent with spaces, not tabs"),
    "alias": ("a value that begins with * refers to an anchor, and there is none", 'quote it: "*"'),
    "flow node": ("a value is missing here, or a bracket before it is not closed", "correct the brackets"),
    "flow sequence": ("the list that begins here is not closed, or a comma is missing", "correct its brackets"),
    "flow mapping": ("the mapping that begins here is not closed, or a comma is missing", "correct its braces"),
    "quoted scalar": (
        "the quoted string that begins here is not closed, or has an unknown escape",
        "correct its quotes",
    ),
    "single document": ("a second document begins here", "write one file per document"),
    "simple key": ("a key without a colon, or a line that stands too far left", "add the colon, or indent the line"),
    "block": ("this line does not fit those above it", "correct the indentation"),
    "for merging": ("<< takes a mapping", "give it the alias of a mapping"),
}
_AT_START = ("flow", "quoted")
_MEND = "correct the syntax at this place"

Key = str | int


def field_of(path: tuple[Key, ...]) -> str:
    """Write a path as users read it, e.g. `accounts[3].role.name`, on one line whatever the keys are."""
    text = "".join(f".{key}" if isinstance(key, str) and _WORD.fullmatch(key) else f"[{key!r}]" for key in path)
    return text.removeprefix(".")


def path_of(field: str) -> tuple[Key, ...]:
    """Read what `field_of` writes, e.g. `accounts[3].id`, as a path."""
    return tuple(int(part) if part.isdecimal() else part for part in re.findall(r"[^.\[\]]+", field))


class YamlDocument:
    """A file's content, and where each value of it stands.

    Attributes:
        data: The content as plain Python values.
    """

    def __init__(self, path: Path, text: str) -> None:
        """Parse `text`; `path` is the name in errors.

        Raises:
            OnboardingInputError: It is not YAML (or not JSON, for a name that ends so), is empty, repeats a key, or
                has more than strings, numbers, true, false and null in lists and mappings with strings as keys.
        """
        self._name = str(path)
        is_json = path.suffix == ".json"
        try:
            data = _from_json(text, self._name) if is_json and text.strip() else None
            loader = _Loader(_as_yaml(text) if is_json else text)
            root = loader.get_single_node()
            if root is None:
                fix = "start with the example in the README"
                raise OnboardingInputError("file", self._name, why="it is empty", fix=fix)
            self._root: yaml.Node = root
            self._check(self._root, (), set(), loader)
            self.data: Any = data if is_json else loader.construct_document(self._root)
        except yaml.YAMLError as error:
            raise _not_yaml("plain JSON" if is_json else "YAML", error, self._name, text) from error
        except RecursionError:
            raise _too_deep("file", self._name, "") from None

    def location(self, path: tuple[Key, ...]) -> str:
        """Return `file:line:column` of a key or a list's item, or of the nearest one around it."""
        return self._place(self._find(path)[0])

    def value(self, path: tuple[Key, ...]) -> Any:  # noqa: ANN401 (whatever the file holds)
        """Return the value at `path`: a single word as it is written, not as YAML reads it; None if there is none."""
        _, node, found = self._find(path)
        if not found:
            return None
        if isinstance(node, yaml.ScalarNode):
            return node.value
        data = self.data
        for key in path:
            data = data[key]
        return data

    def _find(self, path: tuple[Key, ...]) -> tuple[yaml.Node, yaml.Node, bool]:
        """Return where the deepest value on `path` begins, that value, and whether it is the end of the path."""
        start = node = self._root
        for key in path:
            if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
                start = node = node.value[key]
            elif isinstance(node, yaml.MappingNode) and (
                found := [item for item in node.value if item[0].value == key]
            ):
                # A mapping's own key comes after those that `<<` brought in, and wins.
                start, node = found[-1]
            else:
                return start, node, False
        return start, node, True

    def _place(self, node: yaml.Node) -> str:
        return f"{self._name}:{node.start_mark.line + 1}:{node.start_mark.column + 1}"

    def _check(self, node: yaml.Node, path: tuple[Key, ...], seen: set[int], loader: Any) -> None:  # noqa: ANN401 (no stub)
        if id(node) in seen:  # An alias may point to what contains it.
            return
        seen.add(id(node))
        if len(path) > _DEEPEST:
            raise _too_deep(field_of(path[:3]), "...", self._place(node))
        self._check_plain(node, path, loader)
        if isinstance(node, yaml.SequenceNode):
            for index, item in enumerate(node.value):
                self._check(item, (*path, index), seen, loader)
        elif isinstance(node, yaml.MappingNode):
            lines: dict[str, int] = {}
            for key, value in node.value:
                name = self._key(key, path)
                if name in lines:
                    why, field = f"this key stands on line {lines[name]} already", field_of((*path, name))
                    raise OnboardingInputError(field, name, why=why, fix="merge the two", location=self._place(key))
                lines[name] = key.start_mark.line + 1
                self._check(value, (*path, name), seen, loader)

    def _check_plain(self, node: yaml.Node, path: tuple[Key, ...], loader: Any) -> None:  # noqa: ANN401 (no stub)
        field, location = field_of(path) or "file", self._place(node)
        if node.tag not in _PLAIN:
            tag = node.tag.replace(_TAG, "!!")
            why = "only strings, numbers, true, false, lists and mappings have a meaning here"
            raise OnboardingInputError(field, tag, why=why, fix="remove the tag, or quote the value", location=location)
        if node.tag in _SCALARS and isinstance(node, yaml.ScalarNode):
            try:
                loader.construct_object(node)
            except (ValueError, LookupError, ArithmeticError):
                # For example `0x_`, or a word after `!!int`.
                why = "looks like a number but is none"
                fix = "quote it if it is a string"
                raise OnboardingInputError(field, node.value, why=why, fix=fix, location=location) from None

    def _key(self, key: yaml.Node, path: tuple[Key, ...]) -> str:
        if key.tag in {_TAG + "str", _TAG + "merge"} and isinstance(key, yaml.ScalarNode):
            return str(key.value)
        why, location = "a key must be a string", self._place(key)
        if isinstance(key, yaml.ScalarNode):
            field, fix = field_of((*path, key.value)), f'quote it: "{key.value}"'
            raise OnboardingInputError(field, key.value, why=why, fix=fix, location=location)
        found = "a list" if isinstance(key, yaml.SequenceNode) else "a mapping"
        raise OnboardingInputError(field_of(path) or "file", found, why=why, fix="write a word", location=location)


def _from_json(text: str, name: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place = f"{name}:{error.lineno}:{error.colno}"
        raise _not_parsed("JSON", name, error.msg, place=place) from error
    except ValueError as error:  # Python converts no number of thousands of digits.
        raise _not_parsed("JSON", name, "a number is too long", place=name) from error


def _as_yaml(json_text: str) -> str:
    """Replace what JSON admits and YAML does not, column by column: tabs, and halves of characters beyond U+FFFF."""
    return _ESCAPE.sub(_private, json_text.replace("\t", " "))


def _private(escape: re.Match[str]) -> str:
    # Each half becomes a private character of its own: keys that differ go on to differ.
    return f"\\u{int(escape[1], 16) + 0x800:04x}" if escape[1] else escape[0]


def _not_yaml(language: str, error: yaml.YAMLError, name: str, text: str) -> OnboardingInputError:
    if isinstance(error, yaml.reader.ReaderError) and isinstance(error.character, int):
        before, found, _ = text.partition(chr(error.character))
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        problem = f"the character {found!r} is not allowed"
        return _not_parsed(language, name, problem, place=f"{name}:{line}:{column}", fix="remove it")
    parts = [getattr(error, "context", None), getattr(error, "problem", None)]
    said = ", ".join(part for part in parts if part) or str(error).partition("\n")[0]
    problem, fix = next((words for key, words in _SYNTAX.items() if key in said), (said, _MEND))
    marks = [getattr(error, "problem_mark", None), getattr(error, "context_mark", None)]
    # What is not closed goes on to the end of the file; its beginning says more.
    known = [mark for mark in (reversed(marks) if any(word in said for word in _AT_START) else marks) if mark]
    place = f"{name}:{known[0].line + 1}:{known[0].column + 1}" if known else name
    return _not_parsed(language, name, problem, place=place, fix=fix)


def _not_parsed(language: str, name: str, problem: str, *, place: str, fix: str = _MEND) -> OnboardingInputError:
    return OnboardingInputError("file", name, why=f"not {language}: {problem}", fix=fix, location=place)


def _too_deep(field: str, value: str, location: str) -> OnboardingInputError:
    why = "lists and mappings stand too deep in each other"
    return OnboardingInputError(field, value, why=why, fix="start with the example in the README", location=location)
