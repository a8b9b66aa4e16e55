"""The printed trust policy, for random ones: it lets the Agent Space in and no stranger, and takes no guard away."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from devops_agent_constructs.checks.verdict import judge
from devops_agent_constructs.policy_evaluation.assume_role import AssumeRoleRequest, decide
from devops_agent_constructs.policy_evaluation.principals import IamCaller
from tests.conftest import AGENT_ROLE_ARN, SPACE_ARN
from tests.diagnosis.roles import differences, expected_role, policy, service_trust, trusting

P = "111111111111"
ADMIN = "arn:aws:iam::222222222222:role/Admin"
AS_ADMIN = AssumeRoleRequest(caller=IamCaller(arn=ADMIN), context={})
PRINCIPALS = st.sampled_from(
    [
        {"Service": "aidevops.amazonaws.com"},
        {"Service": ["aidevops.amazonaws.com", "lambda.amazonaws.com"]},
        {"Service": "devops-agent.amazonaws.com"},
        {"AWS": AGENT_ROLE_ARN},
        {"AWS": [AGENT_ROLE_ARN, "333333333333"]},
        {"AWS": ADMIN},
        {"AWS": "AROAEXAMPLEID12345678"},
        {"Service": "aidevops.amazonaws.com", "AWS": ADMIN},
        {"Federated": "arn:aws:iam::222222222222:saml-provider/Corp"},
        {"AWS": "*"},
        "*",
    ]
)
CONDITIONS: st.SearchStrategy[list[dict[str, Any]]] = st.lists(
    st.sampled_from(
        [
            {"StringEquals": {"aws:SourceAccount": P}},
            {"StringEquals": {"aws:sourceaccount": ["222222222222", P]}},
            {"ArnLike": {"aws:SourceArn": SPACE_ARN}},
            {"ArnLike": {"aws:SourceArn": SPACE_ARN.replace("us-east-1", "*")}},
            {"StringLike": {"aws:SourceArn": "*"}},
            {"StringEquals": {"sts:ExternalId": SPACE_ARN}},
            {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
            {"StringNotEquals": {"aws:SourceOrgID": "o-a1b2c3d4e5"}},
            {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
        ]
    ),
    max_size=3,
)


BY_SAML = {
    "Effect": "Allow",
    "Principal": {"Federated": "arn:aws:iam::222222222222:saml-provider/Corp"},
    "Action": "sts:AssumeRoleWithSAML",
    "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
}
OTHER_SPACE = service_trust(
    account_id="333333333333",
    source_arn="arn:aws:aidevops:us-east-1:333333333333:agentspace/0f0e0d0c-1111-4222-8333-444455556666",
)


@st.composite
def statements(draw: st.DrawFn) -> dict[str, Any]:
    """A statement of a trust policy."""
    condition: dict[str, Any] = {}
    for part in draw(CONDITIONS):
        condition |= part
    action = draw(st.sampled_from(["sts:AssumeRole", ["sts:AssumeRole", "sts:TagSession"], "sts:AssumeRoleWithSAML"]))
    effect = draw(st.sampled_from(["Allow", "Allow", "Allow", "Deny"]))
    found = {"Effect": effect, "Principal": draw(PRINCIPALS), "Action": action}
    return {**found, "Condition": condition} if condition else found


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(statements(), st.sampled_from([BY_SAML, OTHER_SPACE])), min_size=1, max_size=4))
def test_a_repair_does_no_harm(written: list[dict[str, Any]]) -> None:
    """Whatever the trust policy is."""
    live, expected = trusting(*written), expected_role()
    printed = {command for difference in differences(live, expected) for command in difference.commands}
    for command in printed:
        assert " update-assume-role-policy " in command.text
        [option] = [word for word in shlex.split(command.text) if word.startswith("--policy-document=")]
        document = json.loads(option.partition("=")[2])
        before, after = (judge(expected.role_of(role)) for role in (live, replace(live, trust_policy=document)))
        assert after.admits_the_meant
        # What it is printed for is gone, or no error any more.
        left = {
            (difference.id, difference.what, difference.severity)
            for difference in differences(replace(live, trust_policy=document), expected)
        }
        mended = {
            (difference.id, difference.what, difference.severity)
            for difference in differences(live, expected)
            if command in difference.commands
        }
        assert not left & mended
        # Callers of the role's own account and Agent Spaces that are named in full stay.
        for own in (statement for statement in written if statement in (BY_SAML, OTHER_SPACE)):
            assert own in document["Statement"]
        strangers = [
            {caller.who for caller, _ in verdict.strangers if caller.is_outside} for verdict in (before, after)
        ]
        assert strangers[1] <= strangers[0]
        # The account's own administrators still get in, if they did by their name.
        got_in = any(
            decide(policy(statement), AS_ADMIN).answer.is_yes and ADMIN in str(statement) for statement in written
        )
        assert decide(document, AS_ADMIN).answer.is_yes or not got_in or decide(policy(*written), AS_ADMIN).answer.is_no
        # A Deny stays, but for the id of a role that is gone, which IAM refuses.
        denied = [
            statement
            for statement in written
            if statement["Effect"] == "Deny" and statement["Principal"] != {"AWS": "AROAEXAMPLEID12345678"}
        ]
        assert [statement for statement in document["Statement"] if statement["Effect"] == "Deny"] == denied
        # A statement of ours without a source is given one, with all else that it asks for.
        open_guards = [
            statement
            for statement in written
            if is_ours(statement) and condition_keys(statement) == {"aws:SourceOrgID"}
        ]
        assert not open_guards or any(
            "aws:SourceOrgID" in condition_keys(statement) for statement in document["Statement"]
        )
    assert policy(*written) == live.trust_policy


def is_ours(statement: dict[str, Any]) -> bool:
    """Tell whether a statement lets the service in by its name."""
    return statement["Effect"] == "Allow" and "aidevops.amazonaws.com" in str(statement["Principal"])


def condition_keys(statement: dict[str, Any]) -> set[str]:
    """Return the condition keys of a statement."""
    return {key for keys in statement.get("Condition", {}).values() for key in keys}
