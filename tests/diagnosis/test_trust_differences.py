"""Broken trust policies: what the rules say of a live role, and the command that repairs it and nothing else."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pytest

from devops_agent_constructs import Generation
from devops_agent_constructs.checks import Severity
from devops_agent_constructs.diagnosis.diagnosis import diagnose
from devops_agent_constructs.diagnosis.difference import Difference
from tests.conftest import AGENT_ROLE_ARN, GA_TRUST, PREVIEW_TRUST, SPACE_ARN
from tests.diagnosis.roles import differences, expected_role, ids, live_role, policy, service_trust, trusting

SPACE_ID = "8f6187a7-0388-4926-8217-3a0fe32f757c"
OTHER_ARN = "arn:aws:aidevops:us-east-1:999999999999:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c"
CONDITION: Any = GA_TRUST["Condition"]
ORGANIZATION = {"StringEquals": {"aws:SourceOrgID": "o-a1b2c3d4e5"}}
NO_TLS = {**GA_TRUST, "Effect": "Deny", "Principal": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}


def with_condition(condition: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The service's statement under another condition."""
    return {**GA_TRUST, "Condition": condition, **changes}


def repaired(found: list[Difference]) -> dict[str, Any]:
    """The policy of the only command."""
    [command] = {command for difference in found for command in difference.commands}
    [option] = [word for word in shlex.split(command.text) if word.startswith("--policy-document=")]
    document: dict[str, Any] = json.loads(option.partition("=")[2])
    return document


KEPT_OUT = [
    (
        "wrongSourceAccount",
        service_trust(account_id="222222222222"),
        "aws:SourceAccount is the role's own account, 222222222222; the Agent Space is of account 111111111111",
    ),
    (
        "wrongSourceAccount",
        service_trust(account_id="999999999999"),
        "aws:SourceAccount is '999999999999'; the Agent Space is of account 111111111111",
    ),
    (
        "agentSpaceRefused",
        service_trust(source_arn=SPACE_ARN.replace("us-east-1", "eu-west-1")),
        f"{SPACE_ARN} does not get in: aws:SourceArn names the Region eu-west-1, but the Agent Space is in us-east-1",
    ),
    (
        "agentSpaceRefused",
        service_trust(source_arn=OTHER_ARN),
        (
            f"{SPACE_ARN} does not get in: aws:SourceArn names the account 999999999999, but the Agent Space is in "
            "111111111111"
        ),
    ),
    (
        "agentSpaceRefused",
        service_trust(source_arn=SPACE_ARN.replace(SPACE_ID, "11111111-2222")),
        (
            f"{SPACE_ARN} does not get in: aws:SourceArn names the Agent Space 11111111-2222, but the Agent Space is "
            f"{SPACE_ID}"
        ),
    ),
    (
        "agentSpaceRefused",
        service_trust(source_arn=SPACE_ARN.replace("arn:aws:", "arn:aws-cn:")),
        (
            f"{SPACE_ARN} does not get in: aws:SourceArn is '{SPACE_ARN}', but the policy admits "
            f"'{SPACE_ARN.replace('arn:aws:', 'arn:aws-cn:')}'"
        ),
    ),
    (
        "patternUnderPlainOperator",
        with_condition(
            {"StringEquals": {"aws:SourceAccount": "111111111111", "aws:SourceArn": SPACE_ARN.replace(SPACE_ID, "*")}}
        ),
        (
            "StringEquals compares aws:SourceArn with 'arn:aws:aidevops:us-east-1:111111111111:agentspace/*': its * is "
            "a plain character"
        ),
    ),
    (
        "wrongServicePrincipal",
        {**GA_TRUST, "Principal": {"Service": "devopsagent.amazonaws.com"}},
        "'devopsagent.amazonaws.com' is no service of AWS; DevOps Agent calls as 'aidevops.amazonaws.com'",
    ),
]


@pytest.mark.parametrize(
    ("name", "statement", "words"), KEPT_OUT, ids=[f"{row[0]}{i}" for i, row in enumerate(KEPT_OUT)]
)
def test_what_keeps_the_agent_out(name: str, statement: dict[str, Any], words: str) -> None:
    """An error, which the association shows; the command writes what the library does."""
    found = differences(trusting(statement))
    [error] = [difference for difference in found if difference.severity is Severity.ERROR]
    assert (error.id, error.what) == (name, words)
    assert error.symptom.startswith("the association turns invalid when it is validated")
    assert repaired(found) == policy(GA_TRUST)


LEAKS = [
    ({"missingSourceAccount", "missingSourceArn"}, {key: GA_TRUST[key] for key in GA_TRUST if key != "Condition"}),
    (
        {"missingSourceAccount", "wildcardSourceArn"},
        with_condition({"StringLike": {"aws:SourceArn": "arn:aws:aidevops:*"}}),
    ),
    ({"wildcardPrincipal"}, {**GA_TRUST, "Principal": "*"}),
    ({"wildcardPrincipal"}, {**GA_TRUST, "Principal": {"AWS": "*"}}),
]


@pytest.mark.parametrize(("names", "statement"), LEAKS)
def test_what_lets_anybody_in(names: set[str], statement: dict[str, Any]) -> None:
    """The agent works, so nobody notices; it is an error all the same."""
    diagnosis = diagnose(trusting(statement), expected_role())
    assert diagnosis.is_admitted
    assert {difference.id for difference in diagnosis.differences} == names
    assert {difference.severity for difference in diagnosis.differences} == {Severity.ERROR}
    assert all(difference.symptom.startswith("none for you") for difference in diagnosis.differences)
    assert repaired(list(diagnosis.differences)) == policy(GA_TRUST)


BESIDE = [
    ("accountPrincipal", {"AWS": "arn:aws:iam::333333333333:root"}),
    ("othersAdmitted", {"AWS": "arn:aws:iam::333333333333:role/Admin"}),
    ("othersAdmitted", {"Service": "ec2.amazonaws.com"}),
]


@pytest.mark.parametrize(("name", "principal"), BESIDE)
def test_who_else_gets_in(name: str, principal: dict[str, str]) -> None:
    """A stranger is taken out, and nobody else; what goes is said."""
    admin = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::222222222222:role/Admin"},
        "Action": "sts:AssumeRole",
    }
    beside = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    found = differences(trusting(GA_TRUST, beside, NO_TLS, admin))
    assert [(difference.id, difference.severity) for difference in found] == [
        (name, Severity.ERROR),
        ("othersAdmitted", Severity.WARNING),
    ]
    assert repaired(found) == policy(GA_TRUST, NO_TLS, admin)
    assert "it takes away:" in found[0].fix
    assert found[1].commands == ()


@pytest.mark.parametrize("condition", [{}, {"StringEquals": {"aws:SourceAccount": "222222222222"}}])
def test_others_of_the_same_statement_stay(condition: dict[str, Any]) -> None:
    """Who is named beside the service keeps the conditions that he had: the Agent Space's would lock him out."""
    admin = "arn:aws:iam::222222222222:role/Admin"
    both = {**GA_TRUST, "Sid": "Both", "Principal": {**GA_TRUST["Principal"], "AWS": admin}, "Condition": condition}  # type: ignore[dict-item]
    if not condition:
        del both["Condition"]
    alone = {name: value for name, value in both.items() if name != "Sid"} | {"Principal": {"AWS": admin}}
    assert repaired(differences(trusting(both))) == policy({**GA_TRUST, "Sid": "Both"}, alone)


def test_statement_that_is_not_understood() -> None:
    """IAM has it all the same: its words are said, and no command drops it or rewrites what is around it."""
    odd = with_condition({"StringIs": {"aws:SourceAccount": "111111111111"}})
    words = (
        "not understood here, although IAM has it: Statement[0].Condition='StringIs': IAM has no such condition "
        "operator; write one of its own, e.g. 'StringEquals' or 'ArnLike' ('Null' takes neither a set operator nor "
        "IfExists)"
    )
    [difference] = differences(trusting(odd))
    assert (difference.id, difference.severity, difference.what, difference.commands) == (
        "malformedTrustPolicy",
        Severity.ERROR,
        words,
        (),
    )
    assert difference.symptom.startswith("the association turns invalid when it is validated")
    admin = {**GA_TRUST, "Principal": {"AWS": "arn:aws:iam::222222222222:role/Admin"}, "Condition": CONDITION}
    assert not any(difference.commands for difference in differences(trusting(NO_TLS, odd, admin)))


def test_a_guard_stays() -> None:
    """A further condition, a Deny and what else a statement says are not at fault."""
    wrong = service_trust(account_id="222222222222", Sid="Agent", Action=["sts:AssumeRole", "sts:TagSession"])
    wrong["Condition"] = {**wrong["Condition"], "StringNotEquals": {"aws:SourceOrgID": "o-0000000009"}}
    right = {**wrong, "Condition": {**CONDITION, "StringNotEquals": {"aws:SourceOrgID": "o-0000000009"}}}
    assert repaired(differences(trusting(wrong, NO_TLS))) == policy(right, NO_TLS)


def test_a_guard_that_nobody_can_tell() -> None:
    """It is a warning without a command, and the Agent Space counts as let in."""
    guarded = with_condition({**CONDITION, "StringLike": ORGANIZATION["StringEquals"]})
    diagnosis = diagnose(trusting(guarded), expected_role())
    [difference] = diagnosis.differences
    assert (difference.id, difference.severity, difference.commands) == ("unknownCondition", Severity.WARNING, ())
    assert diagnosis.is_admitted
    assert diagnosis.why == (
        (
            "whether the policy allows sts:AssumeRole for service aidevops.amazonaws.com cannot be told: "
            "aws:SourceOrgID decides"
        ),
    )


@pytest.mark.parametrize(
    "beside",
    [
        {"Sid": "No", "Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole"},
        {**NO_TLS, "Condition": {"StringNotLike": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}},
    ],
)
def test_a_deny_is_not_taken_away(beside: dict[str, Any]) -> None:
    """It keeps the Agent Space out, and may be meant: no command."""
    [difference] = differences(trusting(GA_TRUST, beside))
    assert (difference.id, difference.severity, difference.commands) == ("agentSpaceRefused", Severity.ERROR, ())
    assert "denies sts:AssumeRole for service aidevops.amazonaws.com, and an explicit Deny wins" in difference.what
    assert difference.fix.endswith("a Deny or another condition that keeps it out may be meant, so look at it first")


def test_an_unrelated_service_is_not_the_services_name() -> None:
    """The Agent Space gets in; who else does is said."""
    other = {**GA_TRUST, "Principal": {"Service": "opsworks.amazonaws.com"}, "Condition": {}}
    diagnosis = diagnose(trusting(GA_TRUST, other), expected_role())
    assert diagnosis.is_admitted
    assert [difference.id for difference in diagnosis.differences] == ["othersAdmitted"]


def test_agent_space_of_another_account() -> None:
    """A complete grant for somebody else, beside the right one."""
    found = differences(trusting(GA_TRUST, service_trust(account_id="999999999999", source_arn=OTHER_ARN)))
    assert [(difference.id, difference.severity) for difference in found] == [("othersAdmitted", Severity.ERROR)]
    assert found[0].what == f"others get in too: {OTHER_ARN}"
    # By its account and its whole ARN, so maybe on purpose: whoever knows takes it out.
    assert found[0].commands == ()


WEAKER = [
    ("missingSourceArn", {"StringEquals": {"aws:SourceAccount": "111111111111"}}),
    ("anyAgentSpace", {**CONDITION, "ArnLike": {"aws:SourceArn": SPACE_ARN.replace(SPACE_ID, "*")}}),
    ("missingSourceAccount", {"ArnLike": {"aws:SourceArn": SPACE_ARN}}),
]


@pytest.mark.parametrize(("name", "condition"), WEAKER, ids=[name for name, _ in WEAKER])
def test_what_is_weaker_and_works(name: str, condition: dict[str, Any]) -> None:
    """Nobody outside of the Agent Space's account gets in: a warning, and other spaces may need it."""
    [difference] = differences(trusting(with_condition(condition)))
    assert (difference.id, difference.severity, difference.commands) == (name, Severity.WARNING, ())


@pytest.mark.parametrize(
    "statement",
    [
        {**GA_TRUST, "Sid": "Agent", "Action": ["sts:AssumeRole", "sts:TagSession"]},
        with_condition({"StringLike": {"AWS:SOURCEARN": [SPACE_ARN], "aws:sourceaccount": ["111111111111"]}}),
    ],
)
def test_the_same_in_other_words(statement: dict[str, Any]) -> None:
    """Sids, lists, case and operators that do not matter are no difference."""
    assert differences(trusting(statement)) == []


def test_grant_of_the_preview() -> None:
    """It is left over after the transition, and is all there is before; in the transition it is to stay."""
    [left_over] = differences(trusting(GA_TRUST, PREVIEW_TRUST))
    assert (left_over.id, left_over.severity, left_over.commands) == ("previewSetup", Severity.WARNING, ())
    alone = differences(trusting(PREVIEW_TRUST))
    assert ids(alone) == ["agentSpaceRefused", "previewSetup"]
    assert repaired(alone) == policy(PREVIEW_TRUST, GA_TRUST)
    wanted = expected_role(generation=Generation.TRANSITION)
    assert not {"previewSetup", "othersAdmitted"} & set(ids(differences(trusting(GA_TRUST, PREVIEW_TRUST), wanted)))


PREVIEW = [
    ("agentSpaceRefused", {"StringEquals": {"sts:ExternalId": SPACE_ARN.replace("us-east-1", "eu-west-1")}}),
    ("patternUnderPlainOperator", {"StringEquals": {"sts:ExternalId": SPACE_ARN.replace(SPACE_ID, "*")}}),
    ("othersAdmitted", {}),
]


@pytest.mark.parametrize(("name", "condition"), PREVIEW, ids=[name for name, _ in PREVIEW])
def test_external_id_of_the_preview(name: str, condition: dict[str, Any]) -> None:
    """It must be the Agent Space's ARN, to the letter."""
    live = trusting({**PREVIEW_TRUST, "Condition": condition})
    found = {
        difference.id: difference for difference in differences(live, expected_role(generation=Generation.PREVIEW))
    }
    assert name in found
    if name != "othersAdmitted":
        assert repaired([found[name]]) == policy(PREVIEW_TRUST)


def test_deleted_agent_role() -> None:
    """IAM shows its id, and takes it no more: it is not in the command."""
    gone = {**PREVIEW_TRUST, "Principal": {"AWS": "AROAEXAMPLEID12345678"}}
    [difference, *_] = differences(trusting(gone), expected_role(generation=Generation.PREVIEW))
    assert difference.id == "agentSpaceRefused"
    assert repaired([difference]) == policy(PREVIEW_TRUST)
    assert AGENT_ROLE_ARN in difference.what


def test_command_is_for_the_role() -> None:
    """By its own name, whatever the default is."""
    wrong = policy(service_trust(account_id="222222222222"))
    [difference, *_] = differences(live_role(arn="arn:aws:iam::222222222222:role/Agent", trust_policy=wrong))
    [command] = difference.commands
    assert command.text.startswith("aws iam update-assume-role-policy --role-name=Agent --policy-document=")
    assert command.account_id == "222222222222"
