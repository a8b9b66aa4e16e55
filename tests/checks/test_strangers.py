"""Who gets in beside the Agent Space, whatever else a trust policy says: with the severity of each."""

from __future__ import annotations

from typing import Any

import pytest

from devops_agent_constructs import AgentSpaceArn
from devops_agent_constructs.checks import check_role, check_templates
from tests.checks.build import (
    AGENT_ROLE,
    ANY_SPACE,
    GUARD,
    ROLE_ARN,
    SPACE_ARN,
    allow,
    chained,
    policy,
    secondary,
)

ACCOUNT = {"StringEquals": {"aws:SourceAccount": "111111111111"}}
ORGANIZATION = {"StringNotEquals": {"aws:SourceOrgID": "o-a1b2c3d4e5"}}
ADMIN, VENDOR = "arn:aws:iam::222222222222:role/Admin", "arn:aws:iam::999999999999:role/Vendor"
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
GITHUB = "arn:aws:iam::222222222222:oidc-provider/token.actions.githubusercontent.com"
MISSING = {("missingSourceAccount", "error"), ("missingSourceArn", "error")}


def deny(condition: object) -> dict[str, Any]:
    """Return a Deny for everybody under a condition."""
    return {**allow(condition, principal={"AWS": "*"}), "Effect": "Deny"}


def of_account(account_id: str) -> dict[str, Any]:
    """Return the conditions for the Agent Space of another account."""
    arn = SPACE_ARN.replace("111111111111", account_id)
    return {"StringEquals": {"aws:SourceAccount": account_id}, "ArnLike": {"aws:SourceArn": arn}}


def found(*statements: dict[str, Any], agent_space: str | None = None) -> set[tuple[str, str]]:
    """Return rule and severity of what is found; both readers must agree."""
    space = None if agent_space is None else AgentSpaceArn.from_arn(agent_space)
    live = check_role(
        ROLE_ARN,
        trust_policy=policy(*statements),
        managed_policy_arns=["arn:aws:iam::aws:policy/AIDevOpsAgentAccessPolicy"],
        agent_space=space,
    )
    synthesized = check_templates([secondary(*statements)], agent_space=space)
    both = [{(finding.rule_id, finding.severity.value) for finding in findings} for findings in (live, synthesized)]
    assert both[0] == both[1]
    return both[0]


BESIDE = [
    ("a vendor's account with its own external id", {"AWS": "999999999999"}, {"StringEquals": {"sts:ExternalId": "x"}}),
    ("a vendor's role under MFA", {"AWS": VENDOR}, MFA),
    ("a vendor's role from an address", {"AWS": VENDOR}, {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}),
    ("a vendor's role with a tag", {"AWS": VENDOR}, {"StringEquals": {"aws:PrincipalTag/team": "a"}}),
    (
        "a vendor's user by session name",
        {"AWS": VENDOR.replace("role", "user")},
        {"StringLike": {"sts:RoleSessionName": "a*"}},
    ),
    ("another service for another account", {"Service": "lambda.amazonaws.com"}, of_account("333333333333")),
    (
        "another service under a condition of its own",
        {"Service": "opsworks.amazonaws.com"},
        {"StringEquals": {"aws:RequestTag/a": "b"}},
    ),
    ("another account's Agent Space", {"Service": "aidevops.amazonaws.com"}, of_account("333333333333")),
]


@pytest.mark.parametrize(("principal", "condition"), [pytest.param(*beside[1:], id=beside[0]) for beside in BESIDE])
def test_a_stranger_beside_a_good_statement(principal: dict[str, str], condition: dict[str, Any]) -> None:
    """Whatever the condition is that it may meet; an error."""
    beside = allow(condition, principal=principal)
    assert found(allow(), beside, agent_space=SPACE_ARN) == {("othersAdmitted", "error")}
    if principal["Service" if "Service" in principal else "AWS"] != "aidevops.amazonaws.com":
        assert found(allow(), beside) == {("othersAdmitted", "error")}


OWN = [
    ({"AWS": ADMIN}, MFA),
    ({"AWS": ADMIN}, {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}),
    ({"AWS": ADMIN}, {"StringEquals": {"sts:ExternalId": "own"}}),
    ({"Service": "lambda.amazonaws.com"}, {"StringEquals": {"aws:SourceAccount": "222222222222"}}),
    ({"Service": "aidevops.amazonaws.com"}, {**ACCOUNT, "ArnLike": {"aws:SourceArn": f"{SPACE_ARN}2"}}),
]


@pytest.mark.parametrize(("principal", "condition"), OWN)
def test_somebody_of_the_own_accounts_beside_it(principal: dict[str, str], condition: dict[str, Any]) -> None:
    """A warning, and never that the Agent Space does not get in."""
    assert found(allow(), allow(condition, principal=principal), agent_space=SPACE_ARN) == {
        ("othersAdmitted", "warning")
    }


@pytest.mark.parametrize(
    "condition",
    [
        {"Bool": {"aws:SecureTransport": "false"}},
        {"StringEquals": {"aws:SourceOrgID": "o-9999999999"}},
        {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
    ],
)
def test_a_deny_beside_an_open_allow(condition: dict[str, Any]) -> None:
    """One that keeps only some out silences nothing."""
    assert found(allow({}), deny(condition)) >= MISSING


def test_a_deny_that_keeps_everybody_out() -> None:
    """Then nothing is missing."""
    others = [
        deny({"StringNotEquals": {"aws:SourceAccount": "111111111111"}}),
        deny({"ArnNotLike": {"aws:SourceArn": SPACE_ARN}}),
    ]
    assert found(allow({}), *others) == set()


SHAPES = [
    ("exact ARN", {"ArnLike": {"aws:SourceArn": SPACE_ARN}}, {("missingSourceAccount", "warning")}),
    ("account", ACCOUNT, {("missingSourceArn", "warning")}),
    ("nothing", {}, MISSING),
    (
        "every Region, no account",
        {"ArnLike": {"aws:SourceArn": ANY_SPACE.replace("us-east-1", "*")}},
        {("missingSourceAccount", "warning"), ("anyAgentSpace", "warning")},
    ),
    (
        "every account",
        {"ArnLike": {"aws:SourceArn": "arn:aws:aidevops:*:*:agentspace/*"}},
        {("missingSourceAccount", "error"), ("wildcardSourceArn", "error")},
    ),
    (
        "every account, one of which by its own condition",
        {**ACCOUNT, "ArnLike": {"aws:SourceArn": "arn:aws:aidevops:*:*:agentspace/*"}},
        {("wildcardSourceArn", "warning")},
    ),
    (
        "the organization alone",
        {"StringEquals": {"aws:SourceOrgID": "o-a1b2c3d4e5"}},
        MISSING,
    ),
]


@pytest.mark.parametrize(("condition", "expected"), [pytest.param(*shape[1:], id=shape[0]) for shape in SHAPES])
def test_how_weak_a_condition_is(condition: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    """An error where a stranger gets in by it, a warning where only others of the own account do."""
    assert found(allow(condition)) == expected


GUARDS = [
    {"StringEquals": {"aws:SourceOrgID": "o-a1b2c3d4e5"}},
    {"ForAnyValue:StringLike": {"aws:SourceOrgPaths": "o-a1b2c3d4e5/*"}},
    {"StringEquals": {"aws:RequestedRegion": "us-east-1"}},
    {"StringEquals": {"sts:ExternalId": SPACE_ARN}},
    {"DateLessThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"}},
]


@pytest.mark.parametrize("guard", GUARDS)
def test_a_guard_that_nobody_can_tell(guard: dict[str, Any]) -> None:
    """A key that the request may carry decides: a warning, with the key, and no advice to remove it."""
    together = (
        {**GUARD, **guard}
        if "StringEquals" not in guard
        else {**GUARD, "StringEquals": {**ACCOUNT["StringEquals"], **guard["StringEquals"]}}
    )
    assert found(allow(together)) == {("unknownCondition", "warning")}
    [finding] = check_role(ROLE_ARN, trust_policy=policy(allow(together)))
    [key] = next(iter(guard.values()))
    assert key in finding.message
    assert "remove" not in finding.fix


def test_tls_is_what_aws_speaks() -> None:
    """The key is always there, AWS says."""
    assert found(allow({**GUARD, "Bool": {"aws:SecureTransport": "true"}})) == set()
    assert found(allow(), deny({"Bool": {"aws:SecureTransport": "false"}})) == set()


@pytest.mark.parametrize("key", ["aws:PrincipalOrgID", "aws:PrincipalTag/a", "aws:username", "aws:SourceAcount"])
def test_a_key_that_no_service_sends(key: str) -> None:
    """Also a misspelt one: nobody gets in."""
    guard = {"StringEquals": {**ACCOUNT["StringEquals"], key: "x"}, "ArnLike": {"aws:SourceArn": SPACE_ARN}}
    assert found(allow(guard)) == {("agentSpaceRefused", "error")}


@pytest.mark.parametrize(
    "arn",
    [
        f"{SPACE_ARN} ",
        SPACE_ARN.replace("agentspace", "agent-space"),
        SPACE_ARN.replace("aidevops", "aiops"),
        SPACE_ARN.replace("arn:aws:", "arn:aws-cn:"),
        SPACE_ARN.replace("us-east-1:", ""),
    ],
)
def test_an_arn_that_no_agent_space_has(arn: str) -> None:
    """Nobody gets in, also where nobody says which Agent Space is meant."""
    assert found(allow({**ACCOUNT, "StringEquals": {**ACCOUNT["StringEquals"], "aws:SourceArn": arn}})) == {
        ("agentSpaceRefused", "error")
    }


def test_the_agent_role_of_the_preview() -> None:
    """It is meant, by the Agent Space's ARN alone."""
    by_space = {"StringEquals": {"sts:ExternalId": SPACE_ARN}}
    assert found(allow(), chained(by_space)) == {("previewSetup", "warning")}
    assert found(allow(), chained({})) == {("othersAdmitted", "warning")}
    whole = chained(by_space, principal={"AWS": AGENT_ROLE.split("role")[0] + "root"})
    assert found(allow(), whole) == {("previewSetup", "warning"), ("accountPrincipal", "warning")}


def test_people_whom_a_provider_signed_in() -> None:
    """An error; where a subject is asked for, whom it names cannot be told."""
    web = allow({}, principal={"Federated": GITHUB}, action="sts:AssumeRoleWithWebIdentity")
    assert found(allow(), web) == {("othersAdmitted", "error")}
    subject = {"StringLike": {"token.actions.githubusercontent.com:sub": "repo:a/b:*"}}
    assert found(allow(), {**web, "Condition": subject}) == {("othersAdmitted", "warning")}


def test_a_name_like_the_services_beside_it() -> None:
    """The Agent Space gets in all the same."""
    near = allow(principal={"Service": "devopsagent.amazonaws.com"})
    assert ("wrongServicePrincipal", "warning") in found(allow(), near)
    assert found(near) == {("wrongServicePrincipal", "error")}


@pytest.mark.parametrize(("effect", "expected"), [("Deny", {("agentSpaceRefused", "error")}), ("Allow", set())])
def test_the_space_that_a_hidden_statement_may_let_in(effect: str, expected: set[tuple[str, str]]) -> None:
    """A Deny that only deployment knows lets nobody in, so who is refused stays refused; an Allow may."""
    elsewhere = {**ACCOUNT, "ArnLike": {"aws:SourceArn": SPACE_ARN.replace("us-east-1", "eu-west-1")}}
    hidden = {"Fn::If": ["IsHidden", {**deny({}), "Effect": effect}, {"Ref": "AWS::NoValue"}]}
    findings = check_templates([secondary(allow(elsewhere), hidden)], agent_space=AgentSpaceArn.from_arn(SPACE_ARN))
    beside = {("othersAdmitted", "warning")}
    assert {(finding.rule_id, finding.severity.value) for finding in findings} == expected | beside
