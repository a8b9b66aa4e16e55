"""Templates that CloudFormation would refuse: what can be read is judged, and nothing but documented errors leaves."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from devops_agent_constructs.checks import check_template
from devops_agent_constructs.errors import OnboardingInputError
from tests.checks.build import GUARD, SPACE_ARN, allow, inline, policy, role

OPEN = {"missingSourceAccount", "missingSourceArn"}
BAD = role(allow({}))
INCLUDE = {"Name": "AWS::Include", "Parameters": {"Location": "s3://bucket/part.yaml"}}
PART: dict[str, Any] = {"Fn::Transform": INCLUDE}


def found(body: dict[str, Any]) -> set[str]:
    """Return the rules that find something in a template of account 222222222222."""
    return {finding.rule_id for finding in check_template(body, account_id="222222222222", region="us-east-1")}


def with_name(name: object) -> dict[str, Any]:
    """Return the open role under a name."""
    named: dict[str, Any] = role(allow({}), RoleName=name)
    return named


def deep(levels: int) -> object:
    """Return a value that is nested."""
    value: object = "a"
    for _ in range(levels):
        value = {"Fn::Join": ["", [value]]}
    return value


BROKEN: list[tuple[str, dict[str, Any]]] = [
    ("an empty delimiter", {"Resources": {"Role": with_name({"Fn::Select": [0, {"Fn::Split": ["", "ab"]}]})}}),
    ("parameters as a list", {"Parameters": ["A"], "Resources": {"Role": with_name({"Ref": "A"})}}),
    ("parameters as text", {"Parameters": "A", "Resources": {"Role": with_name({"Ref": "A"})}}),
    ("mappings as a list", {"Mappings": [1], "Resources": {"Role": with_name({"Fn::FindInMap": ["A", "B", "C"]})}}),
    ("outputs as a list", {"Outputs": [1], "Resources": {"Role": with_name({"Fn::ImportValue": "A"})}}),
    ("a loop in outputs", {"Outputs": {"Fn::ForEach::A": ["X", ["a"], {}]}, "Resources": {"Role": BAD}}),
    ("a loop in resources", {"Resources": {"Fn::ForEach::A": ["X", ["a"], {}], "Role": BAD}}),
    ("a name of itself", {"Resources": {"Role": with_name({"Ref": "Role"})}}),
    ("two names in a circle", {"Resources": {"Role": with_name({"Ref": "B"}), "B": role(RoleName={"Ref": "Role"})}}),
    ("an include in resources", {"Resources": {"Fn::Transform": INCLUDE, "Role": BAD}}),
    ("an include in mappings", {"Mappings": {"Fn::Transform": INCLUDE}, "Resources": {"Role": BAD}}),
    ("an include beside properties", {"Resources": {"Role": role(allow({}), **PART)}}),
    ("an include beside a type", {"Resources": {"Role": {**BAD, "Fn::Transform": INCLUDE}}}),
    ("nested too deep", {"Resources": {"Role": BAD, "Other": with_name(deep(5000))}}),
]


@pytest.mark.parametrize("body", [pytest.param(body, id=name) for name, body in BROKEN])
def test_the_rest_is_judged(body: dict[str, Any]) -> None:
    """And what cannot be read is said, once, as a warning."""
    assert found(body) == OPEN | {"unreadable"}
    findings = check_template(body, account_id="222222222222")
    places = [finding.place for finding in findings if finding.rule_id == "unreadable"]
    assert len(places) == len(set(places))
    assert {finding.severity.value for finding in findings if finding.rule_id == "unreadable"} == {"warning"}


INCLUDED: list[tuple[str, dict[str, Any]]] = [
    ("a statement", role({**allow({}), "Fn::Transform": INCLUDE})),
    ("a condition", role(allow({**GUARD, "Fn::Transform": INCLUDE}))),
    ("an operator", role(allow({"StringEquals": {"Fn::Transform": INCLUDE}}))),
    ("a document", role(AssumeRolePolicyDocument={"Version": "2012-10-17", "Fn::Transform": INCLUDE})),
    ("properties", role(AssumeRolePolicyDocument=None, **PART)),
    ("a branch", role(allow({"Fn::If": ["IsProduction", GUARD, {"Fn::Transform": INCLUDE}]}))),
    ("an inline policy", role(Policies=[{"PolicyName": "P", "Fn::Transform": INCLUDE}])),
]


@pytest.mark.parametrize("written", [pytest.param(written, id=name) for name, written in INCLUDED])
def test_what_an_include_adds_is_not_known(written: dict[str, Any]) -> None:
    """It may bring whatever is missing beside it: that it cannot be read is all that is said."""
    assert found({"Resources": {"Role": written}}) == {"unreadable"}


@pytest.mark.parametrize(
    ("resources", "message"),
    [
        ([], "body={'Resources': []}: a template has the object 'Resources'; give a whole CloudFormation template"),
        ({1234: BAD}, "Resources=1234: the id of a resource is text, which YAML read as int; write it in quotes"),
        ({True: BAD}, "Resources=True: the id of a resource is text, which YAML read as bool; write it in quotes"),
        (
            {"Role": "AWS::IAM::Role"},
            "Resources.Role='AWS::IAM::Role': a resource is an object; write its 'Type' and 'Properties', or remove it",
        ),
        (
            {"R": None},
            "Resources.R=None: a resource is an object; write its 'Type' and 'Properties', or remove it",
        ),
    ],
)
def test_what_is_no_template_is_refused(resources: object, message: str) -> None:
    """By one error that says where."""
    with pytest.raises(OnboardingInputError, match=f"^{re.escape(message)}$"):
        found({"Resources": resources})


def test_a_document_as_text_that_cloudformation_makes() -> None:
    """It is known, and judged."""
    written = role(AssumeRolePolicyDocument={"Fn::ToJsonString": policy(allow({}))})
    assert found({"Transform": "AWS::LanguageExtensions", "Resources": {"Role": written}}) == OPEN


@pytest.mark.parametrize(
    ("statement", "rules"),
    [
        ({"Fn::If": ["IsProduction", [allow({})], [allow({})]]}, OPEN),
        ([{"Fn::If": ["IsProduction", allow({}), allow({})]}], OPEN),
        ({"Fn::If": ["IsProduction", [allow({})], [allow()]]}, set()),
    ],
)
def test_what_both_branches_say_is_known(statement: object, rules: set[str]) -> None:
    """And what only one says is not."""
    written = role(AssumeRolePolicyDocument={"Version": "2012-10-17", "Statement": statement})
    assert found({"Resources": {"Role": written}}) == rules


LISTED = {"StringLike": {"aws:SourceAccount": {"Ref": "P"}}, "ArnLike": {"aws:SourceArn": {"Ref": "A"}}}
TWO_SPACES = f"{SPACE_ARN}, {SPACE_ARN.replace('111111111111', '333333333333')}"


@pytest.mark.parametrize("kind", ["CommaDelimitedList", "List<String>", "AWS::SSM::Parameter::Value<List<String>>"])
def test_parameters_that_are_lists_of_accounts(kind: str) -> None:
    """Each item counts by itself, whether it is given or a default; of Parameter Store nothing is known."""
    is_known = not kind.startswith("AWS::SSM")
    body = {"Parameters": {"P": {"Type": kind}, "A": {"Type": kind}}, "Resources": {"Role": role(allow(LISTED))}}
    given = {"P": "111111111111, 333333333333", "A": TWO_SPACES}
    assert check_template(body, account_id="222222222222", region="us-east-1", parameters=given) == ()
    for name, any_value in {"P": "*", "A": "arn:aws:aidevops:*:*:agentspace/*"}.items():
        body["Parameters"][name]["Default"] = any_value
    assert found(body) == ({"missingSourceAccount", "wildcardSourceArn"} if is_known else set())


ODD: list[tuple[str, dict[str, Any]]] = [
    ("a parameter that is no object", {"Parameters": {"A": 1}, "Resources": {"Role": with_name({"Ref": "A"})}}),
    (
        "a default that is a list",
        {"Parameters": {"A": {"Type": "String", "Default": [1]}}, "Resources": {"Role": with_name({"Ref": "A"})}},
    ),
    (
        "a type that is a list",
        {"Parameters": {"A": {"Type": ["String"], "Default": "b"}}, "Resources": {"Role": with_name({"Ref": "A"})}},
    ),
    (
        "a mapping that is no object",
        {"Mappings": {"A": {"B": 1}}, "Resources": {"Role": with_name({"Fn::FindInMap": ["A", "B", "C"]})}},
    ),
    ("an output that is no object", {"Outputs": {"A": 1}, "Resources": {"Role": with_name({"Fn::ImportValue": "A"})}}),
    ("an index that is too long", {"Resources": {"Role": with_name({"Fn::Select": ["9" * 5000, ["a"]]})}}),
    ("keys that are no texts", {"Resources": {"Role": with_name({1: 2, "a": date(2026, 1, 1)})}}),
]


@pytest.mark.parametrize("body", [pytest.param(body, id=name) for name, body in ODD])
def test_what_is_not_known_is_no_finding(body: dict[str, Any]) -> None:
    """The value is not known; the role is judged."""
    assert found(body) >= OPEN


def test_others_roles_are_not_spoken_of() -> None:
    """What cannot be read of a role that is not DevOps Agent's says nothing."""
    unrelated = role(
        allow({}, principal={"Service": "ec2.amazonaws.com"}), managed="ReadOnlyAccess", RoleName={"Ref": "B"}
    )
    assert (
        found(
            {
                "Resources": {
                    "A": unrelated,
                    "B": {**unrelated, "Properties": {**unrelated["Properties"], "RoleName": {"Ref": "A"}}},
                }
            }
        )
        == set()
    )


def test_a_version_that_yaml_reads_as_a_date() -> None:
    """PyYAML does, without quotes: it is the text."""
    dated = role()
    dated["Properties"]["AssumeRolePolicyDocument"]["Version"] = date(2012, 10, 17)
    assert found({"Resources": {"Role": dated}}) == set()
    explorer = inline()
    explorer[0]["PolicyDocument"]["Version"] = date(2012, 10, 17)
    assert found({"Resources": {"Role": role(Policies=explorer)}}) == {"unreadable"}  # It has no statement.
