"""SecondaryAccountStack: one snapshot per kind of stack, and the judges cfn-lint and cdk-nag on each."""

from collections.abc import Callable
from typing import Any, cast

import jsii
import pytest
from aws_cdk import App, Aspects, CfnElement, CfnOutput, DefaultStackSynthesizer, IAspect, Stack, Validations
from aws_cdk import aws_iam as iam
from aws_cdk.assertions import Template
from constructs import IConstruct
from syrupy.assertion import SnapshotAssertion

from devops_agent_constructs import (
    AgentSpaceArn,
    AthenaQueries,
    DynamoDBItems,
    Generation,
    GluePartitions,
    KmsDecrypt,
    LogRecords,
    OnboardingInputError,
    S3Objects,
    SecondaryAccount,
    SecondaryAccountStack,
    SsmParameters,
    SupportCommunications,
)
from devops_agent_constructs.nag import acknowledge_findings
from tests.conftest import AGENT_ROLE_ARN, SPACE, lint_findings, nag_findings, template_of

OTHER = AgentSpaceArn.from_arn("arn:aws:aidevops:us-west-2:999999999999:agentspace/another")
EVERYTHING = SecondaryAccount(
    account_id="222222222222",
    region="eu-west-1",
    role_name="Agent",
    path="/operations/",
    description="Lets the agent of the operations team in",
    permissions_boundary="WorkloadBoundary",
    max_session_seconds=7200,
    capabilities=[
        AthenaQueries(workgroups=["primary"]),
        DynamoDBItems(tables=["orders"]),
        GluePartitions(tables=["sales/orders"]),
        KmsDecrypt(keys=["1234abcd-12ab-34cd-56ef-1234567890ab"]),
        LogRecords(log_groups=["/aws/lambda/orders"]),
        S3Objects(buckets=["orders-logs", "arn:aws:s3:::billing"]),
        SsmParameters(parameters=["/orders/url"]),
        SupportCommunications(),
    ],
)
KINDS: dict[str, dict[str, Any]] = {
    "ga": {"account": SecondaryAccount(account_id="222222222222")},
    "preview": {"account": SecondaryAccount(account_id="222222222222"), "generation": Generation.PREVIEW},
    "transition": {"account": SecondaryAccount(account_id="222222222222"), "generation": Generation.TRANSITION},
    "every_capability": {"account": EVERYTHING},
    "several_agent_spaces": {
        "account": SecondaryAccount(account_id="222222222222"),
        "agent_space": [SPACE, OTHER],
    },
    "any_agent_space": {
        "account": SecondaryAccount(account_id="222222222222"),
        "agent_space": AgentSpaceArn.any_in_account("111111111111", region="us-east-1"),
    },
    "own_managed_policy": {"account": SecondaryAccount(account_id="222222222222", managed_policies=["ReadOrders"])},
}


def make(app: App, kind: str, name: str = "DevOpsAgentSecondary") -> SecondaryAccountStack:
    """Define the stack of a kind."""
    return SecondaryAccountStack(app, name, **{"agent_space": SPACE, "agent_role_arn": AGENT_ROLE_ARN, **KINDS[kind]})


@pytest.mark.parametrize("kind", KINDS)
def test_template(app: App, kind: str, snapshot: SnapshotAssertion) -> None:
    """A changed snapshot is a changed deployment: the commit says what it does to a deployed user.

    Promise: Ids stay.
    """
    template = template_of(make(app, kind))
    assert template == snapshot
    assert lint_findings(template) == []


@pytest.mark.parametrize("kind", KINDS)
def test_cdk_nag(app: App, kind: str) -> None:
    """cdk-nag finds something in every role that reads a whole account; each finding is acknowledged with a reason.

    Promise: Nothing for the linters to find.
    """
    stack = make(app, kind)
    before = nag_findings(app)
    acknowledge_findings(stack.secondary_role)
    assert nag_findings(app) == []
    assert any(name.startswith("AwsSolutions") for name in before) == (kind != "own_managed_policy")
    assert "NIST.800.53.R5-IAMNoInlinePolicy" in before


def test_outputs(app: App) -> None:
    """`RoleArn` and `RoleName`, under just these names."""
    stack = make(app, "ga")
    outputs = {name: output["Value"] for name, output in template_of(stack)["Outputs"].items()}
    assert outputs == {"RoleArn": {"Fn::GetAtt": ["Role11E5256C", "Arn"]}, "RoleName": {"Ref": "Role11E5256C"}}


def test_environment(app: App) -> None:
    """The account's own, and the Agent Space's Region unless the account names another."""
    default, own = make(app, "preview", "A"), make(app, "every_capability", "B")
    assert (default.account, default.region) == ("222222222222", "us-east-1")
    assert (own.account, own.region) == ("222222222222", "eu-west-1")


def test_needs_no_bootstrap(app: App) -> None:
    """No bootstrap version rule, no asset, no role of the bootstrap stack."""
    stack = make(app, "ga")
    template = template_of(stack)
    assert set(template) == {"Description", "Resources", "Outputs"}
    assert app.synth().get_stack_by_name("DevOpsAgentSecondary").assets == []


def test_synthesizer_can_be_chosen(app: App) -> None:
    """Who has bootstrapped accounts may deploy through the bootstrap roles."""
    stack = SecondaryAccountStack(
        app,
        "Bootstrapped",
        account=SecondaryAccount(account_id="222222222222"),
        agent_space=SPACE,
        synthesizer=DefaultStackSynthesizer(),
    )
    Template.from_stack(stack).has_parameter("BootstrapVersion", {})


@pytest.mark.parametrize("spaces", [SPACE, [OTHER, SPACE]], ids=["alone", "among others"])
def test_the_primary_account_is_no_secondary_account(app: App, spaces: AgentSpaceArn | list[AgentSpaceArn]) -> None:
    """As PrimaryAccountAccess, OrganizationRollout and the accounts file say; nothing is left in the app."""
    account = SecondaryAccount(account_id="111111111111")
    with pytest.raises(OnboardingInputError, match="this is the primary account") as caught:
        SecondaryAccountStack(app, "Primary", account=account, agent_space=spaces)
    assert caught.value.field == "account.account_id"
    assert app.node.try_find_child("Primary") is None


def test_is_a_stack(app: App) -> None:
    """So that dependencies, tags and validations apply as to any other."""
    stack = make(app, "ga")
    Validations.of(stack)
    assert isinstance(stack, Stack)


def rename(stack: SecondaryAccountStack) -> None:
    """Rename the role in the way of stacks."""
    stack.rename_logical_id("Role11E5256C", "Agent")


def override(stack: SecondaryAccountStack) -> None:
    """Rename the role in the way of resources."""
    cast("iam.CfnRole", stack.secondary_role.role.node.default_child).override_logical_id("Agent")


@pytest.mark.parametrize("change", [rename, override])
def test_outputs_follow_the_role(app: App, change: Callable[[SecondaryAccountStack], None]) -> None:
    """A role that is there already may have another logical id in a stack."""
    stack = make(app, "ga")
    change(stack)
    template = template_of(stack)
    assert list(template["Resources"]) == ["Agent"]
    assert [output["Value"] for output in template["Outputs"].values()] == [
        {"Fn::GetAtt": ["Agent", "Arn"]},
        {"Ref": "Agent"},
    ]


def test_outputs_of_a_stack_with_logical_ids_of_its_own(app: App) -> None:
    """A subclass says how they are made."""

    class OwnStack(SecondaryAccountStack):
        def _allocate_logical_id(self, cfn_element: CfnElement) -> str:
            return f"Own{cfn_element.node.id}"

    stack = OwnStack(app, "Own", account=SecondaryAccount(account_id="222222222222"), agent_space=SPACE)
    assert template_of(stack)["Outputs"]["OwnRoleName"]["Value"] == {"Ref": "OwnResource"}


def test_outputs_of_a_customized_role(app: App) -> None:
    """The role that others made has no logical id."""
    iam.Role.customize_roles(app, use_precreated_roles={"DevOpsAgentSecondary/Role/Resource": "Precreated"})
    assert template_of(make(app, "ga"))["Outputs"]["RoleName"]["Value"] == "Precreated"


def test_outputs_follow_a_role_that_an_aspect_renames(app: App) -> None:
    """It finds the role by walking the tree, when all is defined."""

    @jsii.implements(IAspect)
    class Renaming:
        def visit(self, node: IConstruct) -> None:
            if isinstance(node, iam.CfnRole):
                node.override_logical_id("Agent")

    stack = make(app, "ga")
    Aspects.of(app).add(cast("IAspect", Renaming()))
    assert template_of(stack)["Outputs"]["RoleName"]["Value"] == {"Ref": "Agent"}


def test_an_output_names_its_own_role_in_another_stack(app: App) -> None:
    """Another secondary account's stack has a role of the same logical id."""
    stack, other = make(app, "ga"), make(app, "preview", "Other")
    arn = cast("CfnOutput", stack.node.find_child("RoleArn")).value
    CfnOutput(other, "OfTheFirst", value=arn)
    found = template_of(other)["Outputs"]["OfTheFirst"]["Value"]
    assert found != {"Fn::GetAtt": ["Role11E5256C", "Arn"]}
