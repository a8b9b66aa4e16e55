"""YAML and JSON with the line and column of every value, and without keys that silently replace each other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from devops_agent_constructs.errors import OnboardingInputError

# libyaml's loader is ten times as fast; a PyYAML that was built without it has only the other.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Key = str | int


def field_of(path: tuple[Key, ...]) -> str:
    """Write a path as users read it, e.g. `accounts[3].role.name`."""
    text = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)
    return text.removeprefix(".")


class YamlDocument:
    """A file's content, and where each value of it stands.

    Attributes:
        data: The content as plain Python values.
    """

    def __init__(self, path: Path, text: str) -> None:
        """Parse `text`; `path` is the name in errors.

        Raises:
            OnboardingInputError: It is not YAML (or not JSON, for a name that ends so), is empty, or repeats a key.
        """
        self._name = str(path)
        is_json = path.suffix == ".json"
        try:
            data = json.loads(text) if is_json else None
            # JSON may be indented with tabs, which YAML refuses; a space keeps the columns.
            loader = _Loader(text.replace("\t", " ") if is_json else text)
            root = loader.get_single_node()
            if root is None:
                fix = "start with the example in the README"
                raise OnboardingInputError("file", self._name, why="it is empty", fix=fix)
            self._root: yaml.Node = root
            self._refuse_repeated_keys(self._root, (), set())
            self.data: Any = data if is_json else loader.construct_document(self._root)
        except json.JSONDecodeError as error:
            place = f"{self._name}:{error.lineno}:{error.colno}"
            raise _not_parsed("JSON", self._name, error.msg, place) from error
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = f"{self._name}:{mark.line + 1}:{mark.column + 1}" if mark else self._name
            raise _not_parsed("YAML", self._name, error.problem or str(error), place) from error
        except yaml.YAMLError as error:
            raise _not_parsed("YAML", self._name, str(error).partition("\n")[0], self._name) from error

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
                start, node = found[0]
            else:
                return start, node, False
        return start, node, True

    def _place(self, node: yaml.Node) -> str:
        return f"{self._name}:{node.start_mark.line + 1}:{node.start_mark.column + 1}"

    def _refuse_repeated_keys(self, node: yaml.Node, path: tuple[Key, ...], seen: set[int]) -> None:
        if id(node) in seen:  # An alias may point to what contains it.
            return
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            for index, item in enumerate(node.value):
                self._refuse_repeated_keys(item, (*path, index), seen)
        elif isinstance(node, yaml.MappingNode):
            keys: dict[str, yaml.Node] = {}
            for key, value in node.value:
                name = str(key.value)
                if name in keys:
                    why = f"this key stands on line {keys[name].start_mark.line + 1} already"
                    field, place = field_of((*path, name)), self._place(key)
                    raise OnboardingInputError(field, name, why=why, fix="merge the two", location=place)
                keys[name] = key
                self._refuse_repeated_keys(value, (*path, name), seen)


def _not_parsed(language: str, name: str, problem: str, place: str) -> OnboardingInputError:
    why = f"not {language}: {problem}"
    return OnboardingInputError("file", name, why=why, fix="correct the syntax at this place", location=place)
