"""The policy of each part of a stack, from the templates that the accounts files become."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scripts.deployer_policies.accounts_files import FILES, REGION
from scripts.deployer_policies.parts import PARTS, Part
from scripts.deployer_policies.policy import (
    Permission,
    Statement,
    cli_statements,
    permissions_of,
    statements,
)
from scripts.deployer_policies.stack import Stack


def permissions(part: Part, templates: Mapping[str, Mapping[str, dict[str, Any]]]) -> list[Permission]:
    """Return what the resources of a part take.

    Args:
        part: The part.
        templates: By file and stack.
    """
    found = permissions_of(_stack(part, templates), part.has)
    if part.title in {"With a key", "With IAM Identity Center"}:
        # One file has both, as no sign-in excludes a key.
        is_key = part.title == "With a key"
        found = [one for one in found if one.action.startswith("kms:") == is_key]
    return found


def statements_of(part: Part, templates: Mapping[str, Mapping[str, dict[str, Any]]]) -> list[Statement]:
    """Return the statements of a part, without those that the parts beside it have."""
    beside, before = part.beside, list[Permission]()
    while beside is not None:
        other = next(one for one in PARTS if one.title == beside)
        before, beside = [*before, *permissions(other, templates)], other.beside
    calls = [] if part.is_bootstrapped or part.beside else cli_statements(_stack(part, templates))
    return [*calls, *statements(permissions(part, templates), without=before)]


def synthesize(folder: Path) -> dict[str, dict[str, dict[str, Any]]]:
    """Run the ready-made app on each of `FILES`, into folders of that name; return the templates by file and stack."""
    # Not at the top, as the CDK takes a second to load.
    from scripts.deployer_policies.synthesis import templates_of  # noqa: PLC0415

    return {file: templates_of(text, folder / file) for file, text in FILES.items()}


def _stack(part: Part, templates: Mapping[str, Mapping[str, dict[str, Any]]]) -> Stack:
    template = templates[part.file][part.stack]
    return Stack(name=part.stack, account_id=part.account_id, region=REGION, template=template)
