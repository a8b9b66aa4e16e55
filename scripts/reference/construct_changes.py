"""Says what CloudFormation does when an argument changes: from two templates, and CloudFormation's own schemas."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from typing import Any

from scripts.reference.construct_runs import MadeStack
from tests.cfn_lint_data import SCHEMAS

_Resource = dict[str, Any]
# In the order in which they are told.
_REPLACES, _MAY_REPLACE, _UPDATES, _KEEPS, _ADDS, _REMOVES = _EFFECTS = (
    "replaces {}",
    "may replace {}",
    "updates {} in place",
    "changes what becomes of {} when it leaves the stack",
    "adds {}",
    "removes {}",
)


def effects(before: dict[str, MadeStack], after: dict[str, MadeStack]) -> str:
    """Return in words what an update from one to the other does."""
    if before.keys() != after.keys():
        return "other stacks; those of the former names stay until they are deleted"
    moved = [name for name, stack in before.items() if stack.environment != after[name].environment]
    if moved:
        return "the stack is one of another account or Region; the former one stays until it is deleted"
    done: dict[str, list[str]] = {}
    for name, stack in before.items():
        for effect, resource_type in _effects(stack.template["Resources"], after[name].template["Resources"]):
            types = done.setdefault(effect, [])
            if resource_type not in types:
                types.append(resource_type)
    if done:
        return "; ".join(effect.format(_listed(done[effect])) for effect in _EFFECTS if effect in done)
    if any(stack.is_protected != after[name].is_protected for name, stack in before.items()):
        return "turns the termination protection of the stacks on or off"
    if any(_outside(stack) != _outside(after[name]) for name, stack in before.items()):
        return "changes outputs or parameters, and no resource"
    return "changes nothing that is deployed"


def _listed(types: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(types))


def _outside(stack: MadeStack) -> _Resource:
    return {key: value for key, value in stack.template.items() if key in {"Outputs", "Parameters"}}


def _effects(before: _Resource, after: _Resource) -> Iterator[tuple[str, str]]:
    replaced = set[str]()
    kinds: dict[str, str] = {}
    # A resource that is replaced is another value for whatever refers to it.
    while found := {
        name: kind
        for name in before.keys() & after.keys()
        if (kind := _effect(before[name], after[name], replaced)) is not None and kinds.get(name) != kind
    }:
        kinds |= found
        replaced |= {name for name, kind in found.items() if kind == _REPLACES}
    for name, kind in kinds.items():
        yield kind, before[name]["Type"]
    yield from ((_ADDS, after[name]["Type"]) for name in after.keys() - before.keys())
    yield from ((_REMOVES, before[name]["Type"]) for name in before.keys() - after.keys())


def _effect(before: _Resource, after: _Resource, replaced: set[str]) -> str | None:
    old, new = before.get("Properties", {}), after.get("Properties", {})
    kind = before["Type"]
    if any(_differ(old, new, pointer, replaced) for pointer in _pointers(kind, "createOnlyProperties")):
        return _REPLACES
    if any(_differ(old, new, pointer, replaced) for pointer in _pointers(kind, "conditionalCreateOnlyProperties")):
        return _MAY_REPLACE
    if old != new or _refers(new, replaced):
        return _UPDATES
    if any(before.get(policy) != after.get(policy) for policy in ("DeletionPolicy", "UpdateReplacePolicy")):
        return _KEEPS
    return None


def _differ(before: _Resource, after: _Resource, pointer: str, replaced: set[str]) -> bool:
    new = _at(after, pointer)
    return _at(before, pointer) != new or _refers(new, replaced)


def _at(properties: Any, pointer: str) -> Any:  # noqa: ANN401 (a part of a document is anything)
    for name in pointer.removeprefix("/properties/").split("/"):
        properties = properties.get(name) if isinstance(properties, dict) else None
    return properties


def _refers(value: object, replaced: set[str]) -> bool:
    """Tell whether a value is made of one of the resources."""
    match value:
        case {"Ref": str(name)}:
            return name in replaced
        case {"Fn::GetAtt": [str(name), *_]}:
            return name in replaced
        case dict():
            return any(_refers(part, replaced) for part in value.values())
        case list():
            return any(_refers(part, replaced) for part in value)
    return False


@functools.cache
def _pointers(resource_type: str, which: str) -> tuple[str, ...]:
    """Return what the schema of a type says of its properties; a custom resource has none, and is updated."""
    file = _schemas().get(resource_type)
    if file is None:
        return ()
    return tuple(json.loads((SCHEMAS / "resources" / f"{file}.json").read_text("utf-8")).get(which, ()))


@functools.cache
def _schemas() -> dict[str, str]:
    files: dict[str, str] = json.loads((SCHEMAS / "providers" / "us-east-1.json").read_text("utf-8"))
    return files
