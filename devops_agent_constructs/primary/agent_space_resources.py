"""Define the resources of an Agent Space: the space, the agent role, the association of the primary account itself.

See https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-devopsagent-agentspace.html
"""

from __future__ import annotations

from aws_cdk import Acknowledgment, Validations
from aws_cdk import aws_devopsagent as devopsagent
from aws_cdk import aws_iam as iam
from constructs import Construct

from devops_agent_constructs import service
from devops_agent_constructs._constructs import roles, taken
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.policies.document import InlinePolicy
from devops_agent_constructs.policies.trust import trust_policy

ELEVATED = devopsagent.CfnAgentSpace.PreferencesProperty(elevated_actions_enabled=True)


def acknowledge_older_schema(space: devopsagent.CfnAgentSpace) -> None:
    """Acknowledge what CDK 2.275 finds: it checks templates by a schema older than its own OperatorApp.Idp."""
    reason = "OperatorApp.Idp and Preferences are in the schema of 2026-10-20; the copy inside the CDK is older"
    Validations.of(space).acknowledge(Acknowledgment(id="CloudFormation-Validate::F3002", reason=reason))


def new_role(
    scope: Construct,
    agent_space: AgentSpaceArn,
    *,
    role_name: str,
    inline: InlinePolicy | None,
    boundary: iam.IManagedPolicy | None,
) -> iam.Role:
    """Define the role; it trusts exactly this space, so it comes after it."""
    taken.warn_of_roles(scope, [agent_space.account_id], role_name=role_name)
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
