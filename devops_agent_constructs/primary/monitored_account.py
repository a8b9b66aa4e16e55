"""The agent role, through which the agent reads the primary account itself, and the association that says so."""

from __future__ import annotations

from aws_cdk import aws_devopsagent as devopsagent
from aws_cdk import aws_iam as iam
from constructs import Construct

from devops_agent_constructs import service
from devops_agent_constructs._constructs import roles
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.policies.document import InlinePolicy
from devops_agent_constructs.policies.trust import trust_policy


def new_role(
    scope: Construct,
    agent_space: AgentSpaceArn,
    *,
    role_name: str,
    inline: InlinePolicy | None,
    boundary: iam.IManagedPolicy | None,
) -> iam.Role:
    """Define the role; it trusts exactly this space, so it comes after it."""
    return iam.Role(
        scope,
        "MonitorRole",  # Part of the logical id, which stays: `monitor` is the account's type, not the role's name.
        assumed_by=roles.principal(trust_policy([agent_space])),
        role_name=role_name,
        description="Lets AWS DevOps Agent investigate the account of its Agent Space",
        managed_policies=[roles.aws_managed_policy(service.GA_MANAGED_POLICY)],
        inline_policies=roles.inline_policies(inline),
        permissions_boundary=boundary,
    )


def associate(scope: Construct, agent_space: AgentSpaceArn, *, role: iam.IRole) -> None:
    """Connect the space's own account.

    The association refers to the space and to the role: CloudFormation makes it last and removes it first.
    """
    association = devopsagent.CfnAssociation
    own_account = association.AWSConfigurationProperty(
        account_id=agent_space.account_id, account_type="monitor", assumable_role_arn=role.role_arn
    )
    association(
        scope,
        "MonitorAssociation",
        agent_space_id=agent_space.agent_space_id,
        service_id="aws",
        configuration=association.ServiceConfigurationProperty(aws=own_account),
    )
