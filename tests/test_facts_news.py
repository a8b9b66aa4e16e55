"""What packages say of AWS, as lines that can be compared: of those that are installed, and of made-up changes."""

from __future__ import annotations

import copy
import json
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest

from scripts.facts import managed_policies, models, newest, schemas, snapshot

INSTALLED = Path(str(distribution("botocore").locate_file("")))
KNOWN = snapshot.read()


@pytest.fixture(scope="module")
def model() -> dict[str, Any]:
    """Return the installed model of DevOps Agent."""
    return models.model(INSTALLED, models.DEVOPS_AGENT)


@pytest.fixture(scope="module")
def installed() -> dict[str, dict[str, str]]:
    """Return what the installed packages say."""
    return snapshot.facts_of(INSTALLED, KNOWN.operations, managed_policies.policies(INSTALLED))


def test_the_snapshot_looks_at_what_the_library_calls() -> None:
    """A call of another operation needs `python -m scripts.facts --accept`, so that its news are shown."""
    used = {service: set(names) for service, names in models.used_operations(INSTALLED).items()}
    known = {service: set(names) for service, names in KNOWN.operations.items()}
    assert {service: names - known[service] for service, names in used.items()} == {name: set() for name in used}
    assert {"AssociateService", "ValidateAwsAssociations"} <= used["devops-agent"]
    assert {"AssumeRole", "GetCallerIdentity"} <= used["sts"]


def test_installed_packages(installed: dict[str, dict[str, str]]) -> None:
    """They have every source of the snapshot, and say the same where the version is the same."""
    assert installed.keys() == KNOWN.facts.keys()
    packages = {"AWS::": "cfn-lint", "IAM's": "cfn-lint", "API ": "botocore", "aws_": "aws-cdk-lib", "AWS'": "moto"}
    versions = newest.versions()
    assert versions.keys() == KNOWN.versions.keys() == set(packages.values())
    for source, facts in installed.items():
        package = next(package for start, package in packages.items() if source.startswith(start))
        assert len(facts) > 10
        assert versions[package] != KNOWN.versions[package] or facts == KNOWN.facts[source]


@pytest.mark.parametrize(
    ("source", "fact", "value"),
    [
        ("API of devops-agent", "operation AssociateService", "POST /v1/agentspaces/{agentSpaceId}/associations"),
        ("API of devops-agent", "ValidationStatus = invalid", ""),
        ("API of devops-agent", "SourceAwsConfiguration.assumableRoleArn", "RoleArn, required"),
        ("API of devops-agent", "AssociateService error ConflictException", ""),
        ("API of organizations", "AccountState = SUSPENDED", ""),
        ("AWS::DevOpsAgent", "AgentSpace in us-east-1", ""),
        ("AWS::DevOpsAgent", "AWS::DevOpsAgent::Trigger", ""),
        ("AWS::DevOpsAgent::Association", "/required has Configuration", ""),
        ("AWS::DevOpsAgent::Association", "/handlers/create/permissions has iam:PassRole", ""),
        ("AWS::IAM::Role", "/createOnlyProperties has /properties/RoleName", ""),
        ("IAM's actions of aidevops", "/Actions/associateservice/Resources has agentspace", ""),
        ("aws_cdk.aws_devopsagent", "CfnAssociation(configuration=)", ""),
        ("aws_cdk.aws_devopsagent", "CfnAssociation.SourceAwsConfigurationProperty(agent_elevated_role_arn=)", ""),
        ("aws_cdk.aws_devopsagent", "CfnTrigger", ""),
    ],
)  # fmt: skip
def test_facts(source: str, fact: str, value: str, installed: dict[str, dict[str, str]]) -> None:
    """What the code rests on is among what is compared, from each source."""
    assert installed[source][fact] == value


def test_managed_policies(installed: dict[str, dict[str, str]]) -> None:
    """Of DevOps Agent and its forerunner; not the one of which the lists of the guardrail have each action."""
    found = installed["AWS's managed policies"]
    assert {"AIDevOpsAgentActionsPolicy", "AIOpsAssistantPolicy", "AIDevOpsOperatorAppAccessPolicy"} <= found.keys()
    assert "AIDevOpsAgentAccessPolicy" not in found
    assert "ReadOnlyAccess" not in found
    policy = {"AIDevOpsA": {"DefaultVersionId": "v3", "UpdateDate": "2026-11-01T08:00:00+00:00"}}
    assert managed_policies.described(policy, without="") == {"AIDevOpsA": "v3 of 2026-11-01"}


def test_changes_of_an_api(model: dict[str, Any]) -> None:
    """A new operation, error, member and value, another limit, and a member that is gone or required now."""
    newer = copy.deepcopy(model)
    shapes, operations = newer["shapes"], newer["operations"]
    operations["ListAccounts"] = {"http": {"method": "GET", "requestUri": "/v1/accounts"}}
    operations["GetAssociation"]["errors"].append({"shape": "Gone"})
    operations["GetAssociation"]["documentation"] = "Prose is no news."
    configuration = shapes["SourceAwsConfiguration"]
    configuration["members"]["partition"] = {"shape": "Partition"}
    configuration["required"] = [*configuration["required"], "externalId"]
    del configuration["members"]["agentElevatedRoleArn"]
    shapes["Partition"] = {"type": "string", "enum": ["aws", "aws-cn"], "min": 3}
    shapes["RoleArn"]["max"] = 512
    shapes["Unreached"] = {"type": "string", "enum": ["a"]}
    external = model["shapes"]["SourceAwsConfiguration"]["members"]["externalId"]["shape"]
    before, after = ({"API": models.described(each, ["GetAssociation"])} for each in (model, newer))
    assert list(snapshot.news(before, after)) == [
        "API:",
        "  + GetAssociation error Gone",
        "  + Partition = aws",
        "  + Partition = aws-cn",
        "  + Partition: string, min 3",
        "  + SourceAwsConfiguration.partition: Partition",
        "  + operation ListAccounts: GET /v1/accounts",
        "  - SourceAwsConfiguration.agentElevatedRoleArn: RoleArn",
        "  ~ RoleArn: {} -> {}".format(*(each["API"]["RoleArn"] for each in (before, after))),
        "  ~ SourceAwsConfiguration.externalId: EXTERNAL -> EXTERNAL, required".replace("EXTERNAL", external),
    ]


def test_operations_that_are_not_called_are_names_only(model: dict[str, Any]) -> None:
    """What the library does not use is no news beyond its name, and of other services not even that."""
    assert set(models.described(model, [])) == {f"operation {name}" for name in model["operations"]}
    assert models.described({**model, "metadata": {}}, ["NoLongerThere"]) == {}


def test_changes_of_a_schema() -> None:
    """Properties, requirements, limits and alternatives by their path; prose is no news."""
    schema = {
        "description": "A",
        "properties": {"Name": {"type": "string", "maxLength": 64, "description": "B"}},
        "required": ["Name"],
        "oneOf": [{"required": ["A"]}],
    }
    newer = {
        "description": "C",
        "properties": {"Name": {"type": "string", "maxLength": 128}, "description": {"type": ["string", "null"]}},
        "required": [],
        "oneOf": [{"required": ["A"]}, {"required": ["B"]}],
    }
    assert list(snapshot.news({"T": schemas.described(schema)}, {"T": schemas.described(newer)})) == [
        "T:",
        "  + /oneOf/1/required has B",
        "  + /properties/description/type has null",
        "  + /properties/description/type has string",
        "  - /required has Name",
        "  ~ /properties/Name/maxLength: 64 -> 128",
    ]


def test_sources_that_come_and_go() -> None:
    """A whole source is news; what is equal is not."""
    assert list(snapshot.news({"A": {"a": "1"}, "B": {"b": ""}}, {"A": {"a": "1"}, "C": {"c": "2"}})) == [
        "B:",
        "  - b",
        "C:",
        "  + c: 2",
    ]
    assert list(snapshot.news(KNOWN.facts, json.loads(json.dumps(KNOWN.facts)))) == []


def test_writing_and_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file comes out byte by byte as it is."""
    monkeypatch.setattr(snapshot, "SNAPSHOT", tmp_path / "snapshot.json")
    snapshot.write(KNOWN)
    assert snapshot.read() == KNOWN
    monkeypatch.undo()
    assert (tmp_path / "snapshot.json").read_bytes() == snapshot.SNAPSHOT.read_bytes()
