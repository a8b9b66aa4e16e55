"""What the API's own model says about requests and answers; moto checks neither."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import regex  # type: ignore[import-untyped]  # `re` does not know the Unicode classes of the patterns
from botocore.model import OperationModel
from moto.core.utils import get_service_model
from moto.devopsagent.exceptions import ValidationException

import tests.emulator.devops_agent.organization_mode  # noqa: F401  # adds to the model

_PYTHON_TYPES = {
    "structure": Mapping,
    "map": Mapping,
    "list": list,
    "string": str,
    "timestamp": str,
    "boolean": bool,
    "integer": int,
}


def operation(name: str) -> OperationModel:
    """An operation of the API; raises botocore's error if there is no such."""
    model: OperationModel = get_service_model("devops-agent").operation_model(name)
    return model


def status_code(error: str) -> int:
    """The HTTP status of an error of the API."""
    shape = get_service_model("devops-agent").shape_for(error)
    return int(shape.metadata.get("error", {}).get("httpStatusCode", 400))


def check_request(operation_name: str, parameters: Mapping[str, Any]) -> None:
    """Refuse parameters that the model forbids."""
    found = list(problems(operation(operation_name).input_shape, parameters))
    if found:
        raise ValidationException("; ".join(found))


def problems(shape: Any, value: Any, path: str = "") -> Iterator[str]:
    """Everything that the model says against a value.

    Args:
        shape: The input or output of an operation, or a part of it, from botocore.
        value: As JSON, by the names of the shape's members.
        path: Where the value stands.
    """
    name = path or shape.name
    wanted: Any = _PYTHON_TYPES[shape.type_name]
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        yield f"{name} must be a {shape.type_name}"
    elif shape.type_name == "structure":
        yield from _problems_of_members(shape, value, path)
    elif shape.type_name == "map":
        for key, one in value.items():
            yield from problems(shape.key, key, f"a key of {name}")
            yield from problems(shape.value, one, f"{name}.{key}")
    elif shape.type_name == "list":
        for index, one in enumerate(value):
            yield from problems(shape.member, one, f"{name}[{index}]")
    yield from _limits(shape, value, name)


def _problems_of_members(shape: Any, value: Mapping[str, Any], path: str) -> Iterator[str]:
    prefix = f"{path}." if path else ""
    for name in shape.required_members:
        if name not in value:
            yield f"{prefix}{name} is missing"
    if getattr(shape, "is_tagged_union", False) and len(value) != 1:
        yield f"{path} must have exactly one member, not {sorted(value)}"
    for name, one in value.items():
        if name in shape.members:
            yield from problems(shape.members[name], one, f"{prefix}{name}")
        else:
            yield f"{prefix}{name} is not known"


def _limits(shape: Any, value: Any, name: str) -> Iterator[str]:
    limits = shape.metadata
    if isinstance(value, str):
        if shape.type_name == "string" and (pattern := limits.get("pattern")) and not regex.fullmatch(pattern, value):
            yield f"{name} must match {pattern}"
        if getattr(shape, "enum", None) and value not in shape.enum:
            yield f"{name} must be one of {', '.join(shape.enum)}"
    size = value if isinstance(value, int) else len(value) if isinstance(value, str | list | dict) else 0
    if "min" in limits and size < limits["min"]:
        yield f"{name} must be at least {limits['min']}"
    if "max" in limits and size > limits["max"]:
        yield f"{name} must be at most {limits['max']}"
