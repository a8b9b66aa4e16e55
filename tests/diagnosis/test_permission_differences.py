"""Managed and inline policies: what is missing, what is left over, and what has no effect."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pytest

from devops_agent_constructs import AccessLimits, CustomStatement, Generation, S3Objects
from devops_agent_constructs.checks.finding import Severity
from devops_agent_constructs.diagnosis.commands import Command
from devops_agent_constructs.diagnosis.difference import Difference
from tests.conftest import PREVIEW_TRUST
from tests.diagnosis.roles import (
    GA_INLINE,
    GA_POLICY,
    PREVIEW_POLICY,
    differences,
    expected_role,
    ids,
    live_role,
    policy,
    trusting,
)

BY_FILE = expected_role(by_file=True)
NAME = "DevOpsAgentRole-SecondaryAccount"
INLINE = "DevOpsAgentInlinePolicy"
PREVIEW_STATEMENTS = [
    {
        "Sid": "AllowAwsSupportActions",
        "Effect": "Allow",
        "Action": ["support:CreateCase", "support:DescribeCases"],
        "Resource": ["*"],
    },
    {
        "Sid": "AllowExpandedAIOpsAssistantPolicy",
        "Effect": "Allow",
        "Action": [
            "aidevops:GetKnowledgeItem",
            "aidevops:ListKnowledgeItems",
            "eks:AccessKubernetesApi",
            "synthetics:GetCanaryRuns",
            "route53:GetHealthCheckStatus",
            "resource-explorer-2:Search",
        ],
        "Resource": ["*"],
    },
]
"""Of AWS's preview guide."""


def allow(action: str, resource: str = "*") -> dict[str, Any]:
    """A statement without a Sid."""
    return {"Effect": "Allow", "Action": action, "Resource": resource}


def with_inline(**policies: Any) -> list[Difference]:
    """What is found in a role with these inline policies beside its own."""
    own = {INLINE: policy(GA_INLINE)}
    live = live_role(inline_policies=own | {name: policy(*statements) for name, statements in policies.items()})
    by_default, difference = differences(live), differences(live, BY_FILE)
    assert [(difference.id, difference.what) for difference in by_default] == [
        (difference.id, difference.what) for difference in difference
    ]
    # Nobody asked for the library's defaults: what is beyond them is known, and stays.
    assert {(difference.severity, difference.commands) for difference in by_default} <= {(Severity.WARNING, ())}
    return difference


def test_the_role_as_it_should_be() -> None:
    """No difference."""
    assert differences(live_role()) == []


def test_policy_of_the_preview_after_ga() -> None:
    """The present policy is attached before the old one is detached."""
    by_default = differences(live_role(managed_policy_arns=(PREVIEW_POLICY,)))
    assert [(difference.severity, len(difference.commands)) for difference in by_default] == [
        (Severity.ERROR, 1),
        (Severity.WARNING, 0),
    ]
    found = differences(live_role(managed_policy_arns=(PREVIEW_POLICY,)), BY_FILE)
    assert ids(found) == ["missingManagedPolicy", "previewManagedPolicy"]
    assert found[1].what == (
        "AIOpsAssistantPolicy, the managed policy of AWS's preview, is attached; since general availability it is "
        "AIDevOpsAgentAccessPolicy"
    )
    assert [command.text for command in found[1].commands] == [
        f"aws iam attach-role-policy --role-name={NAME} --policy-arn={GA_POLICY}",
        f"aws iam detach-role-policy --role-name={NAME} --policy-arn={PREVIEW_POLICY}",
    ]


def test_policies_of_the_transition() -> None:
    """Both are right then."""
    live = live_role(
        managed_policy_arns=(PREVIEW_POLICY, GA_POLICY),
        inline_policies={INLINE: policy(GA_INLINE, *PREVIEW_STATEMENTS)},
    )
    assert ids(differences(live, expected_role(generation=Generation.TRANSITION))) == ["agentSpaceRefused"]


def test_missing_managed_policy() -> None:
    """The symptom is in IAM's own words."""
    [difference] = differences(live_role(managed_policy_arns=()))
    assert (difference.id, difference.what) == (
        "missingManagedPolicy",
        "the managed policy AIDevOpsAgentAccessPolicy is not attached",
    )
    assert difference.symptom == 'what it grants fails with "no identity-based policy allows the ... action"'


def test_policy_of_the_account_that_has_the_name_of_awss() -> None:
    """It is another policy, whatever it says."""
    own = "arn:aws:iam::222222222222:policy/AIDevOpsAgentAccessPolicy"
    missing, extra = differences(live_role(managed_policy_arns=(own,)))
    assert missing.what.endswith(f"; {own}, which is attached, is another policy of that name")
    assert extra.what == f"{own} is attached, a policy of the account itself and not AWS's policy of that name"


EXTRA = [
    (
        "AdministratorAccess",
        (
            "AdministratorAccess is attached, which the library would not attach: a leftover grant, or one by hand "
            "(arn:aws:iam::aws:policy/AdministratorAccess)"
        ),
    ),
    (
        "AIDevOpsAgentActionsPolicy",
        "AIDevOpsAgentActionsPolicy is attached, AWS's managed policy for another role or set-up of DevOps Agent",
    ),
]


@pytest.mark.parametrize(("name", "words"), EXTRA, ids=[name for name, _ in EXTRA])
def test_leftover_grants(name: str, words: str) -> None:
    """The guardrail hides them from the agent, not from others who can assume the role."""
    live = live_role(managed_policy_arns=(GA_POLICY, f"arn:aws:iam::aws:policy/{name}"))
    [difference] = [difference for difference in differences(live, BY_FILE) if difference.id == "extraManagedPolicy"]
    assert (difference.what, difference.severity) == (words, Severity.ERROR)
    [difference] = [difference for difference in differences(live) if difference.id == "extraManagedPolicy"]
    assert (difference.what, difference.severity, difference.commands) == (words, Severity.WARNING, ())


def test_own_managed_policies() -> None:
    """The accounts file may name others; a name is a policy of the account."""
    own = "arn:aws:iam::222222222222:policy/Narrow"
    wanted = expected_role(managed_policies=["Narrow"])
    assert differences(live_role(managed_policy_arns=(own,)), wanted) == []
    assert ids(differences(live_role(), wanted)) == ["missingManagedPolicy", "extraManagedPolicy"]


def test_inline_policy_missing() -> None:
    """The symptom depends on what is missing."""
    [difference] = differences(live_role(inline_policies={}))
    assert difference.id == "inlinePolicyMissing"
    assert difference.symptom.startswith("the agent cannot set up AWS Resource Explorer")
    [command] = difference.commands
    assert document_of(command) == policy(GA_INLINE)


def test_capability_missing() -> None:
    """What the accounts file asks for and the role has not."""
    wanted = expected_role(capabilities=[S3Objects(buckets=["orders"])])
    [difference] = differences(live_role(), wanted)
    assert difference.id == "inlinePermissionsMissing"
    assert difference.what.startswith(f"the inline policy {INLINE} lacks s3:")
    assert "on arn:aws:s3:::orders" in difference.what
    assert difference.symptom == 'these actions fail with "no identity-based policy allows the ... action"'


def test_the_same_permissions_in_another_policy() -> None:
    """AWS's guide gives it another name; nothing is missing, but a stack would add its own beside it."""
    live = live_role(inline_policies={"AllowCreateServiceLinkedRoles": policy(GA_INLINE)})
    [difference] = differences(live, BY_FILE)
    assert (difference.id, difference.severity) == ("inlinePolicyOtherName", Severity.WARNING)
    put, delete = difference.commands
    assert put.text.startswith(f"aws iam put-role-policy --role-name={NAME} --policy-name={INLINE} ")
    assert delete.text == f"aws iam delete-role-policy --role-name={NAME} --policy-name=AllowCreateServiceLinkedRoles"


def test_blocked_by_the_guardrail() -> None:
    """Whatever the role allows, the session has it not."""
    [difference] = with_inline(Extra=[allow("lambda:GetFunction")])
    assert (difference.id, difference.severity) == ("blockedByGuardrail", Severity.ERROR)
    assert difference.what.startswith(
        "the inline policy Extra allows lambda:GetFunction, which AWS's guardrail does not let the agent use"
    )
    assert difference.symptom == 'the agent gets "no session policy allows the ... action", whatever the role allows'


def test_asked_for_and_blocked() -> None:
    """The accounts file's own wish is worth knowing, and its fix is there."""
    wish = CustomStatement(sid="Code", actions=["lambda:GetFunction"], resources=["*"])
    live = live_role(inline_policies={INLINE: policy(GA_INLINE, {"Sid": "Code", **allow("lambda:GetFunction")})})
    [difference] = differences(live, expected_role(capabilities=[wish]))
    assert (difference.id, difference.severity, difference.commands) == ("blockedByGuardrail", Severity.WARNING, ())


def test_more_than_was_asked_for() -> None:
    """It works, so it is a leftover grant."""
    [difference] = with_inline(Extra=[allow("s3:GetObject", "arn:aws:s3:::orders/*")])
    assert (difference.id, difference.severity) == ("extraInlinePermissions", Severity.ERROR)
    assert difference.what == (
        "the inline policy Extra allows more than was asked for: s3:GetObject on arn:aws:s3:::orders/*"
    )
    [command] = difference.commands
    assert command.text == f"aws iam delete-role-policy --role-name={NAME} --policy-name=Extra"


def test_statements_of_the_preview() -> None:
    """All eight actions are in AWS's present policy; they do no harm."""
    [difference] = with_inline(AIDevOpsAdditionalPermissions=PREVIEW_STATEMENTS)
    assert (difference.id, difference.severity) == ("previewInlineStatements", Severity.WARNING)
    [difference] = with_inline(Extra=[allow("ec2:DescribeInstances")])
    assert (difference.id, difference.severity) == ("grantedAlready", Severity.WARNING)


def test_role_of_the_preview_as_it_was() -> None:
    """Compared with its own set-up there is no difference, whatever the guardrail says."""
    live = live_role(
        trust_policy=policy(PREVIEW_TRUST),
        managed_policy_arns=(PREVIEW_POLICY,),
        inline_policies={INLINE: policy(*PREVIEW_STATEMENTS)},
    )
    assert differences(live, expected_role(generation=Generation.PREVIEW)) == []


def test_denies() -> None:
    """A Deny that the library did not write may be meant so: no command takes it away."""
    deny = {"Sid": "NoTables", "Effect": "Deny", "Action": "dynamodb:*", "Resource": "*"}
    [difference] = with_inline(Limits=[deny])
    assert (difference.id, difference.what) == ("inlineDeny", "NoTables of the inline policy Limits denies dynamodb:*")
    assert (difference.severity, difference.commands) == (Severity.WARNING, ())
    condition = {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}
    all_but = {"Effect": "Deny", "NotAction": ["iam:*"], "Resource": "*", "Condition": condition}
    [difference] = with_inline(Limits=[all_but])
    assert difference.what == (
        "Statement[0] of the inline policy Limits denies everything but iam:*, if aws:RequestedRegion is not "
        "'eu-west-1' or missing"
    )


def document_of(command: Command) -> Any:
    """The policy that a command puts."""
    return json.loads(shlex.split(command.text)[-1].partition("=")[2])


def test_a_deny_stays_where_its_policy_is_rewritten() -> None:
    """It is not what is wrong; a Sid is given up where the library has the same."""
    deny = {"Sid": "AllowCreateServiceLinkedRoles", "Effect": "Deny", "Action": "dynamodb:*", "Resource": "*"}
    nameless = {"Effect": "Deny", "Action": "dynamodb:*", "Resource": "*"}
    extra = allow("s3:GetObject", "arn:aws:s3:::orders/*")
    live = live_role(inline_policies={INLINE: policy(GA_INLINE, extra, deny)})
    found = {difference.id: difference for difference in differences(live, BY_FILE)}
    assert set(found) == {"extraInlinePermissions", "inlineDeny"}
    [put] = found["extraInlinePermissions"].commands
    assert document_of(put) == policy(nameless, GA_INLINE)
    live = live_role(inline_policies={INLINE: policy(nameless)})
    [put] = next(
        difference for difference in differences(live, BY_FILE) if difference.id == "inlinePermissionsMissing"
    ).commands
    assert document_of(put) == policy(nameless, GA_INLINE)
    live = live_role(inline_policies={INLINE: policy(GA_INLINE), "Limits": policy(deny, extra)})
    [put] = next(
        difference for difference in differences(live, BY_FILE) if difference.id == "extraInlinePermissions"
    ).commands
    assert " --policy-name=Limits " in put.text
    assert document_of(put) == policy(deny)


def test_deny_of_a_policy_of_the_accounts_own() -> None:
    """A customer managed policy that denies is named as that."""
    own = "arn:aws:iam::222222222222:policy/Limits"
    deny = {"Sid": "NoTables", "Effect": "Deny", "Action": "dynamodb:*", "Resource": "*"}
    live = live_role(managed_policy_arns=(GA_POLICY, own))
    found = {difference.id: difference for difference in differences(live, managed_documents={own: policy(deny)})}
    assert set(found) == {"managedDeny", "extraManagedPolicy"}
    assert found["managedDeny"].what == f"NoTables of the managed policy {own} denies dynamodb:*"
    assert (found["managedDeny"].severity, found["managedDeny"].commands) == (Severity.WARNING, ())


def test_what_is_missing_is_added() -> None:
    """Without an accounts file nobody knows what else is meant: it stays."""
    other = {"Sid": "Objects", **allow("s3:GetObject", "arn:aws:s3:::orders/*")}
    live = live_role(inline_policies={INLINE: policy(other)})
    for expected, document in ((expected_role(), policy(other, GA_INLINE)), (BY_FILE, policy(GA_INLINE))):
        [difference] = [
            difference for difference in differences(live, expected) if difference.id == "inlinePermissionsMissing"
        ]
        [command] = difference.commands
        assert document_of(command) == document


def test_everything_but() -> None:
    """NotAction in an Allow."""
    [difference] = with_inline(Extra=[{"Effect": "Allow", "NotAction": ["iam:*", "sts:*"], "Resource": "*"}])
    assert difference.id == "allowsAllBut"


def test_policy_that_cannot_be_read() -> None:
    """It is said, not skipped."""
    [difference] = differences(
        live_role(inline_policies={INLINE: policy(GA_INLINE), "Odd": {"Statement": [{"Effect": "Perhaps"}]}})
    )
    assert difference.id == "inlinePolicyNotUnderstood"


def test_what_needs_doing_comes_first() -> None:
    """Whatever order it is found in."""
    live = trusting({**PREVIEW_TRUST, "Condition": {}})
    found = differences(live)
    assert [difference.severity for difference in found] == sorted(
        (difference.severity for difference in found), key=lambda severity: severity.value
    )


LIMITS = AccessLimits(restrict_to_regions=["eu-west-1"], allowed_services=["ec2"])


def test_limits_that_are_missing() -> None:
    """Without its Denies the role works, and reads more than was meant."""
    [difference] = differences(live_role(), expected_role(access_limits=LIMITS))
    assert difference.id == "inlinePermissionsMissing"
    assert "lacks the Deny statement DenyOtherRegions and the Deny statement DenyOtherServices" in difference.what
    assert difference.symptom == "none: the agent may read more than you meant"


def test_limits_that_are_there() -> None:
    """As this library writes them, in any order and under any Sid."""
    expected = expected_role(access_limits=LIMITS)
    assert expected.inline_policy is not None
    renamed = [
        {**statement, "Sid": f"Own{index}"} for index, statement in enumerate(expected.inline_policy["Statement"])
    ]
    live = live_role(inline_policies={INLINE: policy(*reversed(renamed))})
    assert differences(live, expected) == []
