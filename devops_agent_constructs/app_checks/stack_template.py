"""Reads the template that the CDK has written for a stack, with those of its nested stacks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from devops_agent_constructs.checks.template import Template


def template_of(path: Path, *, account_id: str | None, region: str | None) -> Template:
    """Read the template that the CDK has written for a stack, with those of its nested stacks."""
    # Which file each asset of the stack is, by its hash; a stack without assets may have no such file.
    manifest = path.with_name(path.name.replace(".template.json", ".assets.json"))
    files = json.loads(manifest.read_text(encoding="utf-8")).get("files", {}) if manifest.is_file() else {}
    assets = {name: str(file.get("source", {}).get("path")) for name, file in files.items()}
    body = _body(path)
    nested = _nested(path, body, assets)
    return Template(name=str(path), body=body, account_id=account_id, region=region, nested=nested)


def _body(path: Path) -> dict[str, Any]:
    # The CDK leaves the object out of an empty stack's template.
    return {"Resources": {}, **json.loads(path.read_text(encoding="utf-8"))}


def _nested(outer: Path, body: Mapping[str, Any], assets: Mapping[str, str]) -> dict[str, Template]:
    """Return the templates of nested stacks, which the CDK writes beside the outer one as assets."""
    templates = {}
    for logical_id, resource in body["Resources"].items():
        url = json.dumps(resource.get("Properties", {}).get("TemplateURL", ""))
        names = [name for asset, name in assets.items() if asset in url and name.endswith(".nested.template.json")]
        if resource.get("Type") == "AWS::CloudFormation::Stack" and names:
            path = outer.with_name(names[0])
            inner = _body(path)
            templates[logical_id] = Template(name=str(path), body=inner, nested=_nested(path, inner, assets))
    return templates
