"""Measures the resources of `PrimaryAccountAccess` as a template has them, before there is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from aws_cdk import CfnResource
from constructs import Construct, IConstruct

from devops_agent_constructs._constructs.template_size import Part, warn_template_size
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.policies.document import InlinePolicy
from devops_agent_constructs.policies.primary_account import GrantForm
from devops_agent_constructs.primary.assume_role_grant import AssumeRoleGrant
from devops_agent_constructs.secondary.account import SecondaryAccount


def warn_access_size(
    access: Construct,
    accounts: Sequence[SecondaryAccount],
    agent_space: AgentSpaceArn,
    *,
    associations: Mapping[str, CfnResource],
    grant: AssumeRoleGrant | None,
) -> None:
    """Warn if associations and grant are too much for an account without bootstrap."""
    waits_for: list[str] = []
    policies: list[Mapping[str, Part]] = []
    if grant is not None:
        ids = [_logical_id(policy.node.default_child) for policy in grant.policies]
        waits_for = ids if grant.form is GrantForm.ORGANIZATION else ids[:1]
        policies = [_policy(logical_id, document) for logical_id, document in zip(ids, grant.documents, strict=True)]
    # All have ids of the same length.
    logical_id = _logical_id(associations[accounts[0].account_id]) if accounts else ""
    measured = [{logical_id: _association(account, agent_space, waits_for)} for account in accounts]
    warn_template_size(
        access,
        [*policies, *measured],
        what=f"{len(accounts)} associations",
        advice="spread the accounts over several stacks",
    )


def _association(account: SecondaryAccount, space: AgentSpaceArn, waits_for: list[str]) -> Mapping[str, Part]:
    settings: dict[str, Part] = {
        "AccountId": account.account_id,
        "AccountType": "source",
        "AgentElevatedRoleArn": account.elevated_role_arn,
        "AssumableRoleArn": account.role_arn(space.partition),
    }
    if account.topology is not None:
        tags = [{"Key": key, "Value": value} for key, value in account.topology.tags.items()]
        settings["Resources"] = [{"ResourceArn": arn} for arn in account.topology.resource_arns] or None
        settings["Tags"] = tags or None
    properties: dict[str, Part] = {
        "AgentSpaceId": space.agent_space_id,
        "Configuration": {"SourceAws": settings},
        "ServiceId": "aws",
    }
    return {"Type": "AWS::DevOpsAgent::Association", "Properties": properties, "DependsOn": waits_for or None}


def _policy(logical_id: str, document: InlinePolicy) -> Mapping[str, Part]:
    # About as long as the description and the role's name.
    properties: dict[str, Part] = {"Description": "x" * 80, "Path": "/", "Roles": ["x" * 64]}
    return {
        logical_id: {
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {**properties, "PolicyDocument": cast("Part", document)},
        }
    }


def _logical_id(resource: IConstruct | None) -> str:
    element = cast("CfnResource", resource)
    return str(element.stack.resolve(element.logical_id))
