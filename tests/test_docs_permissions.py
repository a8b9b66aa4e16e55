"""What docs/deploying.md and docs/security.md say of permissions and profiles is what AWS and the templates say."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import botocore.session
import pytest
import yaml
from aws_cdk import App
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

from devops_agent_constructs import (
    AgentSpaceArn,
    Onboarding,
    PrimaryAccount,
    SecondaryAccount,
    connect_accounts,
    service,
)
from devops_agent_constructs.policies.trust import trust_policy
from tests.markdown import ROOT, blocks

PAGE = ROOT / "docs" / "deploying.md"
BLOCKS = blocks(PAGE)
ARN = "arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c"
# Every account has a boundary or none, for good: a deployment that may take one away is what the page warns of.
BOUNDARIES = {"iam:DeleteRolePermissionsBoundary", "iam:PutRolePermissionsBoundary"}
# What the CDK CLI 2.1148.1 was seen to call in the emulator for a deployment, 2026-11-26; and to clean up after itself.
CLI = {
    "CreateChangeSet",
    "DescribeChangeSet",
    "DescribeStackEvents",
    "DescribeStacks",
    "ExecuteChangeSet",
    "GetTemplate",
}
CLEANS_UP = {"DeleteChangeSet"}


def handlers(kind: str) -> set[str]:
    """Return what CloudFormation's schema of a type says that making, reading, changing and removing it takes."""
    schema: dict[str, Any] = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    of = schema["handlers"]
    return {action for name in ("create", "read", "update", "delete") for action in of[name]["permissions"]}


def stacks() -> dict[str, dict[str, Any]]:
    """Return the templates of one account and its association."""
    app = App()
    accounts = [SecondaryAccount(account_id="222222222222")]
    connect_accounts(app, Onboarding(agent_space=ARN, accounts=accounts, primary=PrimaryAccount()))
    return {stack.stack_name: stack.template for stack in app.synth().stacks}


def test_policy_is_what_the_stack_takes() -> None:
    """The actions are CloudFormation's and the CLI's; the resources are the one stack and the one role."""
    [policy] = [json.loads(code) for language, code in BLOCKS if language == "json"]
    deploy, bootstrap, role, attach = policy["Statement"]
    [[name, template], _] = stacks().items()
    [resource] = template["Resources"].values()
    assert {*role["Action"], *attach["Action"]} == handlers(resource["Type"]) - BOUNDARIES
    assert role["Resource"] == attach["Resource"] == f"arn:aws:iam::222222222222:role/{service.SECONDARY_ROLE_NAME}"
    assert {*deploy["Action"]} == {f"cloudformation:{action}" for action in CLI | CLEANS_UP}
    assert deploy["Resource"] == f"arn:aws:cloudformation:us-east-1:222222222222:stack/{name}/*"
    assert bootstrap["Resource"] == deploy["Resource"].replace(name, "CDKToolkit")
    [managed] = resource["Properties"]["ManagedPolicyArns"]
    assert json.dumps(managed).count(attach["Condition"]["ArnEquals"]["iam:PolicyARN"].partition(":iam:")[2])


def test_trust_policy_of_the_security_page() -> None:
    """It is the one that the role gets."""
    [[_, code]] = blocks(ROOT / "docs" / "security.md")
    assert json.loads(code) == trust_policy([AgentSpaceArn.from_arn(ARN)])


def test_actions_for_an_agent_space_are_the_schema_s() -> None:
    """Each that the page names is one that CloudFormation's schema lists."""
    [row] = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| `DevOpsAgentSpace` | `aid")]
    actions = set(re.findall(r"`(\w+:\w+)`", row))
    assert actions <= handlers("AWS::DevOpsAgent::AgentSpace")
    assert len(actions) == 10


def test_types_of_each_stack_are_named() -> None:
    """The page's first table has them."""
    text = PAGE.read_text("utf-8")
    for name, template in stacks().items():
        [row] = [line for line in text.splitlines() if line.startswith(f"| `{name.partition('-')[0]}") and "::" in line]
        for resource in template["Resources"].values():
            assert f"`{resource['Type']}`" in row


def test_profiles_are_those_that_the_pipelines_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The AWS SDK reads them, and each has a role and the pipeline's token."""
    [profiles] = [code for language, code in BLOCKS if language == "ini"]
    (tmp_path / "aws-profiles.ini").write_text(profiles, encoding="utf-8")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "aws-profiles.ini"))
    read = botocore.session.Session().full_config["profiles"]
    for language, code in BLOCKS:
        if language == "yaml":
            yaml.safe_load(code)
            assert set(re.findall(r"--profile (\w+)", code)) == set(read)
            assert code.count("> token") == 1
    for profile in read.values():
        assert set(profile) == {"role_arn", "web_identity_token_file", "region"}
        assert profile["web_identity_token_file"] == "token"
