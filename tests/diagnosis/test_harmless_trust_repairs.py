"""The printed trust policy: what somebody means stays, and no command claims what it does not mend."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from typing import Any

import pytest

from devops_agent_constructs import AgentSpaceArn, Generation
from devops_agent_constructs.checks.finding import Severity
from devops_agent_constructs.diagnosis.diagnosis import diagnose
from devops_agent_constructs.diagnosis.difference import Difference
from devops_agent_constructs.policies.trust import trust_policy
from tests.conftest import AGENT_ROLE_ARN, GA_TRUST, PREVIEW_TRUST, SPACE, SPACE_ARN
from tests.diagnosis.roles import differences, expected_role, live_role, service_trust, trusting

C = "arn:aws:aidevops:us-east-1:333333333333:agentspace/0f0e0d0c-1111-4222-8333-444455556666"
SECOND = "arn:aws:aidevops:us-east-1:111111111111:agentspace/0f0e0d0c-1111-4222-8333-444455556666"
OF_C = service_trust(account_id="333333333333", source_arn=C)
CORP = "arn:aws:iam::222222222222:saml-provider/Corp"
ADMIN = "arn:aws:iam::222222222222:role/Admin"
VENDOR = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::999999999999:role/Vendor"}, "Action": "sts:AssumeRole"}
WRONG = service_trust(account_id="222222222222")
BY_SAML = {
    "Effect": "Allow",
    "Principal": {"Federated": CORP},
    "Action": "sts:AssumeRoleWithSAML",
    "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
}
BY_ACCOUNT = {
    "Effect": "Allow",
    "Principal": "*",
    "Action": "sts:AssumeRole",
    "Condition": {"StringEquals": {"aws:PrincipalAccount": "222222222222"}, "ArnLike": {"aws:PrincipalArn": ADMIN}},
}
NAMED_SERVICE = {
    **GA_TRUST,
    "Principal": "*",
    "Condition": {
        "StringEquals": {
            "aws:SourceAccount": "111111111111",
            "aws:PrincipalServiceName": "aidevops.amazonaws.com",
        },
        "ArnLike": {"aws:SourceArn": SPACE_ARN},
    },
}
FOREIGN_ORGANIZATION = {
    "Effect": "Deny",
    "Principal": {"Service": "*.amazonaws.com"},
    "Action": "sts:*",
    "Condition": {"StringNotEquals": {"aws:SourceOrgID": "o-abc"}},
}


def repaired(found: list[Difference]) -> list[dict[str, Any]]:
    """The statements of each printed policy."""
    texts = {
        command.text
        for difference in found
        for command in difference.commands
        if " update-assume-role-policy " in command.text
    }
    options = [word for text in sorted(texts) for word in shlex.split(text) if word.startswith("--policy-document=")]
    return [statement for option in options for statement in json.loads(option.partition("=")[2])["Statement"]]


OWN = [BY_SAML, BY_ACCOUNT, NAMED_SERVICE]


@pytest.mark.parametrize("own", OWN, ids=["saml", "account", "service"])
def test_who_is_of_the_roles_own_account(own: dict[str, Any]) -> None:
    """He is no stranger: no command takes him away, also where another one has to be printed."""
    assert repaired(differences(trusting(GA_TRUST, own))) == []
    written = repaired(differences(trusting(WRONG, own, VENDOR)))
    assert own in written
    assert VENDOR not in written


def test_a_wildcard_that_somebody_confined() -> None:
    """Who gets in by it is for them to say."""
    for key, value in (("aws:PrincipalOrgID", "o-a1b2c3d4e5"), ("aws:PrincipalTag/team", "orders")):
        confined = {**BY_ACCOUNT, "Condition": {"StringEquals": {key: value}}}
        found = differences(trusting(GA_TRUST, confined, VENDOR))
        assert repaired(found) == [GA_TRUST, confined]
        assert [bool(difference.commands) for difference in found if difference.id == "wildcardPrincipal"] == [False]


def test_statement_that_is_not_understood() -> None:
    """GetRole returned it, so IAM took it: it is not dropped, Deny or Allow, and nothing around it is rewritten."""
    live = trusting(GA_TRUST, FOREIGN_ORGANIZATION)
    [difference] = differences(live)
    assert (difference.id, difference.severity, difference.commands) == ("malformedTrustPolicy", Severity.WARNING, ())
    assert "not understood" in difference.what
    assert "IAM refuses" not in difference.what + difference.fix
    diagnosis = diagnose(live, expected_role())
    assert diagnosis.is_admitted
    assert diagnosis.why[0].startswith("whether the trust policy lets it in cannot be told: Statement[1]")
    for beside in (VENDOR, WRONG, {**GA_TRUST, "Principal": "*"}):
        assert repaired(differences(trusting(GA_TRUST, FOREIGN_ORGANIZATION, beside))) == []
    # Nobody who is known gets in without it.
    [difference] = [
        difference
        for difference in differences(trusting(FOREIGN_ORGANIZATION))
        if difference.id == "malformedTrustPolicy"
    ]
    assert (difference.severity, difference.commands) == (Severity.ERROR, ())


def test_role_of_two_agent_spaces() -> None:
    """The library's own role for both: none of them is cut off for the other."""
    both = [SPACE, AgentSpaceArn.from_arn(C)]
    for space in both:
        live = live_role(trust_policy=trust_policy(both, generation=Generation.GA))
        assert repaired(differences(live)) == [], space.arn
    roles = [AGENT_ROLE_ARN, "arn:aws:iam::333333333333:role/DevOpsAgentRole-AgentSpace"]
    live = live_role(trust_policy=trust_policy(both, generation=Generation.TRANSITION, agent_role_arn=roles))
    assert repaired(differences(live, expected_role(generation=Generation.TRANSITION))) == []


IN_ONE = service_trust(source_arn=[SPACE_ARN, C])
IN_ONE["Condition"]["StringEquals"]["aws:SourceAccount"] = ["111111111111", "333333333333"]
SPACES = [
    OF_C,
    IN_ONE,
    service_trust(account_id="333333333333", source_arn="arn:aws:aidevops:*:333333333333:agentspace/*"),
    service_trust(account_id="333333333333", source_arn="arn:aws:aidevops:us-east-1:333333333333:service/mcp"),
    service_trust(source_arn="arn:aws:aidevops:us-east-1:111111111111:service/*"),
    service_trust(source_arn=[SPACE_ARN, SECOND]),
    service_trust(source_arn=SECOND),
]


@pytest.mark.parametrize("named", SPACES)
def test_agent_space_that_is_named_in_full(named: dict[str, Any]) -> None:
    """By its account and its whole ARN, so on purpose: it stays, whatever else is repaired."""
    found = differences(trusting(named, VENDOR, GA_TRUST))
    assert repaired(found) == [named, GA_TRUST]
    assert not [
        difference
        for difference in found
        if "others get in too: arn:aws:aidevops" in difference.what and difference.commands
    ]
    written = repaired(differences(trusting(named, WRONG)))
    assert not written or named in written


def test_another_agent_space_of_the_account() -> None:
    """The right one is added; the one that is there stays."""
    assert repaired(differences(trusting(SPACES[-1]))) == [SPACES[-1], GA_TRUST]


def test_an_error_that_stays() -> None:
    """It is another one's, and keeps no command from what can be mended."""
    context = {**GA_TRUST, "Action": "sts:SetContext"}
    found = {difference.id: difference for difference in differences(trusting(WRONG, context))}
    assert (found["anyContextProvider"].severity, found["anyContextProvider"].commands) == (Severity.ERROR, ())
    assert repaired(list(found.values())) == [GA_TRUST, context]


def test_agent_role_of_another_agent_space() -> None:
    """As before general availability: by its external id."""
    theirs = {
        **PREVIEW_TRUST,
        "Principal": {"AWS": "arn:aws:iam::333333333333:role/DevOpsAgentRole-AgentSpace"},
        "Condition": {"StringEquals": {"sts:ExternalId": C}},
    }
    expected = expected_role(generation=Generation.PREVIEW)
    assert repaired(differences(trusting(PREVIEW_TRUST, theirs, VENDOR), expected)) == [PREVIEW_TRUST, theirs]
    both = {**PREVIEW_TRUST, "Condition": {"StringEquals": {"sts:ExternalId": [SECOND, SECOND[:-1] + "7"]}}}
    assert repaired(differences(trusting(both), expected)) == [both, PREVIEW_TRUST]


def test_a_repair_that_changes_nothing() -> None:
    """It is none: the printed policy has no error that it is printed for."""
    both = {
        **PREVIEW_TRUST,
        "Principal": {**PREVIEW_TRUST["Principal"], "Service": "aidevops.amazonaws.com"},  # type: ignore[dict-item]
    }
    for live in (trusting(both), trusting(both, GA_TRUST)):
        for difference in differences(live, expected_role(generation=Generation.PREVIEW)):
            for command in (each for each in difference.commands if " update-assume-role-policy " in each.text):
                [option] = [word for word in shlex.split(command.text) if word.startswith("--policy-document=")]
                after = replace(live, trust_policy=json.loads(option.partition("=")[2]))
                left = differences(after, expected_role(generation=Generation.PREVIEW))
                assert (difference.id, difference.what) not in {(other.id, other.what) for other in left}
