"""One role as CloudFormation has it, written as CDK writes it, without CDK."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from devops_agent_constructs import _validators, service
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.policies.document import InlinePolicy, TrustPolicy, one_as_itself
from devops_agent_constructs.policies.resources import RoleAccount
from devops_agent_constructs.policies.trust import trust_policy

AGENT_SPACE_ARN = "AgentSpaceArn"
PRIMARY_ACCOUNT_ID = "PrimaryAccountId"
AGENT_ROLE_ARN = "AgentRoleArn"

# They have the form of CDK's tokens, so that everything takes them for what they are: known only by deployment.
_PLACEHOLDER = re.compile(r"\$\{Token\[DevOpsAgent\.([A-Za-z:]+)\]\}")


def _placeholder(name: str) -> str:
    return f"${{Token[DevOpsAgent.{name}]}}"


ACCOUNT = RoleAccount(partition=_placeholder("AWS::Partition"), account_id=_placeholder("AWS::AccountId"))
"""The account that the template is deployed in."""


def parameter_values(
    agent_space: AgentSpaceArn, *, generation: Generation, agent_role_arn: str | None
) -> dict[str, str]:
    """Return name -> value of the template's parameters; the agent role is left out while it is not known."""
    found = {AGENT_SPACE_ARN: agent_space.arn}
    if generation is not Generation.PREVIEW:
        found[PRIMARY_ACCOUNT_ID] = agent_space.account_id
    if generation.needs_agent_role and agent_role_arn is not None:
        found[AGENT_ROLE_ARN] = agent_role_arn
    return found


def trust(*, generation: Generation, is_any_in_account: bool) -> TrustPolicy:
    """Compute the trust policy with placeholders for the template's parameters."""
    space = AgentSpaceArn(
        arn=_placeholder(AGENT_SPACE_ARN),
        partition=ACCOUNT.partition,
        region=_placeholder("Region"),
        account_id=_placeholder(PRIMARY_ACCOUNT_ID),
        agent_space_id="*" if is_any_in_account else _placeholder("AgentSpaceId"),
    )
    agent_roles = [_placeholder(AGENT_ROLE_ARN)] if generation.needs_agent_role else []
    return trust_policy([space], generation=generation, agent_role_arns=agent_roles)


def policy_arn(policy: str, *, field: str) -> str:
    """Return the ARN of a policy given by name or ARN.

    Raises:
        OnboardingInputError: It belongs to one account, while the template is for many.
    """
    if policy.startswith("arn:") or _validators.is_token(policy):
        if not _validators.is_token(policy) and ":iam::aws:" not in policy:
            why = "this policy belongs to one account, and the role is for many"
            fix = "give its name: then it is the policy of that name in each account"
            raise OnboardingInputError(field, policy, why=why, fix=fix)
        return policy
    return ACCOUNT.arn("iam", f"policy/{policy}", region="")


def aws_policy_arn(name: str) -> str:
    """Return the ARN of a policy of AWS."""
    return f"arn:{ACCOUNT.partition}:iam::aws:policy/{name}"


def properties(
    *,
    trust_policy: TrustPolicy,
    inline_policy: InlinePolicy | None,
    managed_policy_arns: Sequence[str],
    permissions_boundary: str | None,
    settings: Mapping[str, object],
) -> dict[str, Any]:
    """Return the properties of `AWS::IAM::Role`; what is None or empty is left out."""
    inline = inline_policy and [{"PolicyName": service.INLINE_POLICY_NAME, "PolicyDocument": inline_policy}]
    found = {
        "AssumeRolePolicyDocument": trust_policy,
        "ManagedPolicyArns": managed_policy_arns,
        "PermissionsBoundary": permissions_boundary,
        "Policies": one_as_itself(inline),
        **settings,
    }
    return {name: _with_references(value) for name, value in found.items() if value}


def _with_references(value: object) -> object:
    """Put references into the places of placeholders; tokens of a caller's own CDK app stay."""
    if isinstance(value, str):
        return _joined(value)
    if isinstance(value, Mapping):
        return {key: _with_references(one) for key, one in value.items()}
    if isinstance(value, Sequence):
        return [_with_references(one) for one in value]
    return value


def _joined(text: str) -> object:
    # What the pattern's group matched stands at every second place.
    parts = [{"Ref": part} if index % 2 else part for index, part in enumerate(_PLACEHOLDER.split(text))]
    parts = [part for part in parts if part]
    if len(parts) > 1:
        return {"Fn::Join": ["", parts]}
    return parts[0] if parts else text
