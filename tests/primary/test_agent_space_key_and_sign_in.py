"""AgentSpace: its encryption key, and the secret and the instance by which people sign in."""

from typing import Any

import pytest
from aws_cdk import (
    CfnParameter,
    SecretValue,
    Stack,
)
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk.assertions import Annotations, Match

from devops_agent_constructs import (
    OnboardingInputError,
)
from devops_agent_constructs.primary.agent_space import AgentSpace
from devops_agent_constructs.primary.operator_app import IdentityCenterSignIn, IdentityProviderSignIn
from tests.primary.agent_spaces import (
    ANY_SPACE,
    INSTANCE_ARN,
    KEY_ARN,
    OPERATOR_ID,
    SECRET_ARN,
    SPACE_ID,
    make,
    okta,
    resources_of,
)


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
    [key_id] = [name for name, resource in resources.items() if resource["Type"] == "AWS::KMS::Key"]
    statements = resources[key_id]["Properties"]["KeyPolicy"]["Statement"]
    root = {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":iam::111111111111:root"]]}
    assert statements[0] == {"Action": "kms:*", "Effect": "Allow", "Principal": {"AWS": root}, "Resource": "*"}
    assert [statement["Sid"] for statement in statements[1:]] == [
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
    AgentSpace(primary, "Other", name="Other", agent_role_name="Other", encryption_key=key)
    [policy] = [
        resource["Properties"]["KeyPolicy"]
        for resource in resources_of(primary).values()
        if "KeyPolicy" in str(resource)
    ]
    assert len(policy["Statement"]) == 4


def test_imported_key_is_its_owners(primary: Stack) -> None:
    """Nothing can be added to it: a warning says so, and the statements are there to be handed on."""
    space = make(primary, encryption_key=kms.Key.from_key_arn(primary, "Key", KEY_ARN))
    assert [statement["Sid"] for statement in space.key_policy_statements] == [
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
    [policy] = [
        resource["Properties"] for resource in resources_of(primary).values() if resource["Type"] == "AWS::IAM::Policy"
    ]
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
