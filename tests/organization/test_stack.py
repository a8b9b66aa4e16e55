"""OrganizationStack: its whole template, in its own environment, and the judges cfn-lint and cdk-nag."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, DefaultStackSynthesizer
from aws_cdk.assertions import Annotations, Match, Template

from devops_agent_constructs import (
    CallAs,
    Generation,
    LogRecords,
    OperationPreferences,
    Organization,
    OrganizationStack,
    S3Objects,
    ServiceManagedDeployment,
)
from devops_agent_constructs.nag import acknowledge_findings
from devops_agent_constructs.templates import secondary_account_template
from tests.conftest import AGENT_ROLE_ARN, SPACE, SPACE_ARN, lint_findings, nag_findings, role_of, template_of

UNIT, OTHER_UNIT = "ou-a1b2-11112222", "ou-a1b2-33334444"
SMALLEST = Organization(
    account_id="999999999999",
    deployment=ServiceManagedDeployment(organizational_units=[UNIT], call_as=CallAs.DELEGATED_ADMIN),
)
ROLE: dict[str, Any] = {
    "role_name": "Agent",
    "path": "/operations/",
    "description": "Lets the agent of the operations team in",
    "capabilities": [S3Objects(buckets=["orders-logs"])],
    "managed_policies": ["ReadOrders"],
    "permissions_boundary": "WorkloadBoundary",
    "max_session_seconds": 7200,
}


def everything(*, reverse: bool = False) -> Organization:
    """Return an organization with every setting that goes together; its lists in one order or the other."""
    step = -1 if reverse else 1
    return Organization(
        account_id="999999999999",
        region="eu-west-1",
        deployment=ServiceManagedDeployment(
            organizational_units=[UNIT, OTHER_UNIT][::step],
            call_as=CallAs.SELF,
            exclude_accounts=["444444444444", "555555555555"][::step],
            additional_accounts=["666666666666", "777777777777"][::step],
            organization_root="r-a1b2",
            retain_stacks_on_account_removal=True,
        ),
        include_management_account=True,
        operation_preferences=OperationPreferences(failure_tolerance_percentage=50, max_concurrent_percentage=100),
        associated_accounts=["222222222222", "333333333333"][::step],
        **ROLE,
    )


def make(app: App, organization: Organization, **settings: Any) -> OrganizationStack:
    """Define the stack."""
    return OrganizationStack(
        app, "DevOpsAgentOrganization", **{"organization": organization, "agent_space": SPACE, **settings}
    )


def stack_sets(template: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return name -> properties of the StackSets, with the child template as data."""
    found = {}
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::CloudFormation::StackSet":
            properties = resource["Properties"] | {"TemplateBody": json.loads(resource["Properties"]["TemplateBody"])}
            found[properties["StackSetName"]] = properties
    return found


def test_whole_template(app: App) -> None:
    """One StackSet and two outputs; no parameter, asset or rule of `cdk bootstrap`.

    Promise: No bootstrap.
    """
    template = template_of(make(app, SMALLEST))
    body = template["Resources"]["Rollout5400B0F2"]["Properties"].pop("TemplateBody")
    assert template == {
        "Description": "Rolls out the role of AWS DevOps Agent to the accounts of an organization",
        "Resources": {
            "Rollout5400B0F2": {
                "Type": "AWS::CloudFormation::StackSet",
                "Properties": {
                    "AutoDeployment": {"Enabled": True, "RetainStacksOnAccountRemoval": False},
                    "CallAs": "DELEGATED_ADMIN",
                    "Capabilities": ["CAPABILITY_NAMED_IAM"],
                    "Description": "The role through which AWS DevOps Agent investigates each account",
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
                    "PermissionModel": "SERVICE_MANAGED",
                    "StackInstancesGroup": [
                        {
                            "DeploymentTargets": {
                                "AccountFilterType": "DIFFERENCE",
                                "Accounts": ["111111111111"],
                                "OrganizationalUnitIds": ["ou-a1b2-11112222"],
                            },
                            "Regions": ["us-east-1"],
                        }
                    ],
                    "StackSetName": "DevOpsAgentSecondary",
                },
            }
        },
        "Outputs": {
            "StackSetId": {"Value": {"Fn::GetAtt": ["Rollout5400B0F2", "StackSetId"]}},
            "RoleName": {"Description": "In every account", "Value": "DevOpsAgentRole-SecondaryAccount"},
        },
    }
    assert json.loads(body) == secondary_account_template(agent_space=SPACE)


def test_every_setting_arrives(app: App) -> None:
    """The role in each account, the targets, the speed; and the same role for the management account."""
    stack = make(app, everything(), generation=Generation.TRANSITION, agent_role_arn=AGENT_ROLE_ARN)
    found = stack_sets(template_of(stack))
    main, additional = found["DevOpsAgentSecondary"], found["DevOpsAgentSecondary-AdditionalAccounts"]
    child = secondary_account_template(
        agent_space=SPACE, generation=Generation.TRANSITION, agent_role_arn=AGENT_ROLE_ARN, **ROLE
    )
    assert main["TemplateBody"] == additional["TemplateBody"] == child
    assert main["CallAs"] == "SELF"
    assert main["AutoDeployment"] == {"Enabled": True, "RetainStacksOnAccountRemoval": True}
    assert main["OperationPreferences"] == {
        "ConcurrencyMode": "SOFT_FAILURE_TOLERANCE",
        "FailureTolerancePercentage": 50,
        "MaxConcurrentPercentage": 100,
    }
    assert main["StackInstancesGroup"] == [
        {
            "DeploymentTargets": {
                "AccountFilterType": "DIFFERENCE",
                "Accounts": ["111111111111", "444444444444", "555555555555"],
                "OrganizationalUnitIds": ["ou-a1b2-11112222", "ou-a1b2-33334444"],
            },
            "Regions": ["eu-west-1"],
        }
    ]
    assert additional["StackInstancesGroup"] == [
        {
            "DeploymentTargets": {
                "AccountFilterType": "INTERSECTION",
                "Accounts": ["666666666666", "777777777777"],
                "OrganizationalUnitIds": ["r-a1b2"],
            },
            "Regions": ["eu-west-1"],
        }
    ]
    role = role_of(stack)
    assert (role["RoleName"], role["Path"], role["MaxSessionDuration"]) == ("Agent", "/operations/", 7200)
    assert (stack.account, stack.region) == ("999999999999", "eu-west-1")


def test_role_arn_of_any_account(app: App) -> None:
    """Known beforehand, as name and path are fixed."""
    rollout = make(app, everything()).rollout
    assert rollout.role_arn_for("222222222222") == "arn:aws:iam::222222222222:role/operations/Agent"


def test_region_of_the_agent_space_by_default(app: App) -> None:
    """As for the stacks of single accounts."""
    stack = make(app, SMALLEST)
    assert (stack.account, stack.region) == ("999999999999", "us-east-1")


def test_warns_about_the_management_account(app: App) -> None:
    """Unless it is included, or this account is no management account and cannot tell."""
    stack = make(app, SMALLEST)
    warning = Match.string_like_regexp(r"never deploys.*\[ack: devops-agent-constructs:managementAccountLeftOut\]")
    Annotations.from_stack(stack).has_warning("/DevOpsAgentOrganization/Rollout", warning)


@pytest.mark.parametrize(
    ("settings", "is_warned"),
    [
        ({"exclude_accounts": ["222222222222"]}, True),
        ({"exclude_accounts": ["222222222222"], "auto_deployment": False}, False),
        ({}, False),
        ({"only_accounts": ["222222222222"], "auto_deployment": None}, False),
    ],
)
def test_warns_of_exclusion(app: App, settings: dict[str, Any], is_warned: bool) -> None:
    """Where AWS's automatic deployments do not consider it."""
    stack = make(app, replace(SMALLEST, deployment=replace(SMALLEST.deployment, **settings)))
    warning = Match.string_like_regexp(r"do not consider.*\[ack: devops-agent-constructs:autoDeploymentIgnores")
    found = Annotations.from_stack(stack).find_warning("*", warning)
    assert len(found) == int(is_warned)


@pytest.mark.parametrize("generation", Generation)
@pytest.mark.parametrize("organization", [SMALLEST, everything()])
def test_judges(app: App, organization: Organization, generation: Generation) -> None:
    """cfn-lint accepts the template and the child; cdk-nag has findings only about the role in this stack, if any.

    Promise: Nothing for the linters to find.
    """
    stack = make(app, organization, generation=generation, agent_role_arn=AGENT_ROLE_ARN)
    if stack.rollout.management_account_role is not None:
        acknowledge_findings(stack.rollout.management_account_role)
    assert nag_findings(app) == []
    template = template_of(stack)
    assert lint_findings(template) == []
    for stack_set in stack_sets(template).values():
        assert lint_findings(stack_set["TemplateBody"]) == []


def test_order_of_lists_leaves_no_trace(tmp_path: Path) -> None:
    """Two synths are byte-equal, in either order."""
    hashes = []
    for reverse in (False, True):
        out = tmp_path / str(reverse)
        app = App(outdir=str(out), analytics_reporting=False)
        make(app, everything(reverse=reverse))
        app.synth()
        hashes.append({path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in out.iterdir()})
    assert hashes[0] == hashes[1]


def test_synthesizer_can_be_chosen(app: App) -> None:
    """Who has bootstrapped the account may deploy through the bootstrap roles."""
    Template.from_stack(make(app, SMALLEST, synthesizer=DefaultStackSynthesizer())).has_parameter(
        "BootstrapVersion", {}
    )


def test_capability_can_be_added(app: App) -> None:
    """The attribute `rollout` is the construct itself."""
    stack = make(app, SMALLEST)
    stack.rollout.add_capability(LogRecords(log_groups=["/aws/lambda/orders"]))
    assert "/aws/lambda/orders" in str(stack_sets(template_of(stack))["DevOpsAgentSecondary"]["TemplateBody"])
