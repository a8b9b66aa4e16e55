"""The rules' verdict on a trust policy is what the reference says of the callers that it lets in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import product
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from devops_agent_constructs import AgentSpaceArn
from devops_agent_constructs.checks import check_role
from tests.iam_reference import Caller, role, service, user
from tests.iam_reference.decisions import statements_admit
from tests.iam_reference.documents import trust_statements

P, R = "111111111111", "222222222222"
STRANGERS = ("333333333333", "444444444444", "111122223333")
ROLE_ARN = f"arn:aws:iam::{R}:role/DevOpsAgentRole"
SPACE = f"arn:aws:aidevops:us-east-1:{P}:agentspace/space-1"
AGENT_ROLE = f"arn:aws:iam::{P}:role/Agent"
VENDOR = "arn:aws:iam::333333333333"
AGENT, LAMBDA = service("aidevops.amazonaws.com"), service("lambda.amazonaws.com")

# What a request of the service, whoever it acts for, may carry or not; no other value decides in these policies.
FREE = {
    "aws:RequestedRegion": (None, "us-east-1", "eu-west-1"),
    "aws:SourceIp": (None, "203.0.113.9", "198.51.100.1"),
    "sts:ExternalId": (None, SPACE, "vendor-1", "another"),
    "sts:RoleSessionName": (None, "devops-1", "another"),
}
# What a role or user carries besides: it belongs to a foreign organization, or to none.
OF_PEOPLE = {
    "aws:MultiFactorAuthPresent": (None, "true", "false"),
    "aws:PrincipalTag/team": (None, "sre", "another"),
    "aws:PrincipalOrgID": (None, "o-foreign"),
}
UNKNOWN = {*FREE, "aws:SourceOrgID"}
Keys = dict[str, tuple["str | None", ...]]


def requests(policy: str, keys: Keys) -> Iterator[dict[str, str]]:
    """Yield every way in which a request may carry the keys that the policy speaks of."""
    named = {key: values for key, values in keys.items() if key.lower() in policy.lower()}
    for values in product(*named.values()):
        present = {key: value for key, value in zip(named, values, strict=True) if value is not None}
        yield {"aws:SecureTransport": "true", **present}


def is_let_in(policy: dict[str, Any], caller: Caller, keys: Keys) -> bool:
    """Tell whether a caller gets in with any values of the keys that it may carry."""
    statements = trust_statements(policy)
    return any(statements_admit(statements, caller, context=context) for context in requests(json.dumps(policy), keys))


def a_stranger_is_let_in(policy: dict[str, Any]) -> bool:
    """Ask for Agent Spaces of other accounts, other services for other accounts, and other accounts' people.

    An Agent Space of the role's own account is a stranger as well; people of that account are its administrators.
    """
    for account_id in (*STRANGERS, R):
        sources = [
            f"arn:aws:aidevops:{region}:{account_id}:agentspace/{space}"
            for region in ("us-east-1", "eu-west-1")
            for space in ("space-1", "space-2")
        ]
        # Nothing says that the service always names its source.
        of_service: Keys = {
            **FREE,
            "aws:SourceAccount": (account_id, None),
            "aws:SourceArn": (*sources, None),
            # An account of the own organization has nothing to do with the role either.
            "aws:SourceOrgID": (None, "o-foreign", "o-own"),
        }
        if is_let_in(policy, AGENT, of_service):
            return True
    for account_id in STRANGERS:
        function = f"arn:aws:lambda:us-east-1:{account_id}:function:f"
        of_lambda: Keys = {
            **FREE,
            "aws:SourceAccount": (account_id, None),
            "aws:SourceArn": (function, None),
            "aws:SourceOrgID": (None, "o-foreign"),
        }
        people = [role(f"arn:aws:iam::{account_id}:role/Vendor"), user(f"arn:aws:iam::{account_id}:user/Ann")]
        if is_let_in(policy, LAMBDA, of_lambda):
            return True
        if any(is_let_in(policy, person, {**FREE, **OF_PEOPLE}) for person in people):
            return True
    return False


def the_space_is_let_in(policy: dict[str, Any]) -> bool:
    """Ask for the Agent Space: as the service, and as the agent role with the Agent Space's ARN."""
    as_service: Keys = {
        **FREE,
        "aws:SourceAccount": (P,),
        "aws:SourceArn": (SPACE,),
        "aws:SourceOrgID": (None, "o-own"),
    }
    as_role: Keys = {**FREE, **OF_PEOPLE, "sts:ExternalId": (SPACE,), "aws:PrincipalOrgID": (None, "o-own")}
    return is_let_in(policy, AGENT, as_service) or is_let_in(policy, role(AGENT_ROLE), as_role)


def findings_of(policy: dict[str, Any]) -> set[tuple[str, str]]:
    """Return rule and severity of each finding; the checks' interface stands here alone."""
    found = check_role(ROLE_ARN, trust_policy=policy, agent_space=AgentSpaceArn.from_arn(SPACE))
    return {(finding.rule_id, finding.severity.value) for finding in found}


ACCOUNTS = st.sampled_from(
    [
        {"StringEquals": {"aws:SourceAccount": P}},
        {"StringEquals": {"aws:SourceAccount": [P]}},
        {"StringLike": {"aws:SourceAccount": "1111*"}},
        {"StringEqualsIfExists": {"aws:SourceAccount": P}},
        {"StringEquals": {"aws:SourceAccount": [P, "333333333333"]}},
        {"StringNotEquals": {"aws:SourceAccount": "333333333333"}},
        {"StringEquals": {"aws:SourceAccount": R}},
        {"ForAllValues:StringEquals": {"aws:SourceAccount": P}},
        {"ForAnyValue:StringEquals": {"aws:SourceAccount": P}},
        {"StringLike": {"aws:SourceAccount": "*"}},
        {"StringNotEquals": {"aws:SourceAccount": "${aws:username}"}},
        {"Null": {"aws:SourceAccount": "false"}},
        {},
    ]
)
ARNS = st.sampled_from(
    [
        {"ArnLike": {"aws:SourceArn": SPACE}},
        {"ArnEquals": {"aws:SourceArn": [SPACE]}},
        {"ArnLike": {"aws:SourceArn": f"arn:aws:aidevops:*:{P}:agentspace/*"}},
        {"ArnLike": {"aws:SourceArn": "arn:aws:aidevops:us-east-1:*:agentspace/*"}},
        {"StringLike": {"aws:SourceArn": f"arn:aws:aidevops:*:{P}:agentspace/*"}},
        {"ArnLikeIfExists": {"aws:SourceArn": SPACE}},
        {"ArnNotLike": {"aws:SourceArn": "arn:aws:aidevops:*:333333333333:*"}},
        {"ArnEquals": {"aws:SourceArn": SPACE.replace("us-east-1", "eu-west-1")}},
        {"ArnEquals": {"aws:SourceArn": SPACE.replace(P, "333333333333")}},
        {"ArnLike": {"aws:SourceArn": SPACE.replace("agentspace", "agent-space")}},
        {"Null": {"aws:SourceArn": "false"}},
        {"StringEquals": {"AWS:sourcearn": SPACE}},
        {"ArnLike": {"aws:SourceArn": [SPACE, "arn:aws:aidevops:*:333333333333:agentspace/*"]}},
        {"ArnLike": {"aws:SourceArn": "arn:aws:aidevops:*:*:*"}},
        {"StringLike": {"aws:SourceArn": "*"}},
        {"ArnLike": {"aws:SourceArn": f"arn:aws:aidevops:us-east-1:{P}:agentspace/${{aws:username}}"}},
        {"ArnLike": {"aws:SourceArn": f"arn:aws:aidevops:us-east-1:{P}:agentspace/${{aws:username, 'space-1'}}"}},
        {},
    ]
)
GUARDS = st.sampled_from(
    [
        {"Bool": {"aws:SecureTransport": "true"}},
        {"Bool": {"aws:SecureTransport": "false"}},
        {"StringEquals": {"aws:RequestedRegion": "us-east-1"}},
        {"StringNotEquals": {"aws:RequestedRegion": "us-east-1"}},
        {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
        {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
        {"StringEqualsIfExists": {"sts:ExternalId": SPACE}},
        {"StringLike": {"sts:RoleSessionName": "devops-*"}},
        {"StringEquals": {"aws:SourceOrgID": "o-own"}},
        {"StringNotEqualsIfExists": {"aws:SourceOrgID": "o-own"}},
        {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}},
        {"Bool": {"aws:PrincipalIsAWSService": "true"}},
        {"StringNotEquals": {"aws:PrincipalAccount": P}},
    ]
)
OF_CALLERS = st.sampled_from(
    [
        {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
        {"StringEquals": {"sts:ExternalId": "vendor-1"}},
        {"StringEquals": {"aws:PrincipalTag/team": "sre"}},
        {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
        {},
    ]
)


def united(*conditions: dict[str, Any]) -> dict[str, Any]:
    """Write several Condition elements as one."""
    found: dict[str, Any] = {}
    for condition in conditions:
        for operator, keys in condition.items():
            found[operator] = {**found.get(operator, {}), **keys}
    return found


def statement(condition: dict[str, Any], *, effect: str = "Allow", who: object) -> dict[str, Any]:
    """Return a statement about sts:AssumeRole."""
    found = {"Effect": effect, "Principal": who, "Action": ["sts:AssumeRole", "sts:TagSession"]}
    return {**found, "Condition": condition} if condition else found


BY_SERVICE = st.builds(
    lambda account, arn, more: statement(united(account, arn, *more), who={"Service": "aidevops.amazonaws.com"}),
    ACCOUNTS,
    ARNS,
    st.lists(GUARDS, max_size=1),
)
BY_AGENT_ROLE = st.sampled_from([SPACE, SPACE.replace("space-1", "space-2")]).map(
    lambda external_id: statement({"StringEquals": {"sts:ExternalId": external_id}}, who={"AWS": AGENT_ROLE})
)
BY_OTHERS = st.builds(
    lambda condition, who: statement(condition, who=who),
    OF_CALLERS,
    st.sampled_from(
        [
            {"AWS": f"{VENDOR}:role/Vendor"},
            {"AWS": f"{VENDOR}:root"},
            {"AWS": f"{VENDOR}:user/Ann"},
            {"AWS": f"arn:aws:iam::{R}:role/Admin"},
            {"Service": "lambda.amazonaws.com"},
        ]
    ),
)
DENIES = st.builds(
    lambda condition: statement(condition, effect="Deny", who="*"),
    st.one_of(
        GUARDS,
        st.sampled_from(
            [
                {"StringNotEquals": {"aws:SourceAccount": P}},
                {"ArnNotEquals": {"aws:SourceArn": SPACE}},
                {"StringEquals": {"aws:SourceOrgID": "o-foreign"}},
                {"Bool": {"aws:PrincipalIsAWSService": "false"}},
            ]
        ),
    ),
)


def can_be_told(policy: dict[str, Any]) -> bool:
    """Leave out what only the values of a request tell.

    Whether an account that the policy names is of the organization that it names; and what remains if a Deny asks the
    opposite of what another statement asks of the same key.
    """
    if {"o-own", "333333333333"} <= set(re.findall(r"o-own|[0-9]{12}", json.dumps(policy))):
        return False
    asked: set[str] = set()
    for statement in sorted(policy["Statement"], key=lambda statement: str(statement["Effect"])):
        keys = {key for tested in statement.get("Condition", {}).values() for key in tested if key in UNKNOWN}
        if statement["Effect"] == "Deny" and keys & asked:
            return False
        asked |= keys
    return True


def policies(
    first: st.SearchStrategy[dict[str, Any]], *more: st.SearchStrategy[dict[str, Any]]
) -> st.SearchStrategy[dict[str, Any]]:
    """Return policies of one statement and up to two others."""
    others = st.lists(st.one_of(*more), max_size=2)
    return st.builds(lambda statement, rest: {"Version": "2012-10-17", "Statement": [statement, *rest]}, first, others)


# Either way in, not both: whether a half that does not work is an error beside one that does, is a matter of taste.
POLICIES = st.one_of(policies(BY_SERVICE, BY_SERVICE, BY_OTHERS, DENIES), policies(BY_AGENT_ROLE, BY_OTHERS, DENIES))
SETTINGS = settings(max_examples=120)


@SETTINGS
@given(POLICIES)
def test_errors_are_what_the_reference_says(policy: dict[str, Any]) -> None:
    """A stranger gets in, or the Agent Space never does: an error; neither: none."""
    assume(can_be_told(policy))
    is_open, is_refused = a_stranger_is_let_in(policy), not the_space_is_let_in(policy)
    found = findings_of(policy)
    has_error = any(severity == "error" for _, severity in found)
    assert has_error is (is_open or is_refused), (is_open, is_refused, found)
