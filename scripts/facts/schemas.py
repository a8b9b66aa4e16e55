"""What CloudFormation's schemas, the service authorization reference (both as cfn-lint has them) and the CDK say."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from devops_agent_constructs import service

AGENT_SPACE = "AWS::DevOpsAgent::AgentSpace"
TYPES = (AGENT_SPACE, "AWS::DevOpsAgent::Association", "AWS::CloudFormation::StackSet", "AWS::IAM::Role")
_CLASSES = ("CfnAgentSpace", "CfnAssociation")
# Prose, and what is the same nearly everywhere.
_LEFT_OUT = {"description", "title", "$comment", "documentationUrl", "sourceUrl", "examples", "additionalProperties"}


def described_types(packages: Path) -> dict[str, dict[str, str]]:
    """Return type -> a line for each thing that its schema says, and under `AWS::DevOpsAgent` its types and Regions.

    Args:
        packages: Where cfn-lint is installed.
    """
    schemas = packages / "cfnlint" / "data" / "schemas"
    names = _json(schemas / "providers" / "us-east-1.json")
    found = {name: described(_json(schemas / "resources" / f"{names[name]}.json")) for name in TYPES}
    regions = [
        path.stem
        for path in sorted((schemas / "providers").glob("*.json"))
        if not path.stem.startswith(tuple(service.PARTITIONS)) and AGENT_SPACE in _json(path)
    ]
    types = {name: "" for name in names if name.startswith("AWS::DevOpsAgent::")}
    return {"AWS::DevOpsAgent": {**types, **{f"AgentSpace in {region}": "" for region in regions}}, **found}


def described_actions(packages: Path) -> dict[str, str]:
    """Return a line for each IAM action of DevOps Agent, with its resources and condition keys.

    Args:
        packages: Where cfn-lint is installed.
    """
    path = packages / "cfnlint" / "data" / "AdditionalSpecs" / "Policies.json"
    return described(_json(path)["aidevops"])


def described_constructs(packages: Path) -> dict[str, str]:
    """Return a line for each class of the CDK's module for DevOps Agent, and for each argument of those in use.

    Args:
        packages: Where aws-cdk-lib is installed; nothing of it is imported, which would start Node.
    """
    path = packages / "aws_cdk" / "aws_devopsagent" / "__init__.py"
    return dict(_constructs(ast.parse(path.read_text(encoding="utf-8")).body))


def described(value: Any, path: str = "") -> dict[str, str]:  # noqa: ANN401 (JSON)
    """Return path -> value for each leaf of a JSON document without its prose; an item of a list is part of a path."""
    if isinstance(value, Mapping):
        inner = [(f"{path}/{key}", each) for key, each in value.items() if not _is_left_out(key, each)]
    elif isinstance(value, list) and any(isinstance(each, Mapping) for each in value):
        inner = [(f"{path}/{number}", each) for number, each in enumerate(value)]
    elif isinstance(value, list):
        return {f"{path} has {each}": "" for each in value}
    else:
        return {path: value if isinstance(value, str) else json.dumps(value)}
    return {line: leaf for below, each in inner for line, leaf in described(each, below).items()}


def _is_left_out(key: str, value: object) -> bool:
    return key in _LEFT_OUT and not isinstance(value, Mapping)  # A property may be called `description`.


def _json(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _constructs(body: list[ast.stmt], outer: str = "") -> Iterator[tuple[str, str]]:
    for node in body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            name = f"{outer}{node.name}"
            yield name, ""
            if not name.startswith(_CLASSES):
                continue
            for method in node.body:
                if isinstance(method, ast.FunctionDef) and method.name == "__init__":
                    yield from ((f"{name}({argument.arg}=)", "") for argument in method.args.kwonlyargs)
            yield from _constructs(node.body, f"{name}.")
