"""AgentSpace: what it refuses, and the other side of each limit."""

from typing import Any

import pytest
from aws_cdk import (
    RemovalPolicy,
    Stack,
)
from aws_cdk import aws_iam as iam

from devops_agent_constructs import (
    OnboardingInputError,
    SupportCommunications,
)
from tests.conftest import lint_findings, template_of
from tests.primary.agent_spaces import (
    ROLE_ARN,
    make,
)

BAD_ARGUMENTS: list[tuple[dict[str, Any], str, str]] = [
    ({"name": ""}, "name", "0 characters"),
    ({"name": "a" * 256}, "name", "256 characters"),
    ({"name": "two\nlines"}, "name", "'\\n'"),
    ({"name": "e\u0301"}, "name", "refuses the character"),
    ({"description": ""}, "description", "0 characters"),
    ({"description": "a" * 1001}, "description", "admits 1-1000"),
    ({"description": "bell\x07"}, "description", "'\\x07'"),
    ({"locale": ""}, "locale", "language tag"),
    ({"locale": "e"}, "locale", "language tag"),
    ({"locale": "en_US"}, "locale", "language tag"),
    ({"locale": "en-US\n"}, "locale", "language tag"),
    ({"locale": "en" + "-abcdefgh" * 4}, "locale", "35 characters"),
    ({"tags": {"": "x"}}, "tags", "1-128"),
    ({"tags": {"a" * 129: "x"}}, "tags", "1-128"),
    ({"tags": {"AWS:team": "x"}}, "tags", "'aws:'"),
    ({"tags": {"team": "a" * 257}}, "tags['team']", "at most 256"),
    ({"agent_role_name": "Dev Ops"}, "agent_role_name", "1-64"),
    ({"permissions_boundary": "arn:aws:iam::222222222222:policy/B"}, "permissions_boundary", "role's own account"),
    ({"removal_policy": RemovalPolicy.SNAPSHOT}, "removal_policy", "no snapshots"),
]


@pytest.mark.parametrize(("arguments", "field", "why"), BAD_ARGUMENTS, ids=lambda value: str(value)[:40])
def test_bad_argument(primary: Stack, arguments: dict[str, Any], field: str, why: str) -> None:
    """One error that names the argument; nothing of the construct is in the tree afterwards, nor is its name taken."""
    with pytest.raises(OnboardingInputError) as caught:
        make(primary, **arguments)
    assert caught.value.field == field
    assert why in caught.value.why
    assert caught.value.fix
    assert primary.node.children == []
    make(primary)


@pytest.mark.parametrize(
    "arguments",
    [
        {"name": "a" * 255},
        {"name": "Ops (§ 5), 運用 €"},
        {"description": "a" * 1000},
        {"locale": "en"},
        {"locale": "zh-Hant-TW"},
        {"tags": {"a" * 128: "b" * 256, "empty": ""}},
        {"agent_role_name": "a" * 64},
    ],
    ids=lambda value: str(value)[:40],
)
def test_good_argument(primary: Stack, arguments: dict[str, Any]) -> None:
    """The other side of each limit."""
    make(primary, **arguments)
    assert lint_findings(template_of(primary)) == []


@pytest.mark.parametrize(
    ("arn", "arguments", "why"),
    [
        ("arn:aws:iam::222222222222:role/Existing", {}, "own account, 111111111111"),
        (ROLE_ARN, {"capabilities": [SupportCommunications()]}, "its own name and permissions"),
        (ROLE_ARN, {"agent_role_name": "Agent"}, "its own name and permissions"),
    ],
)
def test_bad_agent_role(primary: Stack, arn: str, arguments: dict[str, Any], why: str) -> None:
    """Across accounts the service refuses it; and what describes a new role would have no effect."""
    role = iam.Role.from_role_arn(primary, "Existing", arn)
    with pytest.raises(OnboardingInputError, match=why) as caught:
        make(primary, agent_role=role, **arguments)
    assert caught.value.field == "agent_role"
    assert primary.node.try_find_child("Space") is None


def test_boundary_without_a_role(primary: Stack) -> None:
    """It would silently bound nothing."""
    role = iam.Role.from_role_arn(primary, "Existing", ROLE_ARN)
    with pytest.raises(OnboardingInputError, match="no role is made that it could bound"):
        make(primary, agent_role=role, operator_app=None, permissions_boundary="WorkloadBoundary")
