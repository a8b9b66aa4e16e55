"""AgentSpace: the promised resources, whole, in each kind; what it refuses; what it never does."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import (
    App,
    CfnParameter,
    Environment,
    LegacyStackSynthesizer,
    RemovalPolicy,
    SecretValue,
    Stack,
    Tags,
)
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
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
from devops_agent_constructs.primary.operator_app import IdentityCenterSignIn, IdentityProviderSignIn
from tests.conftest import SPACE_ARN, inline_statements, lint_findings, nag_findings, template_of

SECRET_ARN = "arn:aws:secretsmanager:us-east-1:111111111111:secret:okta-a1b2c3"  # pragma: allowlist secret
KEY_ARN = "arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab"
INSTANCE_ARN = "arn:aws:sso:::instance/ssoins-1234567890abcdef"
ROLE_ARN = "arn:aws:iam::111111111111:role/Existing"
ANY_SPACE = {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":aidevops:us-east-1:111111111111:agentspace/*"]]}
SPACE_ID, MONITOR_ID, OPERATOR_ID = "SpaceA1081218", "SpaceMonitorRoleEA570FC8", "SpaceOperatorRole6B3354B9"
ASSOCIATION_ID = "SpaceMonitorAssociation01192814"


@pytest.fixture
def primary(app: App) -> Stack:
    """Return a stack of the primary account 111111111111."""
    env = Environment(account="111111111111", region="us-east-1")
    return Stack(app, "Primary", env=env, synthesizer=LegacyStackSynthesizer())


def okta(secret: Any) -> IdentityProviderSignIn:
    """Return the way of signing in with Okta."""
    return IdentityProviderSignIn(
        issuer_url="https://example.okta.com", client_id="0oa1b2c3", client_secret=secret, provider="okta"
    )


def everything(stack: Stack) -> dict[str, Any]:
    """Return every argument that goes together."""
    return {
        "description": "Für den Betrieb: Tag & Nacht",
        "locale": "de-DE",
        "tags": {"team": "operations", "cost": "42"},
        "operator_app": IdentityCenterSignIn(instance_arn=INSTANCE_ARN),
        "monitor_role_name": "Agent",
        "capabilities": [S3Objects(buckets=["orders-logs"]), SupportCommunications()],
        "permissions_boundary": "WorkloadBoundary",
        "elevated_actions_enabled": True,
        "encryption_key": kms.Key(stack, "Key", enable_key_rotation=True),
        "removal_policy": RemovalPolicy.DESTROY,
    }


KINDS: dict[str, Callable[[Stack], dict[str, Any]]] = {
    "iam": lambda _: {},
    "identity_center": lambda _: {"operator_app": IdentityCenterSignIn(instance_arn=INSTANCE_ARN)},
    "identity_provider": lambda stack: {
        "operator_app": okta(secretsmanager.Secret.from_secret_complete_arn(stack, "Secret", SECRET_ARN))
    },
    "no_operator_app": lambda _: {"operator_app": None},
    "existing_monitor_role": lambda stack: {"monitor_role": iam.Role.from_role_arn(stack, "Existing", ROLE_ARN)},
    "imported_key": lambda stack: {"encryption_key": kms.Key.from_key_arn(stack, "Key", KEY_ARN)},
    "everything": everything,
}


def make(stack: Stack, **arguments: Any) -> AgentSpace:
    """Define an Agent Space."""
    return AgentSpace(stack, "Space", **{"name": "Operations", **arguments})


def resources_of(stack: Stack) -> dict[str, Any]:
    """Return logical id -> resource."""
    return dict(template_of(stack)["Resources"])


@pytest.mark.parametrize("kind", KINDS)
def test_template(primary: Stack, kind: str, snapshot: SnapshotAssertion) -> None:
    """A changed snapshot is a changed deployment: the commit says what it does to a deployed user."""
    make(primary, **KINDS[kind](primary))
    template = template_of(primary)
    assert template == snapshot
    assert lint_findings(template) == []


@pytest.mark.parametrize("kind", KINDS)
def test_cdk_nag(app: App, primary: Stack, kind: str) -> None:
    """Each finding is acknowledged with a reason, none of the user's own."""
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


def test_monitor_role_trusts_exactly_this_space(primary: Stack) -> None:
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
    """References form no cycle: key, operator role, space, monitor role, association."""
    make(primary, **KINDS[kind](primary))
    resources = resources_of(primary)
    waiting = {name: references(one) & resources.keys() for name, one in resources.items()}
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
            inner = [references(one) for one in value.values()]
            return set().union({waits} if isinstance(waits, str) else set(waits), *inner)
        case list():
            return set().union(*(references(one) for one in value))
        case _:
            return set()


def test_secret_is_a_reference(primary: Stack) -> None:
    """CloudFormation reads the secret at deployment; the template has where it is, not what it is."""
    secret = secretsmanager.Secret.from_secret_complete_arn(primary, "Secret", SECRET_ARN)
    make(primary, operator_app=okta(secret.secret_value_from_json("client_secret")))
    assert resources_of(primary)[SPACE_ID]["Properties"]["OperatorApp"] == {
        "Idp": {
            "ClientId": "0oa1b2c3",
            "ClientSecret": "{{resolve:secretsmanager:" + SECRET_ARN + ":SecretString:client_secret::}}",
            "IssuerUrl": "https://example.okta.com",
            "OperatorAppRoleArn": {"Fn::GetAtt": [OPERATOR_ID, "Arn"]},
            "Provider": "okta",
        }
    }


def test_secret_of_the_same_stack(primary: Stack) -> None:
    """A secret that the stack itself makes is named by reference."""
    make(primary, operator_app=okta(secretsmanager.Secret(primary, "Secret")))
    written = resources_of(primary)[SPACE_ID]["Properties"]["OperatorApp"]["Idp"]["ClientSecret"]
    expected = ["{{resolve:secretsmanager:", {"Ref": "SecretA720EF05"}, ":SecretString:::}}"]
    assert written == {"Fn::Join": ["", expected]}


@pytest.mark.parametrize(
    "secret",
    [
        "hunter2",
        None,
        SecretValue.unsafe_plain_text("hunter2"),
        SecretValue.ssm_secure("hunter2"),
    ],
    ids=["string", "none", "plain", "parameter store"],
)
def test_no_other_secret(primary: Stack, secret: Any) -> None:
    """Whatever would stand in the template, or that CloudFormation cannot read there; the error does not show it."""
    with pytest.raises(OnboardingInputError) as caught:
        make(primary, operator_app=okta(secret))
    assert caught.value.field == "client_secret"
    assert "hunter2" not in str(caught.value)
    assert primary.node.children == []


def test_a_parameter_is_no_secret(primary: Stack) -> None:
    """Its value would be in the hands of whoever deploys."""
    secret = SecretValue.cfn_parameter(CfnParameter(primary, "Secret", no_echo=True))
    with pytest.raises(OnboardingInputError, match="must refer to a secret of Secrets Manager"):
        make(primary, operator_app=okta(secret))


def test_secret_is_not_in_the_repr() -> None:
    """A way of signing in can be logged."""
    assert "client_secret" not in repr(okta(SecretValue.unsafe_plain_text("hunter2")))


def test_key_policy_keeps_its_owner(primary: Stack) -> None:
    """The root statement of the CDK stays first; the service's three follow, and the space has the key's ARN."""
    make(primary, encryption_key=kms.Key(primary, "Key"))
    resources = resources_of(primary)
    [key_id] = [name for name, one in resources.items() if one["Type"] == "AWS::KMS::Key"]
    statements = resources[key_id]["Properties"]["KeyPolicy"]["Statement"]
    root = {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":iam::111111111111:root"]]}
    assert statements[0] == {"Action": "kms:*", "Effect": "Allow", "Principal": {"AWS": root}, "Resource": "*"}
    assert [one["Sid"] for one in statements[1:]] == [
        "AllowDevOpsAgentServiceDescribeKeyAccess",
        "AllowDevOpsAgentAccessForAgentSpace",
        "AllowDevOpsAgentAccessForService",
    ]
    context = "kms:EncryptionContext:aws-crypto-ec:aws:aidevops:arn"
    condition = {"ArnLike": {"aws:SourceArn": ANY_SPACE}, "StringLike": {context: ANY_SPACE}}
    assert statements[2]["Condition"] == condition
    assert resources[SPACE_ID]["Properties"]["KmsKeyArn"] == {"Fn::GetAtt": [key_id, "Arn"]}


def test_one_key_for_two_spaces(primary: Stack) -> None:
    """The statements are the same for both, and stand there once."""
    key = kms.Key(primary, "Key")
    make(primary, encryption_key=key)
    AgentSpace(primary, "Other", name="Other", monitor_role_name="Other", encryption_key=key)
    [policy] = [one["Properties"]["KeyPolicy"] for one in resources_of(primary).values() if "KeyPolicy" in str(one)]
    assert len(policy["Statement"]) == 4


def test_imported_key_is_its_owners(primary: Stack) -> None:
    """Nothing can be added to it: a warning says so, and the statements are there to be handed on."""
    space = make(primary, encryption_key=kms.Key.from_key_arn(primary, "Key", KEY_ARN))
    assert [one["Sid"] for one in space.key_policy_statements] == [
        "AllowDevOpsAgentServiceDescribeKeyAccess",
        "AllowDevOpsAgentAccessForAgentSpace",
        "AllowDevOpsAgentAccessForService",
    ]
    warning = Match.string_like_regexp(r"key/1234abcd.*3 statements.*\[ack: devops-agent-constructs:keyPolicyNotMan")
    Annotations.from_stack(primary).has_warning("/Primary/Space", warning)


def test_grant_of_the_key(primary: Stack) -> None:
    """Through the service alone, on this key alone."""
    deployer = iam.Role.from_role_arn(primary, "Deployer", "arn:aws:iam::111111111111:role/Deployer")
    make(primary, encryption_key=kms.Key.from_key_arn(primary, "Key", KEY_ARN)).grant_encryption_key(deployer)
    [policy] = [one["Properties"] for one in resources_of(primary).values() if one["Type"] == "AWS::IAM::Policy"]
    [statement] = policy["PolicyDocument"]["Statement"]
    assert statement.pop("Action")[:3] == ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt"]
    assert statement == {
        "Effect": "Allow",
        "Resource": KEY_ARN,
        "Condition": {"StringEquals": {"kms:ViaService": "aidevops.us-east-1.amazonaws.com"}},
    }
    assert policy["Roles"] == ["Deployer"]


def test_grant_without_a_key(primary: Stack) -> None:
    """There is nothing to grant, and no need."""
    with pytest.raises(OnboardingInputError, match="a key that AWS owns"):
        make(primary).grant_encryption_key(iam.User(primary, "User"))


def test_grant_that_would_have_no_effect(primary: Stack) -> None:
    """The CDK would report success for a role of another account, and add nothing."""
    space = make(primary, encryption_key=kms.Key(primary, "Key"))
    other = iam.Role.from_role_arn(primary, "Deployer", "arn:aws:iam::222222222222:role/Deployer")
    with pytest.raises(OnboardingInputError, match="in account 222222222222"):
        space.grant_encryption_key(other)
    with pytest.raises(OnboardingInputError, match="takes no policy"):
        space.grant_encryption_key(iam.ServicePrincipal("ec2.amazonaws.com"))


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
    assert [resources[one]["Properties"]["Tags"] for one in (MONITOR_ID, OPERATOR_ID)] == [[team], [team]]
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
    """The space and the role it names share it; monitor role and association go with the stack."""
    make(primary, removal_policy=policy)
    policies = {name: one.get("DeletionPolicy") for name, one in resources_of(primary).items()}
    assert policies == {OPERATOR_ID: deletion, SPACE_ID: deletion, MONITOR_ID: None, ASSOCIATION_ID: None}


def test_boundary_of_both_roles(primary: Stack) -> None:
    """One object, by name; a stack's default would do the same."""
    make(primary, permissions_boundary="WorkloadBoundary")
    resources = resources_of(primary)
    parts = ["arn:", {"Ref": "AWS::Partition"}, ":iam::111111111111:policy/WorkloadBoundary"]
    boundaries = [resources[one]["Properties"]["PermissionsBoundary"] for one in (MONITOR_ID, OPERATOR_ID)]
    assert boundaries == [{"Fn::Join": ["", parts]}] * 2


def test_no_operator_app(primary: Stack) -> None:
    """No role of it either."""
    assert make(primary, operator_app=None).operator_role is None
    resources = resources_of(primary)
    assert list(resources) == [SPACE_ID, MONITOR_ID, ASSOCIATION_ID]
    assert resources[SPACE_ID]["Properties"] == {"Name": "Operations"}


def test_existing_monitor_role(primary: Stack) -> None:
    """It is associated as it is."""
    role = iam.Role.from_role_arn(primary, "Existing", ROLE_ARN)
    space = make(primary, monitor_role=role)
    assert (space.monitor_role.role_arn, space.monitor_inline_policy) == (ROLE_ARN, None)
    resources = resources_of(primary)
    assert list(resources) == [OPERATOR_ID, SPACE_ID, ASSOCIATION_ID]
    assert resources[ASSOCIATION_ID]["Properties"]["Configuration"]["Aws"]["AssumableRoleArn"] == ROLE_ARN


def test_capabilities(primary: Stack) -> None:
    """As for a secondary role, at once or later."""
    space = make(primary, capabilities=[ResourceExplorerSetup(enabled=False)])
    assert space.monitor_inline_policy is None
    space.add_capability(S3Objects(buckets=["orders-logs"]))
    assert list(inline_statements(resources_of(primary)[MONITOR_ID]["Properties"])) == ["S3Buckets", "S3Objects"]


def test_no_capability_for_an_existing_role(primary: Stack) -> None:
    """Its policies are elsewhere."""
    space = make(primary, monitor_role=iam.Role.from_role_arn(primary, "Existing", ROLE_ARN))
    with pytest.raises(OnboardingInputError, match="an existing role has its own permissions"):
        space.add_capability(SupportCommunications())


def test_roles_are_ordinary_roles(primary: Stack) -> None:
    """Grants can be added, and ours stay."""
    space = make(primary)
    kms.Key(primary, "Key").grant_decrypt(space.monitor_role)
    resources = resources_of(primary)
    [policy] = [one["Properties"] for one in resources.values() if one["Type"] == "AWS::IAM::Policy"]
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
    make(primary, name=text, description=text, locale=text, tags={"key": text}, monitor_role_name=text)
    properties = resources_of(primary)[SPACE_ID]["Properties"]
    assert [properties[one] for one in ("Name", "Description", "Locale")] == [{"Ref": "Text"}] * 3


def test_two_spaces_need_two_names(primary: Stack) -> None:
    """IAM has each role name once in an account; the second deployment would fail half-way."""
    make(primary)
    with pytest.raises(OnboardingInputError, match="monitor_role_name='DevOpsAgentRole-AgentSpace'"):
        AgentSpace(primary, "Other", name="Other")
    AgentSpace(primary, "Third", name="Third", monitor_role_name="DevOpsAgentRole-Third")


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


BAD_ARGUMENTS: list[tuple[dict[str, Any], str, str]] = [
    ({"name": ""}, "name", "0 characters"),
    ({"name": "a" * 256}, "name", "256 characters"),
    ({"name": "two\nlines"}, "name", "'\\n'"),
    ({"name": "e\u0301"}, "name", "refuses the character"),
    ({"description": ""}, "description", "0 characters"),
    ({"description": "a" * 1001}, "description", "admits 1-1000"),
    ({"description": "bell\x07"}, "description", "'\\x07'"),
    ({"locale": ""}, "locale", "language tag"),
    ({"locale": "e"}, "locale", "language tag"),
    ({"locale": "en_US"}, "locale", "language tag"),
    ({"locale": "en-US\n"}, "locale", "language tag"),
    ({"locale": "en" + "-abcdefgh" * 4}, "locale", "35 characters"),
    ({"tags": {"": "x"}}, "tags", "1-128"),
    ({"tags": {"a" * 129: "x"}}, "tags", "1-128"),
    ({"tags": {"AWS:team": "x"}}, "tags", "'aws:'"),
    ({"tags": {"team": "a" * 257}}, "tags['team']", "at most 256"),
    ({"monitor_role_name": "Dev Ops"}, "monitor_role_name", "1-64"),
    ({"permissions_boundary": "arn:aws:iam::222222222222:policy/B"}, "permissions_boundary", "role's own account"),
    ({"removal_policy": RemovalPolicy.SNAPSHOT}, "removal_policy", "no snapshots"),
]


@pytest.mark.parametrize(("arguments", "field", "why"), BAD_ARGUMENTS, ids=lambda value: str(value)[:40])
def test_bad_argument(primary: Stack, arguments: dict[str, Any], field: str, why: str) -> None:
    """One error that names the argument; nothing of the construct is in the tree afterwards, nor is its name taken."""
    with pytest.raises(OnboardingInputError) as caught:
        make(primary, **arguments)
    assert caught.value.field == field
    assert why in caught.value.why
    assert caught.value.fix
    assert primary.node.children == []
    make(primary)


@pytest.mark.parametrize(
    "arguments",
    [
        {"name": "a" * 255},
        {"name": "Ops (§ 5), 運用 €"},
        {"description": "a" * 1000},
        {"locale": "en"},
        {"locale": "zh-Hant-TW"},
        {"tags": {"a" * 128: "b" * 256, "empty": ""}},
        {"monitor_role_name": "a" * 64},
    ],
    ids=lambda value: str(value)[:40],
)
def test_good_argument(primary: Stack, arguments: dict[str, Any]) -> None:
    """The other side of each limit."""
    make(primary, **arguments)
    assert lint_findings(template_of(primary)) == []


@pytest.mark.parametrize(
    ("arn", "arguments", "why"),
    [
        ("arn:aws:iam::222222222222:role/Existing", {}, "own account, 111111111111"),
        (ROLE_ARN, {"capabilities": [SupportCommunications()]}, "its own name and permissions"),
        (ROLE_ARN, {"monitor_role_name": "Agent"}, "its own name and permissions"),
    ],
)
def test_bad_monitor_role(primary: Stack, arn: str, arguments: dict[str, Any], why: str) -> None:
    """Across accounts the service refuses it; and what describes a new role would have no effect."""
    role = iam.Role.from_role_arn(primary, "Existing", arn)
    with pytest.raises(OnboardingInputError, match=why) as caught:
        make(primary, monitor_role=role, **arguments)
    assert caught.value.field == "monitor_role"
    assert primary.node.try_find_child("Space") is None


def test_boundary_without_a_role(primary: Stack) -> None:
    """It would silently bound nothing."""
    role = iam.Role.from_role_arn(primary, "Existing", ROLE_ARN)
    with pytest.raises(OnboardingInputError, match="no role is made that it could bound"):
        make(primary, monitor_role=role, operator_app=None, permissions_boundary="WorkloadBoundary")


@pytest.mark.parametrize(
    ("arn", "why"),
    [
        (KEY_ARN.replace("key/1234abcd-12ab-34cd-56ef-1234567890ab", "alias/mine"), "an alias"),
        (KEY_ARN.replace("1234abcd-12ab-34cd-56ef-1234567890ab", "mrk-" + "a" * 32), "multi-Region"),
        (KEY_ARN.replace("us-east-1", "eu-west-1"), "a key of eu-west-1; the Agent Space is in us-east-1"),
        (KEY_ARN.replace("1234abcd-", ""), "not the full ARN"),
    ],
)
def test_bad_imported_key(primary: Stack, arn: str, why: str) -> None:
    """The service takes a full ARN of a single-Region key."""
    key = kms.Key.from_key_arn(primary, "Key", arn)
    with pytest.raises(OnboardingInputError, match=why) as caught:
        make(primary, encryption_key=key)
    assert caught.value.field == "encryption_key"
    assert primary.node.try_find_child("Space") is None


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({"multi_region": True}, "multi-Region"),
        ({"key_spec": kms.KeySpec.RSA_2048}, "not a symmetric one"),
        ({"key_spec": kms.KeySpec.HMAC_256, "key_usage": kms.KeyUsage.GENERATE_VERIFY_MAC}, "not a symmetric one"),
    ],
    ids=["multi-Region", "asymmetric", "HMAC"],
)
def test_bad_key_of_the_app(primary: Stack, arguments: dict[str, Any], why: str) -> None:
    """A key of the app shows its kind before deployment."""
    with pytest.raises(OnboardingInputError, match=why):
        make(primary, encryption_key=kms.Key(primary, "Key", **arguments))


def test_alias_of_a_key_of_the_app(primary: Stack) -> None:
    """An alias is an `IKey` to the CDK, and no key to DevOps Agent."""
    with pytest.raises(OnboardingInputError, match="an alias"):
        make(primary, encryption_key=kms.Key(primary, "Key").add_alias("mine"))


def test_alias_by_name(primary: Stack) -> None:
    """So is one that is looked up by name."""
    with pytest.raises(OnboardingInputError, match="an alias"):
        make(primary, encryption_key=kms.Alias.from_alias_name(primary, "Alias", "alias/mine"))


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"issuer_url": "http://example.okta.com"}, "issuer_url"),
        ({"issuer_url": "https://example.okta.com/\n"}, "issuer_url"),
        ({"issuer_url": "https://"}, "issuer_url"),
        ({"client_id": ""}, "client_id"),
        ({"client_id": "a" * 513}, "client_id"),
        ({"provider": "google"}, "provider"),
        ({"provider": "Okta"}, "provider"),
    ],
)
def test_bad_identity_provider(arguments: dict[str, Any], field: str) -> None:
    """Refused when the value is made."""
    good = {"issuer_url": "https://example.okta.com:443/oauth2", "client_id": "a" * 512, "provider": "entra"}
    secret = SecretValue.secrets_manager("okta")
    IdentityProviderSignIn(client_secret=secret, **good)
    with pytest.raises(OnboardingInputError) as caught:
        IdentityProviderSignIn(client_secret=secret, **{**good, **arguments})
    assert caught.value.field == field


@pytest.mark.parametrize("arn", ["", "ssoins-1234567890abcdef", INSTANCE_ARN + "0", INSTANCE_ARN + "\n"])
def test_bad_identity_center(arn: str) -> None:
    """The instance, not its id."""
    with pytest.raises(OnboardingInputError, match="instance_arn"):
        IdentityCenterSignIn(instance_arn=arn)
