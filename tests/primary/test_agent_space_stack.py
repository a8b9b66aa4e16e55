"""The stack of a new Agent Space: what its value says reaches the construct, and is checked before."""

from typing import Any

import pytest
from aws_cdk import App, LegacyStackSynthesizer, SecretValue
from aws_cdk.assertions import Annotations, Match

from devops_agent_constructs import (
    AgentSpaceStack,
    IamSignIn,
    IdentityProviderSignIn,
    NewAgentSpace,
    OnboardingInputError,
    S3Objects,
)
from tests.conftest import lint_findings, template_of
from tests.primary.agent_spaces import KEY_ARN, SECRET_ARN, okta

BY_ARN = IdentityProviderSignIn(
    issuer_url="https://example.okta.com",
    client_id="0oa1b2c3",
    client_secret=SECRET_ARN,
    provider="okta",
    json_field="client_secret",
)


def new(**settings: Any) -> NewAgentSpace:
    """Return an Agent Space to create."""
    return NewAgentSpace(**{"name": "Operations", "account_id": "111111111111", "region": "us-east-1", **settings})


def stack_of(app: App, **settings: Any) -> AgentSpaceStack:
    """Define its stack."""
    return AgentSpaceStack(app, "Space", new_agent_space=new(**settings), synthesizer=LegacyStackSynthesizer())


def test_everything_reaches_the_construct(app: App) -> None:
    """Role, boundary, key, sign-in, capabilities and tags; cfn-lint finds nothing."""
    stack = stack_of(
        app,
        tags={"team": "core"},
        operator_app=BY_ARN,
        agent_role_name="Agent",
        capabilities=[S3Objects(buckets=["orders-logs"])],
        permissions_boundary="WorkloadBoundary",
        encryption_key_arn=KEY_ARN,
    )
    template = template_of(stack)
    resources = template["Resources"].values()
    [space] = [each["Properties"] for each in resources if each["Type"] == "AWS::DevOpsAgent::AgentSpace"]
    roles = [each["Properties"] for each in resources if each["Type"] == "AWS::IAM::Role"]
    tags = [{"Key": "team", "Value": "core"}]
    assert (space["KmsKeyArn"], space["Tags"]) == (KEY_ARN, tags)
    written = "{{resolve:secretsmanager:" + SECRET_ARN + ":SecretString:client_secret::}}"
    assert space["OperatorApp"]["Idp"]["ClientSecret"] == written
    assert [(role.get("RoleName"), role["Tags"]) for role in roles] == [(None, tags), ("Agent", tags)]
    assert all("WorkloadBoundary" in str(role["PermissionsBoundary"]) for role in roles)
    assert "arn:aws:s3:::orders-logs" in str(roles[1]).replace("', {'Ref': 'AWS::Partition'}, '", "aws")
    assert lint_findings(template) == []


def test_the_owner_of_the_key_must_extend_its_policy(app: App) -> None:
    """A key that is named by its ARN is not the app's; who has only an accounts file reads what to add."""
    stack = stack_of(app, encryption_key_arn=KEY_ARN)
    sids = [statement["Sid"] for statement in stack.agent_space.key_policy_statements]
    said = Match.string_like_regexp(f"The policy of {KEY_ARN} is not part of this app.*" + ".*".join(sids))
    Annotations.from_stack(stack).has_warning("*", said)


def test_no_operator_app(app: App) -> None:
    """None is a choice; the default is IAM."""
    assert new().operator_app == IamSignIn()
    assert "OperatorApp" not in str(template_of(stack_of(app, operator_app=None))["Resources"])


@pytest.mark.parametrize(
    ("settings", "field", "why"),
    [
        ({"agent_role_name": "A B"}, "agent_role_name", "a role name is"),
        ({"permissions_boundary": "arn:aws:iam::222222222222:policy/B"}, "permissions_boundary", "111111111111"),
        ({"encryption_key_arn": KEY_ARN.replace("us-east-1", "us-east-2")}, "encryption_key_arn", "a key of us-east-2"),
        ({"encryption_key_arn": KEY_ARN.replace("key/", "key/mrk-")}, "encryption_key_arn", "a multi-Region key"),
        ({"encryption_key_arn": "arn:aws:kms:us-east-1:111111111111:alias/a"}, "encryption_key_arn", "an alias"),
        ({"capabilities": [S3Objects(buckets=["arn:aws-cn:s3:::orders"])]}, "capabilities", "'aws-cn'"),
        ({"tags": {"aws:team": "core"}}, "tags['aws:team']", "AWS keeps keys"),
        ({"tags": {"team": ""}}, "tags['team']", "1-256"),
    ],
)
def test_what_is_refused(settings: dict[str, Any], field: str, why: str) -> None:
    """Before anything is defined."""
    with pytest.raises(OnboardingInputError) as caught:
        new(**settings)
    assert caught.value.field == field
    assert why in caught.value.why


@pytest.mark.parametrize("secret", ["hunter2", f"{SECRET_ARN}:key::", SECRET_ARN.replace("secret:", "")])
def test_a_text_that_is_no_arn_of_a_secret(secret: str) -> None:
    """It might be the secret itself, so the error does not show it."""
    with pytest.raises(OnboardingInputError, match=r"client_secret='\(not shown\)'") as caught:
        okta(secret)
    assert secret not in str(caught.value)


def test_json_field_goes_with_an_arn() -> None:
    """A secret of the CDK says its field itself; and a reference has no room for every name."""
    settings = {"issuer_url": "https://example.okta.com", "client_id": "id", "provider": "okta"}
    for secret, name in ((SecretValue.secrets_manager("okta"), "key"), (SECRET_ARN, "a:b"), (SECRET_ARN, "")):
        with pytest.raises(OnboardingInputError, match="json_field="):
            IdentityProviderSignIn(**settings, client_secret=secret, json_field=name)
