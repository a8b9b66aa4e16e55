"""Policies for a role: read once, and what of one another covers."""

from __future__ import annotations

from typing import Any

import pytest

from devops_agent_constructs import OnboardingInputError
from devops_agent_constructs.policy_evaluation.permission_statements import (
    Permission,
    parse_permissions,
)

CONDITION = {"StringLike": {"s3:prefix": ["AWSLogs/*"]}}
IN_WORDS = ("s3:prefix is like 'AWSLogs/*'",)


def statement(action: Any, resource: Any = "*", **elements: Any) -> dict[str, Any]:
    """An Allow statement."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **elements}


def permits(*statements: dict[str, Any], action: str, resource: str = "*", conditions: tuple[str, ...] = ()) -> bool:
    """Whether these statements allow all of a permission."""
    parsed = parse_permissions({"Statement": list(statements)})
    return Permission(action=action, resource=resource, conditions=conditions).is_permitted(parsed)


def test_patterns_cover_actions() -> None:
    """By what they stand for, together, whatever the case; not the other way round."""
    assert permits(statement("s3:List*"), action="s3:ListBucket")
    assert permits(statement("S3:list*"), action="s3:ListBucket*")
    assert permits(statement("*"), action="s3:List*")
    assert permits(statement(["s3:Get*", "s3:List*"]), action="s3:ListBucket")
    assert not permits(statement("s3:ListBucket"), action="s3:List*")
    assert not permits(statement("s3-outposts:List*"), action="s3:ListBucket")
    assert not permits(statement("s?:List*"), action="sns:ListTopics")


def test_patterns_cover_resources() -> None:
    """Resources know case; an action allowed on some resources is not allowed on all."""
    bucket = "arn:aws:s3:::orders"
    assert permits(statement("s3:ListBucket"), action="s3:ListBucket", resource=bucket)
    assert permits(statement("s3:ListBucket", "arn:aws:s3:::*"), action="s3:ListBucket", resource="arn:aws:s3:::or*")
    assert not permits(statement("s3:ListBucket", bucket), action="s3:ListBucket")
    assert not permits(statement("s3:ListBucket", "arn:aws:s3:::ORDERS"), action="s3:ListBucket", resource=bucket)
    assert not permits(statement("s3:ListBucket", "arn:aws:s3:::?"), action="s3:ListBucket", resource="arn:aws:s3:::*")


def test_conditions() -> None:
    """Only the same ones, or fewer."""
    limited = statement("s3:ListBucket", Condition=CONDITION)
    assert not permits(limited, action="s3:ListBucket")
    assert permits(limited, action="s3:ListBucket", conditions=IN_WORDS)
    assert permits(statement("s3:*"), action="s3:ListBucket", conditions=IN_WORDS)


def test_everything_but() -> None:
    """NotAction and NotResource."""
    all_but = {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}
    assert permits(all_but, action="s3:Get*")
    assert not permits(all_but, action="iam:Get*")
    assert not permits(all_but, action="i*")
    elsewhere = {"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::secret*"}
    assert permits(elsewhere, action="s3:GetObject", resource="arn:aws:s3:::orders")
    assert not permits(elsewhere, action="s3:GetObject", resource="arn:aws:s3:::secret-1")
    assert not permits(elsewhere, action="s3:GetObject")


def test_a_deny_permits_nothing() -> None:
    """And is not weighed."""
    deny = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    assert not permits(deny, action="s3:GetObject")
    assert permits(statement("s3:*"), deny, action="s3:GetObject")


def test_what_is_left_of_a_permission() -> None:
    """On whatever resources and conditions, so that a reader sees what stays."""
    parsed = parse_permissions(
        {
            "Statement": [
                statement(["s3:ListAllMyBuckets", "ec2:Describe*"]),
                statement("s3:ListBucket", "arn:aws:s3:::a"),
            ]
        }
    )
    found = Permission(action="s3:List*", resource="*").partly_permitted(parsed)
    assert list(map(str, found)) == ["s3:ListAllMyBuckets", "s3:ListBucket on arn:aws:s3:::a"]


def test_one_statement_without_a_list() -> None:
    """As AWS's grammar has it; its permissions are named after it."""
    [parsed] = parse_permissions(
        {"Statement": statement("s3:GetObject", ["a", "b"], Sid="Objects", Condition=CONDITION)}
    )
    assert list(map(str, parsed.permissions)) == [
        f"s3:GetObject on a, if {IN_WORDS[0]}",
        f"s3:GetObject on b, if {IN_WORDS[0]}",
    ]
    assert {permission.name for permission in parsed.permissions} == {"Objects"}


@pytest.mark.parametrize(
    ("policy", "field"),
    [
        ({}, "Statement[0]"),
        ({"Statement": [{"Effect": "allow", "Action": "*", "Resource": "*"}]}, "Statement[0].Effect"),
        ({"Statement": [{"Effect": "Allow", "Resource": "*"}]}, "Statement[0]"),
        ({"Statement": [{"Effect": "Allow", "Action": "*"}]}, "Statement[0]"),
        ({"Statement": [{**statement("*"), "NotAction": "*"}]}, "Statement[0]"),
        ({"Statement": [statement([])]}, "Statement[0].Action"),
        ({"Statement": [statement("*", 1)]}, "Statement[0].Resource"),
        ({"Statement": [statement("*", Condition="x")]}, "Statement[0].Condition"),
        ({"Statement": [statement("*", Condition={"Bool": "x"})]}, "Statement[0].Condition.Bool"),
        ({"Statement": [statement("*", Condition={"Is": {"a": "b"}})]}, "Statement[0].Condition"),
    ],
)
def test_refuses_what_iam_refuses(policy: dict[str, Any], field: str) -> None:
    """With the place."""
    with pytest.raises(OnboardingInputError) as caught:
        parse_permissions(policy)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"Resource": None}, "either Resource or NotResource"),
        ({"Principal": "*"}, "a permissions policy has no such element"),
        ({"Effect": "Permit"}, "neither Allow nor Deny"),
        ({"Action": None}, "either Action or NotAction"),
    ],
)
def test_says_why_iam_refuses(changed: dict[str, Any], why: str) -> None:
    """A policy that means nothing is not read."""
    elements = {**statement("*"), **changed}
    policy = {"Statement": [{name: value for name, value in elements.items() if value is not None}]}
    with pytest.raises(OnboardingInputError, match=why):
        parse_permissions(policy)
    with pytest.raises(OnboardingInputError, match="IAM refuses an empty list"):
        parse_permissions({"Statement": []})
