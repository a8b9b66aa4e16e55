"""A stack changes in CloudFormation's order: create and change, and only then delete. moto deletes first.

The order decides what AWS refuses: the association of an account under another logical id meets the one that is still
there, and a replacement meets a name that is still taken. When a step fails, everything is as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from moto.cloudformation import parsing
from moto.cloudformation.parsing import ResourceMap
from moto.core.exceptions import ServiceException

from tests.emulator.handler_permissions import unjudged
from tests.emulator.rollback import ResourceFailed

Template = dict[str, Any]

_SUB = re.compile(r"\$\{([^!.}]+)[^}]*\}")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Step:
    """One change: the resource of before (None: there was none) and the one of now."""

    logical_id: str
    before: Any
    now: Any

    @property
    def is_in_place(self) -> bool:
        """Whether the resource itself changed."""
        return self.now is self.before


def update(resources: ResourceMap, template: Template, parameters: dict[str, Any] | None = None) -> None:
    """Take the place of moto's `ResourceMap.update`."""
    before, input_parameters = resources._template, resources.input_parameters
    steps: list[_Step] = []
    try:
        touched = _load(resources, template, parameters or input_parameters)
        for logical_id in _in_order(template["Resources"]):
            steps += _step(resources, logical_id, before, touched)
    except Exception:
        _undo(resources, steps)
        _load(resources, before, input_parameters)
        for step in reversed(steps):
            if step.is_in_place:
                _change(resources, step.logical_id)
        raise
    _clean_up(resources, before.get("Resources", {}), steps)


def _load(resources: ResourceMap, template: Template, parameters: dict[str, Any]) -> set[str]:
    """Take over a template; return the names of the parameters whose value changes by it."""
    known = dict(getattr(resources, "resolved_parameters", {}))
    resources._template, resources.input_parameters = template, parameters
    resources._resource_json_map = template.get("Resources", {})
    resources.resolved_parameters = {}
    resources.load_mapping()
    resources.load_parameters()
    resources.load_conditions()
    return {name for name, value in resources.resolved_parameters.items() if known.get(name) != value}


def _step(resources: ResourceMap, logical_id: str, before: Template, touched: set[str]) -> Iterator[_Step]:
    """Create or change one resource, if it has to be; `touched` grows by what is another resource now."""
    existing = resources._parsed_resources.get(logical_id)
    definition = resources._resource_json_map[logical_id]
    if existing is None:
        created: Any = resources[logical_id]
        if created is not None:  # its Condition is true
            yield _Step(logical_id=logical_id, before=None, now=created)
        return
    last = before["Resources"][logical_id]
    if definition["Type"] != last["Type"]:
        raise ResourceFailed(logical_id, definition["Type"], "Update of resource type is not permitted.")
    properties = definition.get("Properties", {})
    if properties == last.get("Properties", {}) and not touched & set(_references(properties)):
        return
    changed = _change(resources, logical_id)
    if changed is not existing:
        touched.add(logical_id)
    yield _Step(logical_id=logical_id, before=existing, now=changed)


def _change(resources: ResourceMap, logical_id: str) -> Any:
    definition = resources._resource_json_map[logical_id]
    changed: Any = parsing.parse_and_update_resource(
        logical_id, definition, resources, resources._account_id, resources._region_name
    )
    if changed is None:  # moto's class has no update; moto would go on as if it had
        raise ResourceFailed(logical_id, definition["Type"], "the emulator cannot update a resource of this type")
    resources._parsed_resources[logical_id] = changed
    return changed


def _undo(resources: ResourceMap, steps: list[_Step]) -> None:
    """Delete what was made, unless its policy is to retain it, and remember again what it replaced."""
    for step in reversed(steps):
        if step.is_in_place:
            continue
        definition = resources._resource_json_map[step.logical_id]
        # RetainExceptOnCreate is for this very case.
        if step.before is not None or definition.get("DeletionPolicy") != "Retain":
            with unjudged():
                resources._delete_resource(step.now, definition)
        del resources._parsed_resources[step.logical_id]
        if step.before is not None:
            resources._parsed_resources[step.logical_id] = step.before


def _clean_up(resources: ResourceMap, before: Template, steps: list[_Step]) -> None:
    """Delete what the template no longer has, and what was replaced, unless its policy is to retain it."""
    replaced = {step.logical_id: step.before for step in steps if step.before is not None and not step.is_in_place}
    for logical_id in reversed(_in_order(before)):
        definition = before[logical_id]
        if logical_id in replaced:
            resource, policy = replaced[logical_id], "UpdateReplacePolicy"
            # Without this mark the class has deleted the original itself, as moto's own classes do.
            if not hasattr(parsing.resource_class_from_type(definition["Type"]), "LEAVES_REPLACED"):
                continue
        elif logical_id not in resources._resource_json_map:
            # moto would remember it, and would not create it if it came back.
            resource, policy = resources._parsed_resources.pop(logical_id, None), "DeletionPolicy"
        else:
            continue
        if resource is not None and not _is_retained(definition, policy):
            resources._delete_resource(resource, definition)


def delete(resources: ResourceMap) -> None:
    """Take the place of moto's `ResourceMap.delete`, which knows no order, and one way to retain a resource only.

    What cannot be deleted stays, and so does what it depends on; the first of these is blamed, at the end.
    """
    definitions, failed = resources._resource_json_map, list[ResourceFailed]()
    needed: set[str] = set()
    for logical_id in reversed(_in_order(definitions)):
        resource: Any = resources._parsed_resources.get(logical_id)
        if resource is None or logical_id in needed:
            continue
        if not _is_retained(definitions[logical_id], "DeletionPolicy"):
            try:
                resources._delete_resource(resource, definitions[logical_id])
            except ServiceException as refused:
                needed |= set(_dependencies(definitions, logical_id))
                failed.append(ResourceFailed(logical_id, definitions[logical_id]["Type"], str(refused)))
                continue
        del resources._parsed_resources[logical_id]
    if failed:
        raise failed[0]


def _is_retained(definition: dict[str, Any], policy: str) -> bool:
    # The second differs only when the operation that creates the resource fails; then nothing is retained here.
    return definition.get(policy) in {"Retain", "RetainExceptOnCreate"}


def _in_order(definitions: Template) -> list[str]:
    """All logical ids, each after those that it depends on."""
    ordered: dict[str, None] = {}

    def add(logical_id: str, waiting: tuple[str, ...]) -> None:
        if logical_id in ordered or logical_id in waiting or logical_id not in definitions:
            return
        for other in _depends_on(definitions[logical_id]):
            add(other, (*waiting, logical_id))
        ordered[logical_id] = None

    for logical_id in definitions:
        add(logical_id, ())
    return list(ordered)


def _depends_on(definition: dict[str, Any]) -> Iterator[str]:
    """What a resource waits for, in words of its own or by a reference."""
    stated = definition.get("DependsOn", [])
    yield from [stated] if isinstance(stated, str) else stated
    yield from _references(definition)


def _dependencies(definitions: Template, logical_id: str) -> Iterator[str]:
    """What a resource depends on, directly and beyond."""
    for other in _depends_on(definitions[logical_id]):
        if other in definitions:
            yield other
            yield from _dependencies(definitions, other)


def _references(value: Any) -> Iterator[str]:
    """The logical ids and parameters that a part of a template refers to."""
    if isinstance(value, list):
        for one in value:
            yield from _references(one)
    elif isinstance(value, dict):
        for key, one in value.items():
            if key == "Ref":
                yield one
            elif key == "Fn::GetAtt":
                yield one.partition(".")[0] if isinstance(one, str) else one[0]
            elif key == "Fn::Sub":
                yield from _SUB.findall(one if isinstance(one, str) else one[0])
                yield from _references(one)
            else:
                yield from _references(one)
