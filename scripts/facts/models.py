"""What botocore's models say of the operations that the library calls or names."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from botocore import xform_name

from scripts.facts.pages import LIBRARY

DEVOPS_AGENT = "devops-agent"
SERVICES = (DEVOPS_AGENT, "cloudformation", "iam", "organizations", "sts")
# A method, or a string that is a name: `client.get_role(`, `"get_role"`, `"MoveAccount"`.
_CALLED = re.compile(r"[.\"']([A-Za-z]\w+)(?=[\"'(,)\s])")
_LIMITS = ("min", "max", "pattern")


def model(packages: Path, service: str) -> dict[str, Any]:
    """Read a service's model, of its newest API version.

    Args:
        packages: Where botocore is installed.
        service: botocore's name, e.g. `devops-agent`.
    """
    *_, path = sorted((packages / "botocore" / "data" / service).glob("*/service-2.json*"))
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    found: dict[str, Any] = json.loads(content)
    return found


def used_operations(packages: Path) -> dict[str, list[str]]:
    """Return service -> the operations that the library calls, or knows by name, as those in events."""
    sources = (path.read_text(encoding="utf-8") for path in LIBRARY.rglob("*.py"))
    words = {word for source in sources for word in _CALLED.findall(source)}
    return {
        service: [name for name in model(packages, service)["operations"] if words & {name, xform_name(name)}]
        for service in SERVICES
    }


def described(model: Mapping[str, Any], operations: Collection[str]) -> dict[str, str]:
    """Return a line for each thing that a model says of operations: errors, members, limits, values of enums.

    Args:
        model: As botocore has it.
        operations: Those that the model lacks are left out. Of `devops-agent` each operation has a line.
    """
    is_devops_agent = model["metadata"].get("serviceId") == "DevOps Agent"
    found, reached = dict[str, str](), list[str]()
    for name, operation in model["operations"].items():
        if is_devops_agent:
            found[f"operation {name}"] = f"{operation['http']['method']} {operation['http']['requestUri']}"
        if name in operations:
            found |= {f"{name} error {error['shape']}": "" for error in operation.get("errors", [])}
            reached += [operation[side]["shape"] for side in ("input", "output") if side in operation]
    seen = set[str]()
    while reached:
        if (name := reached.pop()) in seen:
            continue
        seen.add(name)
        shape = model["shapes"][name]
        found |= dict(_lines(name, shape))
        targets = [
            *shape.get("members", {}).values(),
            *(shape[key] for key in ("member", "key", "value") if key in shape),
        ]
        reached += [target["shape"] for target in targets]
    return found


def _lines(name: str, shape: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for member, target in shape.get("members", {}).items():
        required = ", required" if member in shape.get("required", ()) else ""
        yield f"{name}.{member}", f"{target['shape']}{required}"
    for value in shape.get("enum", ()):
        yield f"{name} = {value}", ""
    if limits := [f"{key} {shape[key]}" for key in _LIMITS if key in shape]:
        yield name, f"{shape['type']}, {', '.join(limits)}"
