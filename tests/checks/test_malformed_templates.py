"""Templates that CloudFormation would refuse: what can be read is judged, and nothing but documented errors leaves."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from devops_agent_constructs.checks import check_template
from tests.checks.build import allow, inline, role

OPEN = {"missingSourceAccount", "missingSourceArn"}
BAD = role(allow({}))


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
