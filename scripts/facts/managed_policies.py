"""AWS's managed policies, as moto has them: it copies them from AWS with each of its releases."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_OF_DEVOPS_AGENT = re.compile(r"AIDevOps|AIOps")


def policies(packages: Path) -> dict[str, Any]:
    """Return name -> AWS's policy, as IAM's API has it.

    Args:
        packages: Where moto is installed; it is not imported, which would take a second and all that it needs.
    """
    source = (packages / "moto" / "iam" / "aws_managed_policies.py").read_text(encoding="utf-8")
    [data] = [node.value for node in ast.parse(source).body if isinstance(node, ast.Assign)]
    found: dict[str, Any] = json.loads(ast.literal_eval(data))
    return found


def described(policies: Mapping[str, Mapping[str, Any]], *, without: str) -> dict[str, str]:
    """Return a line for each policy of DevOps Agent and its forerunner: AWS never changes a version.

    Args:
        policies: As IAM's API has them.
        without: The one of which `guardrail/guardrail.json` has every action.
    """
    return {
        name: f"{policy['DefaultVersionId']} of {policy['UpdateDate'][:10]}"
        for name, policy in policies.items()
        if _OF_DEVOPS_AGENT.search(name) and name != without
    }
