"""AccessBoundary, and limits on the constructs: what stands in the template, and that no linter finds anything."""

from typing import Any

import pytest
from aws_cdk import App, Environment, Stack
from aws_cdk import aws_iam as iam
from aws_cdk.assertions import Annotations, Match

from devops_agent_constructs import (
    AccessBoundary,
    AccessLimits,
    CallAs,
    Capability,
    CustomStatement,
    ElevatedActionsRole,
    Generation,
    OnboardingInputError,
    OrganizationRollout,
    S3Objects,
    SecondaryAccount,
    SecondaryAccountRole,
    SecondaryAccountStack,
    ServiceManagedDeployment,
    SupportCommunications,
)
from devops_agent_constructs.nag import acknowledge_findings
from tests.conftest import AGENT_ROLE_ARN, SPACE, inline_statements, lint_findings, nag_findings, role_of, template_of

LIMITS = AccessLimits(
    restrict_to_regions=["eu-west-1"],
    deny_actions=["iam:GetUser"],
    deny_data_reads=True,
    allowed_services=["ec2", "iam", "logs"],
)


def test_the_whole_policy(secondary: Stack) -> None:
    """It allows the services, and denies the rest; the same Denies as the role's."""
    limits = AccessLimits(deny_actions=["logs:GetLogEvents"], allowed_services=["logs", "ec2"])
    AccessBoundary(secondary, "Boundary", access_limits=limits, managed_policy_name="DevOpsAgentBoundary")
    [policy] = template_of(secondary)["Resources"].values()
    explorer = policy["Properties"]["PolicyDocument"]["Statement"].pop(1)
    assert policy == {
        "Type": "AWS::IAM::ManagedPolicy",
        "Properties": {
            "ManagedPolicyName": "DevOpsAgentBoundary",
            "Description": "The most that AWS DevOps Agent may do in this account",
            "Path": "/",
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {"Sid": "AllowServices", "Effect": "Allow", "Action": ["ec2:*", "logs:*"], "Resource": "*"},
                    {"Sid": "DenyActions", "Effect": "Deny", "Action": "logs:GetLogEvents", "Resource": "*"},
                ],
            },
        },
    }
    assert explorer["Sid"] == "AllowCreateServiceLinkedRoles"
    assert explorer["Condition"] == {"StringEquals": {"iam:AWSServiceName": "resource-explorer-2.amazonaws.com"}}


def test_the_denies_of_a_role(secondary: Stack) -> None:
    """Beside what the inline policy allows; `NotAction` keeps global services and the set-up of Resource Explorer."""
    limits = AccessLimits(restrict_to_regions=["us-east-1", "eu-west-1"], allowed_services=["ec2"])
    SecondaryAccountRole(secondary, "Role", agent_space=SPACE, access_limits=limits)
    statements = inline_statements(role_of(secondary))
    assert sorted(statements) == ["AllowCreateServiceLinkedRoles", "DenyOtherRegions", "DenyOtherServices"]
    assert statements["DenyOtherServices"] == {
        "Sid": "DenyOtherServices",
        "Effect": "Deny",
        "NotAction": ["ec2:*", "iam:CreateServiceLinkedRole"],
        "Resource": "*",
    }
    regions = statements["DenyOtherRegions"]
    assert regions["Condition"] == {"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "us-east-1"]}}
    assert {"iam:*", "organizations:*", "route53:*", "cloudfront:*", "support:*", "health:*", "ce:*"} <= set(
        regions["NotAction"]
    )


@pytest.mark.parametrize("elevated", [False, True])
def test_a_role_takes_the_boundary(secondary: Stack, elevated: bool) -> None:
    """As it is, without a detour through its ARN."""
    boundary = AccessBoundary(secondary, "Boundary", access_limits=LIMITS)
    if elevated:
        act = CustomStatement(sid="Restart", actions=["ec2:RebootInstances"], resources=["*"])
        ElevatedActionsRole(secondary, "Role", agent_space=SPACE, statements=[act], permissions_boundary=boundary)
    else:
        SecondaryAccountRole(secondary, "Role", agent_space=SPACE, permissions_boundary=boundary)
    logical_id = secondary.get_logical_id(_resource(boundary))
    assert role_of(secondary)["PermissionsBoundary"] == {"Ref": logical_id}


@pytest.mark.parametrize("boundary_limits", [LIMITS, AccessLimits(restrict_to_regions=["eu-west-1"])])
def test_linters(app: App, secondary: Stack, boundary_limits: AccessLimits) -> None:
    """Neither cfn-lint nor cdk-nag finds anything in a role with every limit and a boundary."""
    boundary = AccessBoundary(secondary, "Boundary", access_limits=boundary_limits)
    role = SecondaryAccountRole(
        secondary, "Role", agent_space=SPACE, access_limits=LIMITS, permissions_boundary=boundary
    )
    acknowledge_findings(role)
    acknowledge_findings(boundary)
    assert nag_findings(app) == []
    assert lint_findings(template_of(secondary)) == []


@pytest.mark.parametrize(
    ("limits", "capability"),
    [
        (AccessLimits(restrict_to_regions=["eu-west-1"]), S3Objects(buckets=["orders"])),
        (AccessLimits(allowed_services=["ec2", "support"]), SupportCommunications()),
    ],
)
def test_denies_are_not_taken_for_grants(
    app: App, secondary: Stack, limits: AccessLimits, capability: Capability
) -> None:
    """A rule of cdk-nag reads a policy as one text, in which `iam:*` of a Deny may stand before an Allow."""
    role = SecondaryAccountRole(secondary, "Role", agent_space=SPACE, access_limits=limits, capabilities=[capability])
    acknowledge_findings(role)
    assert nag_findings(app) == []


def test_unacknowledged_findings_of_a_boundary(app: App, secondary: Stack) -> None:
    """Without the acknowledgement cdk-nag speaks up: the test above can fail."""
    AccessBoundary(secondary, "Boundary", access_limits=LIMITS)
    assert nag_findings(app) != []


def test_add_capability_keeps_the_limits(secondary: Stack) -> None:
    """A later capability neither loosens a limit nor slips past it."""
    limits = AccessLimits(allowed_services=["ec2", "s3"])
    role = SecondaryAccountRole(secondary, "Role", agent_space=SPACE, access_limits=limits)
    role.add_capability(S3Objects(buckets=["orders"]))
    with pytest.raises(OnboardingInputError, match="DenyOtherServices takes it away"):
        role.add_capability(CustomStatement(sid="Own", actions=["athena:GetQueryResults"], resources=["*"]))
    statements = inline_statements(role_of(secondary))
    assert set(statements) == {"AllowCreateServiceLinkedRoles", "DenyOtherServices", "S3Buckets", "S3Objects"}


def test_a_refused_boundary_leaves_nothing(secondary: Stack) -> None:
    """The size is checked before the construct exists."""
    limits = AccessLimits(deny_actions=[f"ec2:Describe{number:03}" for number in range(400)])
    with pytest.raises(OnboardingInputError, match="6,144"):
        AccessBoundary(secondary, "Boundary", access_limits=limits)
    assert secondary.node.children == []


def test_a_stack_passes_the_limits_on(app: App) -> None:
    """From the value of an account to its role."""
    account = SecondaryAccount(account_id="222222222222", access_limits=AccessLimits(deny_data_reads=True))
    stack = SecondaryAccountStack(app, "Account", account=account, agent_space=SPACE)
    assert "DenyDataReads" in inline_statements(role_of(stack))


def test_an_account_checks_its_limits() -> None:
    """Before any stack is there."""
    with pytest.raises(OnboardingInputError, match="DenyDataReads"):
        SecondaryAccount(
            account_id="222222222222",
            capabilities=[S3Objects(buckets=["orders"])],
            access_limits=AccessLimits(deny_data_reads=True),
        )


def test_a_slip_of_the_pen_warns(secondary: Stack) -> None:
    """What AWS does not let the agent do anyway need not be denied; and an unknown service would allow nothing."""
    limits = AccessLimits(deny_actions=["iam:GetUsr", "iam:GetUser"], allowed_services=["ec2", "cloud-watch"])
    SecondaryAccountRole(secondary, "Role", agent_space=SPACE, access_limits=limits)
    warnings = Annotations.from_stack(secondary)
    for named in ("allowed_services has 'cloud-watch'", "deny_actions has 'iam:GetUsr'"):
        warnings.has_warning("/Secondary/Role", Match.string_like_regexp(named))
    warnings.has_no_warning("/Secondary/Role", Match.string_like_regexp("'ec2'|'iam:GetUser'"))


def test_the_preview_has_other_lists(secondary: Stack) -> None:
    """What AWS publishes of the guardrail says nothing about the preview's policy."""
    limits = AccessLimits(deny_actions=["lambda:GetFunction"])
    SecondaryAccountRole(
        secondary,
        "Role",
        agent_space=SPACE,
        generation=Generation.PREVIEW,
        agent_role_arn=AGENT_ROLE_ARN,
        access_limits=limits,
    )
    Annotations.from_stack(secondary).has_no_warning("*", Match.string_like_regexp("lambda:GetFunction"))


def test_a_rollout_warns_too(app: App) -> None:
    """As its roles would."""
    stack = Stack(app, "Organization", env=Environment(account="999999999999", region="us-east-1"))
    deployment = ServiceManagedDeployment(organizational_units=["ou-a1b2-11112222"], call_as=CallAs.SELF)
    limits = AccessLimits(allowed_services=["ec3"])
    OrganizationRollout(stack, "Rollout", agent_space=SPACE, deployment=deployment, access_limits=limits)
    Annotations.from_stack(stack).has_warning("/Organization/Rollout", Match.string_like_regexp("'ec3'"))


def test_any_object_is_a_boundary(app: App) -> None:
    """Also one of somebody else's."""
    stack = Stack(app, "Own", env=Environment(account="222222222222", region="us-east-1"))
    own = iam.ManagedPolicy.from_aws_managed_policy_name("PowerUserAccess")
    SecondaryAccountRole(stack, "Role", agent_space=SPACE, permissions_boundary=own)
    arn = role_of(stack)["PermissionsBoundary"]
    assert arn["Fn::Join"][1][-1] == ":iam::aws:policy/PowerUserAccess"


def _resource(construct: Any) -> Any:
    return construct.node.default_child
