"""Write the `AWS::DevOpsAgent::AgentSpace` of an Agent Space.

See https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-devopsagent-agentspace.html
"""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import Acknowledgment, CfnTag, RemovalPolicy, Validations
from aws_cdk import aws_devopsagent as devopsagent
from constructs import Construct

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
