"""SecondaryAccountRole: the promised role, whole, in every kind of app."""

from typing import Any

import jsii
import pytest
from aws_cdk import App, Aspects, CfnParameter, Duration, Environment, IAspect, PermissionsBoundary, Stack, Stage, Tags
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Annotations, Match, Template
from constructs import IConstruct

from devops_agent_constructs import (
    AgentSpaceArn,
    CustomStatement,
    Generation,
    OnboardingInputError,
    ResourceExplorerSetup,
    S3Objects,
    SecondaryAccountRole,
    SupportCommunications,
)
from tests.conftest import AGENT_ROLE_ARN, GA_TRUST, PREVIEW_TRUST, SPACE, inline_statements, role_of, template_of


def test_trust_admits_one_agent_space(secondary: Stack) -> None:
    """Only the given Agent Space, acting for its own account, can assume the role."""
    SecondaryAccountRole(secondary, "Role", agent_space=SPACE)
    assert role_of(secondary)["AssumeRolePolicyDocument"] == {"Version": "2012-10-17", "Statement": [GA_TRUST]}


@pytest.mark.parametrize(
    ("generation", "trust", "managed"),
    [
        (Generation.GA, [GA_TRUST], ["AIDevOpsAgentAccessPolicy"]),
        (Generation.PREVIEW, [PREVIEW_TRUST], ["AIOpsAssistantPolicy"]),
        (Generation.TRANSITION, [GA_TRUST, PREVIEW_TRUST], ["AIDevOpsAgentAccessPolicy", "AIOpsAssistantPolicy"]),
    ],
)
def test_generation(secondary: Stack, generation: Generation, trust: list[Any], managed: list[str]) -> None:
    """Trust and managed policies are the generation's, whole; the logical id is the same in all.

    Promise: AWS's words.
    """
    SecondaryAccountRole(secondary, "Role", agent_space=SPACE, generation=generation, agent_role_arn=AGENT_ROLE_ARN)
    template = template_of(secondary)
    assert list(template["Resources"]) == ["Role11E5256C"]
    role = template["Resources"]["Role11E5256C"]["Properties"]
    assert role["AssumeRolePolicyDocument"]["Statement"] == trust
    assert role["ManagedPolicyArns"] == [
        {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, f":iam::aws:policy/{name}"]]} for name in managed
    ]


def test_several_agent_spaces(secondary: Stack) -> None:
    """Each primary account has its statement."""
    other = AgentSpaceArn.from_arn("arn:aws:aidevops:us-east-1:999999999999:agentspace/another")
    SecondaryAccountRole(secondary, "Role", agent_space=[other, SPACE])
    statements = role_of(secondary)["AssumeRolePolicyDocument"]["Statement"]
    assert [statement["Condition"]["StringEquals"] for statement in statements] == [
        {"aws:SourceAccount": "111111111111"},
        {"aws:SourceAccount": "999999999999"},
    ]


def test_defaults(secondary: Stack) -> None:
    """The whole role of the shortest call.

    Promise: No more than AWS asks for.
    """
    SecondaryAccountRole(secondary, "Role", agent_space=SPACE)
    role = role_of(secondary)
    statements = inline_statements(role)
    assert sorted(role) == [
        "AssumeRolePolicyDocument",
        "Description",
        "ManagedPolicyArns",
        "Policies",
        "RoleName",
    ]
    assert role["RoleName"] == "DevOpsAgentRole-SecondaryAccount"
    assert list(statements) == ["AllowCreateServiceLinkedRoles"]


def test_every_argument_reaches_the_role(secondary: Stack) -> None:
    """Name, path, description, boundary, session and own managed policies."""
    SecondaryAccountRole(
        secondary,
        "Role",
        agent_space=SPACE,
        role_name="Agent",
        path="/operations/",
        description="For investigations",
        managed_policies=["ReadOrders", "arn:aws:iam::aws:policy/ReadOnlyAccess"],
        permissions_boundary="WorkloadBoundary",
        max_session=Duration.hours(2),
        capabilities=[ResourceExplorerSetup(enabled=False)],
    )
    own = ":iam::222222222222:policy/"
    assert role_of(secondary) == {
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [GA_TRUST]},
        "RoleName": "Agent",
        "Path": "/operations/",
        "Description": "For investigations",
        "ManagedPolicyArns": [
            {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, f"{own}ReadOrders"]]},
            "arn:aws:iam::aws:policy/ReadOnlyAccess",
        ],
        "PermissionsBoundary": {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, f"{own}WorkloadBoundary"]]},
        "MaxSessionDuration": 7200,
    }


def test_policies_as_objects(secondary: Stack) -> None:
    """Policies of the same app are passed as objects."""
    policy = iam.ManagedPolicy(secondary, "Policy", statements=[iam.PolicyStatement(actions=["a:B"], resources=["*"])])
    SecondaryAccountRole(secondary, "Role", agent_space=SPACE, managed_policies=[policy], permissions_boundary=policy)
    role, [reference] = role_of(secondary), secondary.resolve([policy.managed_policy_arn])
    assert (role["ManagedPolicyArns"], role["PermissionsBoundary"]) == ([reference], reference)


def test_agnostic_stack_uses_pseudo_parameters(app: App) -> None:
    """Without an environment, names resolve to the account that the stack is deployed to."""
    stack = Stack(app, "Anywhere")
    SecondaryAccountRole(stack, "Role", agent_space=SPACE)
    [statement] = inline_statements(role_of(stack)).values()
    assert statement["Resource"] == {
        "Fn::Join": [
            "",
            [
                "arn:",
                {"Ref": "AWS::Partition"},
                ":iam::",
                {"Ref": "AWS::AccountId"},
                ":role/aws-service-role/resource-explorer-2.amazonaws.com/AWSServiceRoleForResourceExplorer",
            ],
        ]
    }


def test_in_a_stage(app: App) -> None:
    """The same role inside a Stage, as pipelines use it."""
    stage = Stage(app, "Production", env=Environment(account="222222222222", region="eu-west-1"))
    stack = Stack(stage, "Secondary")
    SecondaryAccountRole(stack, "Role", agent_space=SPACE)
    template = Template.from_stack(stack).to_json()
    assert list(template["Resources"]) == ["Role11E5256C"]


def test_twice_in_one_stack(secondary: Stack) -> None:
    """Two roles, for two Agent Spaces, each with its own trust."""
    other = AgentSpaceArn.from_arn("arn:aws:aidevops:eu-west-1:111111111111:agentspace/other")
    SecondaryAccountRole(secondary, "First", agent_space=SPACE)
    SecondaryAccountRole(secondary, "Second", agent_space=other, role_name="SecondAgent")
    roles = {
        resource["Properties"]["RoleName"]: resource["Properties"]
        for resource in template_of(secondary)["Resources"].values()
    }
    arns = {
        name: role["AssumeRolePolicyDocument"]["Statement"][0]["Condition"]["ArnLike"]["aws:SourceArn"]
        for name, role in roles.items()
    }
    assert arns == {"DevOpsAgentRole-SecondaryAccount": SPACE.arn, "SecondAgent": other.arn}


def test_one_name_twice_in_a_stack_is_refused(secondary: Stack) -> None:
    """IAM compares names without case and path; the second would fail at deployment, after the first was made."""
    SecondaryAccountRole(secondary, "First", agent_space=SPACE, role_name="Agent")
    with pytest.raises(OnboardingInputError, match="role_name='AGENT': another DevOps Agent role of this stack"):
        SecondaryAccountRole(secondary, "Second", agent_space=SPACE, role_name="AGENT", path="/other/")


def test_tags_apply(secondary: Stack) -> None:
    """`Tags.of` works on the construct.

    Promise: Ordinary constructs.
    """
    Tags.of(SecondaryAccountRole(secondary, "Role", agent_space=SPACE)).add("team", "operations")
    assert role_of(secondary)["Tags"] == [{"Key": "team", "Value": "operations"}]


def test_boundary_defaults_apply(secondary: Stack) -> None:
    """The boundary that an organization sets for a whole stack reaches the role.

    Promise: Ordinary constructs.
    """
    iam.PermissionsBoundary.of(secondary).apply(
        iam.ManagedPolicy.from_managed_policy_arn(secondary, "Boundary", "arn:aws:iam::222222222222:policy/Limit")
    )
    SecondaryAccountRole(secondary, "Role", agent_space=SPACE)
    assert role_of(secondary)["PermissionsBoundary"] == "arn:aws:iam::222222222222:policy/Limit"


def test_boundary_of_a_stack_applies(app: App) -> None:
    """So does the one that a stack is created with."""
    stack = Stack(app, "Bounded", permissions_boundary=PermissionsBoundary.from_name("Limit"))
    SecondaryAccountRole(stack, "Role", agent_space=SPACE)
    assert ":policy/Limit" in str(role_of(stack)["PermissionsBoundary"])


def test_aspects_see_the_role(secondary: Stack) -> None:
    """An aspect finds an `iam.Role` and may change its resource.

    Promise: Ordinary constructs.
    """

    @jsii.implements(IAspect)
    class ShortSessions:
        def visit(self, node: IConstruct) -> None:
            if isinstance(node, iam.CfnRole):
                node.max_session_duration = 3600

    SecondaryAccountRole(secondary, "Role", agent_space=SPACE)
    Aspects.of(secondary).add(ShortSessions())
    assert role_of(secondary)["MaxSessionDuration"] == 3600


def test_role_is_an_ordinary_role(secondary: Stack) -> None:
    """`role` is CDK's own: trust and grants can be added to it, and ours stay.

    Promise: Ordinary constructs.
    """
    bucket = s3.Bucket(secondary, "Bucket")
    secondary_role = SecondaryAccountRole(secondary, "Role", agent_space=SPACE)
    bucket.grant_read(secondary_role.role)
    secondary_role.add_capability(SupportCommunications())
    resources = template_of(secondary)["Resources"]
    assert [resource["Type"] for resource in resources.values()] == [
        "AWS::S3::Bucket",
        "AWS::IAM::Role",
        "AWS::IAM::Policy",
    ]
    assert list(inline_statements(resources["Role11E5256C"]["Properties"])) == [
        "AllowCreateServiceLinkedRoles",
        "SupportCommunications",
    ]


def test_role_arn_and_name(secondary: Stack) -> None:
    """Both are references, so that whoever uses them waits for the role."""
    role = SecondaryAccountRole(secondary, "Role", agent_space=SPACE)
    assert secondary.resolve([role.role_arn, role.role_name]) == [
        {"Fn::GetAtt": ["Role11E5256C", "Arn"]},
        {"Ref": "Role11E5256C"},
    ]


def test_add_capability_equals_giving_it_at_once(app: App) -> None:
    """The order in which capabilities come leaves no trace."""
    late, at_once = Stack(app, "Late"), Stack(app, "AtOnce")
    role = SecondaryAccountRole(late, "Role", agent_space=SPACE)
    role.add_capability(S3Objects(buckets=["b-logs"]))
    role.add_capability(S3Objects(buckets=["a-logs"]))
    both = S3Objects(buckets=["a-logs", "b-logs"])
    SecondaryAccountRole(at_once, "Role", agent_space=SPACE, capabilities=[both])
    assert role_of(late) == role_of(at_once)


def test_add_capability_to_a_role_without_inline_policy(secondary: Stack) -> None:
    """The inline policy appears with its first statement."""
    role = SecondaryAccountRole(
        secondary, "Role", agent_space=SPACE, capabilities=[ResourceExplorerSetup(enabled=False)]
    )
    assert role.inline_policy is None
    role.add_capability(SupportCommunications())
    assert list(inline_statements(role_of(secondary))) == ["SupportCommunications"]


def test_a_refused_capability_leaves_the_role_as_it_was(secondary: Stack) -> None:
    """The error comes before anything changes."""
    role = SecondaryAccountRole(secondary, "Role", agent_space=SPACE, capabilities=[S3Objects(buckets=["a-logs"])])
    with pytest.raises(OnboardingInputError):
        role.add_capability(CustomStatement(sid="S3Objects", actions=["s3:PutObject"], resources=["*"]))
    role.add_capability(SupportCommunications())
    assert list(inline_statements(role_of(secondary))) == [
        "AllowCreateServiceLinkedRoles",
        "S3Buckets",
        "S3Objects",
        "SupportCommunications",
    ]


def test_capability_with_a_token(secondary: Stack) -> None:
    """A bucket of the same stack is named by reference."""
    bucket = s3.Bucket(secondary, "Bucket")
    SecondaryAccountRole(secondary, "Role", agent_space=SPACE, capabilities=[S3Objects(buckets=[bucket.bucket_arn])])
    role = template_of(secondary)["Resources"]["Role11E5256C"]["Properties"]
    statements = inline_statements(role)
    arn = secondary.resolve(bucket.bucket_arn)
    assert statements["S3Buckets"]["Resource"] == arn
    assert statements["S3Objects"]["Resource"] == {"Fn::Join": ["", [arn, "/*"]]}


BAD_ARGUMENTS: list[tuple[dict[str, Any], str, str]] = [
    ({"role_name": "Dev Ops"}, "role_name", "1-64"),
    ({"role_name": ""}, "role_name", "1-64"),
    ({"role_name": "a" * 65}, "role_name", "1-64"),
    ({"role_name": "Agent\n"}, "role_name", "1-64"),
    ({"role_name": "team/Agent"}, "role_name", "1-64"),
    ({"path": "operations/"}, "path", "begins and ends with '/'"),
    ({"path": "/operations"}, "path", "begins and ends with '/'"),
    ({"path": "//"}, "path", "begins and ends with '/'"),
    ({"path": "/a b/"}, "path", "begins and ends with '/'"),
    ({"path": "/" + "a" * 300 + "/"}, "path", "DevOps Agent admits 255"),
    ({"description": "naïve — no"}, "description", "refuses the character '—'"),
    ({"description": "a" * 1001}, "description", "1001 characters; IAM admits 1000"),
    ({"max_session": Duration.minutes(59)}, "max_session", "3600 to 43200"),
    ({"max_session": Duration.hours(13)}, "max_session", "3600 to 43200"),
    ({"managed_policies": ["ok", "a b"]}, "managed_policies[1]", "neither the name nor the ARN"),
    ({"permissions_boundary": "arn:aws:iam::111111111111:policy/B"}, "permissions_boundary", "of the role's own"),
    ({"permissions_boundary": "arn:aws:iam::222222222222:role/B"}, "permissions_boundary", "neither the name nor"),
    ({"generation": Generation.PREVIEW}, "agent_role_arn", "which is not given"),
    ({"agent_role_arn": "arn:aws:iam::222222222222:role/A"}, "agent_role_arn", "in account 111111111111"),
    ({"agent_space": []}, "agent_space", "nobody could assume the role"),
]


@pytest.mark.parametrize(("arguments", "field", "why"), BAD_ARGUMENTS, ids=lambda value: str(value)[:40])
def test_bad_argument(secondary: Stack, arguments: dict[str, Any], field: str, why: str) -> None:
    """One error that names the argument; nothing of the construct is in the tree afterwards."""
    with pytest.raises(OnboardingInputError) as caught:
        SecondaryAccountRole(secondary, "Role", **{"agent_space": SPACE, **arguments})
    assert caught.value.field == field
    assert why in caught.value.why
    assert caught.value.fix
    assert secondary.node.children == []


@pytest.mark.parametrize(
    "arguments",
    [
        {"role_name": "a" * 64},
        {"role_name": "Az09_+=,.@-"},
        {"path": "/a/b-c/"},
        {"path": "/" + "a" * 190 + "/", "role_name": "b" * 32},
        {"description": "tab\tline\nÄÿ ~"},
        {"max_session": Duration.hours(1)},
        {"max_session": Duration.hours(12)},
        {"permissions_boundary": "team/Limit"},
        {"permissions_boundary": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
    ],
    ids=lambda value: str(value)[:40],
)
def test_good_argument(secondary: Stack, arguments: dict[str, Any]) -> None:
    """The other side of each limit."""
    SecondaryAccountRole(secondary, "Role", agent_space=SPACE, **arguments)
    Template.from_stack(secondary).resource_count_is("AWS::IAM::Role", 1)


def test_role_name_may_be_a_token(secondary: Stack) -> None:
    """What only deployment knows is not checked."""
    parameter = CfnParameter(secondary, "Name")
    SecondaryAccountRole(secondary, "Role", agent_space=SPACE, role_name=parameter.value_as_string)
    assert role_of(secondary)["RoleName"] == {"Ref": "Name"}


def test_unknown_region_warns(secondary: Stack) -> None:
    """AWS adds Regions, so this is no error; the warning tells the date of the list and can be acknowledged."""
    space = AgentSpaceArn.from_arn("arn:aws:aidevops:ap-east-2:111111111111:agentspace/abc")
    SecondaryAccountRole(secondary, "Role", agent_space=space)
    warning = Match.string_like_regexp(
        r"ap-east-2.*2026-10-20.*\[ack: devops-agent-constructs:unknownAgentSpaceRegion\]"
    )
    Annotations.from_stack(secondary).has_warning("/Secondary/Role", warning)


def test_role_in_the_primary_account_warns(app: App) -> None:
    """A secondary role in the Agent Space's own account is legal, and rarely meant."""
    stack = Stack(app, "Primary", env=Environment(account="111111111111", region="us-east-1"))
    SecondaryAccountRole(stack, "Role", agent_space=SPACE)
    warning = Match.string_like_regexp(r"\[ack: devops-agent-constructs:roleInPrimaryAccount\]")
    Annotations.from_stack(stack).has_warning("/Primary/Role", warning)


def test_no_warning_in_the_usual_case(secondary: Stack) -> None:
    """A warning that always comes is read by nobody."""
    SecondaryAccountRole(secondary, "Role", agent_space=SPACE)
    assert Annotations.from_stack(secondary).find_warning("*", Match.any_value()) == []
