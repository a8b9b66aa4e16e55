"""Derives from botocore's service models which answers hold data, for the limit `deny_data_reads`.

`python -m scripts.output_members` writes tests/policies/output_members.json; the tests there demand a decision on each
action that it names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StructureShape

from devops_agent_constructs.guardrail.lists import guardrail_lists
from devops_agent_constructs.policy_evaluation.wildcards import is_covered

OUTPUT_MEMBERS = Path(__file__).parents[1] / "tests" / "policies" / "output_members.json"
_SHOWN = 4
# Members that hold what somebody stored, sent or logged, where the model marks nothing as sensitive.
_NAMED_LIKE_CONTENT = re.compile(
    r"(content|contents|body|transcript|plaintext|text|standard(output|error)\w*|outputs?|inputs?|payload|artifacts?"
    r"|presigned\w*url|rows?|loguri|logurl)$",
    re.IGNORECASE,
)


def members_with_content(services: Iterable[str] | None = None) -> dict[str, list[str]]:
    """Return action -> the first paths of output members that are bytes, marked as sensitive, or named like content.

    Args:
        services: botocore's names of those to look at. None: all.

    Returns:
        Only actions of AIDevOpsAgentAccessPolicy and of the supported additional permissions, and only those with such
        a member. Where an action is not named like its operation (`s3:ListBucket`), no model tells.
    """
    lists = guardrail_lists()
    patterns: dict[str, list[str]] = {}
    for pattern in (*lists.granted, *lists.supported):
        patterns.setdefault(pattern.partition(":")[0], []).append(pattern)
    found: dict[str, set[str]] = {}
    for prefix, model in _models(patterns, services):
        for operation in model.operation_names:
            action = f"{prefix}:{operation}"
            if is_covered(action, patterns[prefix]):
                shape = model.operation_model(operation).output_shape
                found.setdefault(action, set()).update(() if shape is None else _content(shape))
    return {action: sorted(paths)[:_SHOWN] for action, paths in sorted(found.items()) if paths}


def _models(prefixes: Iterable[str], services: Iterable[str] | None) -> Iterator[tuple[str, ServiceModel]]:
    loader, known = Loader(), set(prefixes)
    for name in loader.list_available_services("service-2") if services is None else services:
        description = loader.load_service_model(name, "service-2")
        metadata = description["metadata"]
        # The prefix of a service's actions is the name that its requests are signed with, or that of its endpoint.
        for prefix in sorted({name, metadata.get("signingName"), metadata.get("endpointPrefix")} & known):
            yield prefix, ServiceModel(description, name)


def _content(shape: Shape, path: str = "", above: tuple[str, ...] = ()) -> Iterator[str]:
    if shape.name in above:  # Some shapes contain themselves.
        return
    above = (*above, shape.name)
    if isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            yield from _content(member, f"{path}.{name}" if path else name, above)
    elif isinstance(shape, ListShape):
        yield from _content(shape.member, path, above)
    elif isinstance(shape, MapShape):
        yield from _content(shape.value, f"{path}.*", above)
    elif shape.type_name == "blob" or (shape.type_name == "string" and _is_content(shape, path)):
        yield path


def _is_content(shape: Shape, path: str) -> bool:
    if shape.metadata.get("sensitive"):
        return True
    return not getattr(shape, "enum", None) and _NAMED_LIKE_CONTENT.search(path.removesuffix(".*")) is not None


if __name__ == "__main__":
    OUTPUT_MEMBERS.write_text(json.dumps(members_with_content(), indent=1) + "\n", encoding="utf-8")
