"""Computes the JSON Schema of the accounts file: what editors check and offer while the user types.

`python -m scripts.accounts_file_schema` writes the file that the library ships.

It refuses what the reader refuses, as far as a schema can tell. What it cannot tell: values that must be equal or
different in two places, sizes of policies, and what exists in AWS. `errorMessage` and `patternErrorMessage` are words
of VS Code and of yaml-language-server; other validators pass over them.
"""

from __future__ import annotations

import json
from inspect import cleandoc
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec

from devops_agent_constructs._constructs.tag_checks import STACK_SET_KEY_FORM
from devops_agent_constructs.accounts_file.format import AccountsFile
from devops_agent_constructs.accounts_file.role_format import CAPABILITIES
from devops_agent_constructs.onboarding.stack_names import StackNames
from devops_agent_constructs.policies.resources import ResourceKind

SCHEMA = Path(__file__).parents[1] / "devops_agent_constructs" / "accounts_file" / "accounts-file.schema.json"
_Schema = dict[str, Any]
_AGENT_ROLE_GENERATIONS = ["preview", "transition"]


def json_schema() -> _Schema:
    """Return the schema."""
    schema: _Schema = msgspec.json.schema(AccountsFile)
    for definition in schema["$defs"].values():
        if "description" in definition:
            # A docstring, which Python takes the indentation from since 3.13.
            definition["description"] = cleandoc(definition["description"])
    definitions = schema["$defs"]
    for capability in CAPABILITIES.values():
        for field, hint in get_type_hints(capability, include_extras=True).items():
            for kind in get_args(hint):
                if isinstance(kind, ResourceKind):
                    listed = definitions[capability.__name__]["properties"][field]
                    message = f"Write {kind.description}"
                    listed["items"] |= {"pattern": f"^({kind.form})$", "patternErrorMessage": message}
                    listed["minItems"] = 1
    own = definitions["CustomStatement"]["properties"]
    own["sid"] |= {"pattern": "^[A-Za-z0-9]+$", "patternErrorMessage": "A Sid has letters and digits only"}
    own["resources"]["minItems"] = own["actions"]["minItems"] = 1
    own["actions"]["items"] = definitions["AccessLimitsEntry"]["properties"]["deny_actions"]["items"]
    for name in ("AccessLimitsEntry", "TopologyEntry"):
        parts = definitions[name]["properties"]
        definitions[name]["anyOf"] = [_says_something(key, part["type"]) for key, part in parts.items()]
    definitions["OrganizationEntry"]["allOf"] = _rules_of_an_organization()
    definitions["AccountsFile"]["allOf"] = _rules_of_the_file()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "DevOps Agent accounts file", **schema}


def _rules_of_the_file() -> list[_Schema]:
    creates = {"required": ["primary"], "properties": {"primary": {"required": ["create_agent_space"]}}}
    has_agent_role_generation = {
        "required": ["generation"],
        "properties": {"generation": {"enum": _AGENT_ROLE_GENERATIONS}},
    }
    space_with_its_place = {"properties": {"create_agent_space": {"required": ["account_id", "region"]}}}
    associates = {"required": ["organization"], "properties": {"organization": _filled("associate")}}
    connects = {"anyOf": [_filled("accounts"), associates]}
    return [
        {"anyOf": [{"required": ["agent_space_arn"]}, creates]},
        {"anyOf": [_filled("accounts"), {"required": ["organization"]}]},
        _if({"not": {"required": ["agent_space_arn"]}}, {"properties": {"primary": space_with_its_place}}),
        _if(has_agent_role_generation, {"required": ["agent_role_arn"]}),
        _never(
            {"allOf": [creates, {"anyOf": [has_agent_role_generation, {"required": ["agent_role_arn"]}]}]},
            "A new Agent Space brings its own agent role, and follows the generation ga",
        ),
        _if(associates, {"required": ["primary"]}),
        *_rules_of_functions(connects),
        _if(
            {"required": ["organization"]},
            {"properties": {"tags": {"propertyNames": {"pattern": f"^{STACK_SET_KEY_FORM}$"}}}},
        ),
        _never(
            {"allOf": [{"required": ["organization", "primary"]}, {"not": {"anyOf": [connects, creates]}}]},
            "The primary account's stack would be empty: name accounts, or associate some of the organization",
        ),
        _if(
            {"allOf": [has_agent_role_generation, {"required": ["organization", "primary"]}]},
            {"properties": {"primary": {"required": ["organization_id"]}}},
        ),
    ]


def _rules_of_functions(connects: _Schema) -> list[_Schema]:
    """Return what `sync`, `validate` and `health` need; `connects` admits a file that names accounts."""
    management = {"required": ["organization"], "properties": {"organization": _is("call_as", "self")}}
    listens = {"required": ["sync"], "properties": {"sync": _is("events", True)}}
    prefix = {"stack_prefix": {"maxLength": StackNames().longest_prefix_of_sync}}
    return [
        _if({"required": ["health"]}, {"required": ["sync"]}),
        _if({"required": ["validate"]}, {"allOf": [{"required": ["primary"]}, connects]}),
        _if({"required": ["sync"]}, {"properties": prefix}),
        _if(listens, management),
    ]


def _rules_of_an_organization() -> list[_Schema]:
    root = {"type": "string", "pattern": "^r-"}
    units_have_root = {"properties": {"organizational_units": {"contains": root}}}
    follows = _is("auto_deployment", True)
    follows_nobody = {"anyOf": [_is("auto_deployment", False), _filled("only")]}
    return [
        _never({"allOf": [_filled("exclude"), _filled("only")]}, "Name accounts in exclude or in only"),
        _if(_filled("additional"), {"required": ["root"]}),
        _never({"allOf": [_filled("additional"), units_have_root]}, "The root covers every account: remove additional"),
        _if(units_have_root, {"properties": {"organizational_units": {"maxItems": 1}}}),
        _never({"allOf": [_filled("only"), follows]}, "With only, no account follows: leave out auto_deployment"),
        _never(
            {"allOf": [_is("retain_on_account_removal", True), follows_nobody]},
            "retain_on_account_removal goes together with auto-deployment only",
        ),
        _never(
            {"allOf": [_is("include_management_account", True), _is("call_as", "delegated_admin")]},
            "The stack of a delegated administrator is not the management account's",
        ),
    ]


def _says_something(key: str, kind: str) -> _Schema:
    """Admit a mapping in which `key` has more than nothing."""
    parts: dict[str, _Schema] = {"array": {"minItems": 1}, "object": {"minProperties": 1}, "boolean": {"const": True}}
    return {"required": [key], "properties": {key: parts[kind]}}


def _filled(key: str) -> _Schema:
    """Admit a mapping whose list `key` is not empty."""
    return _says_something(key, "array")


def _is(key: str, value: bool | str) -> _Schema:
    return {"required": [key], "properties": {key: {"const": value}}}


def _if(condition: _Schema, then: _Schema) -> _Schema:
    return {"if": condition, "then": then}


def _never(schema: _Schema, words: str) -> _Schema:
    """Refuse what the schema admits; an editor says the words."""
    return {"not": schema, "errorMessage": words}


if __name__ == "__main__":
    SCHEMA.write_text(json.dumps(json_schema(), indent=2) + "\n", encoding="utf-8")
