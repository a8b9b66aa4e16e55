"""What `doctor` does where AWS refuses: the answer without it, or one error."""

from __future__ import annotations

import json
from typing import Any, cast

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from devops_agent_constructs.cli.aws.session import Session
from devops_agent_constructs.cli.examination import examine
from devops_agent_constructs.diagnosis.diagnosis import Diagnosis
from tests.conftest import GA_TRUST
from tests.diagnosis.roles import GA_INLINE, GA_POLICY, ROLE_ARN, expected_role, policy

NAME = "DevOpsAgentRole-SecondaryAccount"
BOUNDARY = "arn:aws:iam::222222222222:policy/B"
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
READS = {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}


class Stubs:
    """Clients that answer as told, in order, and nothing else; it is used in place of a session."""

    def __init__(self) -> None:
        made = boto3.Session(aws_access_key_id="a", aws_secret_access_key="b", region_name="us-east-1")
        self._clients = {name: made.client(name) for name in ("sts", "iam", "organizations")}
        self.sts, self.iam, self.organizations = (Stubber(client) for client in self._clients.values())
        self.sts.add_response("get_caller_identity", {"Account": "222222222222"})
        for stubber in (self.sts, self.iam, self.organizations):
            stubber.activate()

    def client(self, service: str, **_: Any) -> Any:
        """The client of a service."""
        return self._clients[service]

    def role(self, *, boundary: str | None = None, policies: tuple[str, ...] = (GA_POLICY,)) -> None:
        """Answer with the role as it should be, but for a boundary or other policies."""
        role: dict[str, Any] = {
            "Path": "/",
            "RoleName": NAME,
            "RoleId": "AROAEXAMPLEID12345678",
            "Arn": ROLE_ARN,
            "CreateDate": "2026-10-20T00:00:00Z",
            "AssumeRolePolicyDocument": json.dumps(policy(GA_TRUST)),
        }
        if boundary:
            role["PermissionsBoundary"] = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": boundary}
        self.iam.add_response("get_role", {"Role": role}, {"RoleName": NAME})
        # Two pages: the second must be asked for.
        first, *rest = [{"PolicyName": arn.rpartition("/")[2], "PolicyArn": arn} for arn in policies]
        page = {"AttachedPolicies": [first], "IsTruncated": True, "Marker": "more"}
        self.iam.add_response("list_attached_role_policies", page, {"RoleName": NAME})
        page = {"AttachedPolicies": rest, "IsTruncated": False}
        self.iam.add_response("list_attached_role_policies", page, {"RoleName": NAME, "Marker": "more"})
        names = {"PolicyNames": ["DevOpsAgentInlinePolicy"], "IsTruncated": False}
        self.iam.add_response("list_role_policies", names, {"RoleName": NAME})
        inline = {
            "RoleName": NAME,
            "PolicyName": "DevOpsAgentInlinePolicy",
            "PolicyDocument": json.dumps(policy(GA_INLINE)),
        }
        self.iam.add_response("get_role_policy", inline)

    def examine(self) -> tuple[Diagnosis, list[str]]:
        """Examine the role of account 222222222222."""
        return examine(cast("Session", self), expected_role())


@pytest.fixture
def stubs() -> Stubs:
    """Return clients that have no answers yet but that of STS."""
    return Stubs()


def test_every_page_is_read(stubs: Stubs) -> None:
    """A policy on the second page counts."""
    stubs.role(policies=(GA_POLICY, READ_ONLY))
    # It is not one of DevOps Agent: what it grants and denies counts, whoever wrote it.
    stubs.iam.add_response("get_policy", {"Policy": {"DefaultVersionId": "v1"}}, {"PolicyArn": READ_ONLY})
    version = {"PolicyVersion": {"Document": json.dumps(policy(READS))}}
    stubs.iam.add_response("get_policy_version", version, {"PolicyArn": READ_ONLY, "VersionId": "v1"})
    stubs.organizations.add_client_error("describe_organization", "AWSOrganizationsNotInUseException")
    diagnosis, not_seen = stubs.examine()
    assert [difference.id for difference in diagnosis.differences] == ["extraManagedPolicy"]
    assert not_seen == []
    stubs.iam.assert_no_pending_responses()


def test_boundary_that_may_not_be_read(stubs: Stubs) -> None:
    """It is named, and what could not be seen is said."""
    stubs.role(boundary=BOUNDARY)
    stubs.organizations.add_client_error("describe_organization", "AccessDeniedException")
    for _ in (GA_POLICY, BOUNDARY):
        stubs.iam.add_client_error("get_policy", "AccessDenied")
    diagnosis, not_seen = stubs.examine()
    [difference] = diagnosis.differences
    assert difference.what == f"the permissions boundary {BOUNDARY} could block something; it could not be read"
    control, managed, boundary = not_seen
    assert control.startswith("service and resource control policies, which could block something: ")
    assert managed == (
        f"the policy {GA_POLICY}, so that what it allows and denies is not known: these credentials lack iam:GetPolicy "
        "or iam:GetPolicyVersion"
    )
    assert BOUNDARY in boundary


def test_management_account(stubs: Stubs) -> None:
    """No control policy limits it, so none is read."""
    stubs.role()
    organization = {"Organization": {"Id": "o-a1b2c3d4e5", "MasterAccountId": "222222222222"}}
    stubs.organizations.add_response("describe_organization", organization)
    diagnosis, not_seen = stubs.examine()
    assert (diagnosis.differences, not_seen) == ((), [])


def test_other_roles_that_may_not_be_listed(stubs: Stubs) -> None:
    """The role is missing; that no other was looked for is part of the answer."""
    stubs.iam.add_client_error("get_role", "NoSuchEntity")
    stubs.iam.add_client_error("list_roles", "AccessDenied")
    diagnosis, _ = stubs.examine()
    [difference] = diagnosis.differences
    assert difference.what.endswith(
        "whether another role trusts AWS DevOps Agent is not known, as that takes iam:ListRoles"
    )


@pytest.mark.parametrize("operation", ["get_role", "list_attached_role_policies"])
def test_role_that_may_not_be_read(stubs: Stubs, operation: str) -> None:
    """There is no answer without it: the error reaches `reported`."""
    if operation == "get_role":
        stubs.iam.add_client_error("get_role", "AccessDenied")
    else:
        role = {
            "Path": "/",
            "RoleName": NAME,
            "RoleId": "AROAEXAMPLEID12345678",
            "Arn": ROLE_ARN,
            "CreateDate": "2026-10-20T00:00:00Z",
        }
        stubs.iam.add_response("get_role", {"Role": {**role, "AssumeRolePolicyDocument": json.dumps(policy(GA_TRUST))}})
        stubs.iam.add_client_error("list_attached_role_policies", "AccessDenied")
    with pytest.raises(ClientError, match="AccessDenied"):
        stubs.examine()


def test_failures_that_are_no_refusals(stubs: Stubs) -> None:
    """They are not taken for a missing permission."""
    stubs.iam.add_client_error("get_role", "NoSuchEntity")
    stubs.iam.add_client_error("list_roles", "ServiceFailure")
    with pytest.raises(ClientError, match="ServiceFailure"):
        stubs.examine()
