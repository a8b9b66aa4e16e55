"""What a user reads about permissions that change nothing."""

import pytest

from devops_agent_constructs.guardrail.verdicts import Effect, Verdict, guardrail_verdicts
from devops_agent_constructs.guardrail.wording import guardrail_warnings

POLICY = "AIDevOpsAgentAccessPolicy (v11 of 2026-09-24)"
LIMITS = (
    f"AWS limits the agent's sessions to what {POLICY} allows and to supported additional permissions "
    "(list read 2026-10-20)"
)
UNLESS = (
    "if AWS's lists have grown since, acknowledge this warning: https://docs.aws.amazon.com/devopsagent/latest/userguide/"
    "aws-devops-agent-security-limiting-agent-access-in-an-aws-account.html"
)
OTHERS = "to grant less than AWS's policy, give the role other managed policies instead."
EVERYWHERE = "on every resource"
WRITE = "Write the actions that you need, of"
OUTSIDE, REDUNDANT = "devops-agent-constructs:outsideGuardrail", "devops-agent-constructs:redundantPermission"


def warnings_of(*actions: str) -> list[tuple[str, str]]:
    """Return id and message of what a statement with these actions gives."""
    statement = {"Sid": "Mine", "Effect": "Allow", "Action": list(actions), "Resource": "*"}
    return list(guardrail_warnings(guardrail_verdicts([statement])))


@pytest.mark.parametrize(
    ("actions", "warning_id", "message"),
    [
        (["s3:PutObject"], OUTSIDE, f"Mine: s3:PutObject has no effect: {LIMITS}. Remove it; {UNLESS}"),
        (
            ["s3:PutObject", "s3:GetObject", "s3:PutAcl"],
            OUTSIDE,
            f"Mine: s3:PutObject, s3:PutAcl have no effect: {LIMITS}. Remove them; {UNLESS}",
        ),
        (
            ["s3:Get*"],
            OUTSIDE,
            f"Mine: s3:Get* is wider than AWS's guardrail: {LIMITS}. {WRITE} s3:GetObject; {UNLESS}",
        ),
        (
            ["lambda:Get*"],
            OUTSIDE,
            f"Mine: lambda:Get* adds nothing to what the role's managed policy grants: {LIMITS}. Remove it; {UNLESS}",
        ),
        (
            ["glue:GetPartition"],
            REDUNDANT,
            f"Mine: {POLICY} grants glue:GetPartition already, {EVERYWHERE}. Remove it; {OTHERS}",
        ),
        (
            ["ec2:DescribeVpcs", "ec2:DescribeHosts"],
            REDUNDANT,
            f"Mine: {POLICY} grants ec2:DescribeVpcs, ec2:DescribeHosts already, {EVERYWHERE}. Remove them; {OTHERS}",
        ),
    ],
)
def test_message(actions: list[str], warning_id: str, message: str) -> None:
    """One line: the statement, the actions, why, what to do, and how old the lists are."""
    assert warnings_of(*actions) == [(warning_id, message)]


@pytest.mark.parametrize("action", ["s3:GetObject", "apigateway:GET", "iam:CreateServiceLinkedRole"])
def test_nothing_to_say(action: str) -> None:
    """What works, or may work, needs no attention."""
    assert warnings_of(action) == []


def test_each_pattern_has_its_own_warning() -> None:
    """What to write instead differs; statements are not mixed either."""
    warnings = guardrail_warnings(
        Verdict(sid=sid, action=action, effect=Effect.PARTLY_OUTSIDE)
        for sid, action in [("A", "s3:*"), ("A", "kms:*"), ("B", "s3:*")]
    )
    assert [message.partition(" adds")[0] for _, message in warnings] == ["A: s3:*", "A: kms:*", "B: s3:*"]


def test_long_lists_are_cut() -> None:
    """A statement of a hundred actions gives a line that can be read."""
    [(_, message)] = warnings_of(*(f"s3:Put{number}" for number in range(10)))
    assert "s3:Put7 and 2 more have no effect" in message
    assert "s3:Put8" not in message


def test_one_line() -> None:
    """Whatever the verdict."""
    assert not any("\n" in message for _, message in warnings_of("*", "s3:Get*", "s3:PutObject", "ec2:Describe*"))
