"""`${aws:ResourceAccount}` in a trust policy is the account of the role, as if its id stood there."""

from __future__ import annotations

from typing import Any

import pytest

from devops_agent_constructs.checks import Finding, check_role, check_template
from tests.checks.build import ANY_SPACE, ROLE_ARN, SPACE_ARN, allow, policy, role

OTHER_SPACE = SPACE_ARN.replace("111111111111", "222222222222")


def found(account_id: str, condition: dict[str, Any], *, version: str = "2012-10-17") -> list[Finding]:
    """Return what is found of a live role."""
    arn = ROLE_ARN.replace("222222222222", account_id)
    return list(check_role(arn, trust_policy={**policy(allow(condition)), "Version": version}))


@pytest.mark.parametrize(
    "variable", ["${aws:ResourceAccount}", "${AWS:resourceaccount}", "${aws:ResourceAccount, 'x'}"]
)
@pytest.mark.parametrize(
    "arn",
    [{}, {"ArnLike": {"aws:SourceArn": ANY_SPACE}}, {"ArnLike": {"aws:SourceArn": SPACE_ARN}}],
)
@pytest.mark.parametrize("account_id", ["111111111111", "222222222222"])
def test_the_variable_and_the_id(account_id: str, arn: dict[str, Any], variable: str) -> None:
    """They are the same, in the Agent Space's account and elsewhere."""
    by_variable, by_id = (
        found(account_id, {**arn, "StringEquals": {"aws:SourceAccount": text}}) for text in (variable, account_id)
    )
    assert by_variable == by_id


def test_in_an_arn() -> None:
    """Also as a part of one, and where only deployment knows the account."""
    arn = OTHER_SPACE.replace("222222222222", "${aws:ResourceAccount}")
    own = {"StringEquals": {"aws:SourceAccount": "${aws:ResourceAccount}"}, "ArnLike": {"aws:SourceArn": arn}}
    assert found("222222222222", own) == []
    assert list(check_template({"Resources": {"Role": role(allow(own))}})) == []


def test_it_lets_nobody_of_another_account_in() -> None:
    """An error of a secondary account's role."""
    condition = {
        "StringEquals": {"aws:SourceAccount": "${aws:ResourceAccount}"},
        "ArnLike": {"aws:SourceArn": SPACE_ARN},
    }
    [finding] = found("222222222222", condition)
    assert (finding.rule_id, finding.severity.value) == ("wrongSourceAccount", "error")
    assert "the role's own account, 222222222222" in finding.message
    assert found("111111111111", condition) == []


def test_an_old_policy_has_no_variables() -> None:
    """There it is plain text, which no account is."""
    condition = {
        "StringEquals": {"aws:SourceAccount": "${aws:ResourceAccount}"},
        "ArnLike": {"aws:SourceArn": SPACE_ARN},
    }
    [finding] = found("111111111111", condition, version="2008-10-17")
    assert (finding.rule_id, finding.severity.value) == ("wrongSourceAccount", "error")
