"""Templates of the corpus with a random part put out of order: nothing but a documented error leaves the checks."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devops_agent_constructs import OnboardingInputError
from devops_agent_constructs.checks import Template, check_role, check_template, check_templates
from tests.corpus.reading import files, read

TEMPLATES = [read(name) for name in files("templates")]
ROLES = [read(name) for name in files("roles")]
ODD: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    10**30,
    "",
    "x",
    "${",
    "${}",
    "${AWS::AccountId",
    "arn:aws:iam::",
    "*",
    "\ud800",
    [],
    [[]],
    [None],
    ["a", {"Ref": "AWS::AccountId"}],
    {},
    {"": ""},
    {"a": None},
    date(2012, 10, 17),
    datetime(2012, 10, 17, tzinfo=timezone.utc),
    {"Ref": None},
    {"Ref": []},
    {"Ref": "Role"},
    {"Ref": "Nobody"},
    {"Ref": "AWS::NoValue"},
    {"Fn::GetAtt": "Role"},
    {"Fn::GetAtt": ["Role"]},
    {"Fn::GetAtt": ["Role", {"Ref": "Role"}]},
    {"Fn::GetAtt": [1, 2, 3]},
    {"Fn::Sub": None},
    {"Fn::Sub": []},
    {"Fn::Sub": ["${A}", {"A": {"Fn::Sub": "${A}"}}]},
    {"Fn::Sub": ["${A}", []]},
    {"Fn::Sub": "${Role} ${Role.Arn} ${} ${!x} ${AWS::Nothing}"},
    {"Fn::Join": None},
    {"Fn::Join": [",", "a"]},
    {"Fn::Join": ["", [1, None, {"Ref": "Role"}]]},
    {"Fn::Join": [[], []]},
    {"Fn::Split": ["", "a,b"]},
    {"Fn::Split": [",", None]},
    {"Fn::Select": [0, {"Fn::Split": ["", "a"]}]},
    {"Fn::Select": ["9", ["a"]]},
    {"Fn::Select": [-5, ["a"]]},
    {"Fn::Select": ["x", "y"]},
    {"Fn::If": []},
    {"Fn::If": ["C", {}, {"Ref": "AWS::NoValue"}]},
    {"Fn::FindInMap": ["A", "B"]},
    {"Fn::FindInMap": [{"Ref": "AWS::Region"}, [], None]},
    {"Fn::ImportValue": {"Ref": "Role"}},
    {"Fn::Base64": []},
    {"Fn::Cidr": []},
    {"Fn::Transform": []},
    {"Fn::ToJsonString": {"a": 1}},
    {"Fn::Length": "x"},
    {"Fn::ForEach::X": []},
    {"Fn::ForEach::X": ["V", {"Ref": "Nobody"}, {"R${V}": {}}]},
    {"Fn::Nothing": 1},
    {"Ref": "Role", "Fn::Sub": "x"},
]
SECTIONS = ["Parameters", "Mappings", "Outputs", "Conditions", "Transform", "Metadata", "Rules", "Resources"]
SETTINGS = settings(max_examples=250)


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value, the whole one first."""
    yield path
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield from places(child, (*path, key))


def with_damage(document: dict[str, Any], path: tuple[Any, ...], value: Any) -> Any:
    """Return a copy in which one value is another."""
    damaged = copy.deepcopy(document)
    if not path:
        return value
    node: Any = damaged
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = copy.deepcopy(value)
    return damaged


@st.composite
def _damaged(draw: st.DrawFn, documents: list[dict[str, Any]]) -> Any:
    damaged: Any = draw(st.sampled_from(documents))
    for _ in range(draw(st.integers(1, 2))):
        where = [path for path in places(damaged) if path] or [()]
        damaged = with_damage(damaged, draw(st.sampled_from(where)), draw(st.sampled_from(ODD)))
    if draw(st.booleans()):
        damaged = {**damaged, draw(st.sampled_from(SECTIONS)): draw(st.sampled_from(ODD))}
    return damaged


@SETTINGS
@given(_damaged(TEMPLATES))
def test_a_damaged_template(template: Any) -> None:
    """`check_template` and `check_templates` give findings, or the one documented error."""
    with suppress(OnboardingInputError):
        assert isinstance(check_template(template, account_id="111111111111", region="us-east-1"), tuple)
    with suppress(OnboardingInputError):
        other = Template(name="Other", body=TEMPLATES[0], account_id="222222222222")
        assert isinstance(check_templates([Template(name="One", body=template), other]), tuple)


@SETTINGS
@given(_damaged(ROLES))
def test_a_damaged_role(role: Any) -> None:
    """The trust policy and the inline policies may be anything; `check_role` gives findings, or the one error."""
    inline = role.get("RolePolicies")
    with suppress(OnboardingInputError):
        found = check_role(
            "arn:aws:iam::222222222222:role/Agent",
            trust_policy=role.get("AssumeRolePolicyDocument"),
            inline_policies=inline if isinstance(inline, dict) else {},
        )
        assert isinstance(found, tuple)


@pytest.mark.parametrize("value", ODD, ids=repr)
def test_odd_parts_one_by_one(value: Any) -> None:
    """Each as a section, as a role's name, as its trust policy, and as a condition's value."""
    trust = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}}
    role = {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "Role", "AssumeRolePolicyDocument": trust}}
    sound = {"Resources": {"Role": role, "Outer": copy.deepcopy(role)}}
    statement = ("Resources", "Role", "Properties", "AssumeRolePolicyDocument", "Statement")
    for path in (
        *((section,) for section in SECTIONS),
        ("Resources", "Role"),
        ("Resources", "Role", "Properties"),
        ("Resources", "Role", "Properties", "RoleName"),
        ("Resources", "Role", "Properties", "AssumeRolePolicyDocument"),
        statement,
        (*statement, "Principal"),
        (*statement, "Action"),
        (*statement, "Condition"),
    ):
        with suppress(OnboardingInputError):
            assert isinstance(check_template(with_damage(sound, path, value)), tuple)
