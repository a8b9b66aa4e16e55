"""Define the resources of an Agent Space: the space, the agent role, the association of the primary account itself.

See https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-devopsagent-agentspace.html
"""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import Acknowledgment, CfnTag, RemovalPolicy, Validations
from aws_cdk import aws_devopsagent as devopsagent
from aws_cdk import aws_iam as iam
from constructs import Construct

from devops_agent_constructs import service
from devops_agent_constructs._constructs import roles
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.policies.document import InlinePolicy
from devops_agent_constructs.policies.trust import trust_policy

_ELEVATED = devopsagent.CfnAgentSpace.PreferencesProperty(elevated_actions_enabled=True)


def new_space(
    scope: Construct,
    *,
    name: str,
    description: str | None,
    locale: str | None,
    tags: Mapping[str, str],
    kms_key_arn: str | None,
    operator_app: devopsagent.CfnAgentSpace.OperatorAppProperty | None,
    elevated_actions_enabled: bool,
    removal_policy: RemovalPolicy,
) -> devopsagent.CfnAgentSpace:
    """Define the resource, under the id `Resource`, from values that are checked already."""
    space = devopsagent.CfnAgentSpace(
        scope,
        "Resource",
        name=name,
        description=description,
        locale=locale,
        tags=[CfnTag(key=key, value=value) for key, value in sorted(tags.items())] or None,
        kms_key_arn=kms_key_arn,
        operator_app=operator_app,
        # Without the container, CloudFormation sets every preference to the service's default, here false.
        preferences=_ELEVATED if elevated_actions_enabled else None,
    )
    space.apply_removal_policy(removal_policy)
    if elevated_actions_enabled or (operator_app is not None and operator_app.idp is not None):
        # CDK 2.275 checks templates against a schema that is older than its own OperatorApp.Idp and Preferences.
        reason = "OperatorApp.Idp and Preferences are in the schema of 2026-10-20; the copy inside the CDK is older"
        Validations.of(space).acknowledge(Acknowledgment(id="CloudFormation-Validate::F3002", reason=reason))
    return space


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
