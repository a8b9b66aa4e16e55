"""An accounts file becomes a role, and the role moves to another generation, by the real CDK CLI."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.emulator.cdk import CdkError
from tests.emulator.live_role import LiveRole
from tests.emulator.primary_account import AGENT_ROLE, PrimaryAccount
from tests.emulator.ready_made_app import ReadyMadeApp
from tests.emulator.server import Emulator
from tests.emulator.stack import role_names

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

SECONDARY, PRIMARY = "DevOpsAgentSecondary-222222222222", "DevOpsAgentPrimary"
REGIONS = {SECONDARY: "eu-west-1", PRIMARY: "us-east-1"}
AGENT_POLICY = "arn:aws:iam::aws:policy/AIDevOpsAgentAccessPolicy"
ACCOUNTS_FILE = """\
agent_space_arn: arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c
agent_role_arn: arn:aws:iam::111111111111:role/DevOpsAgentRole-AgentSpace
generation: {generation}
primary: {{}}
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


@pytest.fixture
def app(emulator: Emulator, tmp_path: Path) -> ReadyMadeApp:
    """The ready-made app, not yet deployed."""
    return ReadyMadeApp(emulator, tmp_path)


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


def accounts_file(generation: str, *, agent_role: bool = True) -> str:
    """The accounts file for a generation; the agent role is only for those that need it."""
    lines = ACCOUNTS_FILE.format(generation=generation).splitlines(keepends=True)
    return "".join(line for line in lines if agent_role or not line.startswith("agent_role_arn"))


def test_the_migration_keeps_role_and_association(app: ReadyMadeApp, primary: PrimaryAccount, iam: IAMClient) -> None:
    """From the preview to today's set-up: the same role and the same association, valid at every step."""
    primary.create_agent_role()
    iam.create_policy(PolicyName="WorkloadBoundary", PolicyDocument=json.dumps(EVERYTHING))

    def deploy(*stacks: str) -> LiveRole:
        for stack_id in stacks:
            app.deploy(stack_id, REGIONS[stack_id])
        return check()

    def check() -> LiveRole:
        association = primary.validate()["222222222222"]
        assert (association.status, association.why_invalid) == ("valid", None)
        association_ids.add(association.association_id)
        return LiveRole.read(iam, "DevOpsAgentRole-SecondaryAccount")

    association_ids: set[str] = set()
    app.write(accounts_file("preview"))
    preview = deploy(SECONDARY, PRIMARY)
    assert preview == expected(
        preview.role_id,
        trust=[TRUST_AGENT_ROLE],
        managed=["AIOpsAssistantPolicy"],
        inline=[SUPPORT, EXPANDED, BUCKETS, OBJECTS],
    )
    app.write(accounts_file("transition"))
    assert deploy(SECONDARY) == expected(
        preview.role_id,
        trust=[TRUST_SERVICE, TRUST_AGENT_ROLE],
        managed=["AIDevOpsAgentAccessPolicy", "AIOpsAssistantPolicy"],
        inline=[SUPPORT, RESOURCE_EXPLORER, EXPANDED, BUCKETS, OBJECTS],
    )
    app.write(accounts_file("ga", agent_role=False))
    app.deploy_without_cli(SECONDARY, REGIONS[SECONDARY])
    assert check() == expected(
        preview.role_id,
        trust=[TRUST_SERVICE],
        managed=["AIDevOpsAgentAccessPolicy"],
        inline=[RESOURCE_EXPLORER, BUCKETS, OBJECTS],
    )
    assert len(LiveRole.read(primary.iam, AGENT_ROLE).managed_policy_arns) == 2
    app.deploy_without_cli(PRIMARY)
    check()
    assert LiveRole.read(primary.iam, AGENT_ROLE).managed_policy_arns == [AGENT_POLICY]
    assert len(association_ids) == 1


def test_a_missing_boundary_stops_the_deployment(app: ReadyMadeApp, primary: PrimaryAccount, iam: IAMClient) -> None:
    """The CDK CLI fails, its message says which policy the account lacks, and there is no role."""
    primary.create_agent_role()
    app.write(accounts_file("ga"))
    with pytest.raises(CdkError, match="failed to deploy") as failed:
        app.deploy(SECONDARY, REGIONS[SECONDARY])

    missing = "NoSuchEntity: Scope ARN: arn:aws:iam::222222222222:policy/WorkloadBoundary does not exist"
    assert missing in failed.value.output
    assert role_names(iam) == []
