"""What a role may do: its policies, the boundary and the session policy, decided together."""

from collections.abc import Mapping
from typing import Any

import pytest

from devops_agent_constructs import OnboardingInputError
from devops_agent_constructs.policy_evaluation.access import AccessRequest, RolePolicies, decide_access


def allow(*actions: str, **elements: Any) -> dict[str, Any]:
    """Return an Allow statement, on every resource if nothing else is said."""
    resource = {} if "NotResource" in elements else {"Resource": "*"}
    return {"Effect": "Allow", "Action": list(actions), **resource, **elements}


def deny(*actions: str, **elements: Any) -> dict[str, Any]:
    """Return a Deny statement."""
    return {**allow(*actions, **elements), "Effect": "Deny"}


def document(*statements: Mapping[str, Any]) -> dict[str, Any]:
    """Return a policy."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


READ = document(allow("s3:Get*", Sid="Read"))
GET = AccessRequest(action="s3:GetObject", resource="arn:aws:s3:::orders/a")


@pytest.mark.parametrize(
    ("policies", "expected", "why"),
    [
        ({"identity": {"Own": READ}}, True, "Read of Own allows s3:GetObject"),
        ({"identity": {}}, False, "nothing in the role's policies allows s3:GetObject"),
        (
            {"identity": {"Own": READ, "More": document(deny("*", Sid="Stop"))}},
            False,
            "Stop of More denies s3:GetObject, and an explicit Deny wins",
        ),
        ({"identity": {"Own": READ}, "boundary": document(allow("s3:GetObject"))}, True, "Read of Own"),
        (
            {"identity": {"Own": READ}, "boundary": document(allow("ec2:*"))},
            False,
            "nothing in the permissions boundary allows s3:GetObject",
        ),
        (
            {"identity": {"Own": READ}, "boundary": document(allow("*"), deny("s3:GetObject", Sid="No"))},
            False,
            "No of the permissions boundary denies",
        ),
        ({"identity": {}, "boundary": document(allow("*"))}, False, "nothing in the role's policies"),
        (
            {"identity": {"Own": READ}, "session": document(allow("ec2:*"))},
            False,
            "nothing in the session policy allows s3:GetObject",
        ),
    ],
    ids=["allowed", "nothing", "denied", "in-boundary", "out", "boundary-denies", "boundary-grants-nothing", "session"],
)
def test_layers(policies: dict[str, Any], expected: bool, why: str) -> None:
    """Every layer must allow, and a Deny in any of them wins."""
    decision = decide_access(RolePolicies(**policies), GET)
    assert decision.is_allowed is expected
    assert why in decision.why


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (allow("S3:gETobject"), True),
        (allow("s3:GetObject?"), False),
        (allow("*", Resource="arn:aws:s3:::orders/*"), True),
        (allow("*", Resource=["arn:aws:s3:::Orders/*", "arn:aws:s3:::billing/*"]), False),
        (allow("*", NotResource="arn:aws:s3:::billing/*"), True),
        (allow("*", NotResource="arn:aws:s3:::*"), False),
        ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, True),
        ({"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}, False),
        (allow("*", Condition={"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}), True),
        (allow("*", Condition={"StringNotEquals": {"AWS:requestedregion": "eu-west-1"}}), False),
        (allow("*", Condition={"StringEquals": {"aws:ResourceTag/team": "orders"}}), False),
        (allow("*", Resource="arn:aws:s3:::${aws:PrincipalAccount}/*"), False),
    ],
)
def test_elements(statement: dict[str, Any], expected: bool) -> None:
    """Action without case, Resource with it, the Not elements, and conditions."""
    request = AccessRequest(action=GET.action, resource=GET.resource, context={"aws:RequestedRegion": "eu-west-1"})
    decision = decide_access(RolePolicies(identity={"Own": document(statement)}), request)
    assert decision.is_allowed is expected


@pytest.mark.parametrize(
    ("policy", "why"),
    [
        (document({"Effect": "Allow", "Action": "*"}), "either Resource or NotResource"),
        (document(allow("*", Principal="*")), "a permissions policy has no such element"),
        (document({"Effect": "Permit", "Action": "*", "Resource": "*"}), "neither Allow nor Deny"),
        (document({"Effect": "Allow", "Resource": "*"}), "either Action or NotAction"),
        ({"Statement": []}, "IAM refuses an empty list"),
    ],
)
def test_refuses_what_iam_refuses(policy: dict[str, Any], why: str) -> None:
    """A policy that means nothing decides nothing."""
    with pytest.raises(OnboardingInputError, match=why):
        decide_access(RolePolicies(identity={"Own": policy}), GET)


def test_refuses_a_key_given_twice() -> None:
    """IAM sees one key where the case differs."""
    with pytest.raises(OnboardingInputError, match="differ in case only"):
        decide_access(RolePolicies(identity={}), AccessRequest(action="a:b", context={"k": "a", "K": "b"}))
