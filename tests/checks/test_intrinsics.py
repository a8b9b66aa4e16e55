"""CloudFormation's functions, as far as a template tells."""

from typing import Any

import pytest

from devops_agent_constructs.checks.intrinsics import resolve
from devops_agent_constructs.checks.template import Scope
from devops_agent_constructs.policy_evaluation.unknown import is_unknown, is_wholly_unknown, shown

BODY: dict[str, Any] = {
    "Parameters": {
        "Empty": {"Type": "String", "Default": ""},
        "Filled": {"Type": "String", "Default": "default"},
        "Given": {"Type": "String", "Default": "default"},
        "Ssm": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/name"},
        "SsmList": {"Type": "AWS::SSM::Parameter::Value<CommaDelimitedList>", "Default": "/name"},
        "EmptyList": {"Type": "CommaDelimitedList", "Default": ""},
        "List": {"Type": "CommaDelimitedList", "Default": "a, b"},
        "Numbers": {"Type": "List<Number>", "Default": 111111111111},
        "Texts": {"Type": "List<String>"},
        "PartOfList": {"Type": "CommaDelimitedList"},
    },
    "Mappings": {
        "Spaces": {"prod": {"Id": "space-1"}},
        "Included": {"Fn::Transform": {"Name": "AWS::Include"}},
        "Numbered": {222222222222: {"Id": "space-2"}},
    },
    "Resources": {
        "Named": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "Agent", "Path": "/ops/"}},
        "Unnamed": {"Type": "AWS::IAM::Role", "Properties": {}},
        "Policy": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"ManagedPolicyName": "Boundary"}},
        "Space": {"Type": "AWS::DevOpsAgent::AgentSpace", "Properties": {}},
    },
}
GIVEN = {"Given": "given", "Texts": "111111111111, 333333333333", "SsmList": "/other", "PartOfList": "a,${Token[P]}"}
SCOPE = Scope(template="T", body=BODY, account_id="222222222222", region="eu-west-1", parameters=GIVEN)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"Ref": "AWS::AccountId"}, "222222222222"),
        ({"Ref": "AWS::Region"}, "eu-west-1"),
        ({"Ref": "AWS::Partition"}, "aws"),
        ({"Ref": "Given"}, "given"),
        ({"Ref": "Filled"}, "default"),
        ({"Ref": "Named"}, "Agent"),
        ({"Ref": "Policy"}, "arn:aws:iam::222222222222:policy/Boundary"),
        ({"Fn::GetAtt": ["Named", "Arn"]}, "arn:aws:iam::222222222222:role/ops/Agent"),
        ({"Fn::GetAtt": "Named.Arn"}, "arn:aws:iam::222222222222:role/ops/Agent"),
        ({"Fn::Join": [":", ["a", {"Ref": "Given"}, 1]]}, "a:given:1"),
        ({"Fn::Sub": "${AWS::AccountId}/${Named}/${!Literal}"}, "222222222222/Agent/${Literal}"),
        ({"Fn::Sub": ["${Own}-${Given}", {"Own": {"Ref": "Named"}}]}, "Agent-given"),
        ({"Fn::Select": ["1", {"Fn::Split": [":", "a:b:c"]}]}, "b"),
        ({"Fn::FindInMap": ["Spaces", "prod", "Id"]}, "space-1"),
        ({"Fn::FindInMap": ["Spaces", "prod", "Id", {"DefaultValue": "other"}]}, "space-1"),
        ({"Fn::FindInMap": ["Spaces", "test", "Id", {"DefaultValue": {"Ref": "Given"}}]}, "given"),
        ({"Fn::FindInMap": ["Nothing", "test", "Id", {"DefaultValue": "other"}]}, "other"),
        ({"Fn::Select": [1, {"Ref": "List"}]}, "b"),
        ({"Fn::Join": ["+", {"Ref": "Texts"}]}, "111111111111+333333333333"),
        ({"Fn::ToJsonString": {"a": [1, {"Ref": "Given"}, {"Ref": "AWS::NoValue"}]}}, '{"a": [1, "given"]}'),
        ({"Fn::If": ["IsProduction", {"Ref": "Given"}, "given"]}, "given"),
    ],
)
def test_known(value: object, text: str) -> None:
    """What the template, its stack and its parameters tell."""
    assert resolve(value, SCOPE) == text


@pytest.mark.parametrize(
    ("name", "items"),
    [("List", ["a", "b"]), ("Numbers", ["111111111111"]), ("Texts", ["111111111111", "333333333333"])],
)
def test_parameters_that_are_lists(name: str, items: list[str]) -> None:
    """CloudFormation splits them at the commas and trims each item."""
    assert resolve({"Ref": name}, SCOPE) == items


@pytest.mark.parametrize(
    "value",
    [
        {"Ref": "Empty"},
        {"Ref": "Ssm"},
        {"Ref": "Unnamed"},
        {"Ref": "Nothing"},
        {"Fn::GetAtt": ["Space", "AgentSpaceId"]},
        {"Fn::GetAtt": ["Nothing", "Arn"]},
        {"Fn::If": ["IsProduction", "a", "b"]},
        {"Fn::ImportValue": "other-stack"},
        {"Fn::Select": [9, ["a"]]},
        {"Fn::Select": [0, {"Fn::Split": [":", {"Ref": "Empty"}]}]},
        {"Fn::FindInMap": ["Spaces", {"Ref": "Empty"}, "Id"]},
        {"Fn::Join": [":", {"Ref": "Empty"}]},
        {"Fn::Transform": {"Name": "AWS::Include"}},
        {"Fn::Transform": {"Name": "AWS::Include"}, "a": "b"},
        {"Ref": "SsmList"},
        {"Ref": "EmptyList"},
        {"Ref": "PartOfList"},
        {"Fn::Sub": "${List}"},
        {"Fn::Join": [",", [{"Ref": "List"}, "c"]]},
        {"Fn::FindInMap": ["Spaces", {"Ref": "Empty"}, "Id", {"DefaultValue": "other"}]},
        {"Fn::FindInMap": ["Included", "prod", "Id", {"DefaultValue": "other"}]},
        {"Fn::FindInMap": ["Numbered", "222222222222", "Id", {"DefaultValue": "other"}]},
        {"Fn::If": ["IsProduction", "a", {"Ref": "AWS::NoValue"}]},
        "{{resolve:ssm:/agent-space}}",
    ],
)
def test_unknown(value: object) -> None:
    """What only deployment knows is said to be unknown; an empty default waits to be filled in."""
    assert is_wholly_unknown(resolve(value, SCOPE))


def test_partly_unknown() -> None:
    """The known parts stay; the unknown one has a name to show."""
    arn = resolve({"Fn::GetAtt": ["Space", "Arn"]}, SCOPE)
    assert shown(arn) == "arn:aws:aidevops:eu-west-1:222222222222:agentspace/<Space>"
    assert is_unknown(arn)
    assert not is_wholly_unknown(arn)


def test_the_same_unknown_is_equal() -> None:
    """Two references to one value are the same, those of two templates are not."""
    other = Scope(template="Other", body=BODY, account_id="222222222222", region="eu-west-1")
    once, again = resolve({"Ref": "Empty"}, SCOPE), resolve({"Fn::Sub": "${Empty}"}, SCOPE)
    assert once == again
    assert once != resolve({"Ref": "Empty"}, other)


def test_no_value_is_left_out() -> None:
    """As CloudFormation leaves it out."""
    nothing = {"Ref": "AWS::NoValue"}
    assert resolve({"a": nothing, "b": [nothing, 1]}, SCOPE) == {"b": [1]}


@pytest.mark.parametrize(("region", "partition"), [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")])
def test_partition_of_a_region(region: str, partition: str) -> None:
    """The Region tells."""
    scope = Scope(template="T", body=BODY, account_id="222222222222", region=region)
    assert resolve({"Ref": "AWS::Partition"}, scope) == partition
