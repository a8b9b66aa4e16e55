"""Metadata of wheel and sdist that depend on where the repository is: links, and the page of the package index.

The README is written for its repository, with relative links. The package index has no such files: with the address of
`[tool.hatch.metadata.hooks.custom]` in pyproject.toml they lead to the repository, without it they are plain text.

See https://hatch.pypa.io/latest/plugins/metadata-hook/custom/ (read 2026-11-26).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

# A link, whose text may have code; or code, or a whole block of it, in which nothing is a link.
LINK = re.compile(r"^```.*?^```$|(!?)\[((?:[^\[\]`]|`[^`]*`)*)\]\(([^()\s]+)\)|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_STATED = re.compile(r'^\[tool\.hatch\.metadata\.hooks\.custom\]\n(?:#.*\n)*repository = "(.*)"$', re.MULTILINE)
_ADDRESS = re.compile(r"https://[^\s/]+(?:/[^\s/]+)+")


class RepositoryMetadataHook(MetadataHookInterface):
    """Fills in `readme` and `urls`, which pyproject.toml says are dynamic."""

    PLUGIN_NAME = "custom"

    def update(self, metadata: dict[str, Any]) -> None:
        """Set both, as hatchling asks."""
        repository = checked_address(self.config["repository"])
        readme = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        text = description(readme, repository=repository)
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
        metadata["urls"] = project_urls(repository)


def stated_address(pyproject: str) -> str:
    """Return the repository's address by the text of pyproject.toml; empty: none is known."""
    [address] = _STATED.findall(pyproject)
    return checked_address(address)


def checked_address(address: str) -> str:
    """Return the address; raise ValueError if links cannot be made of it."""
    if address and not _ADDRESS.fullmatch(address):
        raise ValueError(f"repository={address!r}: not like https://example.com/owner/name, without a slash at its end")
    return address


def project_urls(repository: str) -> dict[str, str]:
    """Return label -> address, by the labels that package indexes know; none without a repository.

    See https://packaging.python.org/en/latest/specifications/well-known-project-urls/ (read 2026-11-26).
    """
    if not repository:
        return {}
    return {
        "Homepage": repository,
        "Documentation": f"{repository}#documentation",
        "Changelog": f"{repository}/blob/main/CHANGELOG.md",
        "Issues": f"{repository}/issues",
    }


def description(readme: str, *, repository: str) -> str:
    """Return the README for a page that has no files beside it."""

    def absolute(match: re.Match[str]) -> str:
        picture, text, target = match.groups()
        if target is None or target.startswith("https://"):
            return match[0]
        if not repository:
            return "" if picture else str(text)
        if target.startswith("#"):  # The index makes no anchors of headings.
            return f"[{text}]({repository}{target})"
        return f"{picture}[{text}]({repository}/{'raw' if picture else 'blob'}/main/{target})"

    # A picture that is left out leaves no gap.
    return re.sub(r"\n{3,}", "\n\n", LINK.sub(absolute, readme))
