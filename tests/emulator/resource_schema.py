"""CloudFormation's own schemas of the types, as cfn-lint carries them."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from typing import Any

import regex  # type: ignore[import-untyped]  # `re` does not know the Unicode classes of the patterns
from jsonschema import Draft7Validator, ValidationError
from jsonschema.validators import extend
from moto.cloudformation.exceptions import ValidationError as CloudFormationValidationError

from tests.cfn_lint_data import SCHEMAS


def check_properties(resource_type: str, properties: dict[str, Any]) -> None:
    """Refuse properties that the schema forbids, read-only ones included."""
    found = [_in_words(error) for error in _validator(resource_type).iter_errors(properties)]
    found += [f"#: extraneous key [{name}] is not permitted" for name in attributes(resource_type) & set(properties)]
    if found:
        raise CloudFormationValidationError(message="Properties validation failed: " + "; ".join(sorted(found)))


def attributes(resource_type: str) -> set[str]:
    """What `Fn::GetAtt` knows: the read-only properties."""
    return set(_names(_schema(resource_type).get("readOnlyProperties", [])))


def is_replaced(resource_type: str, before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Whether a change of properties needs another resource."""
    names = _names(_schema(resource_type).get("createOnlyProperties", []))
    return any(before.get(name) != after.get(name) for name in names)


def _names(pointers: list[str]) -> Iterator[str]:
    return (pointer.removeprefix("/properties/") for pointer in pointers if pointer.count("/") == 2)


@functools.cache
def _schema(resource_type: str) -> dict[str, Any]:
    file = json.loads((SCHEMAS / "providers" / "us-east-1.json").read_text())[resource_type]
    schema: dict[str, Any] = json.loads((SCHEMAS / "resources" / f"{file}.json").read_text())
    return schema


@functools.cache
def _validator(resource_type: str) -> Any:
    kind = extend(Draft7Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]
    return kind(_schema(resource_type))


def _pattern(_: Any, pattern: str, value: Any, __: Any) -> Iterator[ValidationError]:
    if isinstance(value, str) and not regex.search(pattern, value):
        yield ValidationError(f"{value!r} does not match pattern {pattern}")


def _in_words(error: ValidationError) -> str:
    # `oneOf` itself says only that none fits; the best of its branches says why.
    while error.context:
        error = max(error.context, key=lambda one: len(one.absolute_path))
    return f"#/{'/'.join(map(str, error.absolute_path))}: {error.message}"
