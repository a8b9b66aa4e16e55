"""Patterns that leave the account open, wherever their wildcards stand: somebody of another account gets in by them."""

from __future__ import annotations

from typing import Any

import pytest

from devops_agent_constructs.checks import check_role, check_template
from tests.checks.build import ANY_SPACE, ROLE_ARN, SPACE_ARN, SPACE_ID, allow, policy, role
from tests.checks.test_strangers import deny

_A = "arn:aws:aidevops"


def found(*statements: dict[str, Any]) -> set[tuple[str, str]]:
    """Return rule and severity of what is found."""
    findings = check_role(ROLE_ARN, trust_policy=policy(*statements))
    return {(finding.rule_id, finding.severity.value) for finding in findings}


OPEN = [
    *(f"{_A}:{region}:*:agentspace/*" for region in ("eu-west-1", "ap-northeast-1", "eu-*", "ap-southeast-?", "*")),
    *(f"{_A}:us-east-1:{account}:agentspace/*" for account in ("1*", "1111*", "*1", "11111111111?", "?11111111111")),
    *(f"{_A}:*:*:agentspace/{id_}" for id_ in ("8*", "8f*", "prod-*", "prod-???", "*-*-*-*-*", f"{SPACE_ID}*")),
    f"{_A}:*:*:agentspace/????????-????-4???-????-????????????",
    f"{_A}:*:*:service/*",
    f"{_A}:sa-east-1:1*:service/8*",
    f"{_A}:*:${{aws:SourceAccount}}:agentspace/*",
]
OPEN_TEXTS = [
    f"{_A}:*agentspace/8*",
    f"{_A}:ap-southeast-2:*",
    "arn:*:eu-west-1:*agentspace/*",
    "*:eu-central-1:*",
    "*agentspace/????????-*",
    f"*{SPACE_ID}",
    "*111111111111*",
]


@pytest.mark.parametrize(
    ("operator", "pattern"),
    [*(("ArnLike", pattern) for pattern in OPEN), *(("StringLike", pattern) for pattern in [OPEN[0], *OPEN_TEXTS])],
)
def test_a_source_of_any_account(operator: str, pattern: str) -> None:
    """An error in every Region and for every form of an id; as a Deny of all others, too."""
    like = {operator: {"aws:SourceArn": pattern}}
    errors = {("missingSourceAccount", "error"), ("wildcardSourceArn", "error")}
    assert found(allow(like)) == errors
    beside = {operator: {"aws:SourceArn": [SPACE_ARN, pattern]}}
    assert found(allow(beside)) == errors
    others = deny({operator.replace("Like", "NotLike"): like[operator]})
    assert ("missingSourceAccount", "error") in found(allow({}), others)


CLOSED = [
    ("ArnLike", f"{_A}:us-east-1:*:agentspace/{SPACE_ID}"),
    ("StringLike", f"*:agentspace/{SPACE_ID}"),
    ("StringLike", f"{_A}:us-east-1:111111111111*"),
    ("StringLike", "*:111111111111:agentspace/*"),
    ("StringLike", "arn:aws:aidevops:*:111111111111:*"),
    ("ArnLike", f"{_A}:us-east-1:*111111111111:agentspace/8*"),
]


@pytest.mark.parametrize(("operator", "pattern"), CLOSED)
def test_a_pattern_that_names_the_account_or_the_space(operator: str, pattern: str) -> None:
    """A warning: an account's ids are its own, and AWS gives an Agent Space's id to no other."""
    assert {severity for _, severity in found(allow({operator: {"aws:SourceArn": pattern}}))} == {"warning"}


@pytest.mark.parametrize("pattern", OPEN)
def test_an_open_pattern_beside_the_account(pattern: str) -> None:
    """A warning at most: the other condition names the account. Nobody of an account beside it may be meant."""
    condition: dict[str, Any] = {"StringEquals": {"aws:SourceAccount": "111111111111"}}
    likewise = {**condition, "ArnLike": {"aws:SourceArn": [SPACE_ARN, pattern]}}
    assert ("wildcardSourceArn", "warning") in (rules := found(allow(likewise)))
    assert "error" not in {severity for _, severity in rules}


def test_a_wider_account_beside_a_pattern_that_names_it() -> None:
    """Only the account that both admit gets in."""
    wide = {"StringLike": {"aws:SourceAccount": "*1", "aws:SourceArn": "*:111111111111:*"}}
    assert {severity for _, severity in found(allow(wide))} == {"warning"}


def test_accounts_that_two_patterns_share() -> None:
    """Whoever fits both, wherever the wildcards stand."""
    both = {"StringLike": {"aws:SourceAccount": "*1", "aws:SourceArn": f"{_A}:us-east-1:1*"}}
    assert "error" in {severity for _, severity in found(allow(both))}


def test_two_open_conditions() -> None:
    """Somebody whom both admit."""
    both = {
        "StringLike": {"aws:SourceAccount": "1*"},
        "ArnLike": {"aws:SourceArn": f"{_A}:eu-west-1:*:agentspace/*"},
    }
    assert found(allow(both)) == {("missingSourceAccount", "error"), ("wildcardSourceArn", "error")}
    two = {"StringEquals": {"aws:SourceAccount": ["111111111111", "333333333333"]}, "ArnLike": both["ArnLike"]}
    assert found(allow(two)) == {("wildcardSourceArn", "error")}


@pytest.mark.parametrize("region", [None, "us-east-1", "us-west-2", "eu-west-1", "ap-northeast-1"])
def test_the_region_of_the_stack(region: str | None) -> None:
    """Also where only deployment knows it."""
    pattern = {"Fn::Sub": "arn:${AWS::Partition}:aidevops:${AWS::Region}:*:agentspace/*"}
    trust: Any = {"ArnLike": {"aws:SourceArn": pattern}}
    body = {"Resources": {"Role": role(allow(trust))}}
    findings = check_template(body, region=region, account_id="222222222222")
    assert {(finding.rule_id, finding.severity.value) for finding in findings} == {
        ("missingSourceAccount", "error"),
        ("wildcardSourceArn", "error"),
    }


@pytest.mark.parametrize("external_id", [ANY_SPACE.replace("111111111111", "*"), f"{_A}:eu-*:1*:agentspace/8*"])
def test_the_agent_role_of_another_account_by_any_external_id(external_id: str) -> None:
    """The account of the external id is nobody's, so the role is one of those who get in."""
    beside = allow({"StringLike": {"sts:ExternalId": external_id}}, principal={"AWS": "arn:aws:iam::999999999999:root"})
    assert ("othersAdmitted", "error") in found(allow(), beside)


PRINCIPALS: list[tuple[str, Any]] = [
    ("StringLike", "*:role/DevOpsAgentRole-AgentSpace"),
    ("StringLike", "*role/Admin"),
    ("StringLike", "arn:*:role/DevOpsAgentRole-AgentSpace"),
    ("StringLike", "arn:aws:iam::*role/X"),
    ("StringLike", ["arn:aws:iam::222222222222:role/x", "*:role/y"]),
    ("StringLike", "*"),
    ("StringLike", "*/AWSReservedSSO_Admin_*"),
    ("StringLike", "arn:aws:iam::2*"),
    ("StringLike", "*:user/??"),
    ("ArnLike", "arn:aws:iam::*:role/service-role/*"),
    ("ArnLike", "arn:aws:iam::22222222222?:role/x"),
    ("ArnLike", "arn:*:iam::*:*"),
]


@pytest.mark.parametrize(("operator", "pattern"), PRINCIPALS)
def test_everybody_with_an_arn_of_any_account(operator: str, pattern: object) -> None:
    """An error: whoever makes such a role gets in."""
    everybody = allow({operator: {"aws:PrincipalArn": pattern}}, principal={"AWS": "*"})
    assert found(allow(), everybody) == {("wildcardPrincipal", "error")}


@pytest.mark.parametrize(
    ("operator", "pattern"),
    [
        ("StringLike", "*:222222222222:role/*"),
        ("StringLike", "arn:aws:iam::222222222222*"),
        ("ArnLike", "arn:aws:iam::222222222222:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Admin_*"),
        ("ArnLike", "arn:*:iam::222222222222:user/*"),
    ],
)
def test_everybody_with_an_arn_of_the_own_account(operator: str, pattern: str) -> None:
    """A warning."""
    everybody = allow({operator: {"aws:PrincipalArn": pattern}}, principal={"AWS": "*"})
    assert found(allow(), everybody) == {("wildcardPrincipal", "warning")}


@pytest.mark.parametrize(
    "condition",
    [
        {"StringLike": {"aws:SourceAccount": "3*"}},
        {"StringLike": {"aws:SourceArn": "arn:aws:lambda:us-east-1:*"}},
        {"ArnLike": {"aws:SourceArn": "arn:aws:lambda:us-east-1:*:function:f"}},
        {"ArnLike": {"aws:SourceArn": "arn:aws:lambda:us-east-1:22222222222?:function:f"}},
        {"ArnLike": {"aws:SourceArn": "arn:aws:lambda:*:3*:function:f"}, "StringLike": {"aws:SourceAccount": "33*"}},
    ],
)
def test_another_service_for_any_account(condition: dict[str, Any]) -> None:
    """An error, and a warning beside the own account."""
    beside = allow(condition, principal={"Service": "lambda.amazonaws.com"})
    assert found(allow(), beside) == {("othersAdmitted", "error")}
    own = {**condition, "StringEquals": {"aws:SourceAccount": "222222222222"}}
    assert found(allow(), {**beside, "Condition": own}) <= {("othersAdmitted", "warning")}


PRESENT = {"Null": {"aws:SourceArn": "false"}}


@pytest.mark.parametrize(
    "statements",
    [
        [allow({"ArnNotLike": {"aws:SourceArn": f"{_A}:us-east-1:*:agentspace/*"}, **PRESENT})],
        [allow({"StringNotLike": {"aws:SourceArn": "*/another-space"}, **PRESENT})],
        [allow(PRESENT), deny({"ArnLike": {"aws:SourceArn": f"{_A}:us-east-1:*:agentspace/*"}})],
    ],
)
def test_what_is_kept_out_leaves_others(statements: list[dict[str, Any]]) -> None:
    """An error: all that the pattern does not name gets in."""
    assert ("missingSourceAccount", "error") in found(*statements)


@pytest.mark.parametrize(
    ("condition", "severity"),
    [
        ({"StringNotLike": {"aws:PrincipalArn": "*:role/*"}}, "error"),
        (
            {
                "StringEquals": {"aws:PrincipalAccount": "222222222222"},
                "StringLike": {"aws:PrincipalArn": "*role/A"},
            },
            "warning",
        ),
    ],
)
def test_everybody_by_two_keys(condition: dict[str, Any], severity: str) -> None:
    """Users count too; and the account that another condition names."""
    principal = allow({**condition, "Bool": {"aws:PrincipalIsAWSService": "false"}}, principal={"AWS": "*"})
    assert found(allow(), principal) == {("wildcardPrincipal", severity)}


def test_a_prefix_in_a_region_that_only_deployment_knows() -> None:
    """Under StringLike the last wildcard stands for the account, too."""
    pattern = {"Fn::Sub": "arn:${AWS::Partition}:aidevops:${AWS::Region}:*"}
    trust: Any = {"StringLike": {"aws:SourceArn": pattern}}
    findings = check_template({"Resources": {"Role": role(allow(trust))}}, account_id="222222222222")
    assert ("wildcardSourceArn", "error") in {(finding.rule_id, finding.severity.value) for finding in findings}
