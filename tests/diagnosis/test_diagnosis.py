"""The role as IAM returns it, as the library makes it, and what is said of both together."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import pytest

from devops_agent_constructs import Generation, OnboardingInputError
from devops_agent_constructs.checks.finding import Severity
from devops_agent_constructs.checks.live_role import LiveRole
from devops_agent_constructs.diagnosis import commands
from devops_agent_constructs.diagnosis.diagnosis import diagnose
from devops_agent_constructs.diagnosis.expected_role import ExpectedRole
from devops_agent_constructs.secondary.role_settings import RoleSettings
from tests.conftest import AGENT_ROLE_ARN, GA_TRUST, PREVIEW_TRUST, SPACE, SPACE_ARN
from tests.diagnosis.roles import GA_INLINE, GA_POLICY, differences, expected_role, live_role, policy, trusting

ROLE = {
    "Path": "/agents/",
    "RoleName": "Agent",
    "Arn": "arn:aws:iam::222222222222:role/agents/Agent",
    "AssumeRolePolicyDocument": policy(GA_TRUST),
    "MaxSessionDuration": 7200,
    "PermissionsBoundary": {
        "PermissionsBoundaryType": "Policy",
        "PermissionsBoundaryArn": "arn:aws:iam::222222222222:policy/B",
    },
    "RoleLastUsed": {"LastUsedDate": datetime(2026, 10, 20, tzinfo=timezone.utc), "Region": "us-east-1"},
}


OWN_INLINE = {
    **GA_INLINE,
    "Resource": [str(resource).replace("222222222222", "111111111111") for resource in GA_INLINE["Resource"]],
}


def test_role_from_the_api() -> None:
    """What IAM leaves out has IAM's own default."""
    role = LiveRole.from_api(ROLE, managed_policy_arns=[GA_POLICY], inline_policies={})
    assert (role.account_id, role.path, role.role_name) == ("222222222222", "/agents/", "Agent")
    assert (role.description, role.max_session_seconds, role.last_used_region) == ("", 7200, "us-east-1")
    assert role.permissions_boundary_arn == "arn:aws:iam::222222222222:policy/B"
    bare = {"Arn": "arn:aws:iam::222222222222:role/Agent", "AssumeRolePolicyDocument": policy(GA_TRUST)}
    role = LiveRole.from_api(bare, managed_policy_arns=[], inline_policies={})
    assert (role.path, role.max_session_seconds, role.last_used, role.permissions_boundary_arn) == (
        "/",
        3600,
        None,
        None,
    )


def test_role_needs_an_arn() -> None:
    """Account, path and name are read from it."""
    with pytest.raises(OnboardingInputError, match="not the ARN of an IAM role"):
        LiveRole(arn="Agent", trust_policy={})


def test_expected_role() -> None:
    """What the library makes, written out."""
    role = expected_role()
    assert role.arn == "arn:aws:iam::222222222222:role/DevOpsAgentRole-SecondaryAccount"
    assert role.trust_policy == policy(GA_TRUST)
    assert role.inline_policy == policy(GA_INLINE)
    assert role.managed_policy_arns == (GA_POLICY,)
    assert (role.permissions_boundary_arn, role.max_session_seconds) == (None, 3600)


def test_expected_role_of_the_transition() -> None:
    """Both statements; without the agent role there is nothing to compare with."""
    assert expected_role(generation=Generation.TRANSITION).trust_policy == policy(GA_TRUST, PREVIEW_TRUST)
    with pytest.raises(OnboardingInputError, match="agent_role_arn"):
        ExpectedRole(
            account_id="222222222222", settings=RoleSettings(), agent_space=SPACE, generation=Generation.TRANSITION
        )


def test_who_can_assume_it() -> None:
    """Said plainly, also where everything is right."""
    diagnosis = diagnose(live_role(), expected_role())
    assert diagnosis.is_admitted
    assert diagnosis.needs_doing == ()
    assert diagnosis.why == ("Statement[0] allows sts:AssumeRole for service aidevops.amazonaws.com",)
    assert diagnosis.who_can_assume == (f"service aidevops.amazonaws.com for account 111111111111 and for {SPACE_ARN}",)


def test_both_callers_of_the_transition() -> None:
    """Each is judged by itself."""
    diagnosis = diagnose(trusting(GA_TRUST), expected_role(generation=Generation.TRANSITION))
    assert not diagnosis.is_admitted
    service, agent_role = diagnosis.why
    assert service == "Statement[0] allows sts:AssumeRole for service aidevops.amazonaws.com"
    assert agent_role.startswith(f"nothing allows sts:AssumeRole for {AGENT_ROLE_ARN}")


def test_policy_that_cannot_be_evaluated() -> None:
    """Nobody can tell who gets in, and it is said."""
    diagnosis = diagnose(live_role(trust_policy={"Statement": []}), expected_role())
    assert not diagnosis.is_admitted
    assert diagnosis.who_can_assume == ()
    assert diagnosis.why[0].startswith("the trust policy cannot be evaluated")


OWN = {"account_id": "222222222222", "accounts_file": "devops-agent.yaml"}
DEPLOY, DESTROY = commands.cdk("deploy", "Role", **OWN), commands.cdk("destroy", "Role", "--exclusively", **OWN)


def test_role_missing() -> None:
    """One difference, and the commands that make the role, also where its stack stands; none where nobody knows."""
    expected = replace(expected_role(), deployment=DEPLOY, removal=DESTROY)
    [difference] = diagnose(None, expected, candidates=[]).differences
    assert difference.id == "roleMissing"
    assert difference.what == "there is no role DevOpsAgentRole-SecondaryAccount in account 222222222222"
    assert difference.commands == (DESTROY, DEPLOY)
    assert diagnose(None, expected_role(), candidates=[]).differences[0].commands == ()


@pytest.mark.parametrize("candidates", [None, ["arn:aws:iam::222222222222:role/Former"]])
def test_role_missing_that_may_have_another_name(candidates: list[str] | None) -> None:
    """No command deletes a stack that may have the role through which the agent works."""
    expected = replace(expected_role(), deployment=DEPLOY, removal=DESTROY)
    [difference] = diagnose(None, expected, candidates=candidates).differences
    assert difference.commands == (DEPLOY,)


def test_role_missing_of_a_stack_set() -> None:
    """Its stack is another account's, and nobody is told to delete it: it has the roles of others."""
    deployment = commands.cdk("deploy", "All", account_id="999999999999", accounts_file="devops-agent.yaml")
    [difference] = diagnose(None, replace(expected_role(), deployment=deployment), candidates=[]).differences
    assert difference.commands == (deployment,)
    assert difference.fix.startswith("deploy it by account 999999999999; ")
    assert difference.fix.endswith("see 'A role that is gone' in docs/doctor_and_migrate.md of the repository")
    page = Path(__file__).parents[2] / "docs" / "doctor_and_migrate.md"
    assert "**A role that is gone**" in page.read_text("utf-8")


def test_role_under_another_name() -> None:
    """A role that trusts DevOps Agent is probably the one that the association names."""
    other = "arn:aws:iam::222222222222:role/DevOpsAgentCrossAccountRole"
    [difference] = diagnose(None, expected_role(), candidates=[other]).differences
    assert difference.what.endswith(f", but {other} trusts AWS DevOps Agent")
    [difference] = diagnose(None, expected_role(), candidates=None).differences
    assert difference.what.endswith(
        "whether another role trusts AWS DevOps Agent is not known, as that takes iam:ListRoles"
    )


def test_other_path() -> None:
    """IAM finds a role by its name; the association needs the path too."""
    [difference] = differences(live_role(arn="arn:aws:iam::222222222222:role/agents/DevOpsAgentRole-SecondaryAccount"))
    assert (difference.id, difference.severity) == ("otherArn", Severity.ERROR)
    assert difference.fix == (
        "give --path /agents/ here, or path: /agents/ in the accounts file; IAM cannot change a path"
    )


NAMED = "arn:aws:iam::222222222222:role/agents/DevOpsAgentRole-SecondaryAccount"


def test_slip_in_the_association() -> None:
    """The role is right, and nobody reaches it; without a role both are said."""
    expected = replace(expected_role(), association_role_arn=NAMED)
    [difference] = differences(live_role(), expected)
    assert (difference.id, difference.severity, difference.commands) == ("associationRoleMismatch", Severity.ERROR, ())
    assert difference.what == f"the association names {NAMED}, but the role is {expected.arn}"
    missing, mismatch = diagnose(None, expected).differences
    assert (missing.id, mismatch.id) == ("roleMissing", "associationRoleMismatch")
    assert mismatch.what == f"the association names {NAMED}, but the role is to be {expected.arn}"
    assert differences(live_role(), replace(expected, association_role_arn=expected.arn)) == []


def test_no_association() -> None:
    """Nothing connects the account, whatever its role."""
    [difference] = differences(live_role(), replace(expected_role(), association_role_arn=""))
    assert (difference.id, difference.severity) == ("associationMissing", Severity.ERROR)
    assert difference.what == f"{SPACE_ARN} has no association for account 222222222222"


def test_other_session() -> None:
    """Nothing is known to depend on it."""
    [difference] = differences(live_role(max_session_seconds=7200), expected_role(by_file=True))
    assert (difference.id, difference.severity) == ("otherMaxSession", Severity.WARNING)
    [command] = difference.commands
    assert command.text == (
        "aws iam update-role --role-name=DevOpsAgentRole-SecondaryAccount --max-session-duration=3600"
    )


def test_role_of_the_primary_account() -> None:
    """The agent role is judged as what it is: its sts:AssumeRole stays, or every account of the preview is cut off."""
    own = {**GA_TRUST["Condition"], "ArnLike": {"aws:SourceArn": SPACE_ARN.rpartition("/")[0] + "/*"}}  # type: ignore[dict-item]
    assume = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::222222222222:role/Agent"}
    live = live_role(
        arn=AGENT_ROLE_ARN,
        trust_policy=policy({**GA_TRUST, "Condition": own}),
        inline_policies={
            "DevOpsAgentInlinePolicy": policy(OWN_INLINE),
            "Cross": policy(assume),
        },
    )
    settings = RoleSettings(role_name="DevOpsAgentRole-AgentSpace")
    expected = ExpectedRole(account_id="111111111111", settings=settings, agent_space=SPACE)
    [difference] = differences(live, expected)
    assert (difference.id, difference.severity, difference.commands) == ("agentRoleAssumes", Severity.WARNING, ())
