"""Boundaries and control policies: what they take away, and what cannot be known."""

from __future__ import annotations

from typing import Any

from devops_agent_constructs.checks.finding import Severity
from devops_agent_constructs.diagnosis.difference import Difference
from devops_agent_constructs.diagnosis.expected_role import ExpectedRole
from devops_agent_constructs.diagnosis.limits import ControlPolicies, ControlPolicyKind, blocked_by
from devops_agent_constructs.policy_evaluation.permission_statements import Permission
from tests.diagnosis.roles import GA_POLICY, differences, expected_role, ids, live_role, policy

BOUNDARY = "arn:aws:iam::222222222222:policy/WorkloadBoundary"
MANAGED = policy({"Effect": "Allow", "Action": ["ec2:Describe*", "s3:ListAllMyBuckets"], "Resource": "*"})
"""Stands for AWS's managed policy, which has a thousand actions."""
ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def permission(action: str, resource: str = "*") -> Permission:
    """A permission without conditions."""
    return Permission(action=action, resource=resource)


def left(*statements: dict[str, Any], of: Permission) -> str:
    """What a limiting policy leaves of a permission."""
    blocked = blocked_by([policy(*statements)], [of])
    return "nothing" if blocked.wholly else "something" if blocked.partly else "all"


def test_what_is_left() -> None:
    """A limit must allow it; an explicit Deny wins; what depends on conditions is uncertain."""
    describe = permission("ec2:Describe*")
    deny = {"Effect": "Deny", "Action": "ec2:*", "Resource": "*"}
    condition = {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}
    assert left(ALL, of=describe) == "all"
    assert left({**ALL, "Action": ["s3:*", "EC2:*"]}, of=describe) == "all"
    assert left({**ALL, "Action": "s3:*"}, of=describe) == "nothing"
    assert left({**ALL, "Action": "ec2:DescribeInstances"}, of=describe) == "something"
    assert left({**ALL, "Resource": "arn:aws:s3:::a"}, of=permission("s3:GetObject", "arn:aws:s3:::b/*")) == "nothing"
    assert left(ALL, deny, of=describe) == "nothing"
    assert left(ALL, {**deny, "Condition": condition}, of=describe) == "something"
    assert left(ALL, {**deny, "Action": "ec2:DescribeInstances"}, of=describe) == "something"
    assert left({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, of=describe) == "all"
    assert left({"Effect": "Allow", "NotAction": "ec2:*", "Resource": "*"}, of=describe) == "nothing"


def bounded(
    document: dict[str, Any] | None, expected: ExpectedRole | None = None, arn: str = BOUNDARY
) -> list[Difference]:
    """What is found of a role with a boundary; None: the boundary cannot be read."""
    documents = {GA_POLICY: MANAGED} | ({} if document is None else {arn: document})
    live = live_role(permissions_boundary_arn=arn)
    return differences(live, expected, managed_documents=documents)


def test_boundary_that_nobody_asked_for() -> None:
    """Its name, and what it takes away, counted and by name."""
    [difference] = bounded(policy({"Effect": "Allow", "Action": "s3:*", "Resource": "*"}))
    assert (difference.id, difference.severity) == ("boundaryExtra", Severity.WARNING)
    assert difference.what == (
        f"the permissions boundary {BOUNDARY} blocks 2 of the role's 3 permissions: ec2:Describe*, "
        "iam:CreateServiceLinkedRole on arn:aws:iam::222222222222:role/aws-service-role/"
        "resource-explorer-2.amazonaws.com/AWSServiceRoleForResourceExplorer, if iam:AWSServiceName is "
        "'resource-explorer-2.amazonaws.com'"
    )
    assert difference.symptom == 'what it blocks fails with "no permissions boundary allows the ... action"'
    assert difference.commands == ()


def test_boundary_that_blocks_nothing() -> None:
    """Worth knowing, and no more."""
    [difference] = bounded(policy(ALL))
    assert (difference.id, difference.severity) == ("boundaryExtra", Severity.WARNING)
    assert difference.what.endswith("blocks none of the role's 3 permissions")


def test_boundary_that_cannot_be_read() -> None:
    """It could block something; that is said, and it is not guessed."""
    [difference] = bounded(None)
    assert (difference.id, difference.severity) == ("boundaryExtra", Severity.WARNING)
    assert difference.what == f"the permissions boundary {BOUNDARY} could block something; it could not be read"


def test_boundary_of_the_accounts_file() -> None:
    """The right one is no difference; what it blocks is worth knowing."""
    wanted = expected_role(permissions_boundary="WorkloadBoundary")
    assert bounded(policy(ALL), wanted) == []
    [difference] = bounded(policy({**ALL, "Action": ["ec2:*", "iam:*"]}), wanted)
    assert (difference.id, difference.severity, difference.commands) == ("boundaryBlocks", Severity.WARNING, ())


def test_boundary_missing_or_another() -> None:
    """The fix sets the one of the accounts file."""
    wanted = expected_role(permissions_boundary="WorkloadBoundary")
    [difference] = differences(live_role(), wanted)
    assert (difference.id, difference.what) == (
        "boundaryMissing",
        f"the role lacks the permissions boundary {BOUNDARY}",
    )
    [command] = difference.commands
    assert command.text == (
        "aws iam put-role-permissions-boundary --role-name=DevOpsAgentRole-SecondaryAccount "
        f"--permissions-boundary={BOUNDARY}"
    )
    other = "arn:aws:iam::222222222222:policy/Other"
    difference, *_ = bounded(policy(ALL), wanted, other)
    assert difference.what == f"the role has the permissions boundary {other} instead of {BOUNDARY}"


def limited(level: ControlPolicies) -> list[Difference]:
    """What is found below a level of control policies."""
    return differences(live_role(), managed_documents={GA_POLICY: MANAGED}, control_policies=[level])


def test_service_control_policies() -> None:
    """What the policies of a level take away together; an allow list of two policies is one list."""
    deny = {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}
    documents = {"FullAWSAccess": policy(ALL), "NoBuckets": policy(deny)}
    level = ControlPolicies(target="the root r-a1b2", kind=ControlPolicyKind.SERVICE, documents=documents)
    [difference] = limited(level)
    assert (difference.id, difference.severity) == ("serviceControlPolicy", Severity.WARNING)
    assert difference.what == (
        "the service control policies of the root r-a1b2 (FullAWSAccess, NoBuckets): together they block 1 of the "
        "role's 3 permissions: s3:ListAllMyBuckets"
    )
    halves = {"One": policy({**ALL, "Action": "ec2:*"}), "Two": policy({**ALL, "Action": ["iam:*", "s3:*"]})}
    level = ControlPolicies(target="the root r-a1b2", kind=ControlPolicyKind.SERVICE, documents=halves)
    assert limited(level) == []


def test_resource_control_policies() -> None:
    """They limit who assumes the role; whether they except services is for a person to read."""
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sts:AssumeRole",
        "Resource": "*",
        "Condition": {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
    }
    kind = ControlPolicyKind.RESOURCE
    [difference] = limited(
        ControlPolicies(target="account 222222222222", kind=kind, documents={"Perimeter": policy(deny)})
    )
    assert difference.what == (
        "the resource control policy Perimeter of account 222222222222 denies sts:AssumeRole, if aws:PrincipalOrgID is "
        "not 'o-a1b2c3d4e5' or missing"
    )
    other = {**deny, "Action": "s3:*"}
    level = ControlPolicies(target="account 222222222222", kind=kind, documents={"Perimeter": policy(other)})
    assert ids(limited(level)) == []


def test_control_policy_that_cannot_be_evaluated() -> None:
    """It is said, and the rest of the answer is there."""
    for kind in ControlPolicyKind:
        documents: dict[str, dict[str, Any]] = {"Odd": {"Statement": [{"Effect": "Perhaps"}]}}
        [difference] = limited(ControlPolicies(target="the root r-a1b2", kind=kind, documents=documents))
        assert (difference.id, difference.severity) == ("controlPolicyNotUnderstood", Severity.WARNING)
        assert difference.what.startswith(f"a policy of the kind {kind.value} of the root r-a1b2 cannot be evaluated: ")
