"""Makes templates of an accounts file, as the ready-made app does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from aws_cdk import App

from devops_agent_constructs import config, connect_accounts


def templates_of(accounts_file: str, folder: Path) -> dict[str, dict[str, Any]]:
    """Synthesize into a folder; return stack name -> template."""
    folder.mkdir(parents=True)
    path = folder / "devops-agent.yaml"
    path.write_text(accounts_file, encoding="utf-8")
    assembly = folder / "cdk.out"
    app = App(outdir=str(assembly), analytics_reporting=False, builtin_cloud_formation_validation=False)
    connect_accounts(app, config.from_file(path))
    app.synth()
    found = sorted(assembly.glob("*.template.json"))
    return {file.name.removesuffix(".template.json"): json.loads(file.read_text("utf-8")) for file in found}
