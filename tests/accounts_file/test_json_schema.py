"""The JSON Schema of the accounts file: what editors check while the user types."""

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from devops_agent_constructs.accounts_file.role_format import CAPABILITIES
from devops_agent_constructs.policies import additional_permissions, capabilities
from scripts.accounts_file_schema import SCHEMA, json_schema
from tests.accounts_files import ACCOUNTS, FULL, ORGANIZATION, SPACE

AGENT_ROLE = "arn:aws:iam::111111111111:role/DevOpsAgentRole-AgentSpace"
ROOT = Path(__file__).parents[2]
COMMITTED = json.loads(SCHEMA.read_text(encoding="utf-8"))


def findings(text: str) -> list[str]:
    """Return what an editor would underline."""
    return [error.message for error in Draft202012Validator(COMMITTED).iter_errors(yaml.safe_load(text))]


def test_committed_schema_is_current() -> None:
    """The file that editors load is the one the code computes; `make schema` writes it."""
    assert json_schema() == COMMITTED


def test_schema_is_a_schema() -> None:
    """Editors can read it."""
    Draft202012Validator.check_schema(COMMITTED)
    assert COMMITTED["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize(
    "text",
    [
        FULL,
        SPACE + ACCOUNTS,
        SPACE + ORGANIZATION,
        SPACE + ORGANIZATION + ACCOUNTS,
        SPACE + ORGANIZATION + "accounts: []\n",
        SPACE + ORGANIZATION.replace("ou-a1b2-11112222, ou-a1b2-33334444", "r-a1b2").replace("additional", "#"),
        (ROOT / "examples" / "connect_many_accounts" / "devops-agent.yaml").read_text(encoding="utf-8"),
        SPACE
        + ACCOUNTS
        + f"generation: transition\nagent_role_arn: {AGENT_ROLE}\n"
        + "role: {max_session_seconds: 7200, managed_policies: [A]}\n",
        SPACE + ACCOUNTS + "role: {capabilities: [{support_communications: {}}, {resource_explorer_setup: {}}]}\n",
    ],
)
def test_admits_what_the_format_admits(text: str) -> None:
    """The example that ships and the documented format have nothing underlined."""
    assert findings(text) == []


@pytest.mark.parametrize(
    "text",
    [
        SPACE,
        ACCOUNTS,
        SPACE + "accounts: []\n",
        SPACE + "accounts: [222222222222]\n",
        SPACE + 'accounts: ["22222222222"]\n',
        SPACE + "accounts: [{id: 222222222222}]\n",
        SPACE + "accounts: [{region: eu-west-1}]\n",
        SPACE + 'accounts: [{id: "222222222222", regoin: eu-west-1}]\n',
        SPACE + ACCOUNTS + "rol: {}\n",
        SPACE + ACCOUNTS + "generation: GA\n",
        SPACE + ACCOUNTS + "role: {nam: Agent}\n",
        SPACE + ACCOUNTS + "role: {path: operations/}\n",
        SPACE + ACCOUNTS + f"role: {{name: {'a' * 65}}}\n",
        SPACE + ACCOUNTS + f"role: {{description: {'a' * 1001}}}\n",
        SPACE + ACCOUNTS + "role: {max_session_seconds: 3599}\n",
        SPACE + ACCOUNTS + "role: {max_session_seconds: 43201}\n",
        SPACE + ACCOUNTS + "role: {capabilities: [{}]}\n",
        SPACE + ACCOUNTS + "role: {capabilities: [support_communications]}\n",
        SPACE + ACCOUNTS + "role: {capabilities: [{support_communications: {}, resource_explorer_setup: {}}]}\n",
        SPACE + ACCOUNTS + "role: {capabilities: [{s3_object: {buckets: [orders]}}]}\n",
        SPACE + ACCOUNTS + "role: {capabilities: [{s3_objects: {bucket: [orders]}}]}\n",
        SPACE + ACCOUNTS + "role: {capabilities: [{s3_objects: {buckets: orders}}]}\n",
        "agent_space_arn: arn:aws:aidevops:us-east-1:111111111111:agentspace/*\n" + ACCOUNTS,
        SPACE + "organization: {}\n",
        SPACE + ORGANIZATION.replace("  call_as: self", "  #"),
        SPACE + ORGANIZATION.replace("call_as: self", "call_as: SELF"),
        SPACE + ORGANIZATION.replace("[ou-a1b2-11112222, ou-a1b2-33334444]", "[]"),
        SPACE + ORGANIZATION.replace("ou-a1b2-11112222", "Workloads"),
        SPACE + ORGANIZATION.replace('"444444444444"', "444444444444"),
        SPACE + ORGANIZATION.replace("root: r-a1b2", "root: ou-a1b2-11112222"),
        SPACE + ORGANIZATION.replace("percentage: 20", "percentage: 101"),
        SPACE + ORGANIZATION.replace("exclude:", "excluded:"),
        SPACE + ORGANIZATION.replace("call_as: self", "call_as: delegated_admin"),
    ],
)
def test_underlines_typing_slips(text: str) -> None:
    """Each slip that the reader refuses for its form is underlined already in the editor."""
    assert findings(text) != []


def test_every_capability_is_offered_and_described() -> None:
    """Whoever completes `- ` in an editor sees all capabilities, each with the first line of its documentation."""
    offered: dict[str, Any] = COMMITTED["$defs"]["CapabilityEntry"]["properties"]
    described = {name: entry["description"] for name, entry in offered.items()}
    assert described == {name: (made.__doc__ or "").partition("\n")[0] for name, made in CAPABILITIES.items()}
    assert min(map(len, described.values())) > len("Let the agent")


def test_every_capability_of_the_library_has_a_name() -> None:
    """No capability is for Python alone."""
    modules = [vars(additional_permissions), vars(capabilities)]
    made = {item for names in modules for item in names.values() if isinstance(item, type) and _is_capability(item)}
    assert set(CAPABILITIES.values()) == made


def _is_capability(item: type) -> bool:
    return hasattr(item, "statements") and hasattr(item, "__dataclass_fields__")


@pytest.mark.parametrize("capability", CAPABILITIES.values())
def test_settings_are_those_of_the_class(capability: type) -> None:
    """The schema has the fields of the class, no others."""
    settings = COMMITTED["$defs"][capability.__name__]
    assert sorted(settings["properties"]) == sorted(member.name for member in fields(capability))
    assert settings["additionalProperties"] is False


def test_a_capability_item_has_one_key() -> None:
    """Two capabilities in one item, or none, would be read as something else than the user sees."""
    assert COMMITTED["$defs"]["RoleEntry"]["properties"]["capabilities"]["items"] == {
        "description": "One capability",
        "minProperties": 1,
        "maxProperties": 1,
        "$ref": "#/$defs/CapabilityEntry",
    }


@pytest.mark.parametrize("name", ["AccountsFile", "OrganizationEntry", "PrimaryEntry", "NewAgentSpaceEntry"])
def test_every_key_is_described(name: str) -> None:
    """An editor shows what it is for; parts with a structure of their own are described there."""
    properties: dict[str, dict[str, Any]] = COMMITTED["$defs"][name]["properties"]
    assert [key for key, entry in properties.items() if not {"description", "$ref"} & set(entry)] == []
