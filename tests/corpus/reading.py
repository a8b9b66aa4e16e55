"""Reads the corpus: templates and roles in files, the verdict on each in a table, and the findings of both readers.

The checks' interface stands here alone. A role's file holds what IAM's GetRole, ListAttachedRolePolicies and
GetRolePolicy answer; `as_template` writes the same role as CloudFormation.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from devops_agent_constructs import AgentSpaceArn
from devops_agent_constructs.checks import Finding, check_role, check_template

HERE = Path(__file__).parent
ACCOUNT, REGION = "111111111111", "us-east-1"
_ROLE_ARN = re.compile(r"arn:aws:iam::([0-9]{12}):role(/(?:.*/)?)([^/]+)")
_STATEMENT = re.compile(r"\.Statement\.([0-9]+)")


# The same in C is seven times as fast, and every worker of pytest reads all files as it collects the tests.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Template(_Loader):  # type: ignore[misc]  # which of the two it is, the machine says
    """YAML with CloudFormation's short forms."""


def _short_form(loader: yaml.SafeLoader, name: str, node: yaml.Node) -> dict[str, Any]:
    value: Any = None
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    if name == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {name if name == "Ref" else f"Fn::{name}": value}


_Template.add_multi_constructor("!", _short_form)


def read(name: str) -> dict[str, Any]:
    """Read a file of the corpus; a date without quotes becomes a date, as PyYAML has it."""
    document: dict[str, Any] = yaml.load((HERE / name).read_text(), _Template)
    return document


def files(folder: str) -> list[str]:
    """Return the names of a folder's files."""
    return sorted(f"{folder}/{path.name}" for path in (HERE / folder).glob("*.yaml"))


def verdicts() -> dict[str, list[str]]:
    """Read the table: file -> every finding that it must give."""
    table: dict[str, list[str]] = yaml.load((HERE / "verdicts.yaml").read_text(), _Loader)
    return table


def by_template_reader(template: dict[str, Any], *, account_id: str = ACCOUNT, space: str = "") -> list[str]:
    """Return what the checks find in a template, with the resource."""
    agent_space = AgentSpaceArn.from_arn(space) if space else None
    found = check_template(template, account_id=account_id, region=REGION, agent_space=agent_space)
    return sorted(f"{finding.rule_id} {finding.place.logical_id} {_where(finding)}" for finding in found)


def by_live_reader(role: dict[str, Any]) -> list[str]:
    """Return what the checks find in a role by what IAM answers."""
    found = check_role(
        role["RoleArn"],
        trust_policy=role["AssumeRolePolicyDocument"],
        managed_policy_arns=role.get("AttachedPolicies", []),
        inline_policies=role.get("RolePolicies", {}),
        permissions_boundary_arn=role.get("PermissionsBoundaryArn"),
        agent_space=AgentSpaceArn.from_arn(role["AgentSpace"]) if "AgentSpace" in role else None,
    )
    return sorted(f"{finding.rule_id} {_where(finding)}" for finding in found)


def by_template_reader_of(role: dict[str, Any]) -> list[str]:
    """Return what the checks find in the same role as a template, without the resource's name."""
    match = _ROLE_ARN.fullmatch(role["RoleArn"])
    assert match is not None
    found = by_template_reader(as_template(role), account_id=match[1], space=role.get("AgentSpace", ""))
    return sorted(words.replace(" Role ", " ") for words in found)


def as_template(role: dict[str, Any]) -> dict[str, Any]:
    """Write a live role as a template of one resource."""
    match = _ROLE_ARN.fullmatch(role["RoleArn"])
    assert match is not None
    properties = {
        "RoleName": match[3],
        "Path": match[2],
        "AssumeRolePolicyDocument": role["AssumeRolePolicyDocument"],
        "ManagedPolicyArns": role.get("AttachedPolicies", []),
        "Policies": [
            {"PolicyName": name, "PolicyDocument": document} for name, document in role.get("RolePolicies", {}).items()
        ],
    }
    if "PermissionsBoundaryArn" in role:
        properties["PermissionsBoundary"] = role["PermissionsBoundaryArn"]
    return {"Resources": {"Role": {"Type": "AWS::IAM::Role", "Properties": properties}}}


def _where(finding: Finding) -> str:
    statement = _STATEMENT.search(finding.place.where)
    return f"{statement[1] if statement else '-'} {finding.severity.value}"
