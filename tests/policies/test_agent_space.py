"""The operator app's trust and permissions, and a key's policy: whole documents, as AWS's guides have them."""

import json

import pytest
from moto.iam.aws_managed_policies import aws_managed_policies_data

from devops_agent_constructs import AgentSpaceArn
from devops_agent_constructs.policies.agent_space import (
    key_policy_statements,
    key_use_statement,
    operator_inline_policy,
)
from devops_agent_constructs.policies.resources import RoleAccount
from devops_agent_constructs.policies.trust import operator_trust_policy
from devops_agent_constructs.policy_evaluation.assume_role import AssumeRoleRequest, decide
from devops_agent_constructs.policy_evaluation.principals import ServiceCaller
from tests.conftest import SPACE

ANY = AgentSpaceArn.any_in_account("111111111111", region="us-east-1")
ACCOUNT = RoleAccount(partition="aws", account_id="111111111111")
KEY = "arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab"
AGENT = ServiceCaller(service="aidevops.amazonaws.com")
ASSUME = {
    "Effect": "Allow",
    "Principal": {"Service": "aidevops.amazonaws.com"},
    "Action": ["sts:AssumeRole", "sts:TagSession"],
    "Condition": {
        "StringEquals": {"aws:SourceAccount": "111111111111"},
        "ArnLike": {"aws:SourceArn": "arn:aws:aidevops:us-east-1:111111111111:agentspace/*"},
    },
}
SET_CONTEXT = {
    "Sid": "TrustedIdentityPropagation",
    "Effect": "Allow",
    "Principal": {"Service": "aidevops.amazonaws.com"},
    "Action": "sts:SetContext",
    "Condition": {
        "StringEquals": {"aws:SourceAccount": "111111111111"},
        "ArnEquals": {"aws:SourceArn": "arn:aws:aidevops:us-east-1:111111111111:agentspace/*"},
        "ForAllValues:ArnEquals": {"sts:RequestContextProviders": ["arn:aws:iam::aws:contextProvider/IdentityCenter"]},
        "Null": {"sts:RequestContextProviders": "false"},
    },
}
IDENTITY_CENTER = [
    {
        "Sid": "IdentityCenterInstance",
        "Effect": "Allow",
        "Action": ["sso:DescribeInstance", "sso:ListInstances"],
        "Resource": ["*"],
    },
    {
        "Sid": "IdentityCenterUser",
        "Effect": "Allow",
        "Action": ["identitystore:DescribeUser"],
        "Resource": ["arn:aws:identitystore::111111111111:identitystore/*", "arn:aws:identitystore:::user/*"],
    },
]
USE_KEY = {
    "Sid": "UseKeyThroughDevOpsAgent",
    "Effect": "Allow",
    "Action": [
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:Encrypt",
        "kms:GenerateDataKey",
        "kms:GenerateDataKeyPair",
        "kms:GenerateDataKeyPairWithoutPlaintext",
        "kms:GenerateDataKeyWithoutPlaintext",
        "kms:ReEncryptFrom",
        "kms:ReEncryptTo",
    ],
    "Resource": [KEY],
    "Condition": {"StringEquals": {"kms:ViaService": "aidevops.us-east-1.amazonaws.com"}},
}


@pytest.mark.parametrize(("identity_center", "statements"), [(False, [ASSUME]), (True, [ASSUME, SET_CONTEXT])])
def test_operator_trust(identity_center: bool, statements: list[dict[str, object]]) -> None:
    """The document is AWS's, to the letter; the context of a session only for Identity Center."""
    document = operator_trust_policy(ANY, identity_center=identity_center)
    assert document == {"Version": "2012-10-17", "Statement": statements}


@pytest.mark.parametrize(
    ("action", "context", "admitted"),
    [
        ("sts:AssumeRole", {}, True),
        ("sts:TagSession", {}, True),
        ("sts:SetContext", {}, False),
        ("sts:SetContext", {"sts:RequestContextProviders": ["arn:aws:iam::aws:contextProvider/IdentityCenter"]}, True),
        ("sts:SetContext", {"sts:RequestContextProviders": ["arn:aws:iam::aws:contextProvider/QuickSight"]}, False),
        ("sts:AssumeRole", {"aws:SourceAccount": "999999999999"}, False),
        ("sts:AssumeRole", {"aws:SourceArn": SPACE.arn.replace("us-east-1", "us-west-2")}, False),
        ("sts:AssumeRole", {"aws:SourceArn": SPACE.arn.replace("agentspace", "service")}, False),
        ("sts:SetSourceIdentity", {}, False),
    ],
)
def test_who_gets_into_the_operator_role(action: str, context: dict[str, str | list[str]], *, admitted: bool) -> None:
    """The service, for a space of this account and Region; a context of Identity Center and of no other provider."""
    source = {"aws:SourceAccount": "111111111111", "aws:SourceArn": SPACE.arn}
    request = AssumeRoleRequest(caller=AGENT, action=action, context={**source, **context})
    assert decide(operator_trust_policy(ANY, identity_center=True), request).is_allowed is admitted


def test_operator_managed_policy_needs_the_session_tag() -> None:
    """The reason for sts:TagSession: AWS's own document confines the session by its tag."""
    policy = json.loads(aws_managed_policies_data)["AIDevOpsOperatorAppAccessPolicy"]["Document"]
    resources = {str(statement["Resource"]) for statement in policy["Statement"]}
    assert any("agentspace/${aws:PrincipalTag/AgentSpaceId}" in resource for resource in resources)


@pytest.mark.parametrize(
    ("identity_center", "key_arn", "statements"),
    [(True, None, IDENTITY_CENTER), (False, KEY, [USE_KEY]), (True, KEY, [*IDENTITY_CENTER, USE_KEY])],
)
def test_operator_inline_policy(
    identity_center: bool, key_arn: str | None, statements: list[dict[str, object]]
) -> None:
    """Identity Center's two reads, and the key through the service alone."""
    document = operator_inline_policy(
        account=ACCOUNT, identity_center=identity_center, key_arn=key_arn, region="us-east-1"
    )
    assert document == {"Version": "2012-10-17", "Statement": statements}


def test_nothing_to_add_is_no_policy() -> None:
    """IAM refuses an empty policy."""
    assert operator_inline_policy(account=ACCOUNT, identity_center=False, key_arn=None, region="us-east-1") is None


def test_key_use_is_through_the_service_of_the_region() -> None:
    """The caller's half, on one key."""
    assert key_use_statement(KEY, region="us-east-1") == USE_KEY


def test_key_policy() -> None:
    """The service's half of AWS's page, to the letter; the owner's own access is not ours to write."""
    service = {"Effect": "Allow", "Principal": {"Service": "aidevops.amazonaws.com"}, "Resource": "*"}
    use = {**service, "Action": ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]}
    prefix = "arn:aws:aidevops:us-east-1:111111111111:"

    def only_for(pattern: str) -> dict[str, dict[str, str]]:
        context = "kms:EncryptionContext:aws-crypto-ec:aws:aidevops:arn"
        return {"ArnLike": {"aws:SourceArn": prefix + pattern}, "StringLike": {context: prefix + pattern}}

    assert key_policy_statements(ANY) == [
        {**service, "Sid": "AllowDevOpsAgentServiceDescribeKeyAccess", "Action": ["kms:DescribeKey"]},
        {**use, "Sid": "AllowDevOpsAgentAccessForAgentSpace", "Condition": only_for("agentspace/*")},
        {**use, "Sid": "AllowDevOpsAgentAccessForService", "Condition": only_for("service/*")},
    ]
