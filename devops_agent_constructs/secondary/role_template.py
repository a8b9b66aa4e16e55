"""Writes the template of one role as the CDK writes it, without the CDK: for `templates` and for StackSets."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from devops_agent_constructs import _validators, service
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.policies.document import TrustPolicy, one_as_itself
from devops_agent_constructs.policies.resources import RoleAccount
from devops_agent_constructs.policies.trust import agent_role_of_each_account, trust_policy
from devops_agent_constructs.secondary.role_settings import RoleSettings

ROLE_LOGICAL_ID = "Role11E5256C"
"""What CDK makes of the construct id `Role`: a stack made from the template can become a `SecondaryAccountStack`."""

AGENT_SPACE_ARN = "AgentSpaceArn"
PRIMARY_ACCOUNT_ID = "PrimaryAccountId"
AGENT_ROLE_ARN = "AgentRoleArn"

# They have the form of CDK's tokens, so that everything takes them for what they are: known only by deployment.
_PLACEHOLDER = re.compile(r"\$\{Token\[DevOpsAgent\.([A-Za-z:]+)\]\}")


def _placeholder(name: str) -> str:
    return f"${{Token[DevOpsAgent.{name}]}}"


ACCOUNT = RoleAccount(partition=_placeholder("AWS::Partition"), account_id=_placeholder("AWS::AccountId"))
"""The account that the template is deployed in."""


def template(
    settings: RoleSettings, *, agent_space: AgentSpaceArn | None, generation: Generation, agent_role_arn: str | None
) -> dict[str, Any]:
    """Return the template that gives every account the role; see `templates.secondary_account_template`."""
    if agent_role_arn is not None and agent_space is not None:
        agent_role_of_each_account([agent_space], generation=generation, agent_role_arn=agent_role_arn)
    return {
        "Description": "The role through which AWS DevOps Agent investigates this account",
        "Parameters": _parameters(agent_space, generation, agent_role_arn),
        "Resources": {
            ROLE_LOGICAL_ID: {"Type": "AWS::IAM::Role", "Properties": _properties(settings, agent_space, generation)}
        },
        "Outputs": {
            "RoleArn": {"Description": "For the association", "Value": {"Fn::GetAtt": [ROLE_LOGICAL_ID, "Arn"]}},
            "RoleName": {"Value": {"Ref": ROLE_LOGICAL_ID}},
        },
    }


def parameter_values(
    agent_space: AgentSpaceArn, *, generation: Generation, agent_role_arn: str | None
) -> dict[str, str]:
    """Return name -> value of the template's parameters; the agent role is left out while it is not known."""
    values = {AGENT_SPACE_ARN: agent_space.arn}
    if generation is not Generation.PREVIEW:
        values[PRIMARY_ACCOUNT_ID] = agent_space.account_id
    if generation.needs_agent_role and agent_role_arn is not None:
        values[AGENT_ROLE_ARN] = agent_role_arn
    return values


def _properties(settings: RoleSettings, agent_space: AgentSpaceArn | None, generation: Generation) -> dict[str, object]:
    """Return the properties of `AWS::IAM::Role`; what is None or empty is left out."""
    partition = None if agent_space is None else agent_space.partition
    inline = settings.inline_policy(ACCOUNT, generation=generation, partition=partition)
    for field, policy in settings.policies().items():
        # The template is for many accounts.
        is_arn = isinstance(policy, str) and policy.startswith("arn:") and not _validators.is_token(policy)
        if is_arn and ":iam::aws:" not in str(policy):
            why = "this policy belongs to one account, and the role is for many"
            fix = "give its name: then it is the policy of that name in each account"
            raise OnboardingInputError(field, policy, why=why, fix=fix)
    is_any_in_account = agent_space is not None and agent_space.is_any_in_account
    properties = {
        "AssumeRolePolicyDocument": _trust(generation=generation, is_any_in_account=is_any_in_account),
        "ManagedPolicyArns": settings.managed_policy_arns(ACCOUNT, generation=generation),
        "PermissionsBoundary": settings.permissions_boundary_arn(ACCOUNT),
        "Policies": inline and [{"PolicyName": service.INLINE_POLICY_NAME, "PolicyDocument": one_as_itself(inline)}],
        "Description": settings.description,
        "MaxSessionDuration": settings.max_session_seconds,
        "Path": None if settings.path == "/" else settings.path,
        "RoleName": settings.role_name,
    }
    return {name: _with_references(value) for name, value in properties.items() if value}


def _trust(*, generation: Generation, is_any_in_account: bool) -> TrustPolicy:
    """Compute the trust policy with placeholders for the template's parameters."""
    space = AgentSpaceArn(
        arn=_placeholder(AGENT_SPACE_ARN),
        partition=ACCOUNT.partition,
        region=_placeholder("Region"),
        account_id=_placeholder(PRIMARY_ACCOUNT_ID),
        agent_space_id="*" if is_any_in_account else _placeholder("AgentSpaceId"),
    )
    agent_role = _placeholder(AGENT_ROLE_ARN) if generation.needs_agent_role else None
    return trust_policy([space], generation=generation, agent_role_arn=agent_role)


def _parameters(
    space: AgentSpaceArn | None, generation: Generation, agent_role_arn: str | None
) -> dict[str, dict[str, str]]:
    # An exact ARN: a wildcard would admit other Agent Spaces, and is asked for by name.
    space_id = r"\*" if space is not None and space.is_any_in_account else "[A-Za-z0-9-]{1,64}"
    parameters = {
        AGENT_SPACE_ARN: {
            "Description": "The Agent Space that may assume the role",
            "AllowedPattern": f"arn:aws[a-z-]*:aidevops:[a-z0-9-]+:[0-9]{{12}}:agentspace/{space_id}",
            "ConstraintDescription": "the ARN on the Agent Space's page, in full",
        }
    }
    if generation is not Generation.PREVIEW:
        parameters[PRIMARY_ACCOUNT_ID] = {
            "Description": "The account in that ARN",
            "AllowedPattern": "[0-9]{12}",
            "ConstraintDescription": "12 digits",
        }
    if generation.needs_agent_role:
        parameters[AGENT_ROLE_ARN] = {
            "Description": "The agent role of that account, which must exist",
            "AllowedPattern": "arn:aws[a-z-]*:iam::[0-9]{12}:role/.+",
            "ConstraintDescription": "the ARN of an IAM role",
        }
    if space is not None:
        values = parameter_values(space, generation=generation, agent_role_arn=agent_role_arn)
        for name, value in values.items():
            if not _validators.is_token(value):
                parameters[name]["Default"] = value
    return {name: {"Type": "String", **parameter} for name, parameter in parameters.items()}


def _with_references(value: object) -> object:
    """Put references into the places of placeholders; tokens of a caller's own CDK app stay."""
    if isinstance(value, str):
        return _joined(value)
    if isinstance(value, Mapping):
        return {key: _with_references(inner) for key, inner in value.items()}
    if isinstance(value, Sequence):
        return [_with_references(inner) for inner in value]
    return value


def _joined(text: str) -> object:
    # What the pattern's group matched stands at every second place.
    parts = [{"Ref": part} if index % 2 else part for index, part in enumerate(_PLACEHOLDER.split(text))]
    parts = [part for part in parts if part]
    if len(parts) > 1:
        return {"Fn::Join": ["", parts]}
    return parts[0] if parts else text
