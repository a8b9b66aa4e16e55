"""What AWS's grammar allows in a trust policy and IAM refuses, or refused once."""

from __future__ import annotations

import pytest

from devops_agent_constructs.checks import Finding, Severity, check_role, check_templates
from tests.checks.build import AGENT_ROLE, ROLE_ARN, allow, policy, secondary

_A, _S = "arn:aws:iam::222222222222:", "arn:aws:sts::222222222222:"
INVALID = [
    *(f"{_A}{name}" for name in ("role/*", "user/*", "role/Dev?", "group/Admins", "instance-profile/x", "role/")),
    *("MyRole", "222222222222:role/x", "*.amazonaws.com", "arn:aws:iam::*:root", "arn:aws:iam::22222222222:root"),
    *("arn:*:iam::222222222222:root", f"{_S}assumed-role/x/*", "arn:aws:iam::222222222222:ROOT", "22222222222"),
]


@pytest.mark.parametrize("principal", INVALID)
def test_a_principal_that_iam_refuses(principal: str) -> None:
    """The deployment would fail; the message is IAM's."""
    findings = check_templates([secondary(allow(), allow({}, principal={"AWS": principal}))])
    assert [(finding.rule_id, finding.severity) for finding in findings] == [("malformedTrustPolicy", Severity.ERROR)]
    assert "invalid principal" in findings[0].message


VALID = [
    *(
        "222222222222",
        f"{_A}root",
        f"{_A}role/x",
        f"{_A}role/a/b/x",
        f"{_A}user/x@example.com",
        f"{_S}assumed-role/x/y",
    ),
    *(f"{_S}federated-user/x", "AROAEXAMPLEID12345678", "arn:aws-cn:iam::222222222222:root"),
    *({"Fn::Sub": f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:{name}"} for name in ("root", "role/x")),
    *({"Ref": "Parameter"}, {"Fn::GetAtt": ["Role2", "Arn"]}, {"Fn::Sub": "${Parameter}:role/x"}),
]


@pytest.mark.parametrize("principal", VALID)
def test_a_principal_that_iam_takes(principal: object) -> None:
    """As far as it is known."""
    findings = check_templates([secondary(allow(), allow({}, principal={"AWS": principal}))])
    assert "malformedTrustPolicy" not in {finding.rule_id for finding in findings}


@pytest.mark.parametrize(
    "action",
    [
        ["sts:AssumeRole", "s3:GetObject"],
        "sts:GetCallerIdentity",
        "iam:PassRole",
        ["sts:AssumeRole", "iam:*"],
        "AssumeRole",
    ],
)
def test_an_action_that_is_no_way_in(action: object) -> None:
    """IAM refuses the whole policy."""
    findings = check_templates([secondary(allow(action=action))])
    assert [(finding.rule_id, finding.severity) for finding in findings] == [("malformedTrustPolicy", Severity.ERROR)]


@pytest.mark.parametrize(
    "action", ["sts:*", "*", "STS:assumerole", "sts:Assume*", ["sts:AssumeRole", "sts:TagSession"]]
)
def test_an_action_that_iam_takes(action: object) -> None:
    """Wildcards too."""
    findings = check_templates([secondary(allow(action=action))])
    assert "malformedTrustPolicy" not in {finding.rule_id for finding in findings}


def _bare(*effects: str) -> list[Finding]:
    insecure = {"Bool": {"aws:SecureTransport": "false"}}
    everybody = [{**allow(insecure, principal="*"), "Effect": effect} for effect in effects]
    return [*check_templates([secondary(allow(), *everybody)]), *check_role(ROLE_ARN, trust_policy=policy(*everybody))]


def test_a_star_without_aws() -> None:
    """A warning in a template, as IAM refused it in 2020; a live role has what IAM took."""
    [finding] = [finding for finding in _bare("Deny") if finding.rule_id == "malformedTrustPolicy"]
    assert finding.severity is Severity.WARNING
    assert finding.place.where.endswith("Statement.1.Principal")
    assert "{'AWS': '*'}" in finding.fix
    assert "not tested" in finding.message
    allowed, denied = [finding for finding in _bare("Allow", "Deny") if finding.rule_id == "malformedTrustPolicy"]
    assert denied.fix == finding.fix
    # What IAM refuses lets nobody in, so the way to write it would let everybody in.
    assert "'*'" not in allowed.fix


def test_not_principal() -> None:
    """The way round that is advised keeps no service out."""
    [finding] = check_role(ROLE_ARN, trust_policy=policy({**allow(), "NotPrincipal": {"AWS": AGENT_ROLE}}))
    assert "{'AWS': '*'}" in finding.message
    assert "aws:PrincipalIsAWSService" in finding.message
    deny = {
        **allow({"ArnNotEquals": {"aws:PrincipalArn": AGENT_ROLE}, "Bool": {"aws:PrincipalIsAWSService": "false"}}),
        "Principal": {"AWS": "*"},
        "Effect": "Deny",
    }
    assert check_role(ROLE_ARN, trust_policy=policy(allow(), deny)) == ()
