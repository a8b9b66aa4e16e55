"""What a finding says to write instead: it works, and it harms nobody whom the role is meant for."""

from __future__ import annotations

from typing import Any

import pytest

from devops_agent_constructs.checks import Finding, Purpose, check_role
from tests.checks.build import ELEVATED_ACTIONS, GUARD, ROLE_ARN, SPACE_ARN, allow, policy

CENTER = {
    **GUARD,
    "ForAllValues:ArnEquals": {"sts:RequestContextProviders": ["arn:aws:iam::aws:contextProvider/IdentityCenter"]},
    "Null": {"sts:RequestContextProviders": "false"},
}


def found(*statements: dict[str, Any], purpose: Purpose = Purpose.READ) -> list[Finding]:
    """Return what is found of a live role."""
    return list(check_role(ROLE_ARN, trust_policy=policy(*statements), purpose=purpose))


@pytest.mark.parametrize(
    ("action", "purpose", "advice"),
    [
        (["sts:AssumeRole", "sts:TagSession", "sts:SetContext"], Purpose.OPERATOR, "a statement of its own"),
        ("sts:*", Purpose.OPERATOR, "a statement of its own"),
        ("sts:SetContext", Purpose.OPERATOR, "a statement of its own"),
        ("sts:*", Purpose.READ, "list the actions"),
        ("*", Purpose.ELEVATED, "list the actions"),
        (["sts:AssumeRole", "sts:SetContext"], Purpose.READ, "a statement of its own"),
    ],
)
def test_a_context_of_any_provider(action: object, purpose: Purpose, advice: str) -> None:
    """The conditions on the provider stand apart from sts:AssumeRole, which is refused under them."""
    [finding] = [each for each in found(allow(action=action), purpose=purpose) if each.rule_id == "anyContextProvider"]
    assert advice in finding.fix


def test_after_the_advice_on_contexts() -> None:
    """Nothing is found any more."""
    assume = allow(action=["sts:AssumeRole", "sts:TagSession"])
    assert found(assume, allow(CENTER, action="sts:SetContext"), purpose=Purpose.OPERATOR) == []
    assert found(allow(action="sts:AssumeRole")) == []
    assert found(allow(action=ELEVATED_ACTIONS), purpose=Purpose.ELEVATED) == []


ROOT = {"AWS": "arn:aws:iam::222222222222:root"}
ADMINISTRATORS = {
    "ArnLike": {"aws:PrincipalArn": "arn:aws:iam::222222222222:role/aws-reserved/sso.amazonaws.com/*/A_*"}
}


@pytest.mark.parametrize(
    ("condition", "who"), [({}, "that account, without"), (ADMINISTRATORS, "aws:PrincipalArn admits")]
)
def test_administrators_of_the_own_account(condition: dict[str, Any], who: str) -> None:
    """The message says whom the condition leaves, and the advice removes nobody who is meant."""
    [finding] = found(allow(), allow(condition, principal=ROOT))
    assert (finding.rule_id, finding.severity.value) == ("accountPrincipal", "warning")
    assert who in finding.message
    assert finding.fix.startswith("keep it if they are meant")


def test_another_account() -> None:
    """There the advice is as before."""
    [finding] = found(allow(), allow({}, principal={"AWS": "333333333333"}))
    assert finding.severity.value == "error"
    assert finding.fix.startswith("let the service in instead")


@pytest.mark.parametrize("arn", [SPACE_ARN, SPACE_ARN.upper(), SPACE_ARN.title()])
def test_an_arn_in_any_case(arn: str) -> None:
    """Under an operator that ignores case it is the Agent Space's."""
    ignoring = {"StringEqualsIgnoreCase": {"aws:SourceArn": arn, "aws:SourceAccount": "111111111111"}}
    assert found(allow(ignoring)) == []
    elsewhere = {"StringEqualsIgnoreCase": {**ignoring["StringEqualsIgnoreCase"], "aws:SourceArn": f"{arn}/x"}}
    assert [finding.rule_id for finding in found(allow(elsewhere))] == ["agentSpaceRefused"]
