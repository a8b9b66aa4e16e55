"""ARNs of roles, and those of Agent Spaces, are parsed in one place each: a second pattern would admit others."""

from __future__ import annotations

import ast
from collections.abc import Iterable

import pytest

from devops_agent_constructs import _validators
from devops_agent_constructs._role_arn import parse_principal_arn, parse_role_arn
from devops_agent_constructs._source_arn import parse_source
from devops_agent_constructs.errors import OnboardingInputError
from tests.library_source import modules

ROLE_PARSER, SOURCE_PARSER = "_role_arn.py", "_source_arn.py"
_READS = {"compile", "findall", "finditer", "fullmatch", "match", "search", "split", "partition", "rpartition"}


def patterns(nodes: Iterable[ast.AST]) -> list[str]:
    """Return what a module looks for in texts: patterns of `re`, and where it splits."""
    return [
        ast.unparse(argument)
        for node in nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _READS
        for argument in node.args
    ]


@pytest.mark.parametrize(
    ("words", "parser"),
    [(("iam|sts", ":role", ":root", "assumed-role"), ROLE_PARSER), (("aidevops:", "agentspace"), SOURCE_PARSER)],
)
def test_one_place_takes_arns_apart(words: tuple[str, ...], parser: str) -> None:
    """Forms for users' JSON Schema and for CloudFormation are texts, not parsers."""
    assert {
        name
        for name, nodes in modules().items()
        for pattern in patterns(nodes)
        if any(word in pattern for word in words)
    } == {parser}


def test_parts_of_a_role_and_a_session() -> None:
    """Partition, account, path and name; a session's ARN names the role without its path."""
    role = parse_role_arn("arn:aws-cn:iam::222222222222:role/operations/DevOpsAgentRole")
    assert role is not None
    assert (role.partition, role.account_id, role.path, role.name) == (
        "aws-cn",
        "222222222222",
        "/operations/",
        "DevOpsAgentRole",
    )
    session = parse_principal_arn("arn:aws:sts::222222222222:assumed-role/DevOpsAgentRole/session")
    assert session is not None
    assert (session.kind, session.role_name, session.is_one) == ("assumed-role", "DevOpsAgentRole", True)


@pytest.mark.parametrize(
    "text",
    [
        "arn:aws:iam::222222222222:user/Somebody",
        "arn:aws:iam::222222222222:role/",
        "arn:aws:iam::222222222222:role",
        "arn:aws:s3:::role/Bucket",
        "222222222222",
    ],
)
def test_what_is_no_role(text: str) -> None:
    """Users, accounts and others."""
    assert parse_role_arn(text) is None


def test_a_path_without_a_name_is_no_role() -> None:
    """It passed as an ARN until the parsers became one, and failed at deployment."""
    with pytest.raises(OnboardingInputError, match="not the ARN of an IAM role"):
        _validators.role_arn("arn:aws:iam::222222222222:role/operations/", field="agent_role_arn")


@pytest.mark.parametrize("text", ["222222222222", "arn:aws:iam::222222222222:root"])
def test_an_account_in_both_ways(text: str) -> None:
    """As a principal may name it."""
    arn = parse_principal_arn(text)
    assert arn is not None
    assert (arn.kind, arn.account_id, arn.is_one, arn.is_caller) == ("root", "222222222222", True, False)


def test_a_pattern_is_nobody() -> None:
    """IAM knows no wildcard within a principal."""
    arn = parse_principal_arn("arn:aws:iam::222222222222:role/*")
    assert arn is not None
    assert (arn.is_one, arn.is_caller) == (False, False)


@pytest.mark.parametrize(
    "text",
    [
        "arn:aws:aidevops:us-east-1:111111111111:agentspace/*",
        "arn:aws:aidevops:*:111111111111:service/8f6187a7",
        "arn:aws:aidevops:${Token[Region]}:${Token[Account]}:agentspace/${Token[Id]}",
    ],
)
def test_sources_with_patterns_and_tokens(text: str) -> None:
    """The same text comes back."""
    source = parse_source(text)
    assert source is not None
    assert source.arn == text


@pytest.mark.parametrize(
    "text",
    [
        "arn:aws-cn:aidevops:us-east-1:111111111111:agentspace/8f6187a7",
        "arn:aws:aidevops:us-east-1:1111:agentspace/8f6187a7",
        "arn:aws:aidevops:us-east-1:111111111111:agent-space/8f6187a7",
        "arn:aws:aiops:us-east-1:111111111111:agentspace/8f6187a7",
    ],
)
def test_what_no_agent_space_has(text: str) -> None:
    """Another partition, account, type or service."""
    assert parse_source(text) is None
