"""A typo in any mapping of the accounts file: the nearest key of that mapping, and all that it has."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.accounts_files import ACCOUNTS, SPACE, refusal

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "devops_agent_constructs/accounts_file/accounts-file.schema.json").read_text("utf-8")
)
LIMITS = "restrict_to_regions, deny_actions, deny_data_reads, allowed_services"


@pytest.fixture(autouse=True)
def _working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def mappings(schema: dict[str, Any], path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Yield where each mapping with keys of the format's own may stand, and its keys."""
    if "$ref" in schema:
        schema = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]]
    for choice in schema.get("anyOf", ()):
        yield from mappings(choice, path) if set(choice) & {"$ref", "type"} else ()
    if "items" in schema:
        yield from mappings(schema["items"], (*path, 0))
    if properties := schema.get("properties"):
        yield path, list(properties)
        for key, inner in properties.items():
            yield from mappings(inner, (*path, key))


MAPPINGS = list(mappings(SCHEMA))


def test_no_mapping_is_forgotten() -> None:
    """Each definition of the schema stands somewhere in the file."""
    defined = [list(part["properties"]) for part in SCHEMA["$defs"].values() if part.get("properties")]
    assert all(keys in [known for _, known in MAPPINGS] for keys in defined)


@pytest.mark.parametrize(("path", "keys"), MAPPINGS, ids=[".".join(map(str, path)) for path, _ in MAPPINGS])
def test_every_mapping_has_its_own_keys(path: tuple[str | int, ...], keys: list[str]) -> None:
    """The nearest one, and the keys of this very mapping in the format's order."""
    typo = f"{keys[0]}x"
    part: Any = {typo: 1}
    for key in reversed(path):
        part = {key: part} if isinstance(key, str) else [part]
    # A file is known by one of its keys.
    error = refusal(json.dumps({"accounts": []} | part))
    assert error.field.endswith(f"{path[-1]}.{typo}" if path and isinstance(path[-1], str) else typo)
    assert (error.why, error.fix) == ("no such key", f"did you mean {keys[0]!r}? Known: {', '.join(keys)}")


@pytest.mark.parametrize(
    ("text", "begins", "fix"),
    [
        (
            "primary: {agent_role_arn: secret}",
            "2:11: primary.agent_role_arn",
            "it belongs at the top level. Known here: create_agent_space, organization_id",
        ),
        (
            "accounts: [{id: '222222222222', path: /a/}]",
            "2:33: accounts[0].path",
            "it belongs in role or in accounts[].role. Known here: id, region, role, elevated_role_arn, topology, tags",
        ),
        (
            "role: {capabilities: [{support_communications: {buckets: [a]}}]}",
            "2:49: role.capabilities[0].support_communications.buckets",
            (
                "it belongs in primary.create_agent_space.capabilities[].s3_objects "
                "or in role.capabilities[].s3_objects or in accounts[].role.capabilities[].s3_objects. "
                "Known here: none"
            ),
        ),
    ],
)
def test_a_key_that_stands_elsewhere(text: str, begins: str, fix: str) -> None:
    """It says where, not what it is most like here; the value stays out of it."""
    assert str(refusal(f"{SPACE}{text}\n")) == f"devops-agent.yaml:{begins}: no such key here; {fix}"


@pytest.mark.parametrize(
    ("typo", "fix"),
    [("deny_action", f"did you mean 'deny_actions'? Known: {LIMITS}"), ("zzz", f"use one of: {LIMITS}")],
)
def test_access_limits(typo: str, fix: str) -> None:
    """As a user meets it, with the place."""
    error = refusal(f"{SPACE}{ACCOUNTS}role: {{access_limits: {{{typo}: [s3:GetObject]}}}}\n")
    assert str(error) == f"devops-agent.yaml:3:24: role.access_limits.{typo}: no such key; {fix}"
