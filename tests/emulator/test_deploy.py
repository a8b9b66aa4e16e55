"""An accounts file becomes a role, and the role moves to another generation, by the real CDK CLI."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.emulator.cdk import Cdk, CdkError
from tests.emulator.live_role import LiveRole
from tests.emulator.server import Emulator

pytestmark = pytest.mark.emulator

STACK_ID = "DevOpsAgentSecondary-222222222222"
ACCOUNTS_FILE = """\
agent_space_arn: arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c
agent_role_arn: arn:aws:iam::111111111111:role/DevOpsAgentRole-AgentSpace
generation: {generation}
role:
  permissions_boundary: WorkloadBoundary
  max_session_seconds: 7200
  capabilities:
    - s3_objects: {{buckets: [orders-logs]}}
accounts:
  - id: "222222222222"
    region: eu-west-1
"""
SPACE_ARN = "arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c"
TRUST_SERVICE = {
    "Effect": "Allow",
    "Principal": {"Service": "aidevops.amazonaws.com"},
    "Action": "sts:AssumeRole",
    "Condition": {"StringEquals": {"aws:SourceAccount": "111111111111"}, "ArnLike": {"aws:SourceArn": SPACE_ARN}},
}
TRUST_AGENT_ROLE = {
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::111111111111:role/DevOpsAgentRole-AgentSpace"},
    "Action": "sts:AssumeRole",
    "Condition": {"StringEquals": {"sts:ExternalId": SPACE_ARN}},
}
SUPPORT = {
    "Sid": "AllowAwsSupportActions",
    "Effect": "Allow",
    "Action": ["support:CreateCase", "support:DescribeCases"],
    "Resource": "*",
}
RESOURCE_EXPLORER = {
    "Sid": "AllowCreateServiceLinkedRoles",
    "Effect": "Allow",
    "Action": "iam:CreateServiceLinkedRole",
    "Resource": (
        "arn:aws:iam::222222222222:role/aws-service-role/resource-explorer-2.amazonaws.com/"
        "AWSServiceRoleForResourceExplorer"
    ),
    "Condition": {"StringEquals": {"iam:AWSServiceName": "resource-explorer-2.amazonaws.com"}},
}
EXPANDED = {
    "Sid": "AllowExpandedAIOpsAssistantPolicy",
    "Effect": "Allow",
    "Action": [
        "aidevops:GetKnowledgeItem",
        "aidevops:ListKnowledgeItems",
        "eks:AccessKubernetesApi",
        "resource-explorer-2:Search",
        "route53:GetHealthCheckStatus",
        "synthetics:GetCanaryRuns",
    ],
    "Resource": "*",
}
BUCKETS = {"Sid": "S3Buckets", "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::orders-logs"}
OBJECTS = {"Sid": "S3Objects", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::orders-logs/*"}


EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


class Account:
    """A secondary account, and somebody who writes its accounts file and deploys it."""

    def __init__(self, emulator: Emulator, folder: Path) -> None:
        self._file, self._environment = folder / "accounts.yaml", emulator.environment("222222222222", "eu-west-1")
        self._cdk = Cdk(folder, context={"devops-agent-constructs:configFile": str(self._file)})
        self.iam = emulator.client("iam", "222222222222")

    def deploy(self, generation: str) -> LiveRole:
        """Write the accounts file, deploy it, and read the role over the IAM API."""
        self._file.write_text(ACCOUNTS_FILE.format(generation=generation))
        outputs = self._cdk.deploy(STACK_ID, environment=self._environment)
        assert outputs["RoleArn"] == "arn:aws:iam::222222222222:role/DevOpsAgentRole-SecondaryAccount"
        return LiveRole.read(self.iam, outputs["RoleName"])

    def destroy(self) -> None:
        """Delete the stack of the last deployment."""
        self._cdk.destroy(STACK_ID, environment=self._environment, app=self._cdk.assembly)


@pytest.fixture
def account(emulator: Emulator, tmp_path: Path) -> Account:
    """The account, with the agent role in its primary account."""
    primary = emulator.client("iam", "111111111111")
    primary.create_role(RoleName="DevOpsAgentRole-AgentSpace", AssumeRolePolicyDocument="{}")
    return Account(emulator, tmp_path)


def expected(role_id: str, trust: list[dict[str, Any]], managed: list[str], inline: list[dict[str, Any]]) -> LiveRole:
    """The whole role, of which a generation changes who may assume it and what it may do."""
    return LiveRole(
        arn="arn:aws:iam::222222222222:role/DevOpsAgentRole-SecondaryAccount",
        role_id=role_id,
        description="Lets AWS DevOps Agent investigate this account",
        max_session_seconds=7200,
        permissions_boundary_arn="arn:aws:iam::222222222222:policy/WorkloadBoundary",
        trust_policy={"Version": "2012-10-17", "Statement": trust},
        managed_policy_arns=[f"arn:aws:iam::aws:policy/{name}" for name in managed],
        inline_policies={"DevOpsAgentInlinePolicy": {"Version": "2012-10-17", "Statement": inline}},
        tags={},
    )


def test_generations_change_the_same_role(account: Account) -> None:
    """Each deployment leaves what its generation needs, in the role of the first one; `destroy` leaves nothing."""
    account.iam.create_policy(PolicyName="WorkloadBoundary", PolicyDocument=json.dumps(EVERYTHING))

    ga = account.deploy("ga")
    assert ga == expected(
        ga.role_id,
        trust=[TRUST_SERVICE],
        managed=["AIDevOpsAgentAccessPolicy"],
        inline=[RESOURCE_EXPLORER, BUCKETS, OBJECTS],
    )
    assert account.deploy("transition") == expected(
        ga.role_id,
        trust=[TRUST_SERVICE, TRUST_AGENT_ROLE],
        managed=["AIDevOpsAgentAccessPolicy", "AIOpsAssistantPolicy"],
        inline=[SUPPORT, RESOURCE_EXPLORER, EXPANDED, BUCKETS, OBJECTS],
    )
    assert account.deploy("preview") == expected(
        ga.role_id,
        trust=[TRUST_AGENT_ROLE],
        managed=["AIOpsAssistantPolicy"],
        inline=[SUPPORT, EXPANDED, BUCKETS, OBJECTS],
    )
    account.destroy()
    assert account.iam.list_roles()["Roles"] == []


def test_a_missing_boundary_stops_the_deployment(account: Account) -> None:
    """The CDK CLI fails, its message says which policy the account lacks, and there is no role."""
    with pytest.raises(CdkError, match="failed to deploy") as failed:
        account.deploy("ga")

    missing = "NoSuchEntity: Scope ARN: arn:aws:iam::222222222222:policy/WorkloadBoundary does not exist"
    assert missing in failed.value.output
    assert account.iam.list_roles()["Roles"] == []
