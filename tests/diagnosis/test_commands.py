"""Commands for a shell: quoted, and kept to one account."""

from __future__ import annotations

import shlex

from devops_agent_constructs.diagnosis import commands

CALLER = "aws sts get-caller-identity --query Account --output text --region=us-east-1"


def test_one_account() -> None:
    """The account of the role is asked for first, and the command runs there alone.

    Promise: One account.
    """
    command = commands.iam("update-role", "arn:aws:iam::222222222222:role/agents/Agent", max_session_duration="3600")
    assert command.line() == (
        f'test "$({CALLER})" = 222222222222 && aws iam update-role --role-name=Agent --max-session-duration=3600'
    )


def test_profile() -> None:
    """Both calls take it, or the account that is asked about would be another."""
    command = commands.iam("update-role", "arn:aws:iam::222222222222:role/Agent", max_session_duration="3600")
    assert command.line(profile="or ders") == (
        f"test \"$({CALLER} --profile='or ders')\" = 222222222222 && "
        "aws iam update-role --role-name=Agent --max-session-duration=3600 --profile='or ders'"
    )


def test_other_partition() -> None:
    """STS is asked where the account is."""
    line = commands.iam("update-role", "arn:aws-cn:iam::222222222222:role/Agent", max_session_duration="3600").line()
    assert "--region=cn-north-1" in line
    assert (
        "--region"
        not in commands.iam(
            "update-role", "arn:aws-iso:iam::222222222222:role/Agent", max_session_duration="3600"
        ).line()
    )


def test_cdk_refuses_by_itself() -> None:
    """Its stacks name their account; credentials of another may still reach it over a bootstrap's roles."""
    command = commands.cdk("deploy", "Stack", account_id="222222222222", accounts_file="a b.yaml")
    assert command.account_id == "222222222222"
    assert command.line(profile="orders") == (
        "cdk deploy Stack -c 'devops-agent-constructs:configFile=a b.yaml' --profile=orders"
    )
    assert commands.cdk("deploy", "Stack", account_id="2", accounts_file="devops-agent.yaml").text == "cdk deploy Stack"


def test_names_of_any_characters() -> None:
    """A value stays one word that belongs to its option, whatever IAM admits in a name."""
    command = commands.iam("delete-role-policy", "arn:aws:iam::222222222222:role/-=,.@x", policy_name="--force")
    assert shlex.split(command.text)[3:] == ["--role-name=-=,.@x", "--policy-name=--force"]
