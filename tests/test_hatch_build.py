"""The package's page on an index has no link that leads nowhere, with and without a public repository."""

from __future__ import annotations

import re
from email import message_from_string
from email.message import Message

import pytest
from hatchling.metadata.core import ProjectMetadata
from hatchling.metadata.spec import get_core_metadata_constructors
from hatchling.plugin.manager import PluginManager
from markdown import markdown  # type: ignore[import-untyped]  # it comes with MkDocs

from hatch_build import checked_address, description, stated_address
from tests.markdown import ROOT

REPOSITORY = "https://example.com/owner/name"
STATES = pytest.mark.parametrize("repository", ["", REPOSITORY], ids=["unknown", "known"])
README = """\
# Title

[a](docs/a.md#b), [`c`](CONTRIBUTING.md), [d](https://example.org/), [e](#title), `[x](y)`.

![picture](docs/p.svg)

```sh
echo '[x](y)'
```
"""


def metadata_with(repository: str) -> Message:
    """Return METADATA as hatchling writes it, if pyproject.toml says where the repository is."""
    config = dict(ProjectMetadata(str(ROOT), None).config)
    config["tool"]["hatch"]["metadata"]["hooks"]["custom"]["repository"] = repository
    newest = list(get_core_metadata_constructors().values())[-1]
    return message_from_string(newest(ProjectMetadata(str(ROOT), PluginManager(), config)))


@STATES
def test_page_has_no_relative_link(repository: str) -> None:
    """Links and pictures are absolute, or plain text, or left out; all the words stay."""
    page = markdown(str(metadata_with(repository).get_payload()), extensions=["tables", "fenced_code"])
    targets = re.findall(r"\b(?:href|src)=\"([^\"]*)\"", page)
    assert [target for target in targets if not target.startswith("https://")] == []
    assert ("/raw/main/docs/pictures/accounts.svg" in page) is (f"{REPOSITORY}/blob/main/docs/faq.md" in targets)
    assert bool(targets) is bool(repository)
    assert "Concepts</a> says who assumes what" in page or "Concepts says who assumes what" in page


@pytest.mark.parametrize(
    ("repository", "urls"),
    [
        ("", None),
        (
            REPOSITORY,
            [
                f"Homepage, {REPOSITORY}",
                f"Documentation, {REPOSITORY}#documentation",
                f"Changelog, {REPOSITORY}/blob/main/CHANGELOG.md",
                f"Issues, {REPOSITORY}/issues",
            ],
        ),
    ],
    ids=["unknown", "known"],
)
def test_project_urls(repository: str, urls: list[str] | None) -> None:
    """The four that the index shows beside the page, or none; the README has the heading that one of them names."""
    assert metadata_with(repository).get_all("Project-URL") == urls
    assert "\n## Documentation\n" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_links() -> None:
    """Code stays as it is; headings of the page are the repository's."""
    code = "```sh\necho '[x](y)'\n```\n"
    assert description(README, repository="") == (
        f"# Title\n\na, `c`, [d](https://example.org/), e, `[x](y)`.\n\n{code}"
    )
    assert description(README, repository=REPOSITORY) == (
        f"# Title\n\n[a]({REPOSITORY}/blob/main/docs/a.md#b), [`c`]({REPOSITORY}/blob/main/CONTRIBUTING.md), "
        f"[d](https://example.org/), [e]({REPOSITORY}#title), `[x](y)`.\n\n"
        f"![picture]({REPOSITORY}/raw/main/docs/p.svg)\n\n{code}"
    )


@pytest.mark.parametrize(
    "address", ["http://example.com/a/b", f"{REPOSITORY}/", "example.com/a", "https://example.com"]
)
def test_an_address_that_makes_no_links(address: str) -> None:
    """The build ends, with the value."""
    with pytest.raises(ValueError, match=re.escape(f"repository={address!r}: not like https://example.com/owner/name")):
        checked_address(address)


def test_one_line_states_the_address() -> None:
    """Scripts read the same line as the build."""
    config = ProjectMetadata(str(ROOT), None).config["tool"]["hatch"]["metadata"]["hooks"]["custom"]
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert stated_address(pyproject) == config["repository"]
    assert stated_address(pyproject.replace('repository = ""', f'repository = "{REPOSITORY}"')) in {
        REPOSITORY,
        config["repository"],
    }
