"""OrganizationRollout: the StackSet as it is synthesized."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from aws_cdk import App, Duration, LegacyStackSynthesizer, Stack, Tags
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Annotations, Match

from devops_agent_constructs import (
    AgentSpace,
    AgentSpaceArn,
    CallAs,
    Capability,
    Generation,
    KmsDecrypt,
    OnboardingInputError,
    OperationPreferences,
    OrganizationRollout,
    PrimaryAccountAccess,
    S3Objects,
    SelfManagedDeployment,
    ServiceManagedDeployment,
)
from devops_agent_constructs.templates import secondary_account_template
from tests.conftest import AGENT_ROLE_ARN, SPACE, SPACE_ARN, lint_findings, nag_findings, role_of, template_of
from tests.organization.rollouts import DELEGATED, ROOT, UNIT, rolled_out, stack_of, stack_sets


def test_a_unit(stack: Stack) -> None:
    """Every property; the primary account is left out, as it has the agent role."""
    rolled_out(stack)
    [properties] = stack_sets(stack)
    assert properties == {
        "StackSetName": "DevOpsAgentSecondary",
        "Description": "The role through which AWS DevOps Agent investigates each account",
        "PermissionModel": "SERVICE_MANAGED",
        "CallAs": "SELF",
        "AutoDeployment": {"Enabled": True, "RetainStacksOnAccountRemoval": False},
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
        "ManagedExecution": {"Active": True},
        "OperationPreferences": {
            "ConcurrencyMode": "SOFT_FAILURE_TOLERANCE",
            "FailureTolerancePercentage": 10,
            "MaxConcurrentPercentage": 25,
        },
        "Parameters": [
            {"ParameterKey": "AgentSpaceArn", "ParameterValue": SPACE_ARN},
            {"ParameterKey": "PrimaryAccountId", "ParameterValue": "111111111111"},
        ],
        "StackInstancesGroup": [
            {
                "DeploymentTargets": {
                    "OrganizationalUnitIds": [UNIT],
                    "Accounts": ["111111111111"],
                    "AccountFilterType": "DIFFERENCE",
                },
                "Regions": ["us-east-1"],
            }
        ],
        "TemplateBody": secondary_account_template(agent_space=SPACE),
    }


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            {"exclude_accounts": ["333333333333", "222222222222", "111111111111"]},
            {"Accounts": ["111111111111", "222222222222", "333333333333"], "AccountFilterType": "DIFFERENCE"},
        ),
        ({"only_accounts": ["222222222222"]}, {"Accounts": ["222222222222"], "AccountFilterType": "INTERSECTION"}),
    ],
)
def test_filters(stack: Stack, arguments: dict[str, Any], expected: dict[str, Any]) -> None:
    """Excluded accounts, or only some; never UNION, which CloudFormation's handler refuses."""
    deployment = ServiceManagedDeployment(organizational_units=[UNIT], call_as=CallAs.SELF, **arguments)
    rolled_out(stack, deployment=deployment)
    [properties] = stack_sets(stack)
    [group] = properties["StackInstancesGroup"]
    assert group["DeploymentTargets"] == {"OrganizationalUnitIds": [UNIT], **expected}


def test_additional_accounts_follow_nobody(stack: Stack) -> None:
    """A StackSet of their own without auto-deployment: with the root as its target it could reach everybody."""
    deployment = ServiceManagedDeployment(
        organizational_units=[UNIT],
        call_as=CallAs.SELF,
        additional_accounts=["333333333333", "222222222222"],
        organization_root=ROOT,
        retain_stacks_on_account_removal=True,
    )
    rollout = rolled_out(stack, deployment=deployment)
    [first, second] = stack_sets(stack)
    assert rollout.additional_stack_set is not None
    assert first["AutoDeployment"] == {"Enabled": True, "RetainStacksOnAccountRemoval": True}
    different = {name: value for name, value in second.items() if first[name] != value}
    assert different == {
        "StackSetName": "DevOpsAgentSecondary-AdditionalAccounts",
        "AutoDeployment": {"Enabled": False},
        "StackInstancesGroup": [
            {
                "DeploymentTargets": {
                    "OrganizationalUnitIds": [ROOT],
                    "Accounts": ["222222222222", "333333333333"],
                    "AccountFilterType": "INTERSECTION",
                },
                "Regions": ["us-east-1"],
            }
        ],
    }


def test_self_managed(stack: Stack) -> None:
    """A list of accounts, and the roles that their owners made; nothing of Organizations."""
    deployment = SelfManagedDeployment(
        accounts=["333333333333", "222222222222"],
        administration_role_arn="arn:aws:iam::999999999999:role/Administration",
        execution_role_name="Execution",
    )
    rolled_out(stack, deployment=deployment)
    [properties] = stack_sets(stack)
    assert properties["PermissionModel"] == "SELF_MANAGED"
    assert properties["AdministrationRoleARN"] == "arn:aws:iam::999999999999:role/Administration"
    assert properties["ExecutionRoleName"] == "Execution"
    assert not {"CallAs", "AutoDeployment"} & set(properties)
    [group] = properties["StackInstancesGroup"]
    assert group["DeploymentTargets"] == {"Accounts": ["222222222222", "333333333333"]}
    Annotations.from_stack(stack).has_no_warning("*", Match.any_value())


@pytest.mark.parametrize("generation", Generation)
def test_generations_and_settings(stack: Stack, generation: Generation) -> None:
    """The child template is that of the same settings, and has the parameters that it needs."""
    capabilities: list[Capability] = [S3Objects(buckets=["orders-logs"])]
    rolled_out(
        stack,
        generation=generation,
        agent_role_arn=AGENT_ROLE_ARN,
        role_name="Agent",
        path="/operations/",
        description="For the agent",
        capabilities=capabilities,
        managed_policies=["Own"],
        permissions_boundary="Boundary",
        max_session=Duration.hours(2),
        region="eu-west-1",
        stack_set_name="Agent",
        operation_preferences=OperationPreferences(failure_tolerance_count=3, max_concurrent_count=4),
    )
    [properties] = stack_sets(stack)
    template = secondary_account_template(
        agent_space=SPACE,
        generation=generation,
        agent_role_arn=AGENT_ROLE_ARN,
        role_name="Agent",
        path="/operations/",
        description="For the agent",
        capabilities=capabilities,
        managed_policies=["Own"],
        permissions_boundary="Boundary",
        max_session_seconds=7200,
    )
    assert properties["TemplateBody"] == template
    assert [parameter["ParameterKey"] for parameter in properties["Parameters"]] == list(template["Parameters"])
    assert properties["StackSetName"] == "Agent"
    assert properties["StackInstancesGroup"][0]["Regions"] == ["eu-west-1"]
    assert properties["OperationPreferences"] == {
        "ConcurrencyMode": "SOFT_FAILURE_TOLERANCE",
        "FailureToleranceCount": 3,
        "MaxConcurrentCount": 4,
    }
    assert lint_findings(template_of(stack)) == []


def test_an_agent_space_of_the_same_stack(app: App) -> None:
    """Its real ARN is a parameter, so that one deployment is enough; the template has no copy of it."""
    stack = Stack(app, "Stack", synthesizer=LegacyStackSynthesizer())
    space = AgentSpace(stack, "AgentSpace", name="Operations").agent_space_arn
    rollout = rolled_out(stack, agent_space=space, deployment=DELEGATED)
    access = PrimaryAccountAccess(
        stack, "Access", agent_space=space, accounts=rollout.secondary_accounts(["222222222222"])
    )
    access.node.add_dependency(rollout)
    resources = template_of(stack)["Resources"]
    [logical_id] = [name for name, resource in resources.items() if resource["Type"] == "AWS::CloudFormation::StackSet"]
    properties = resources[logical_id]["Properties"]
    assert properties["Parameters"] == [
        {"ParameterKey": "AgentSpaceArn", "ParameterValue": {"Fn::GetAtt": ["AgentSpace1AC41F5B", "Arn"]}},
        {"ParameterKey": "PrimaryAccountId", "ParameterValue": {"Ref": "AWS::AccountId"}},
    ]
    assert json.loads(properties["TemplateBody"]) == secondary_account_template()
    [group] = properties["StackInstancesGroup"]
    assert group["DeploymentTargets"]["Accounts"] == [{"Ref": "AWS::AccountId"}]
    [association] = [resource for name, resource in resources.items() if "Source222222222222" in name]
    assert logical_id in association["DependsOn"]
    assert lint_findings(template_of(stack)) == []


def test_a_resource_of_the_same_stack(stack: Stack) -> None:
    """Its ARN is joined into the text of the child template, which stays JSON."""
    bucket = s3.Bucket(stack, "Logs")
    rolled_out(stack, capabilities=[S3Objects(buckets=[bucket.bucket_arn])])
    [properties] = [
        resource["Properties"]
        for resource in template_of(stack)["Resources"].values()
        if resource["Type"] == "AWS::CloudFormation::StackSet"
    ]
    [separator, parts] = properties["TemplateBody"]["Fn::Join"]
    text = separator.join(part if isinstance(part, str) else "arn:aws:s3:::orders-logs" for part in parts)
    assert json.loads(text) == secondary_account_template(
        agent_space=SPACE, capabilities=[S3Objects(buckets=["arn:aws:s3:::orders-logs"])]
    )


@pytest.mark.parametrize(
    ("field", "arguments"),
    [
        ("region", {"region": ["us-east-1", "eu-west-1"]}),
        ("region", {"region": "Ireland"}),
        ("stack_set_name", {"stack_set_name": "1"}),
        ("stack_set_name", {"stack_set_name": "a" * 129}),
        ("role_name", {"role_name": "Dev Ops"}),
        ("agent_role_arn", {"generation": Generation.PREVIEW}),
        ("agent_role_arn", {"agent_role_arn": "arn:aws:iam::222222222222:role/Agent"}),
        ("permissions_boundary", {"permissions_boundary": "arn:aws:iam::222222222222:policy/Boundary"}),
        ("deployment", {"deployment": SelfManagedDeployment(accounts=["111111111111"])}),
        (
            "deployment",
            {
                "deployment": ServiceManagedDeployment(
                    organizational_units=[ROOT], call_as=CallAs.SELF, only_accounts=["999999999999"]
                )
            },
        ),
        (
            "include_management_account",
            {"deployment": SelfManagedDeployment(accounts=["222222222222"]), "include_management_account": True},
        ),
        ("include_management_account", {"deployment": DELEGATED, "include_management_account": True}),
        ("capabilities", {"capabilities": [S3Objects(buckets=[f"{number:060}" for number in range(600)])]}),
    ],
)
def test_refused(stack: Stack, field: str, arguments: dict[str, Any]) -> None:
    """Before anything is in the tree."""
    with pytest.raises(OnboardingInputError) as caught:
        rolled_out(stack, **arguments)
    assert caught.value.field == field
    assert stack.node.children == []


def test_add_capability(stack: Stack) -> None:
    """In the StackSets and in the management account's role alike."""
    rollout = rolled_out(stack, include_management_account=True)
    rollout.add_capability(S3Objects(buckets=["orders-logs"]))
    [properties] = stack_sets(stack)
    assert properties["TemplateBody"] == secondary_account_template(
        agent_space=SPACE, capabilities=[S3Objects(buckets=["orders-logs"])]
    )
    assert "orders-logs" in json.dumps(role_of(stack))


def test_roles_are_predictable(stack: Stack) -> None:
    """For associations, and for people."""
    rollout = rolled_out(stack, path="/operations/")
    assert rollout.role_arn_for("222222222222") == (
        "arn:aws:iam::222222222222:role/operations/DevOpsAgentRole-SecondaryAccount"
    )
    [account] = rollout.secondary_accounts(["222222222222"])
    assert account.role_arn() == rollout.role_arn_for("222222222222")
    with pytest.raises(OnboardingInputError, match="12 digits"):
        rollout.role_arn_for("2")


def test_tags_reach_the_stack_set(stack: Stack) -> None:
    """And with it the stacks and roles in the accounts."""
    Tags.of(rolled_out(stack)).add("team", "operations")
    assert stack_sets(stack)[0]["Tags"] == [{"Key": "team", "Value": "operations"}]


def test_dependencies(stack: Stack) -> None:
    """Another StackSet goes first when an account joins."""
    first = rolled_out(stack)
    deployment = ServiceManagedDeployment(
        organizational_units=[UNIT], call_as=CallAs.SELF, depends_on=[first.stack_set_arn]
    )
    OrganizationRollout(
        stack, "Second", agent_space=SPACE, deployment=deployment, stack_set_name="Second", role_name="Second"
    )
    [_, second] = stack_sets(stack)
    [arn] = second["AutoDeployment"]["DependsOn"]
    assert arn["Fn::Join"][1][-1] == {"Fn::GetAtt": ["Rollout5400B0F2", "StackSetId"]}
    assert lint_findings(template_of(stack)) == []


def test_order_is_irrelevant() -> None:
    """Units, accounts and capabilities in any order make the same template."""
    stacks = []
    for step in (1, -1):
        stack = stack_of(App(analytics_reporting=False), "999999999999")
        deployment = ServiceManagedDeployment(
            organizational_units=[UNIT, "ou-a1b2-33334444"][::step],
            call_as=CallAs.SELF,
            exclude_accounts=["222222222222", "333333333333"][::step],
        )
        capabilities: list[Capability] = [
            S3Objects(buckets=["orders-logs"]),
            KmsDecrypt(keys=["arn:aws:kms:eu-west-1:333333333333:key/1234abcd-12ab-34cd-56ef-1234567890ab"]),
        ]
        rolled_out(stack, deployment=deployment, capabilities=capabilities[::step])
        stacks.append(stack)
    assert stack_sets(stacks[0]) == stack_sets(stacks[1])


def test_cdk_nag_and_cfn_lint(app: App, stack: Stack) -> None:
    """No finding in the StackSet's own stack."""
    rolled_out(stack, deployment=DELEGATED)
    assert lint_findings(template_of(stack)) == []
    assert nag_findings(app) == []


def test_any_in_account(stack: Stack) -> None:
    """The weaker wildcard passes the parameter's pattern, as it is asked for by name."""
    space = AgentSpaceArn.any_in_account("111111111111", region="us-east-1")
    rolled_out(stack, agent_space=space)
    [properties] = stack_sets(stack)
    assert properties["TemplateBody"] == secondary_account_template(agent_space=space)


def test_loads_no_iam() -> None:
    """A StackSet is one resource: the CDK's modules for IAM and DevOps Agent are not waited for."""
    code = (
        "import sys; from devops_agent_constructs import OrganizationRollout;"
        "sys.exit(any(name in sys.modules for name in ('aws_cdk.aws_iam', 'aws_cdk.aws_devopsagent')))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
