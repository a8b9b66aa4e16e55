"""What docs/deploying.md, docs/deployer_policies.md and docs/security.md say of permissions is what AWS says."""

from __future__ import annotations

import base64
import io
import json
import re
import shlex
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
    PrimaryAccountStack,
    SecondaryAccount,
    config,
    connect_accounts,
    service,
)
from devops_agent_constructs.policies.trust import trust_policy
from scripts.deployer_policies.accounts_files import FILES
from tests import iam_reference
from tests.markdown import ROOT, blocks, commands

PAGE = ROOT / "docs" / "deploying.md"
BLOCKS = blocks(PAGE)
POLICIES: dict[str, dict[str, Any]] = {
    title.replace("`", ""): json.loads(code)
    for title, code in re.findall(
        "^##+ (.*)\n(?:(?!#|```).*\n)*```json\n((?:(?!```).*\n)*)```",
        (ROOT / "docs" / "deployer_policies.md").read_text("utf-8"),
        re.MULTILINE,
    )
}
PIPELINES = {
    "token.actions.githubusercontent.com": "repo:example@123456/accounts@456789:environment:deploy",
    "gitlab.com": "project_path:example/accounts:ref_type:branch:ref:main",
}
STRANGERS = [
    # The same names, given to somebody else, and a repository that has no ids.
    ("token.actions.githubusercontent.com", "repo:example@654321/accounts@456789:environment:deploy"),
    ("token.actions.githubusercontent.com", "repo:example@123456/accounts@987654:environment:deploy"),
    ("token.actions.githubusercontent.com", "repo:example/accounts:environment:deploy"),
    # Jobs of the repository that no reviewer agreed to.
    ("token.actions.githubusercontent.com", "repo:example@123456/accounts@456789:environment:deploy-2"),
    ("token.actions.githubusercontent.com", "repo:example@123456/accounts@456789:ref:refs/heads/main"),
    ("token.actions.githubusercontent.com", "repo:example@123456/accounts@456789:pull_request"),
    ("gitlab.com", "project_path:fork/accounts:ref_type:branch:ref:main"),
    ("gitlab.com", "project_path:example/accounts:ref_type:branch:ref:main-2"),
    ("gitlab.com", "project_path:example/accounts:ref_type:tag:ref:main"),
]
ROLE = "arn:aws:iam::222222222222:role/DevOpsAgentRole-SecondaryAccount"
BOUNDED = ROLE.replace("222222222222", "333333333333")
FUNCTION_ROLE = "arn:aws:iam::111111111111:role/DevOpsAgentAccountSync"
BOUNDARY = "arn:aws:iam::333333333333:policy/DevOpsAgentBoundary"
ADMINISTRATOR = {"iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess"}
BOOTSTRAP = "arn:aws:iam::222222222222:role/cdk-hnb659fds-"
OF_ORGANIZATION = {"aws:ResourceOrgID": "o-a1b2c3d4e5"}
# What the page warns of in bold, of resources that are somebody else's.
WARNINGS: list[tuple[str, str, str, dict[str, str]]] = [
    ("A secondary account, with a boundary", "iam:UpdateAssumeRolePolicy", BOUNDED, {}),
    (
        "With an agent role",
        "iam:CreatePolicyVersion",
        "arn:aws:iam::111111111111:policy/DevOpsAgentPrimary-AccessAssumeSecondaryRoles1F509EA40-1A2B3C4D5E6F",
        {},
    ),
    (
        "The organization, from the management account",
        "cloudformation:UpdateStackSet",
        "arn:aws:cloudformation:us-east-1:999999999999:type/resource/AWS-IAM-Role",
        {},
    ),
    (
        "A new Agent Space",
        "aidevops:DeleteAgentSpace",
        "arn:aws:aidevops:us-east-1:111111111111:agentspace/another",
        {},
    ),
    (
        "With IAM Identity Center",
        "sso:DeleteApplication",
        "arn:aws:sso::111111111111:application/ssoins-1234567890abcdef/another",
        {},
    ),
    ("With vended_logs", "logs:DeleteDelivery", "arn:aws:logs:us-east-1:111111111111:delivery:another", {}),
    (
        "With health",
        "cloudwatch:DeleteDashboards",
        "arn:aws:cloudwatch::111111111111:dashboard/HealthDashboardOfAnother",
        {},
    ),
    ("For an organization", "sts:AssumeRole", f"{BOOTSTRAP}deploy-role-222222222222-us-east-1", OF_ORGANIZATION),
]
ESCALATIONS: list[tuple[str, str, str, dict[str, str]]] = [
    ("A secondary account", "iam:CreateRole", ROLE + "2", {}),
    ("A secondary account", "iam:CreateRole", ROLE.replace("role/", "role/path/"), {}),
    ("A secondary account", "iam:PutRolePolicy", "arn:aws:iam::222222222222:role/Administrator", {}),
    ("A secondary account", "iam:AttachRolePolicy", ROLE, ADMINISTRATOR),
    ("A secondary account", "iam:PassRole", ROLE, {"iam:PassedToService": "ec2.amazonaws.com"}),
    ("A secondary account", "sts:AssumeRole", ROLE, {}),
    *(
        ("A secondary account, with a boundary", action, BOUNDED, context)
        for action in ("iam:CreateRole", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary")
        for context in ({}, {"iam:PermissionsBoundary": BOUNDARY + "2"})
    ),
    ("A secondary account, with a boundary", "iam:DeleteRolePermissionsBoundary", BOUNDED, {}),
    ("A secondary account, with a boundary", "iam:CreatePolicyVersion", BOUNDARY, {}),
    ("The associations", "iam:PassRole", FUNCTION_ROLE, {"iam:PassedToService": "lambda.amazonaws.com"}),
    (
        "With an agent role",
        "iam:AttachRolePolicy",
        "arn:aws:iam::111111111111:role/DevOpsAgentRole-AgentSpace",
        ADMINISTRATOR,
    ),
    *(
        ("For an organization", "sts:AssumeRole", BOOTSTRAP + name, context)
        for name, context in (
            ("deploy-role-222222222222-us-east-1", {}),
            ("deploy-role-222222222222-us-east-1", {"aws:ResourceOrgID": "o-another000"}),
            ("deploy-role-222222222222-us-west-2", OF_ORGANIZATION),
            ("cfn-exec-role-222222222222-us-east-1", OF_ORGANIZATION),
        )
    ),
    ("The sync", "iam:PassRole", FUNCTION_ROLE, {"iam:PassedToService": "ec2.amazonaws.com"}),
    ("The sync", "iam:AttachRolePolicy", FUNCTION_ROLE, ADMINISTRATOR),
    ("The sync", "lambda:UpdateFunctionCode", "arn:aws:lambda:us-east-1:111111111111:function:Other", {}),
    ("With health", "kms:Decrypt", "arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab", {}),
    ("With a key", "kms:Decrypt", "arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab", {}),
    (
        "A new Agent Space",
        "iam:CreateServiceLinkedRole",
        "arn:aws:iam::111111111111:role/aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport",
        {"iam:AWSServiceName": "support.amazonaws.com"},
    ),
]
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
# To say why a change set is refused.
EXPLAINS = {"DescribeEvents"}


def handlers(kind: str) -> set[str]:
    """Return what a type's schema says that making, reading, changing, tagging and removing it takes."""
    schema: dict[str, Any] = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    of = schema["handlers"]
    found = {action for name in ("create", "read", "update", "delete") for action in of[name]["permissions"]}
    return found | {*schema.get("tagging", {}).get("permissions", ())}


def stacks() -> dict[str, dict[str, Any]]:
    """Return the templates of one account and its association."""
    app = App()
    accounts = [SecondaryAccount(account_id="222222222222")]
    connect_accounts(app, Onboarding(agent_space=ARN, accounts=accounts, primary=PrimaryAccount()))
    return {stack.stack_name: stack.template for stack in app.synth().stacks}


def test_policy_is_what_the_stack_takes() -> None:
    """The actions are CloudFormation's and the CLI's; the resources are the one stack and the one role."""
    deploy, remove, role, attach = POLICIES["A secondary account"]["Statement"]
    [[name, template], _] = stacks().items()
    [resource] = template["Resources"].values()
    assert {*role["Action"], *attach["Action"]} == handlers(resource["Type"]) - BOUNDARIES
    assert role["Resource"] == attach["Resource"] == f"arn:aws:iam::222222222222:role/{service.SECONDARY_ROLE_NAME}"
    assert {*deploy["Action"]} == {f"cloudformation:{action}" for action in CLI | CLEANS_UP | EXPLAINS}
    assert remove["Action"] == "cloudformation:DeleteStack"
    stack = f"arn:aws:cloudformation:us-east-1:222222222222:stack/{name}/*"
    assert deploy["Resource"] == remove["Resource"] == stack
    [managed] = resource["Properties"]["ManagedPolicyArns"]
    assert json.dumps(managed).count(attach["Condition"]["ArnEquals"]["iam:PolicyARN"].partition(":iam:")[2])


def test_policies_of_many_accounts_are_those_of_few() -> None:
    """The agent role's policies are more than one from about 91 accounts on, and the deployer may make each."""
    accounts = [SecondaryAccount(account_id=str(200000000000 + number)) for number in range(150)]
    space, agent_role = AgentSpaceArn.from_arn(ARN), "arn:aws:iam::111111111111:role/DevOpsAgentRole-AgentSpace"
    app = App()
    PrimaryAccountStack(
        app, "DevOpsAgentPrimary", agent_space=space, accounts=accounts, generation="ga", agent_role_arn=agent_role
    )
    [stack] = app.synth().stacks
    found = [name for name, one in stack.template["Resources"].items() if one["Type"] == "AWS::IAM::ManagedPolicy"]
    assert len(found) > 1
    for name in found:
        made = f"arn:aws:iam::111111111111:policy/DevOpsAgentPrimary-{name}-1A2B3C4D5E6F"
        for action, resource in (("iam:CreatePolicy", made), ("iam:AttachRolePolicy", agent_role)):
            policies, context = [POLICIES["With an agent role"]], {"iam:PolicyARN": made}
            assert iam_reference.access_allowed(action, resource, identity=policies, context=context)


def test_bootstrap_policy_is_full_when_the_page_says() -> None:
    """With as many accounts as it says it is a managed policy still, with one more it is none."""
    [statement] = POLICIES["Through cdk bootstrap"]["Statement"]
    page = (ROOT / "docs" / "deployer_policies.md").read_text("utf-8")
    [fitting] = re.findall("A managed policy holds 6,144 characters, which is ([0-9]+) accounts", page)

    def length(accounts: int) -> int:
        whole = {"Version": "2012-10-17", "Statement": [{**statement, "Resource": statement["Resource"] * accounts}]}
        return len(json.dumps(whole, separators=(",", ":")))

    assert length(int(fitting)) <= 6144 < length(int(fitting) + 1)


def test_every_resource_may_be_tagged() -> None:
    """The accounts file's tags are the stack's, and so those of all that it has."""
    for title, action in (("A secondary account", "iam:ListRoleTags"), ("The sync", "lambda:ListTags")):
        statements = POLICIES[title]["Statement"]
        assert [one for one in statements if action in one["Action"]], (title, action)


@pytest.mark.parametrize(("title", "action", "resource", "context"), ESCALATIONS)
def test_a_deployer_cannot_reach_further(title: str, action: str, resource: str, context: dict[str, str]) -> None:
    """No other role, no other policy, no other service, and no way out of a boundary."""
    assert not iam_reference.access_allowed(action, resource, identity=[POLICIES[title]], context=context)


@pytest.mark.parametrize(("title", "action", "resource", "context"), WARNINGS)
def test_what_the_page_warns_of_is_so(title: str, action: str, resource: str, context: dict[str, str]) -> None:
    """A warning of what a policy no longer allows would hide those that hold."""
    assert iam_reference.access_allowed(action, resource, identity=[POLICIES[title]], context=context)


def test_boundary_of_an_app_bounds_all_roles_but_those_of_a_stack_set(tmp_path: Path) -> None:
    """As the page says, by the CDK's context alone."""
    app = App(context={"@aws-cdk/core:permissionsBoundary": {"name": "Bound"}})
    for name in ("iam", "organization"):
        (tmp_path / f"{name}.yaml").write_text(FILES[name], encoding="utf-8")
        connect_accounts(app, config.from_file(tmp_path / f"{name}.yaml"))
    resources = [one for stack in app.synth().stacks for one in stack.template["Resources"].values()]
    roles = [one["Properties"] for one in resources if one["Type"] == "AWS::IAM::Role"]
    assert len(roles) == 2
    assert all(":policy/Bound" in json.dumps(role["PermissionsBoundary"]) for role in roles)
    [stack_set] = [one for one in resources if one["Type"] == "AWS::CloudFormation::StackSet"]
    assert "PermissionsBoundary" not in stack_set["Properties"]["TemplateBody"]


def test_a_role_in_a_boundary_stays_in_it() -> None:
    """With the boundary the same requests are allowed; nothing allows to take it away."""
    policy = POLICIES["A secondary account, with a boundary"]
    for action in ("iam:CreateRole", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary"):
        context = {"iam:PermissionsBoundary": BOUNDARY}
        assert iam_reference.access_allowed(action, BOUNDED, identity=[policy], context=context)
    assert "DeleteRolePermissionsBoundary" not in json.dumps(POLICIES)


def test_trust_policy_of_the_security_page() -> None:
    """It is the one that the role gets."""
    [[_, code]] = blocks(ROOT / "docs" / "security.md")
    assert json.loads(code) == trust_policy([AgentSpaceArn.from_arn(ARN)])


def test_actions_for_an_agent_space_are_the_schema_s() -> None:
    """Those of the page are the ones that CloudFormation's schemas of the space and its association list."""
    listed = handlers("AWS::DevOpsAgent::AgentSpace") | handlers("AWS::DevOpsAgent::Association")
    [statement] = [one for one in POLICIES["A new Agent Space"]["Statement"] if one["Sid"] == "AgentSpace"]
    [provider] = [one for one in POLICIES["With an identity provider"]["Statement"] if one["Sid"] != "GetSecretValue"]
    assert {*statement["Action"], provider["Action"]} == {one for one in listed if one.startswith("aidevops:")}


def admitted(provider: str, sub: str, audience: str = "sts.amazonaws.com") -> bool:
    """Tell whether the page's trust policy for a provider admits a token."""
    [trust] = [
        json.loads(code) for language, code in BLOCKS if language == "json" and f"oidc-provider/{provider}" in code
    ]
    pipeline = iam_reference.federated(f"arn:aws:iam::222222222222:oidc-provider/{provider}")
    context = {f"{provider}:sub": sub, f"{provider}:aud": audience}
    return iam_reference.trust_admits(trust, pipeline, action="sts:AssumeRoleWithWebIdentity", context=context)


@pytest.mark.parametrize(("provider", "sub"), PIPELINES.items())
def test_role_of_a_pipeline_admits_its_token(provider: str, sub: str) -> None:
    """And none for somebody else."""
    assert admitted(provider, sub)
    assert not admitted(provider, sub, audience="https://example.org")


@pytest.mark.parametrize(("provider", "sub"), STRANGERS)
def test_role_of_a_pipeline_admits_no_other(provider: str, sub: str) -> None:
    """No other branch, no fork, no tag, no job without the environment, and nobody who got a name that was free."""
    assert not admitted(provider, sub)


def test_environment_of_the_workflow_is_the_subject_s() -> None:
    """The page's workflow gets a token that the page's trust policy admits, and its table has that subject."""
    [workflow] = [yaml.safe_load(code) for language, code in BLOCKS if language == "yaml" and "id-token: write" in code]
    sub = PIPELINES["token.actions.githubusercontent.com"]
    assert sub.endswith(f":environment:{workflow['environment']}")
    assert f"`{sub}`" in PAGE.read_text("utf-8")


def test_command_that_prints_the_subject(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """It reads the subject of a token, whose parts are of any length, and prints nothing else of it."""
    [command] = [one for one in commands(PAGE) if one.startswith("python3 -c ")]
    _, _, code, *reads = shlex.split(command)
    assert reads == ["<", "token"]
    for length in range(4):
        payload = json.dumps({"sub": "repo:example~?>" + "o" * length}).encode()
        part = base64.urlsafe_b64encode(payload).decode().rstrip("=")
        monkeypatch.setattr("sys.stdin", io.StringIO(f"header.{part}.signature\n"))
        exec(code, {})
        assert capsys.readouterr().out == "repo:example~?>" + "o" * length + "\n"


def test_bootstrap_of_the_pipeline_is_its_own() -> None:
    """The example of CDK Pipelines has two qualifiers, and the page makes the pipeline's."""
    [code] = [code for language, code in BLOCKS if language == "python" and "pipelines" in code]
    [qualifier] = re.findall(r'DefaultStackSynthesizer\(qualifier="(\w+)"\)', code)
    assert qualifier not in re.findall(r'bootstrap_qualifier="(\w+)"', code)
    assert f"--qualifier {qualifier} " in PAGE.read_text("utf-8")


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
