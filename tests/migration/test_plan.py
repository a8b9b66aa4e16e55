"""The steps, in an order in which the agent never loses an account."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from devops_agent_constructs import Generation
from devops_agent_constructs.migration.connected_role import ROLE_MISSING, ConnectedRole
from devops_agent_constructs.migration.plan import Step, steps
from tests.conftest import AGENT_ROLE_ARN, GA_TRUST, PREVIEW_TRUST, SPACE_ARN
from tests.diagnosis.roles import policy
from tests.migration.roles import connected, migration, unread

EXTRA = policy({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::orders/*"})


def texts(step: Step) -> list[str]:
    """The commands of a step, without what keeps them to their account."""
    return [command.text for command in step.commands]


def test_from_the_preview() -> None:
    """Adopt, transition, verify, ga, and the agent role's grant last of all."""
    found = steps(migration(connected("222222222222", "preview"), assume_role_policies={"CrossAccount": True}))
    assert [step.title for step in found] == ["adopt", "transition", "verify", "ga", "primary"]
    adopt, transition, verify, ga, primary = [texts(step) for step in found]
    assert adopt == [
        (
            "cdk import DevOpsAgentSecondary-222222222222 --resource-mapping-inline "
            """'{"Role11E5256C": {"RoleName": "Agent"}}'"""
        )
    ]
    assert transition == ["cdk deploy DevOpsAgentSecondary-222222222222"]
    assert verify == [f"devops-agent-accounts verify {SPACE_ARN}"]
    assert ga == [*transition, *verify]
    assert primary == ["aws iam delete-role-policy --role-name=DevOpsAgentRole-AgentSpace --policy-name=CrossAccount"]
    accounts = [sorted({command.account_id for command in step.commands}) for step in found]
    assert accounts == [
        ["222222222222"],
        ["222222222222"],
        ["111111111111"],
        ["111111111111", "222222222222"],
        ["111111111111"],
    ]


def test_role_that_the_ready_made_app_manages() -> None:
    """There is nothing to adopt."""
    role = connected("222222222222", "preview", stack_name="DevOpsAgentSecondary-222222222222")
    assert [step.title for step in steps(migration(role))] == ["transition", "verify", "ga", "primary"]


def test_stacks_with_a_prefix() -> None:
    """They are the ready-made app's too: they are deployed, and the grant goes; other stacks get the same prefix."""
    prefixed = connected("222222222222", "preview", stack_name="Orders-DevOpsAgentSecondary-222222222222")
    found = steps(migration(prefixed, connected("333333333333", "preview"), assume_role_policies={"Own": True}))
    adopt, transition, _, _, primary = found
    assert texts(adopt)[0].startswith("cdk import Orders-DevOpsAgentSecondary-333333333333 ")
    assert texts(transition) == [
        "cdk deploy Orders-DevOpsAgentSecondary-222222222222",
        "cdk deploy Orders-DevOpsAgentSecondary-333333333333",
    ]
    assert len(primary.commands) == 1
    assert "; if the stack Orders-DevOpsAgentPrimary gave it: remove agent_role_arn " in primary.what


def test_prefix_of_the_accounts_file() -> None:
    """It counts where no stack tells, or stacks of several files do."""
    alone = migration(connected("222222222222", "preview"), stack_prefix="Orders-")
    assert texts(steps(alone)[1]) == ["cdk deploy Orders-DevOpsAgentSecondary-222222222222"]
    names = [f"{prefix}DevOpsAgentSecondary-{key * 12}" for key, prefix in (("2", "Orders-"), ("3", "Billing-"))]
    two = [connected(name[-12:], "preview", stack_name=name) for name in names]
    assert texts(steps(migration(*two))[0]) == [f"cdk deploy {name}" for name in names]
    assert migration(*two).stack_names.prefix == ""


def test_from_the_transition() -> None:
    """What is done is left out."""
    assert [step.title for step in steps(migration(connected("222222222222", "transition")))] == [
        "adopt",
        "verify",
        "ga",
        "primary",
    ]


def test_nothing_to_do() -> None:
    """Roles that have arrived, and roles of which nothing is known, need no steps."""
    assert steps(migration(connected("222222222222", "ga"), unread("333333333333"))) == []


def test_accounts_that_stay_behind() -> None:
    """Only those that move are deployed and verified."""
    found = steps(migration(connected("222222222222", "preview"), connected("333333333333", "ga")))
    [verify] = texts(found[2])
    assert verify.endswith(" --account 222222222222")
    assert "333333333333" not in "".join(command for step in found for command in texts(step))


def test_what_no_stack_manages() -> None:
    """It is taken away after the last deployment, before the primary account's step."""
    read_only = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    role = connected(
        "222222222222",
        "preview",
        inline_policies={"Extra": EXTRA},
        managed_policy_arns=("arn:aws:iam::aws:policy/AIOpsAssistantPolicy", read_only),
    )
    *_, clean_up, _ = steps(migration(role))
    assert clean_up.title == "clean up"
    assert texts(clean_up) == [
        "aws iam delete-role-policy --role-name=Agent --policy-name=Extra",
        f"aws iam detach-role-policy --role-name=Agent --policy-arn={read_only}",
    ]


def test_policies_of_the_agent_role() -> None:
    """One that allows other things too is for a person to edit; what cannot be read is said."""
    role = connected("222222222222", "preview")
    *_, primary = steps(migration(role, assume_role_policies={"Mixed": False}))
    assert primary.commands == ()
    assert "edit Mixed, which allows other things too" in primary.what
    *_, primary = steps(migration(role, assume_role_policies=None))
    assert "its policies could not be read" in primary.what
    *_, primary = steps(migration(role, assume_role_policies={}))
    assert "no inline policy of it has one" in primary.what


@pytest.mark.parametrize(
    ("other", "settings", "who"),
    [
        (unread("333333333333"), {}, "333333333333 (not read)"),
        (
            connected("333333333333", "ga", trust_policy=policy({**GA_TRUST, "Effect": "Deny"})),
            {},
            "333333333333 (neither the service nor the agent role is let in)",
        ),
        (
            connected("333333333333", "preview", stack_name="Legacy"),
            {},
            "333333333333 (in a stack that is not this app's)",
        ),
        (connected("333333333333", "ga"), {"grant_needed_by": ("Agent Space X",)}, "Agent Space X"),
    ],
    ids=["unread", "kept out", "other stack", "other space"],
)
def test_grant_that_is_still_needed(other: ConnectedRole, settings: dict[str, Any], who: str) -> None:
    """The agent role keeps it as long as anybody may need it: there is no command that takes it away."""
    role = connected("222222222222", "preview")
    *_, primary = steps(migration(role, other, assume_role_policies={"CrossAccount": True}, **settings))
    assert (primary.title, primary.commands) == ("primary", ())
    assert primary.what == (
        f"not yet: {AGENT_ROLE_ARN} must keep the permission to assume roles (sts:AssumeRole), which may still be "
        f"needed by {who}"
    )


def test_role_that_is_gone_needs_nothing() -> None:
    """It is known not to exist."""
    gone = replace(unread("333333333333"), why_not_read=ROLE_MISSING)
    *_, primary = steps(migration(connected("222222222222", "preview"), gone, assume_role_policies={"Own": True}))
    assert len(primary.commands) == 1


def test_role_in_another_stack() -> None:
    """The ready-made app's stack for it could not be deployed: the name is taken."""
    found = steps(migration(connected("222222222222", "preview", stack_name="Legacy")))
    assert [(step.title, texts(step)) for step in found if step.title == "transition"] == [("transition", [])]
    assert "in stacks that are not this app's, change it there: 222222222222 (Legacy)" in found[0].what


def test_others_in_the_trust_policy() -> None:
    """Whom the library's trust policy will not have is named before it is deployed."""
    other = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::999999999999:root"}, "Action": "sts:AssumeRole"}
    role = connected("222222222222", "preview", trust_policy=policy(PREVIEW_TRUST, other))
    [line] = migration(role).others_admitted(role)
    assert "999999999999" in line
    assert "others are no longer let in, as named above: 222222222222" in steps(migration(role))[1].what
    assert migration(role).others_admitted(connected("333333333333", "transition")) == ()


def test_another_accounts_file() -> None:
    """The app is told of it in every command."""
    found = steps(migration(connected("222222222222", "preview"), accounts_file="accounts.yaml"))
    context = "-c devops-agent-constructs:configFile=accounts.yaml"
    assert all(context in command for step in found for command in texts(step) if command.startswith("cdk "))


def test_import_claims_no_more_than_there_is() -> None:
    """CloudFormation would take for done what a role is imported with."""
    both = migration(connected("222222222222", "transition"), connected("333333333333", "preview"))
    assert both.adopted_generation is Generation.PREVIEW
    assert migration(connected("222222222222", "transition")).adopted_generation is Generation.TRANSITION


def test_what_changes_in_a_role() -> None:
    """Per step, as it concerns this role."""
    assert connected("222222222222", "preview").changes(Generation.PREVIEW) == {
        "transition": (
            "the trust policy lets in the service",
            "AIDevOpsAgentAccessPolicy comes",
            "DevOpsAgentInlinePolicy comes",
        ),
        "ga": (
            "the trust policy no longer lets in the agent role",
            "AIOpsAssistantPolicy goes",
            "the inline statements of the preview go",
        ),
    }
    assert connected("222222222222", "ga").changes(Generation.GA) == {}
