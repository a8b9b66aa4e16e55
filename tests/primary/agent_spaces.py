"""Agent Spaces of every kind, for the tests of the construct."""

from collections.abc import Callable
from functools import cache
from typing import Any

from aws_cdk import (
    App,
    Environment,
    LegacyStackSynthesizer,
    RemovalPolicy,
    Stack,
)
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager

from devops_agent_constructs import (
    S3Objects,
    SupportCommunications,
)
from devops_agent_constructs.primary.agent_space import AgentSpace
from devops_agent_constructs.primary.operator_app import IdentityCenterSignIn, IdentityProviderSignIn
from tests.conftest import template_of

SECRET_ARN = "arn:aws:secretsmanager:us-east-1:111111111111:secret:okta-a1b2c3"  # pragma: allowlist secret
KEY_ARN = "arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab"
INSTANCE_ARN = "arn:aws:sso:::instance/ssoins-1234567890abcdef"
ROLE_ARN = "arn:aws:iam::111111111111:role/Existing"
ANY_SPACE = {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":aidevops:us-east-1:111111111111:agentspace/*"]]}
SPACE_ID, MONITOR_ID, OPERATOR_ID = "SpaceA1081218", "SpaceMonitorRoleEA570FC8", "SpaceOperatorRole6B3354B9"
ASSOCIATION_ID = "SpaceMonitorAssociation01192814"


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
        "agent_role_name": "Agent",
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
    "existing_agent_role": lambda stack: {"agent_role": iam.Role.from_role_arn(stack, "Existing", ROLE_ARN)},
    "imported_key": lambda stack: {"encryption_key": kms.Key.from_key_arn(stack, "Key", KEY_ARN)},
    "everything": everything,
}


def make(stack: Stack, **arguments: Any) -> AgentSpace:
    """Define an Agent Space."""
    return AgentSpace(stack, "Space", **{"name": "Operations", **arguments})


def resources_of(stack: Stack) -> dict[str, Any]:
    """Return logical id -> resource."""
    return dict(template_of(stack)["Resources"])


USUAL = "iam"


@cache
def usual_template() -> dict[str, Any]:
    """Return the template of the usual kind."""
    env = Environment(account="111111111111", region="us-east-1")
    stack = Stack(App(analytics_reporting=False), "Primary", env=env, synthesizer=LegacyStackSynthesizer())
    make(stack, **KINDS[USUAL](stack))
    return template_of(stack)


def differences(usual: Any, other: Any) -> Any:
    """Return what a part of a template has otherwise than the usual one; `None` stands for what it lacks."""
    if not isinstance(usual, dict) or not isinstance(other, dict):
        return other
    keys = [key for key in {**usual, **other} if usual.get(key) != other.get(key)]
    return {key: differences(usual.get(key), other.get(key)) for key in keys}
