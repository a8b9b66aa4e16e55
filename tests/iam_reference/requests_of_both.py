"""The same question to the library's evaluator and to the reference; random policies and requests to ask about.

The library's names stand here alone, so that a change of its interface is a change of this file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policy_evaluation.access import AccessRequest, RolePolicies, decide_access
from devops_agent_constructs.policy_evaluation.assume_role import AssumeRoleRequest, decide
from devops_agent_constructs.policy_evaluation.permission_statements import (
    Permission,
    parse_permissions,
)
from devops_agent_constructs.policy_evaluation.principals import IamCaller, ServiceCaller
from tests import iam_reference as reference
from tests.iam_reference import Caller
from tests.iam_reference.documents import identity_statements

Context = Mapping[str, "str | list[str]"]
REFUSED = "refused as malformed, or not defined"


def trust_answers(
    policy: dict[str, Any], caller: Caller, *, action: str = "sts:AssumeRole", context: Context
) -> tuple[object, object]:
    """Return whether a trust policy lets a caller in: the library's answer, and the reference's."""
    name = caller.label.removeprefix("service ")
    theirs = ServiceCaller(service=name) if caller.label.startswith("service ") else IamCaller(arn=name)
    request = AssumeRoleRequest(caller=theirs, context=context, action=action)
    return (
        _answer(lambda: decide(policy, request).is_allowed),
        _answer(lambda: reference.trust_admits(policy, caller, action=action, context=context)),
    )


def access_answers(
    action: str,
    resource: str,
    *,
    identity: Sequence[dict[str, Any]],
    boundary: dict[str, Any] | None,
    session: dict[str, Any] | None,
    context: Context,
) -> tuple[object, object]:
    """Return whether a session may do something: the library's answer, and the reference's."""
    named = {str(number): policy for number, policy in enumerate(identity)}
    policies = RolePolicies(identity=named, boundary=boundary, session=session)
    request = AccessRequest(action=action, resource=resource, context=context)
    layers: dict[str, Any] = {"identity": identity, "boundary": boundary, "session": session}
    return (
        _answer(lambda: decide_access(policies, request).is_allowed),
        _answer(lambda: reference.access_allowed(action, resource, context=context, **layers)),
    )


def permission_answers(
    action: str, resource: str, policy: dict[str, Any], *, effect: str = "Allow"
) -> tuple[object, object]:
    """Return whether the statements of an effect, those under conditions left out, are about one action on a resource.

    The library's answer, as its comparisons of permissions ask it, and the reference's.
    """
    return (
        _answer(lambda: _is_permitted(action, resource, policy, effect)),
        _answer(lambda: _is_allowed_by_reference(action, resource, policy, effect)),
    )


def _is_permitted(action: str, resource: str, policy: dict[str, Any], effect: str) -> bool:
    statements = parse_permissions(policy)
    if effect == "Allow":
        return Permission(action=action, resource=resource).is_permitted(statements)
    return any(
        not statement.is_allow
        and not statement.conditions
        and statement.meets_action(action)
        and statement.has_resource(resource)
        for statement in statements
    )


def _is_allowed_by_reference(action: str, resource: str, policy: dict[str, Any], effect: str) -> bool:
    identity_statements(policy)  # All of the policy is read, so that a malformed part counts.
    statements = [
        statement for statement in policy["Statement"] if statement["Effect"] == effect and "Condition" not in statement
    ]
    allowed = {**policy, "Statement": [{**statement, "Effect": "Allow"} for statement in statements]}
    return bool(statements) and reference.access_allowed(action, resource, identity=[allowed])


def _answer(ask: Callable[[], bool]) -> object:
    try:
        return ask()
    except (OnboardingInputError, reference.MalformedPolicyError, reference.UndefinedError):
        return REFUSED


P, R = "111111111111", "222222222222"
SPACE = f"arn:aws:aidevops:us-east-1:{P}:agentspace/space-1"
OTHER_SPACE = f"arn:aws:aidevops:us-east-1:{P}:agentspace/space-2"
STRANGE_SPACE = "arn:aws:aidevops:us-east-1:333333333333:agentspace/space-1"
AGENT_ROLE = f"arn:aws:iam::{P}:role/Agent"
CALLERS = [
    reference.service("aidevops.amazonaws.com"),
    reference.service("lambda.amazonaws.com"),
    reference.role(AGENT_ROLE),
    reference.role_session(AGENT_ROLE, "s1"),
    reference.user(f"arn:aws:iam::{R}:user/Ann"),
    reference.role("arn:aws:iam::333333333333:role/Vendor"),
]
_PRINCIPALS = st.sampled_from(
    [
        "*",
        {"AWS": "*"},
        {"AWS": [P, f"arn:aws:iam::{R}:user/Ann"]},
        {"AWS": f"arn:aws:iam::{R}:root"},
        {"AWS": AGENT_ROLE},
        {"AWS": f"arn:aws:sts::{P}:assumed-role/Agent/s1"},
        {"AWS": f"arn:aws:iam::{P}:role/*"},
        {"Service": "aidevops.amazonaws.com"},
        {"Service": ["lambda.amazonaws.com", "aidevops.amazonaws.com"]},
        {"Service": "aidevops.amazonaws.com", "AWS": AGENT_ROLE},
        {"Federated": "cognito-identity.amazonaws.com"},
    ]
)
_TEXT_KEYS = {
    "aws:SourceAccount": [P, R, "333333333333"],
    "aws:SourceArn": [SPACE, OTHER_SPACE, STRANGE_SPACE],
    "sts:ExternalId": [SPACE, "vendor-1", ""],
    "aws:SourceOrgID": ["o-own", "o-foreign"],
    "sts:RoleSessionName": ["s1", "Agent", "*"],
    "aws:PrincipalTag/team": ["blue", "BLUE"],
}
_LIST_KEYS = {"aws:TagKeys": ["a", "b", "c"], "aws:PrincipalOrgPaths": ["o-own/r-1/ou-1/", "o-own/r-1/ou-2/"]}
_NAMES = [
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
    "ArnEquals",
    "ArnNotEquals",
    "ArnLike",
    "ArnNotLike",
]
_SHAPES = [
    "*",
    "a*",
    "?",
    "333*",
    "${*}",
    f"arn:aws:aidevops:*:{P}:agentspace/*",
    "arn:aws:aidevops:*",
    "arn:*:*:*:*:*",
]
_VARIABLES = [
    "${aws:PrincipalTag/team}",
    "${AWS:principaltag/TEAM}",
    "${aws:username}",
    "${aws:SourceAccount}",
    "${aws:PrincipalTag/none, 'blue'}",
    "${aws:PrincipalAccount}",
    f"arn:aws:aidevops:us-east-1:${{aws:PrincipalAccount, '{P}'}}:agentspace/space-1",
]


@st.composite
def _texts_condition(draw: st.DrawFn) -> dict[str, Any]:
    is_list = draw(st.booleans()) and draw(st.booleans())
    keys = _LIST_KEYS if is_list else _TEXT_KEYS
    key = draw(st.sampled_from(sorted(keys)))
    values = st.sampled_from([*keys[key], *_SHAPES, *_VARIABLES])
    name = draw(st.sampled_from(_NAMES)) + draw(st.sampled_from(["", "", "IfExists"]))
    prefix = draw(st.sampled_from(["ForAllValues:", "ForAnyValue:"] + ([] if is_list else ["", "", "", ""])))
    return {prefix + name: {draw(_any_case(key)): draw(st.lists(values, min_size=1, max_size=2))}}


def _any_case(key: str) -> st.SearchStrategy[str]:
    return st.sampled_from([key, key, key.lower(), key.upper()])


_TYPED_CONDITIONS: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        {"Bool": {"aws:SecureTransport": "true"}},
        {"Bool": {"aws:SecureTransport": False}},
        {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}},
        {"Bool": {"aws:PrincipalIsAWSService": ["true"]}},
        {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "10.0.0.1"]}},
        {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
        {"NumericLessThan": {"aws:MultiFactorAuthAge": 3600}},
        {"NumericNotEquals": {"aws:MultiFactorAuthAge": "100"}},
        {"DateGreaterThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}},
        {"DateLessThanEqualsIfExists": {"aws:TokenIssueTime": "2026-01-01T00:00:00+02:00"}},
        {"BinaryEquals": {"x:bytes": "QQ=="}},
        {"Null": {"sts:ExternalId": "true"}},
        {"Null": {"aws:SourceArn": ["false"]}},
        {"Null": {"aws:TagKeys": "true"}},
    ]
)
CONDITIONS = st.lists(_texts_condition() | _TYPED_CONDITIONS, max_size=3).map(
    lambda conditions: {operator: keys for condition in conditions for operator, keys in condition.items()}
)
_ACTIONS = st.sampled_from(
    ["sts:AssumeRole", "sts:assume*", "sts:*", "*", "sts:TagSession", ["iam:*", "sts:AssumeRol?"]]
)


@st.composite
def _trust_statement(draw: st.DrawFn) -> dict[str, Any]:
    verb = draw(st.sampled_from(["Action"] * 5 + ["NotAction"]))
    effect = draw(st.sampled_from(["Allow", "Allow", "Deny"]))
    statement = {"Effect": effect, "Principal": draw(_PRINCIPALS), verb: draw(_ACTIONS)}
    condition = draw(CONDITIONS)
    return {**statement, "Condition": condition} if condition else statement


def _policies(statements: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    versions = st.sampled_from([{"Version": "2012-10-17"}] * 4 + [{"Version": "2008-10-17"}, {}])
    return st.builds(
        lambda version, found: {**version, "Statement": found}, versions, st.lists(statements, min_size=1, max_size=3)
    )


TRUST_POLICIES = _policies(_trust_statement())


@st.composite
def contexts(draw: st.DrawFn) -> dict[str, str | list[str]]:
    """Return condition keys that a request carries, any of them missing."""
    chosen: dict[str, str | list[str]] = {}
    typed = {
        "aws:SecureTransport": ["true", "false"],
        "aws:MultiFactorAuthPresent": ["true", "false"],
        "aws:SourceIp": ["203.0.113.9", "10.0.0.1", "2001:db8::1"],
        "aws:MultiFactorAuthAge": ["100", "4000"],
        "aws:CurrentTime": ["2026-11-26T00:00:00Z", "2020-01-01T00:00:00Z"],
        "aws:TokenIssueTime": ["2025-12-31T22:00:00Z", "1767218400"],
        "aws:username": ["Ann"],
        "x:bytes": ["QQ==", "QUE="],
    }
    for key, values in {**_TEXT_KEYS, **typed}.items():
        value = draw(st.none() | st.sampled_from(values))
        if value is not None:
            chosen[draw(_any_case(key))] = value
    for key, values in _LIST_KEYS.items():
        if draw(st.booleans()):
            chosen[key] = draw(st.lists(st.sampled_from(values), max_size=2, unique=True))
    return chosen


_RESOURCES = st.sampled_from(
    [
        "*",
        "arn:aws:sqs",
        "arn:aws:sqs:us-east-1",
        "arn:aws:sqs:*:222222222222:*",
        "arn:aws:sqs:us-east-1:222222222222:queue",
        "arn:aws:sqs:us-east-1:222222222222:QUEUE",
        "arn:aws:sqs:us-east-1:222222222222:que?e",
        "arn:aws:sqs:us-east-1:222222222222:${aws:PrincipalTag/team}",
        "arn:aws:sqs:us-east-1:222222222222:${aws:username, 'queue'}",
        "arn:aws:iam",
        "arn:aws:iam::222222222222:role/*",
        "arn:aws:iam::*:role/Agent",
        "arn:aws:iam:*",
        "arn:*",
    ]
)
REQUESTS = [
    ("sqs:SendMessage", "arn:aws:sqs:us-east-1:222222222222:queue"),
    ("sqs:SendMessage", "arn:aws:sqs:us-east-1:222222222222:blue"),
    ("sqs:ListQueues", "*"),
    ("sts:AssumeRole", "arn:aws:iam::222222222222:role/Agent"),
    ("iam:CreateServiceLinkedRole", "arn:aws:iam::222222222222:role/aws-service-role/x.amazonaws.com/X"),
]


@st.composite
def _identity_statement(draw: st.DrawFn) -> dict[str, Any]:
    actions = st.sampled_from(["*", "sqs:*", "SQS:send*", "sts:AssumeRole", "iam:*", ["sqs:ListQueues", "sts:*"]])
    statement = {
        "Effect": draw(st.sampled_from(["Allow", "Allow", "Allow", "Deny"])),
        draw(st.sampled_from(["Action"] * 4 + ["NotAction"])): draw(actions),
        draw(st.sampled_from(["Resource"] * 4 + ["NotResource"])): draw(
            _RESOURCES | st.lists(_RESOURCES, min_size=1, max_size=2)
        ),
    }
    # Statements under conditions are left out of the comparison, so there are few.
    condition = draw(st.sampled_from([True, False, False, False])) and draw(CONDITIONS)
    return {**statement, "Condition": condition} if condition else statement


IDENTITY_POLICIES = _policies(_identity_statement())
