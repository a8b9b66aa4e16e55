"""Whatever stands in an accounts file, the user gets values or one line that says what to change."""

import copy
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from devops_agent_constructs import OnboardingInputError
from devops_agent_constructs.config import from_file
from tests.accounts_files import FULL, ORGANIZATION

VALID: dict[str, Any] = yaml.safe_load(FULL) | yaml.safe_load(ORGANIZATION) | {"generation": "transition"}
VALID["primary"] = {"organization_id": "o-a1b2c3d4e5"}
VALID["role"] |= {"description": "Agent", "managed_policies": ["Own"], "max_session_seconds": 3600}
VALID["role"]["capabilities"] += [
    {"resource_explorer_setup": {"enabled": False}},
    {"support_communications": {}},
    {
        "custom_statement": {
            "sid": "Own",
            "actions": ["s3:GetObject"],
            "resources": ["*"],
            "conditions": {"StringEquals": {"aws:ResourceTag/team": ["orders"]}},
        }
    },
]

Path_ = tuple[str | int, ...]


def paths(value: object, here: Path_ = ()) -> list[Path_]:
    """Return where every value of the tree stands."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [here, *(path for key, inner in items for path in paths(inner, (*here, key)))]


def with_part(path: Path_, part: object) -> Any:
    """Return the valid file with another part at `path`."""
    if not path:
        return part
    file = copy.deepcopy(VALID)
    around: Any = file
    for key in path[:-1]:
        around = around[key]
    around[path[-1]] = part
    return file


texts = st.text(max_size=20) | st.sampled_from(["222222222222", "a`b", "]", "$.a", "preview", "\n", "\u2028"])
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.dates() | st.binary(max_size=3) | texts
keys = (
    texts
    | st.sampled_from([*VALID, *VALID["role"], *VALID["organization"], "s3_objects", "id", "buckets"])
    | st.integers()
    | st.none()
)
parts = st.recursive(scalars, lambda part: st.lists(part) | st.dictionaries(keys, part), max_leaves=8)


def said(path: Path) -> str:
    """Return what the user reads: the accounts, or the error."""
    try:
        return " ".join(["read:", *(account.account_id for account in from_file(path).accounts)])
    except OnboardingInputError as error:
        if error.why == "this does not fit here":
            pytest.fail("msgspec refuses what is not found in the format")
        return str(error)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for files that the next example replaces."""
    return tmp_path_factory.mktemp("fuzz")


def test_the_file_is_valid(folder: Path) -> None:
    """So that what is refused below is refused for the part that was replaced."""
    file = folder / "valid.yaml"
    file.write_text(yaml.safe_dump(VALID), encoding="utf-8")
    assert said(file) == "read: 222222222222 333333333333"


@given(path=st.sampled_from(paths(VALID)), part=parts)
def test_any_part_may_be_anything_in_yaml(folder: Path, path: Path_, part: object) -> None:
    """A valid file with anything in place of any part of it is read, or refused on one line."""
    file = folder / "accounts.yaml"
    file.write_text(yaml.safe_dump(with_part(path, part), allow_unicode=True), encoding="utf-8")
    assert said(file).isprintable()


@given(path=st.sampled_from(paths(VALID)), part=parts)
def test_any_part_may_be_anything_in_json(folder: Path, path: Path_, part: object) -> None:
    """The same holds for JSON."""
    file = folder / "accounts.json"
    file.write_text(json.dumps(with_part(path, part), default=str), encoding="utf-8")
    assert said(file).isprintable()


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_are_read_or_refused(folder: Path, content: bytes) -> None:
    """A file of any bytes whatever is refused on one line."""
    file = folder / "bytes.yaml"
    file.write_bytes(content)
    assert said(file).isprintable()


@given(position=st.integers(0, len(FULL)), length=st.integers(0, 30), text=st.text(max_size=5))
def test_any_slip_of_the_hand_is_read_or_refused(folder: Path, position: int, length: int, text: str) -> None:
    """The documented file with a piece cut out or typed over is read, or refused on one line."""
    file = folder / "slips.yaml"
    file.write_text(FULL[:position] + text + FULL[position + length :], encoding="utf-8")
    assert said(file).isprintable()


pieces = st.sampled_from(
    [
        *(
            "a",
            "&a ",
            "*a",
            "&b ",
            "*b",
            "<<",
            ": ",
            "- ",
            "[",
            "]",
            "{",
            "}",
            ", ",
            "? ",
            "\n",
            "\n  ",
            "\r",
            "\x85",
            "\t",
        ),
        *(
            "!!python/name:os.system ",
            "!!binary ",
            "!!set ",
            "!!omap ",
            "!x ",
            "!!int ",
            "!!float ",
            "!!map ",
            "!!seq ",
        ),
        *(
            "0x_",
            "0b1",
            "1:2:3",
            ".inf",
            ".nan",
            "2020-01-01",
            "~",
            "yes",
            "=",
            "'",
            '"',
            "\\",
            "|",
            ">",
            "%",
            "---",
            "#",
        ),
        *("accounts", "role", "primary", "organization", "capabilities", "\0", "\ufeff", "\x1b[31m", "\u202e", "😀"),
    ]
)


@settings(derandomize=True, deadline=timedelta(seconds=2), max_examples=500)
@given(text=st.lists(pieces, max_size=60).map("".join), name=st.sampled_from(["pieces.yaml", "pieces.json"]))
def test_all_of_yamls_devices_are_read_or_refused(folder: Path, text: str, name: str) -> None:
    """Anchors, merge keys, tags and all that YAML has besides end in values or in one line, each at once."""
    file = folder / name
    file.write_bytes((f"accounts: {text}" if name.endswith(".yaml") else f'{{"accounts": {text}}}').encode())
    assert said(file).isprintable()
