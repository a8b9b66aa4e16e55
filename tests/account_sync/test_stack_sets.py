"""Which role the stacks of a StackSet make, by its template and parameters."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from devops_agent_constructs.account_sync.stack_sets import StackSetTemplate
from devops_agent_constructs.templates import secondary_account_template, template_body
from tests.account_sync.fake_clients import making

CANNOT_TELL = "the template of the StackSet Agents cannot be read, and with it the name of its role"


def why(described: dict[str, Any], role: str = "/ops/Agent") -> str | None:
    """Return why a StackSet does not make a role."""
    return StackSetTemplate.of({"StackSetName": "Agents", **described}).why_other_role(role)


@pytest.mark.parametrize("path", ["/", "/ops/"])
def test_our_own_template(path: str) -> None:
    """The one that the library writes."""
    body = template_body(secondary_account_template(role_name="Agent", path=path))
    assert why({"TemplateBody": body}, f"{path}Agent") is None
    assert why({"TemplateBody": body}, "/Other") is not None


@pytest.mark.parametrize(
    ("role", "made"),
    [("/Agent", "ops/Agent"), ("/team/Agent", "ops/Agent"), ("/ops/agent", "ops/Agent"), ("/ops/Agents", "ops/Agent")],
)
def test_another_role(role: str, made: str) -> None:
    """Name and path count, to the letter: so does the association's ARN."""
    assert why(making("Agent", path="/ops/"), role) == (
        f"the StackSet Agents makes the role {made}, and not {role[1:]}: deploy it, or correct the name"
    )


def test_one_of_several_roles() -> None:
    """It is enough that it is among them."""
    roles = {name: {"Type": "AWS::IAM::Role", "Properties": {"RoleName": name}} for name in ("Agent", "Audit")}
    body = json.dumps({"Resources": {**roles, "Topic": {"Type": "AWS::SNS::Topic"}}})
    assert why({"TemplateBody": body}, "/Agent") is None
    assert "makes the roles Agent, Audit, and not Other" in str(why({"TemplateBody": body}, "/Other"))
    assert "makes no role, and not Other" in str(why({"TemplateBody": json.dumps({"Resources": {}})}, "/Other"))


NAMED = {"Name": {"Type": "String", "Default": "Agent"}, "Team": {"Type": "String"}}


@pytest.mark.parametrize(
    ("name", "given", "is_made"),
    [
        ({"Ref": "Name"}, [], True),
        ({"Ref": "Name"}, [{"ParameterKey": "Name", "ParameterValue": "Former"}], False),
        ({"Fn::Sub": "Age${Team}"}, [{"ParameterKey": "Team", "ParameterValue": "nt"}], True),
        ({"Fn::Sub": "Age${Team}"}, [], False),
        ({"Fn::Join": ["", ["Age", {"Ref": "Team"}]]}, [{"ParameterKey": "Team", "ParameterValue": "nt"}], True),
        ({"Fn::Sub": "Agent-${AWS::AccountId}"}, [], False),
        (None, [], False),
    ],
)
def test_parameters(name: object, given: list[dict[str, str]], *, is_made: bool) -> None:
    """Those of the StackSet count, or else the template's defaults; what neither tells is no name."""
    described = {**making(name, path="/ops/", Parameters=NAMED), "Parameters": given}
    assert (why(described) is None) is is_made


@pytest.mark.parametrize(
    ("name", "is_by_parameters"),
    [("Agent", False), ({"Ref": "Name"}, True), ({"Fn::Sub": "Age${Team}"}, True), ({"Ref": "AWS::StackName"}, False)],
)
def test_name_by_parameters(name: object, *, is_by_parameters: bool) -> None:
    """Only then can the stacks of one StackSet have roles of several names."""
    described = {**making(name, Parameters=NAMED), "StackSetName": "Agents"}
    assert StackSetTemplate.of(described).is_by_parameters is is_by_parameters


def test_parameter_of_systems_manager() -> None:
    """Its value is the name of what holds the role's name; AWS tells that too."""
    parameters = {"Name": {"Type": "AWS::SSM::Parameter::Value<String>"}}
    given = {"ParameterKey": "Name", "ParameterValue": "/agents/name"}
    described = making({"Ref": "Name"}, path="/ops/", Parameters=parameters)
    assert why({**described, "Parameters": [{**given, "ResolvedValue": "Agent"}]}) is None
    assert why({**described, "Parameters": [given]}) is not None


def test_role_under_a_condition() -> None:
    """Nobody here knows whether the stack has it."""
    role = {"Type": "AWS::IAM::Role", "Condition": "IsWanted", "Properties": {"RoleName": "Agent", "Path": "/ops/"}}
    body = json.dumps({"Resources": {"Role": role}})
    assert "makes the role ops/Agent under the condition IsWanted, and not ops/Agent" in str(
        why({"TemplateBody": body})
    )


YAML = """\
# What AWS's console takes, too.
AWSTemplateFormatVersion: 2010-09-09
Parameters: {Suffix: {Type: String, Default: nt}}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Sub "Age${Suffix}"
      Path: !Join ["", [/, ops, /]]
      Tags: [{Key: Stack, Value: !Ref AWS::StackName}, {Key: Topic, Value: !GetAtt Topic.TopicArn}]
"""


def test_yaml(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the short forms of functions; without PyYAML it is said what is missing."""
    assert why({"TemplateBody": YAML}) is None
    assert "makes the role ops/Agent, and not Other" in str(why({"TemplateBody": YAML}, "/Other"))
    monkeypatch.setitem(sys.modules, "yaml", None)
    said = str(why({"TemplateBody": YAML}))
    assert "has a template in YAML, and PyYAML is not installed" in said
    assert "the function of AccountSync reads no YAML: update the StackSet with the same template in JSON" in said


@pytest.mark.parametrize(
    "body", ["Resources: [", "just text", "[]", "{}", None, "Resources: {Role: !!python/object:x {}}"]
)
def test_template_that_cannot_be_read(body: str | None) -> None:
    """A guess would be an association before its role."""
    assert why({"TemplateBody": body}) == CANNOT_TELL
