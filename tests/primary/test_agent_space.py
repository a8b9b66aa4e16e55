"""AgentSpace: the promised resources, whole, in each kind; what it never does."""

import json
from typing import Any

import pytest
from aws_cdk import (
    App,
    CfnParameter,
    Environment,
    LegacyStackSynthesizer,
    RemovalPolicy,
    Stack,
    Tags,
)
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Annotations, Match, Template
from syrupy.assertion import SnapshotAssertion

from devops_agent_constructs import (
    AgentSpaceArn,
    OnboardingInputError,
    ResourceExplorerSetup,
    S3Objects,
    SecondaryAccountRole,
    SupportCommunications,
)
from devops_agent_constructs.nag import acknowledge_findings
from devops_agent_constructs.primary.agent_space import AgentSpace
from devops_agent_constructs.primary.operator_app import IdentityCenterSignIn
from tests.conftest import SPACE_ARN, inline_statements, lint_findings, nag_findings, template_of
from tests.primary.agent_spaces import (
    ANY_SPACE,
    ASSOCIATION_ID,
    INSTANCE_ARN,
    KINDS,
    MONITOR_ID,
    OPERATOR_ID,
    ROLE_ARN,
    SPACE_ID,
    USUAL,
    differences,
    everything,
    make,
    resources_of,
    usual_template,
)


@pytest.mark.parametrize("kind", KINDS)
def test_template(primary: Stack, kind: str, snapshot: SnapshotAssertion) -> None:
    """A changed snapshot is a changed deployment: the commit says what it does to a deployed user.

    That of the usual kind is its whole template; those of the others are what they have otherwise.
    """
    make(primary, **KINDS[kind](primary))
    template = template_of(primary)
    assert (template if kind == USUAL else differences(usual_template(), template)) == snapshot
    assert lint_findings(template) == []


@pytest.mark.parametrize("kind", KINDS)
def test_cdk_nag(app: App, primary: Stack, kind: str) -> None:
    """Each finding is acknowledged with a reason, none of the user's own.

    Promise: Nothing for the linters to find.
    """
    space = make(primary, **KINDS[kind](primary))
    assert nag_findings(app) != []
    acknowledge_findings(space)
    assert nag_findings(app) == []


@pytest.mark.parametrize("kind", KINDS)
def test_cdk_itself_finds_nothing(app: App, primary: Stack, kind: str, capfd: pytest.CaptureFixture[str]) -> None:
    """The CDK's own schema is older than its properties; users see no warning of that."""
    make(primary, **KINDS[kind](primary))
    app.synth()
    assert "CloudFormation Validate" not in "".join(capfd.readouterr())


def test_two_synths_are_equal() -> None:
    """Nothing depends on the order of a set or on a counter."""

    def synth() -> str:
        stack = Stack(App(analytics_reporting=False), "Primary", synthesizer=LegacyStackSynthesizer())
        make(stack, **everything(stack))
        return json.dumps(template_of(stack))

    assert synth() == synth()


def test_defaults(primary: Stack) -> None:
    """The shortest call: four resources, the space with the operator app of AWS's guide and nothing else."""
    make(primary)
    resources = resources_of(primary)
    assert list(resources) == [OPERATOR_ID, SPACE_ID, MONITOR_ID, ASSOCIATION_ID]
    assert resources[SPACE_ID] == {
        "Type": "AWS::DevOpsAgent::AgentSpace",
        "Properties": {
            "Name": "Operations",
            "OperatorApp": {"Iam": {"OperatorAppRoleArn": {"Fn::GetAtt": [OPERATOR_ID, "Arn"]}}},
        },
        "DeletionPolicy": "RetainExceptOnCreate",
        "UpdateReplacePolicy": "Retain",
    }
    assert resources[ASSOCIATION_ID] == {
        "Type": "AWS::DevOpsAgent::Association",
        "Properties": {
            "AgentSpaceId": {"Fn::GetAtt": [SPACE_ID, "AgentSpaceId"]},
            "ServiceId": "aws",
            "Configuration": {
                "Aws": {
                    "AccountId": "111111111111",
                    "AccountType": "monitor",
                    "AssumableRoleArn": {"Fn::GetAtt": [MONITOR_ID, "Arn"]},
                }
            },
        },
    }


def test_agent_role_trusts_exactly_this_space(primary: Stack) -> None:
    """Its ARN by reference, so the role comes after the space."""
    make(primary)
    role = resources_of(primary)[MONITOR_ID]["Properties"]
    assert role["RoleName"] == "DevOpsAgentRole-AgentSpace"
    assert role["AssumeRolePolicyDocument"] == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "aidevops.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": "111111111111"},
                    "ArnLike": {"aws:SourceArn": {"Fn::GetAtt": [SPACE_ID, "Arn"]}},
                },
            }
        ],
    }


def test_operator_role(primary: Stack) -> None:
    """The whole role: a space that names it cannot be named by it."""
    make(primary)
    role = resources_of(primary)[OPERATOR_ID]
    assert role["DeletionPolicy"] == "RetainExceptOnCreate"
    policy = ["arn:", {"Ref": "AWS::Partition"}, ":iam::aws:policy/AIDevOpsOperatorAppAccessPolicy"]
    assert role["Properties"] == {
        "AssumeRolePolicyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "aidevops.amazonaws.com"},
                    "Action": ["sts:AssumeRole", "sts:TagSession"],
                    "Condition": {
                        "StringEquals": {"aws:SourceAccount": "111111111111"},
                        "ArnLike": {"aws:SourceArn": ANY_SPACE},
                    },
                }
            ],
        },
        "Description": "Lets people use AWS DevOps Agent in its operator app",
        "ManagedPolicyArns": [{"Fn::Join": ["", policy]}],
    }


def test_identity_center_sets_the_context(primary: Stack) -> None:
    """One statement more in the trust policy, whole."""
    make(primary, operator_app=IdentityCenterSignIn(instance_arn=INSTANCE_ARN))
    resources = resources_of(primary)
    provider = {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":iam::aws:contextProvider/IdentityCenter"]]}
    [_, statement] = resources[OPERATOR_ID]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert statement == {
        "Sid": "TrustedIdentityPropagation",
        "Effect": "Allow",
        "Principal": {"Service": "aidevops.amazonaws.com"},
        "Action": "sts:SetContext",
        "Condition": {
            "StringEquals": {"aws:SourceAccount": "111111111111"},
            "ArnEquals": {"aws:SourceArn": ANY_SPACE},
            "ForAllValues:ArnEquals": {"sts:RequestContextProviders": [provider]},
            "Null": {"sts:RequestContextProviders": "false"},
        },
    }
    assert resources[SPACE_ID]["Properties"]["OperatorApp"] == {
        "Idc": {"IdcInstanceArn": INSTANCE_ARN, "OperatorAppRoleArn": {"Fn::GetAtt": [OPERATOR_ID, "Arn"]}}
    }


@pytest.mark.parametrize("kind", KINDS)
def test_deploys_in_order(primary: Stack, kind: str) -> None:
    """References form no cycle: key, operator role, space, agent role, association."""
    make(primary, **KINDS[kind](primary))
    resources = resources_of(primary)
    waiting = {name: references(resource) & resources.keys() for name, resource in resources.items()}
    order: list[str] = []
    while free := sorted(name for name, needed in waiting.items() if not needed):
        order += free
        waiting = {name: needed - set(free) for name, needed in waiting.items() if name not in free}
    assert waiting == {}
    assert order[-1] == ASSOCIATION_ID
    assert MONITOR_ID not in order or order.index(SPACE_ID) < order.index(MONITOR_ID)
    assert OPERATOR_ID not in order or order.index(OPERATOR_ID) < order.index(SPACE_ID)


def references(value: Any) -> set[str]:
    """Return the logical ids that a part of a template waits for."""
    match value:
        case {"Ref": str(name)}:
            return {name}
        case {"Fn::GetAtt": [str(name), *_]}:
            return {name}
        case dict():
            waits = value.get("DependsOn", [])
            inner = [references(part) for part in value.values()]
            return set().union({waits} if isinstance(waits, str) else set(waits), *inner)
        case list():
            return set().union(*(references(part) for part in value))
        case _:
            return set()


def test_preferences_are_left_out_unless_asked_for(app: App) -> None:
    """Without the container, CloudFormation sets the service's defaults: it means false."""
    on, off = Stack(app, "On"), Stack(app, "Off")
    make(on, elevated_actions_enabled=True)
    make(off)
    assert resources_of(on)[SPACE_ID]["Properties"]["Preferences"] == {"ElevatedActionsEnabled": True}
    assert "Preferences" not in resources_of(off)[SPACE_ID]["Properties"]


def test_tags(primary: Stack) -> None:
    """`Tags.of` reaches the space and its roles, and wins over the space's own."""
    space = make(primary, tags={"team": "development", "app": "agent"})
    Tags.of(space).add("team", "operations")
    resources = resources_of(primary)
    team = {"Key": "team", "Value": "operations"}
    assert resources[SPACE_ID]["Properties"]["Tags"] == [{"Key": "app", "Value": "agent"}, team]
    assert [resources[logical_id]["Properties"]["Tags"] for logical_id in (MONITOR_ID, OPERATOR_ID)] == [[team], [team]]
    assert "Tags" not in resources[ASSOCIATION_ID]["Properties"]


@pytest.mark.parametrize(
    ("policy", "deletion"),
    [
        (RemovalPolicy.RETAIN, "Retain"),
        (RemovalPolicy.DESTROY, "Delete"),
        (RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, "RetainExceptOnCreate"),
    ],
)
def test_removal_policy(primary: Stack, policy: RemovalPolicy, deletion: str) -> None:
    """The space and the role it names share it; agent role and association go with the stack."""
    make(primary, removal_policy=policy)
    policies = {name: resource.get("DeletionPolicy") for name, resource in resources_of(primary).items()}
    assert policies == {OPERATOR_ID: deletion, SPACE_ID: deletion, MONITOR_ID: None, ASSOCIATION_ID: None}


def test_boundary_of_both_roles(primary: Stack) -> None:
    """One object, by name; a stack's default would do the same."""
    make(primary, permissions_boundary="WorkloadBoundary")
    resources = resources_of(primary)
    parts = ["arn:", {"Ref": "AWS::Partition"}, ":iam::111111111111:policy/WorkloadBoundary"]
    boundaries = [
        resources[logical_id]["Properties"]["PermissionsBoundary"] for logical_id in (MONITOR_ID, OPERATOR_ID)
    ]
    assert boundaries == [{"Fn::Join": ["", parts]}] * 2


def test_no_operator_app(primary: Stack) -> None:
    """No role of it either."""
    assert make(primary, operator_app=None).operator_role is None
    resources = resources_of(primary)
    assert list(resources) == [SPACE_ID, MONITOR_ID, ASSOCIATION_ID]
    assert resources[SPACE_ID]["Properties"] == {"Name": "Operations"}


def test_existing_agent_role(primary: Stack) -> None:
    """It is associated as it is."""
    role = iam.Role.from_role_arn(primary, "Existing", ROLE_ARN)
    space = make(primary, agent_role=role)
    assert (space.agent_role.role_arn, space.agent_inline_policy) == (ROLE_ARN, None)
    resources = resources_of(primary)
    assert list(resources) == [OPERATOR_ID, SPACE_ID, ASSOCIATION_ID]
    assert resources[ASSOCIATION_ID]["Properties"]["Configuration"]["Aws"]["AssumableRoleArn"] == ROLE_ARN


def test_capabilities(primary: Stack) -> None:
    """As for a secondary role, at once or later."""
    space = make(primary, capabilities=[ResourceExplorerSetup(enabled=False)])
    assert space.agent_inline_policy is None
    space.add_capability(S3Objects(buckets=["orders-logs"]))
    assert list(inline_statements(resources_of(primary)[MONITOR_ID]["Properties"])) == ["S3Buckets", "S3Objects"]


def test_no_capability_for_an_existing_role(primary: Stack) -> None:
    """Its policies are elsewhere."""
    space = make(primary, agent_role=iam.Role.from_role_arn(primary, "Existing", ROLE_ARN))
    with pytest.raises(OnboardingInputError, match="an existing role has its own permissions"):
        space.add_capability(SupportCommunications())


def test_roles_are_ordinary_roles(primary: Stack) -> None:
    """Grants can be added, and ours stay."""
    space = make(primary)
    kms.Key(primary, "Key").grant_decrypt(space.agent_role)
    resources = resources_of(primary)
    [policy] = [resource["Properties"] for resource in resources.values() if resource["Type"] == "AWS::IAM::Policy"]
    assert policy["Roles"] == [{"Ref": MONITOR_ID}]
    assert list(inline_statements(resources[MONITOR_ID]["Properties"])) == ["AllowCreateServiceLinkedRoles"]


def test_arn_and_id_are_references(primary: Stack) -> None:
    """Region and account are known; whoever uses the rest waits for the space."""
    space = make(primary)
    where = space.agent_space_arn
    assert (where.region, where.account_id, where.is_any_in_account) == ("us-east-1", "111111111111", False)
    assert where.agent_space_id == space.agent_space_id
    assert primary.resolve([where.arn, where.agent_space_id]) == [
        {"Fn::GetAtt": [SPACE_ID, "Arn"]},
        {"Fn::GetAtt": [SPACE_ID, "AgentSpaceId"]},
    ]


def test_agnostic_stack(app: App) -> None:
    """Account and Region are those that the stack is deployed to; no warning about a Region that nobody knows."""
    stack = Stack(app, "Anywhere", synthesizer=LegacyStackSynthesizer())
    make(stack)
    resources = resources_of(stack)
    assert resources[ASSOCIATION_ID]["Properties"]["Configuration"]["Aws"]["AccountId"] == {"Ref": "AWS::AccountId"}
    [statement] = resources[MONITOR_ID]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
        "ArnLike": {"aws:SourceArn": {"Fn::GetAtt": [SPACE_ID, "Arn"]}},
    }
    assert Annotations.from_stack(stack).find_warning("*", Match.any_value()) == []


def test_texts_may_be_tokens(primary: Stack) -> None:
    """What only deployment knows is not checked."""
    text = CfnParameter(primary, "Text").value_as_string
    make(primary, name=text, description=text, locale=text, tags={"key": text}, agent_role_name=text)
    properties = resources_of(primary)[SPACE_ID]["Properties"]
    assert [properties[name] for name in ("Name", "Description", "Locale")] == [{"Ref": "Text"}] * 3


def test_two_spaces_need_two_names(primary: Stack) -> None:
    """IAM has each role name once in an account; the second deployment would fail half-way."""
    make(primary)
    with pytest.raises(OnboardingInputError, match="agent_role_name='DevOpsAgentRole-AgentSpace'"):
        AgentSpace(primary, "Other", name="Other")
    AgentSpace(primary, "Third", name="Third", agent_role_name="DevOpsAgentRole-Third")


def test_monitor_and_secondary_role_need_two_names(primary: Stack) -> None:
    """The same, across the two constructs."""
    space = AgentSpaceArn.from_arn("arn:aws:aidevops:us-east-1:999999999999:agentspace/another")
    SecondaryAccountRole(primary, "Role", agent_space=space, role_name="devopsagentrole-agentspace")
    with pytest.raises(OnboardingInputError, match="another DevOps Agent role of this stack"):
        make(primary)


def test_unknown_region_warns(app: App) -> None:
    """Under the id that secondary roles use too."""
    env = Environment(account="111111111111", region="ap-east-2")
    stack = Stack(app, "Primary", env=env)
    make(stack)
    warning = Match.string_like_regexp(
        r"ap-east-2.*2026-10-20.*\[ack: devops-agent-constructs:unknownAgentSpaceRegion\]"
    )
    Annotations.from_stack(stack).has_warning("/Primary/Space", warning)


def test_no_warning_in_the_usual_case(primary: Stack) -> None:
    """A warning that always comes is read by nobody."""
    make(primary, **everything(primary))
    assert Annotations.from_stack(primary).find_warning("*", Match.any_value()) == []


def test_from_agent_space_arn(primary: Stack) -> None:
    """What exists already has the same two attributes, and adds nothing to the template."""
    space = AgentSpace.from_agent_space_arn(primary, "Console", SPACE_ARN)
    assert (space.agent_space_arn.arn, space.agent_space_arn.region) == (SPACE_ARN, "us-east-1")
    assert space.agent_space_id == "8f6187a7-0388-4926-8217-3a0fe32f757c"
    Template.from_stack(primary).template_matches({"Resources": Match.absent()})


@pytest.mark.parametrize("arn", ["", "Operations", SPACE_ARN + "\n", SPACE_ARN.rpartition("/")[0] + "/*"])
def test_from_something_else(primary: Stack, arn: str) -> None:
    """One Agent Space, spelled out."""
    with pytest.raises(OnboardingInputError):
        AgentSpace.from_agent_space_arn(primary, "Console", arn)
    assert primary.node.children == []
