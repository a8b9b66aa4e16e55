"""Reads YAML and JSON with the line and column of every value, and without keys that silently replace each other."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from devops_agent_constructs.accounts_file.paths import KeyPath, field_of
from devops_agent_constructs.accounts_file.yaml_errors import not_json, not_yaml
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
# 10,000 accounts with a region and a role each; what aliases and merge keys repeat counts each time.
_MOST_VALUES = 100_000
_LONGEST_NUMBER = 64
_ESCAPE = re.compile(r"\\(?:u([dD][89a-fA-F][0-9a-fA-F]{2})|.)")
_HALF = re.compile("[\ud800-\udfff]")
_NO_NUMBERS = {"NaN", "Infinity", "-Infinity"}


class _Extent(NamedTuple):
    values: int
    depth: int


_UNFINISHED = _Extent(0, 0)
_TOO_DEEP = "lists and mappings stand too deep in each other"
_START = "start with the example in the README"
_AS_WRITTEN = object()


class YamlDocument:
    """A file's content, and where each value of it stands.

    Attributes:
        data: The content as plain Python values.
    """

    def __init__(self, path: Path, text: str, *, keys: Collection[str] = ()) -> None:
        """Parse `text`.

        Args:
            path: The name in errors; one that ends in `.json` says that it is JSON.
            text: The file's content.
            keys: What to know a file of this kind by: keys of which its top has one at least. A file without them is
                somebody else's, and no value of it stands in the error. None: it may be anything.

        Raises:
            OnboardingInputError: It is not YAML (or not JSON, for a name that ends so), is empty, repeats a key, has
                more than strings, numbers, true, false and null in lists and mappings with strings as keys, or more
                or deeper ones than any such file needs; aliases and merge keys included.
        """
        self._name = str(path)
        self._is_json = path.suffix == ".json"
        try:
            data = _from_json(text, self._name) if self._is_json and text.strip() else None
            if self._is_json:
                # What JSON admits and YAML does not, column by column: tabs, and halves of characters beyond U+FFFF.
                text = _ESCAPE.sub(_private, text.replace("\t", " "))
            self._check_events(text)
            loader = _Loader(text)
            root = loader.get_single_node()
            if root is None:
                raise OnboardingInputError("file", self._name, why="it is empty", fix=_START)
            self._root: yaml.Node = root
            self._check_top(keys)
            self._extent(self._root, (), {}, loader)
            self.data: Any = data if self._is_json else loader.construct_document(self._root)
        except yaml.YAMLError as error:
            if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark and "nesting depth" in str(error):
                self._check_events(text[: error.problem_mark.index])  # PyYAML 6.0.4 reads 1,000 levels ahead.
            raise not_yaml("plain JSON" if self._is_json else "YAML", error, self._name, text) from None
        if (half := _path_of_half(self.data, ())) is not None:
            why, fix = "half of a character beyond U+FFFF", "write both halves, or the character itself"
            raise self.error(half, value="...", why=why, fix=fix)

    def location(self, path: KeyPath) -> str:
        """Return `file:line:column` of a key or a list's item, or of the nearest one around it."""
        return self._place(self._find(path)[0])

    def value(self, path: KeyPath) -> Any:  # noqa: ANN401 (whatever the file holds)
        """Return the value at `path`: a single word as it is written, not as YAML reads it; None if there is none."""
        _, node, is_there = self._find(path)
        if not is_there:
            return None
        if isinstance(node, yaml.ScalarNode):
            return node.value
        data = self.data
        for key in path:
            data = data[key]
        return data

    def error(self, path: KeyPath, *, why: str, fix: str, value: object = _AS_WRITTEN) -> OnboardingInputError:
        """Return an error about what stands at `path`, or is missing there."""
        value = self.value(path) if value is _AS_WRITTEN else value
        return OnboardingInputError(field_of(path) or "file", value, why=why, fix=fix, location=self.location(path))

    def _find(self, path: KeyPath) -> tuple[yaml.Node, yaml.Node, bool]:
        """Return where the deepest value on `path` begins, that value, and whether it is the end of the path."""
        start = node = self._root
        for key in path:
            if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
                start = node = node.value[key]
            elif isinstance(node, yaml.MappingNode) and (
                pairs := [pair for pair in node.value if pair[0].value == key]
            ):
                # A mapping's own key comes after those that `<<` brought in, and wins.
                start, node = pairs[-1]
            else:
                return start, node, False
        return start, node, True

    def _place(self, node: Any) -> str:  # noqa: ANN401 (a node or an event)
        return f"{self._name}:{node.start_mark.line + 1}:{node.start_mark.column + 1}"

    def _check_events(self, text: str) -> None:
        """Check how much there is and how deep, before anything is made of it: composing takes memory and recurses."""
        depth = count = 0
        for event in yaml.parse(text, Loader=_Loader):
            if isinstance(event, yaml.NodeEvent):
                count += 1
                depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                raise self._refused(event, (), self._name, why=_TOO_DEEP, fix=_START)
            if count > _MOST_VALUES:
                why = f"more than {_MOST_VALUES:,} values; no such file needs so many"
                raise self._refused(event, (), self._name, why=why, fix=_START)

    def _check_top(self, keys: Collection[str]) -> None:
        root = self._root
        if not keys:
            return
        if not isinstance(root, yaml.MappingNode):
            kind = "a list" if isinstance(root, yaml.SequenceNode) else "a single value"
            why = f"not an accounts file: it must be a mapping, but it is {kind}"
        elif root.value and not any(isinstance(key.value, str) and key.value in keys for key, _ in root.value):
            why = f"not an accounts file: it has none of the keys {', '.join(keys)}"
        else:
            return
        raise self._refused(root, (), self._name, why=why, fix=f"name another file, or {_START}")

    def _extent(self, node: yaml.Node, path: KeyPath, seen: dict[int, _Extent], loader: Any) -> _Extent:  # noqa: ANN401 (no stub)
        """Check a value with all that is inside of it and that it refers to; return how much that is."""
        if id(node) in seen:
            if seen[id(node)] is _UNFINISHED:
                why = "an alias stands inside of what it repeats, without end"
                raise self._refused(node, path, "...", why=why, fix="write the value itself")
            return seen[id(node)]
        seen[id(node)] = _UNFINISHED
        self._check_plain(node, path, loader)
        inner: list[_Extent] = []
        if isinstance(node, yaml.SequenceNode):
            inner = [self._extent(item, (*path, index), seen, loader) for index, item in enumerate(node.value)]
        elif isinstance(node, yaml.MappingNode):
            lines: dict[str, int] = {}
            for key, value in node.value:
                name = self._key(key, path)
                if name in lines:
                    why = f"this key stands on line {lines[name]} already"
                    raise self._refused(key, (*path, name), name, why=why, fix="merge the two")
                lines[name] = key.start_mark.line + 1
                inner.append(self._extent(value, (*path, name), seen, loader))
        extent = _Extent(1 + sum(part.values for part in inner), 1 + max((part.depth for part in inner), default=0))
        if extent.values > _MOST_VALUES or extent.depth > _DEEPEST:
            many = f"aliases and merge keys make {extent.values:,} values of this; no such file needs so many"
            why = _TOO_DEEP if extent.depth > _DEEPEST else many
            raise self._refused(node, path, "...", why=why, fix="write the values that are needed")
        seen[id(node)] = extent
        return extent

    def _check_plain(self, node: yaml.Node, path: KeyPath, loader: Any) -> None:  # noqa: ANN401 (no stub)
        if node.tag not in _PLAIN:
            tag = node.tag.replace(_TAG, "!!")
            why = "only strings, numbers, true, false, lists and mappings have a meaning here"
            raise self._refused(node, path, tag, why=why, fix="remove the tag, or quote the value")
        if not isinstance(node, yaml.ScalarNode):
            return
        is_number = not (self._is_json and not node.style and node.value in _NO_NUMBERS)
        if node.tag in _SCALARS:
            try:
                is_number = len(node.value) <= _LONGEST_NUMBER
                if is_number:
                    loader.construct_object(node)
            except (ValueError, LookupError, ArithmeticError):  # For example `0x_`, or a word after `!!int`.
                is_number = False
        if not is_number:
            why = "looks like a number but is none"
            raise self._refused(node, path, node.value, why=why, fix="quote it if it is a string")

    def _refused(self, node: Any, path: KeyPath, value: str, *, why: str, fix: str) -> OnboardingInputError:  # noqa: ANN401 (a node or an event)
        return OnboardingInputError(field_of(path) or "file", value, why=why, fix=fix, location=self._place(node))

    def _key(self, key: yaml.Node, path: KeyPath) -> str:
        if key.tag in {_TAG + "str", _TAG + "merge"} and isinstance(key, yaml.ScalarNode):
            return str(key.value)
        why = "a key must be a string"
        if isinstance(key, yaml.ScalarNode):
            raise self._refused(key, (*path, key.value), key.value, why=why, fix=f'quote it: "{key.value}"')
        kind = "a list" if isinstance(key, yaml.SequenceNode) else "a mapping"
        fix = "write a word, or the value that is to replace {{...}}" if kind == "a mapping" else "write a word"
        raise self._refused(key, path, kind, why=why, fix=fix)


def _from_json(text: str, name: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise not_json(error, name) from None
    except (ValueError, RecursionError):
        # A number of thousands of digits, or too deep: the check of the same text as YAML knows where.
        return None


def _private(escape: re.Match[str]) -> str:
    # Each half becomes a private character of its own: keys that differ go on to differ.
    return f"\\u{int(escape[1], 16) + 0x800:04x}" if escape[1] else escape[0]


def _path_of_half(data: object, path: KeyPath) -> KeyPath | None:
    """Return where the escapes of JSON make half of a character, which no file and no call can hold."""
    if isinstance(data, str):
        return path if _HALF.search(data) else None
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        here = (*path, key)
        half = here if isinstance(key, str) and _HALF.search(key) else _path_of_half(value, here)
        if half is not None:
            return half
    return None
