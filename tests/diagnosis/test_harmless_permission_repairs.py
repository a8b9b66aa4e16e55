"""Commands for managed and inline policies: none takes a guard away, overwrites what nobody read, or cuts off."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pytest

from devops_agent_constructs import AccessLimits, S3Objects
from devops_agent_constructs.checks.finding import Severity
from devops_agent_constructs.diagnosis.difference import Difference
from tests.diagnosis.roles import GA_INLINE, GA_POLICY, differences, expected_role, ids, live_role, policy

BY_FILE = expected_role(by_file=True)
EITHER = pytest.mark.parametrize("expected", [expected_role(), BY_FILE], ids=["defaults", "file"])
INLINE = "DevOpsAgentInlinePolicy"
OWN = "arn:aws:iam::222222222222:policy/Guard"
NO_SECRETS = {"Effect": "Deny", "Action": "secretsmanager:*", "Resource": "*"}
OBJECTS = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::orders/*"}
CONDITION: Any = GA_INLINE["Condition"]
REGION = {"aws:RequestedRegion": "eu-west-1"}
GUARDED = {**GA_INLINE, "Condition": {"StringEquals": {**CONDITION["StringEquals"], **REGION}}}
UNREADABLE = {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "*",
    "Condition": {"StringEquals": {"aws:x": []}},
}


def managed(*statements: dict[str, Any] | None, arn: str = OWN, **changes: Any) -> list[Difference]:
    """What an accounts file finds with a managed policy beside the library's; None: it could not be read."""
    documents = {} if None in statements else {arn: policy(*filter(None, statements))}
    live = live_role(managed_policy_arns=(GA_POLICY, arn), **changes)
    return differences(live, BY_FILE, managed_documents=documents)


def texts(found: list[Difference]) -> list[str]:
    """All commands."""
    return [command.text for difference in found for command in difference.commands]


def documents_of(found: Difference) -> dict[str, Any]:
    """Policy name -> the document that a command puts."""
    options = [
        dict(word.removeprefix("--").partition("=")[::2] for word in shlex.split(command.text) if "=" in word)
        for command in found.commands
        if " put-role-policy " in command.text
    ]
    return {option["policy-name"]: json.loads(option["policy-document"]) for option in options}


def test_a_managed_policy_that_only_denies() -> None:
    """It grants nothing that could be left over: it is worth knowing, and stays."""
    found = managed(NO_SECRETS)
    assert {(difference.id, difference.severity) for difference in found} == {
        ("managedDeny", Severity.WARNING),
        ("extraManagedPolicy", Severity.WARNING),
    }
    assert texts(found) == []
    assert "a leftover grant" not in str(found)


def test_a_managed_policy_that_denies_too() -> None:
    """What it grants was not asked for; but to detach it would take its Deny away."""
    [error] = [difference for difference in managed(NO_SECRETS, OBJECTS) if difference.severity is Severity.ERROR]
    assert (error.id, error.commands) == ("extraManagedPolicy", ())
    assert "denies" in error.fix


@pytest.mark.parametrize("arn", [OWN, "arn:aws:iam::aws:policy/AWSDenyAll", "arn:aws:iam::aws:policy/ReadOnlyAccess"])
@pytest.mark.parametrize("statement", [None, UNREADABLE], ids=["unread", "not understood"])
def test_a_managed_policy_that_nobody_read(arn: str, statement: dict[str, Any] | None) -> None:
    """It may deny something, whoever wrote it: some of AWS's own do."""
    [difference] = managed(statement, arn=arn)
    assert (difference.id, difference.commands) == ("extraManagedPolicy", ())
    assert "could not be read" in difference.fix


def test_a_managed_policy_that_only_grants() -> None:
    """It was read, so it may go."""
    assert texts(managed(OBJECTS)) == [
        f"aws iam detach-role-policy --role-name=DevOpsAgentRole-SecondaryAccount --policy-arn={OWN}"
    ]


def test_a_managed_policy_that_grants_what_is_wanted() -> None:
    """Nothing is missing; and it does not go before the library's own policy is there."""
    [difference] = managed(GA_INLINE, inline_policies={})
    assert (difference.id, difference.severity, difference.commands) == ("extraManagedPolicy", Severity.WARNING, ())
    assert f"what {INLINE} should" in difference.what
    [difference] = managed(GA_INLINE, OBJECTS, inline_policies={})
    assert (difference.id, difference.severity, difference.commands) == ("extraManagedPolicy", Severity.ERROR, ())
    live = live_role(managed_policy_arns=(GA_POLICY, OWN), inline_policies={})
    assert ids(differences(live, managed_documents={OWN: policy(GA_INLINE)})) == ["extraManagedPolicy"]
    # Where the inline policy has it as well, nothing is lost.
    assert len(texts(managed(GA_INLINE))) == 1


def test_a_limit_of_a_managed_policy() -> None:
    """A Deny that the file asks for counts wherever it stands."""
    limits = AccessLimits(allowed_services=["ec2"])
    expected = expected_role(by_file=True, access_limits=limits, managed_policies=["Guard"])
    assert expected.inline_policy is not None
    [deny] = [statement for statement in expected.inline_policy["Statement"] if statement["Effect"] == "Deny"]
    live = live_role(managed_policy_arns=(OWN,))
    found = differences(live, expected, managed_documents={OWN: policy(deny)})
    assert "inlinePermissionsMissing" not in ids(found)


def test_what_an_unread_managed_policy_may_grant() -> None:
    """Whether something is missing cannot be told then."""
    live = live_role(managed_policy_arns=(GA_POLICY, OWN), inline_policies={})
    missing = next(difference for difference in differences(live) if difference.id == "inlinePolicyMissing")
    assert (missing.severity, missing.commands) == (Severity.WARNING, ())


@EITHER
def test_an_inline_policy_that_nobody_understands(expected: Any) -> None:
    """It is not overwritten; what it grants cannot be told, and its Deny stays."""
    for name in (INLINE, "Odd"):
        live = live_role(inline_policies={name: policy(NO_SECRETS, UNREADABLE)})
        found = differences(live, expected)
        assert texts(found) == []
        assert {difference.severity for difference in found} == {Severity.WARNING}
        assert "inlinePolicyNotUnderstood" in ids(found)


def test_what_stands_beside_it() -> None:
    """A policy does not go, if what it grants may be in the one that nobody understands."""
    live = live_role(inline_policies={INLINE: policy(UNREADABLE), "Slr": policy(GA_INLINE)})
    assert texts(differences(live, BY_FILE)) == []


@EITHER
@pytest.mark.parametrize("name", [INLINE, "Own"])
def test_a_grant_under_further_conditions(expected: Any, name: str) -> None:
    """Somebody's guard: without it, the role could do more; whether the agent meets it cannot be told."""
    [difference] = [
        difference
        for difference in differences(live_role(inline_policies={name: policy(GUARDED)}), expected)
        if difference.id == "inlinePermissionsConditional"
    ]
    assert (difference.severity, difference.commands) == (Severity.WARNING, ())
    assert "under further conditions" in difference.what
    assert "aws:RequestedRegion is 'eu-west-1'" in difference.what


@EITHER
def test_a_guard_stays(expected: Any) -> None:
    """Whatever else is wrong, and wherever the guard stands."""
    for guard in (GUARDED, {**GUARDED, "Resource": "*"}, {**GUARDED, "NotAction": "s3:*", "Action": None}):
        statement = {name: value for name, value in guard.items() if value is not None}
        for policies in ({INLINE: policy(statement, OBJECTS)}, {"Own": policy(statement), "Extra": policy(OBJECTS)}):
            found = differences(live_role(inline_policies=policies), expected)
            assert not {"inlinePolicyMissing", "inlinePermissionsMissing"} & set(ids(found))
            puts = {difference.id: documents_of(difference) for difference in found}
            assert not [name for name, documents in puts.items() if "iam:CreateServiceLinkedRole" in str(documents)]
            assert not any(f"--policy-name={INLINE}" in text for text in texts(found))


def test_a_guard_in_a_managed_policy() -> None:
    """The library's statement beside it would do without."""
    found = {difference.id: difference for difference in managed(GUARDED, inline_policies={})}
    assert set(found) == {"extraManagedPolicy", "inlinePermissionsConditional"}
    assert not any(difference.commands for difference in found.values())


def test_a_condition_that_the_library_has_otherwise() -> None:
    """It is no further one, but a slip in its own: the right statement comes."""
    condition = {"StringEquals": {"iam:AWSServiceName": "lambda.amazonaws.com"}}
    live = live_role(inline_policies={INLINE: policy({**GA_INLINE, "Condition": condition})})
    [difference] = [difference for difference in differences(live) if difference.severity is Severity.ERROR]
    nameless = {name: value for name, value in GA_INLINE.items() if name != "Sid"}
    assert documents_of(difference) == {INLINE: policy({**nameless, "Condition": condition}, GA_INLINE)}


def test_what_is_missing_beside_a_guard() -> None:
    """It is said; the file's policy as a whole would do without the guard, so that there is no command."""
    expected = expected_role(by_file=True, capabilities=[S3Objects(buckets=["orders"])])
    found = {
        difference.id: difference
        for difference in differences(live_role(inline_policies={INLINE: policy(GUARDED)}), expected)
    }
    assert {"inlinePermissionsConditional", "inlinePermissionsMissing"} <= set(found)
    assert found["inlinePermissionsMissing"].severity is Severity.ERROR
    assert texts(list(found.values())) == []


def test_another_policy_has_what_is_wanted() -> None:
    """It does not go before the library's policy has it."""
    live = live_role(inline_policies={INLINE: policy(OBJECTS), "Slr": policy(GA_INLINE)})
    found = {difference.id: difference for difference in differences(live, BY_FILE)}
    put, delete = found["inlinePolicyOtherName"].commands
    assert documents_of(found["inlinePolicyOtherName"]) == {INLINE: policy(GA_INLINE)}
    assert (" put-role-policy " in put.text, " delete-role-policy " in delete.text) == (True, True)


def test_a_deny_with_a_variable() -> None:
    """Under another version it would deny something else: the policy is not rewritten."""
    deny = {**NO_SECRETS, "Resource": "arn:aws:secretsmanager:*:*:secret:${aws:username}"}
    for version in ({}, {"Version": "2008-10-17"}):
        live = live_role(inline_policies={INLINE: {**version, "Statement": [GA_INLINE, OBJECTS, deny]}})
        assert texts(differences(live, BY_FILE)) == []
    live = live_role(inline_policies={INLINE: policy(GA_INLINE, OBJECTS, deny)})
    assert len(texts(differences(live, BY_FILE))) == 1


def test_another_boundary() -> None:
    """A role has one: the other would go, and somebody set it."""
    wanted = "arn:aws:iam::222222222222:policy/Wanted"
    expected = expected_role(by_file=True, permissions_boundary=wanted)
    found = {difference.id: difference for difference in differences(live_role(permissions_boundary_arn=OWN), expected)}
    assert found["boundaryMissing"].commands == ()
    assert OWN in found["boundaryMissing"].fix
    [missing] = differences(live_role(), expected)
    assert len(missing.commands) == 1
