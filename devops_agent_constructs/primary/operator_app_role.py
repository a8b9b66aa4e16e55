"""The operator app of an Agent Space as CDK objects: its role, and the property of the space."""

from __future__ import annotations

import re
from typing import cast

from aws_cdk import RemovalPolicy, SecretValue, Stack
from aws_cdk import aws_devopsagent as devopsagent
from aws_cdk import aws_iam as iam
from constructs import Construct

from devops_agent_constructs import service
from devops_agent_constructs._constructs import roles
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.policies.document import InlinePolicy
from devops_agent_constructs.policies.trust import operator_trust_policy
from devops_agent_constructs.primary.operator_app import (
    IamSignIn,
    IdentityCenterSignIn,
    IdentityProviderSignIn,
    OperatorSignIn,
    not_a_secret,
)

_REFERENCE = re.compile(r"\{\{resolve:secretsmanager:[^{}]+\}\}")


def client_secret(sign_in: OperatorSignIn | None, *, stack: Stack) -> str:
    """Return a reference to the client secret, as a token; empty for a way of signing in that has none.

    Raises:
        OnboardingInputError: It would be anything else in the template, e.g. plain text or a parameter.
    """
    if not isinstance(sign_in, IdentityProviderSignIn):
        return ""
    given = sign_in.client_secret
    if isinstance(given, str):
        given = SecretValue.secrets_manager(given, json_field=sign_in.json_field)
    secret = (given if isinstance(given, SecretValue) else given.secret_value).unsafe_unwrap()
    match stack.resolve(secret):
        case {"Fn::Join": ["", list(parts)]}:
            written = "".join(part if isinstance(part, str) else "..." for part in parts)
        case other:
            written = str(other)
    if _REFERENCE.fullmatch(written) is None:
        raise not_a_secret()
    return secret


def new_role(
    scope: Construct,
    sign_in: OperatorSignIn | None,
    agent_space: AgentSpaceArn,
    *,
    inline: InlinePolicy | None,
    boundary: iam.IManagedPolicy | None,
    removal_policy: RemovalPolicy,
) -> iam.Role | None:
    """Define the operator app's role, if there is an app. CloudFormation names it: nobody needs the name beforehand."""
    if sign_in is None:
        return None
    trust = operator_trust_policy(agent_space, identity_center=isinstance(sign_in, IdentityCenterSignIn))
    assume, *others = trust["Statement"]
    who = iam.ServicePrincipal(service.SERVICE_PRINCIPAL, conditions=assume["Condition"])
    made = iam.Role(
        scope,
        "OperatorRole",
        assumed_by=who.with_session_tags(),
        description="Lets people use AWS DevOps Agent in its operator app",
        managed_policies=[roles.aws_managed_policy(service.OPERATOR_MANAGED_POLICY)],
        inline_policies=roles.inline_policies(inline),
        permissions_boundary=boundary,
    )
    document = cast("iam.PolicyDocument", made.assume_role_policy)
    for statement in others:
        document.add_statements(iam.PolicyStatement.from_json(statement))
    made.apply_removal_policy(removal_policy)
    return made


def configuration(
    sign_in: OperatorSignIn | None, *, role: iam.Role | None, secret: str
) -> devopsagent.CfnAgentSpace.OperatorAppProperty | None:
    """Return the space's property; a space has one way of signing in, or no operator app."""
    if sign_in is None or role is None:
        return None
    space, role_arn = devopsagent.CfnAgentSpace, role.role_arn
    match sign_in:
        case IamSignIn():
            return space.OperatorAppProperty(iam=space.IamAuthConfigurationProperty(operator_app_role_arn=role_arn))
        case IdentityCenterSignIn():
            center = space.IdcAuthConfigurationProperty(
                operator_app_role_arn=role_arn, idc_instance_arn=sign_in.instance_arn
            )
            return space.OperatorAppProperty(idc=center)
        case IdentityProviderSignIn():
            provider = space.IdpAuthConfigurationProperty(
                operator_app_role_arn=role_arn,
                issuer_url=sign_in.issuer_url,
                client_id=sign_in.client_id,
                client_secret=secret,
                provider=sign_in.provider,
            )
            return space.OperatorAppProperty(idp=provider)
