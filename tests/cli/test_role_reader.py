"""Roles of other accounts: what cannot be read is said, and everything else that fails is a failure."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any, cast

import boto3
import pytest
from botocore.stub import Stubber

from devops_agent_constructs.account_sync.account_association import AccountAssociation
from devops_agent_constructs.cli.aws import role_reader
from devops_agent_constructs.cli.aws.role_reader import read_assume_role_policies, read_roles
from devops_agent_constructs.cli.aws.session import Session
from devops_agent_constructs.migration.connected_role import ConnectedRole
from tests.diagnosis.roles import policy

AGENT_ROLE_ARN = "arn:aws:iam::111111111111:role/DevOpsAgentRole-AgentSpace"
ASSOCIATION = AccountAssociation(
    association_id="a",
    account_id="222222222222",
    account_type="source",
    role_arn="arn:aws:iam::222222222222:role/agents/Agent",
    external_id=None,
    elevated_role_arn=None,
    elevated_role_status=None,
    status="valid",
    updated_at=datetime(2026, 10, 20, tzinfo=timezone.utc),
)


class Stubs:
    """Clients that answer as told, for a session and for another account alike."""

    def __init__(self) -> None:
        made = boto3.Session(aws_access_key_id="a", aws_secret_access_key="b", region_name="us-east-1")
        self._clients: dict[str, Any] = {
            "sts": made.client("sts"),
            "iam": made.client("iam"),
            "cloudformation": made.client("cloudformation"),
        }
        self.sts, self.iam, self.cloudformation = map(Stubber, self._clients.values())
        for stubber in (self.sts, self.iam, self.cloudformation):
            stubber.activate()
        self.region_name = "us-east-1"
        self.profile = None

    def client(self, service: str) -> Any:
        """The client of a service."""
        return self._clients[service]

    def role(self, arn: str, **inline: Any) -> None:
        """Answer with a role and its inline policies."""
        name = arn.rpartition("/")[2]
        document = json.dumps(policy({"Effect": "Allow"}))
        role = {"Path": "/", "RoleName": name, "RoleId": "AROAEXAMPLEID12345678", "Arn": arn}
        made = datetime(2026, 10, 20, tzinfo=timezone.utc)
        self.iam.add_response("get_role", {"Role": {**role, "CreateDate": made, "AssumeRolePolicyDocument": document}})
        self.iam.add_response("list_attached_role_policies", {"AttachedPolicies": []})
        self.iam.add_response("list_role_policies", {"PolicyNames": list(inline)})
        for key, value in inline.items():
            answer = {"RoleName": name, "PolicyName": key, "PolicyDocument": json.dumps(value)}
            self.iam.add_response("get_role_policy", answer)


@pytest.fixture
def stubs(monkeypatch: pytest.MonkeyPatch) -> Stubs:
    """Return clients that take the place of the other account's, too."""
    made = Stubs()

    def other_account(session: Session, role_arn: str) -> Stubs:
        session.client("sts").assume_role(RoleArn=role_arn, RoleSessionName="devops-agent-accounts")
        return made

    monkeypatch.setattr(role_reader, "OtherAccount", other_account)
    return made


def read(stubs: Stubs) -> ConnectedRole:
    """Read the one role."""
    done: list[int] = []
    [role] = read_roles(
        cast("Session", stubs),
        [ASSOCIATION],
        assume_role_name="/audit/Audit",
        progress=done.append,
    )
    assert done == [1]
    return role


def assumed(stubs: Stubs) -> None:
    """Let the role of the account be assumed, by its whole ARN."""
    arn = "arn:aws:iam::222222222222:role/audit/Audit"
    stubs.sts.add_response("assume_role", {}, {"RoleArn": arn, "RoleSessionName": "devops-agent-accounts"})


def test_account_that_may_not_be_entered(stubs: Stubs) -> None:
    """The answer names what was denied and the role, so that somebody can allow it."""
    stubs.sts.add_client_error("assume_role", "AccessDenied")
    assert read(stubs).why_not_read == (
        "not read: AssumeRole is denied, with or to arn:aws:iam::222222222222:role/audit/Audit"
    )


def test_role_that_may_not_be_read(stubs: Stubs) -> None:
    """The same for the next call."""
    assumed(stubs)
    stubs.iam.add_client_error("get_role", "AccessDenied")
    assert read(stubs).why_not_read.startswith("not read: GetRole is denied")


@pytest.mark.parametrize(
    ("kind", "stack_name"), [("AWS::IAM::Role", "Legacy"), ("AWS::IAM::InstanceProfile", None)], ids=["role", "other"]
)
def test_stack_of_a_role(stubs: Stubs, kind: str, stack_name: str | None) -> None:
    """Another resource may have the role's name."""
    assumed(stubs)
    stubs.role(ASSOCIATION.role_arn)
    resource = {
        "StackName": "Legacy",
        "LogicalResourceId": "Role",
        "ResourceType": kind,
        "Timestamp": datetime(2026, 10, 20, tzinfo=timezone.utc),
        "ResourceStatus": "CREATE_COMPLETE",
    }
    parameters = {"PhysicalResourceId": "Agent"}
    stubs.cloudformation.add_response("describe_stack_resources", {"StackResources": [resource]}, parameters)
    assert read(stubs).stack_name == stack_name


def test_stack_that_is_not_known(stubs: Stubs, capsys: pytest.CaptureFixture[str]) -> None:
    """That nothing is known is not taken for no stack without a word."""
    assumed(stubs)
    stubs.role(ASSOCIATION.role_arn)
    stubs.cloudformation.add_client_error("describe_stack_resources", "AccessDenied")
    assert read(stubs).stack_name is None
    assert capsys.readouterr().err == (
        "note: whether a stack manages Agent is not known: DescribeStackResources is denied\n"
    )


def test_no_stack(stubs: Stubs) -> None:
    """CloudFormation says so by an error."""
    assumed(stubs)
    stubs.role(ASSOCIATION.role_arn)
    stubs.cloudformation.add_client_error("describe_stack_resources", "ValidationError")
    assert read(stubs).stack_name is None


@pytest.mark.parametrize("operation", ["assume_role", "get_role", "describe_stack_resources"])
def test_other_failures(stubs: Stubs, operation: str) -> None:
    """They are not taken for an answer, and do not end the plan of the other accounts."""
    if operation == "assume_role":
        stubs.sts.add_client_error(operation, "ServiceFailure")
    else:
        assumed(stubs)
    if operation == "get_role":
        stubs.iam.add_client_error(operation, "ServiceFailure")
    elif operation == "describe_stack_resources":
        stubs.role(ASSOCIATION.role_arn)
        stubs.cloudformation.add_client_error(operation, "ServiceFailure")
    role = read(stubs)
    assert role.is_unread
    assert "ServiceFailure" in role.why_not_read


def test_policies_of_the_agent_role(stubs: Stubs) -> None:
    """Those that allow sts:AssumeRole; one that does more, has a Deny or names another role is not deleted for it."""
    assume = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": [ASSOCIATION.role_arn]}
    other = {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "*"}
    stubs.role(
        AGENT_ROLE_ARN,
        Alone=policy(assume),
        Pattern=policy({**assume, "Resource": "arn:aws:iam::*:role/Agent"}),
        Mixed=policy(assume, other),
        Guarded=policy(assume, {**other, "Effect": "Deny"}),
        Elsewhere=policy({**assume, "Resource": [ASSOCIATION.role_arn, "arn:aws:iam::444444444444:role/Agent"]}),
        AllBut=policy({"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}),
        Other=policy(other),
    )
    found = read_assume_role_policies(cast("Session", stubs), AGENT_ROLE_ARN, role_arns={ASSOCIATION.role_arn})
    assert found == {
        "Alone": True,
        "Pattern": True,
        "Mixed": False,
        "Guarded": False,
        "Elsewhere": False,
        "AllBut": False,
    }


def test_agent_role_that_may_not_be_read(stubs: Stubs) -> None:
    """Nothing is known of it then."""
    stubs.iam.add_client_error("get_role", "AccessDenied")
    assert read_assume_role_policies(cast("Session", stubs), AGENT_ROLE_ARN, role_arns=()) is None
