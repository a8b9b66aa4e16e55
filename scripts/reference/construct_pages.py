"""Computes docs/constructs/: a page for each public construct, and their index."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

import devops_agent_constructs as package
from scripts.reference.construct_page import ConstructPage, file_name
from scripts.reference.docstrings import Docstring
from scripts.reference.tables import prose, table

FOLDER = PurePosixPath("constructs")
PYTHON_PAGE = "python.md"
# Heading of the index -> the pages below it, each with the further names that have their place on it.
CONSTRUCTS: dict[str, dict[str, tuple[str, ...]]] = {
    "All accounts at once": {"connect_accounts": ("Onboarding", "ConnectedAccounts")},
    "The secondary account": {
        "SecondaryAccountRole": (),
        "SecondaryAccountStack": (),
        "ElevatedActionsRole": (),
        "AccessBoundary": (),
    },
    "The primary account": {
        "AgentSpace": ("IamSignIn", "IdentityCenterSignIn", "IdentityProviderSignIn", "ImportedAgentSpace"),
        "AgentSpaceStack": (),
        "PrimaryAccountAccess": ("AssumeRoleGrant",),
        "PrimaryAccountStack": (),
    },
    "A whole organization": {"OrganizationRollout": (), "OrganizationStack": ()},
    "Associations that follow the organization": {
        "AccountSync": (),
        "AccountSyncStack": (),
        "OrganizationReadRole": (),
        "OrganizationEventRules": (),
    },
    "Whether it works": {"AssociationValidation": (), "AssociationHealth": ()},
}
_INTRODUCTION = """# Constructs

Each page has the smallest example, the template that comes out of it, every argument with its default, and what a change and a removal do. The templates are those of the examples, without what the CDK adds to every stack (`BootstrapVersion`, metadata); `DIGEST` stands for the digest of a function's code. In a call, `...` stands for what the example has there, `stack` is the example's, and `iam`, `kms`, `secretsmanager` are modules such as `aws_cdk.aws_iam`. What replaces and what updates in place is read from CloudFormation's schemas, as cfn-lint carries them.

Values that the constructs take, such as `SecondaryAccount`, are on the page [Python](../python.md). [`DevOpsAgentChecks`](../checks.md) deploys nothing.
"""  # noqa: E501 (a paragraph of the docs is one line)


def places() -> dict[str, str]:
    """Return where each name is that has its place on a page of these: path below docs/, with the heading."""
    found = {}
    for pages in CONSTRUCTS.values():
        for name, beside in pages.items():
            page = str(FOLDER / file_name(name))
            found[name] = page
            found |= {other: f"{page}#{other.lower()}" for other in beside}
    return found


def pages(headings: Mapping[str, str]) -> dict[PurePosixPath, str]:
    """Return the text of each page by its path below docs/.

    Args:
        headings: Public name -> the heading of the page of Python below which it stands.
    """
    there = places()

    def link(name: str) -> str:
        if name in there:
            return f"[`{name}`]({there[name].removeprefix(f'{FOLDER}/')})"
        if name in headings:
            anchor = headings[name].lower().replace(" ", "-")
            return f"[`{name}`](../{PYTHON_PAGE}#{anchor})"
        return f"`{name}`"

    found = {FOLDER / "index.md": _index()}
    for group in CONSTRUCTS.values():
        for name, beside in group.items():
            found[FOLDER / file_name(name)] = ConstructPage(name, beside, links=link).text()
    return found


def _index() -> str:
    parts = [_INTRODUCTION]
    for heading, group in CONSTRUCTS.items():
        rows = [
            (f"[`{name}`]({file_name(name)})", prose(Docstring.of(getattr(package, name)).paragraphs[0]))
            for name in group
        ]
        parts.append(f"## {heading}\n\n{table(['construct', 'what it is'], rows)}\n")
    return "\n".join(parts)
