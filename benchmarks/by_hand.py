"""The same roles as `by_library`, as an engineer would write them with CDK alone."""

import sys

from aws_cdk import App, CfnOutput, Environment, LegacyStackSynthesizer, Stack
from aws_cdk import aws_iam as iam

PRIMARY = "111111111111"
SPACE_ARN = f"arn:aws:aidevops:us-east-1:{PRIMARY}:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c"


def secondary_stack(app: App, account_id: str) -> Stack:
    """Define the stack of one account."""
    stack = Stack(
        app,
        f"DevOpsAgentSecondary-{account_id}",
        env=Environment(account=account_id, region="us-east-1"),
        synthesizer=LegacyStackSynthesizer(),
        description="The role through which AWS DevOps Agent investigates this account",
    )
    explorer_role = stack.format_arn(
        service="iam",
        region="",
        resource="role",
        resource_name=("aws-service-role/resource-explorer-2.amazonaws.com/AWSServiceRoleForResourceExplorer"),
    )
    role = iam.Role(
        stack,
        "Role",
        assumed_by=iam.ServicePrincipal(
            "aidevops.amazonaws.com",
            conditions={
                "StringEquals": {"aws:SourceAccount": PRIMARY},
                "ArnLike": {"aws:SourceArn": SPACE_ARN},
            },
        ),
        role_name="DevOpsAgentRole-SecondaryAccount",
        description="Lets AWS DevOps Agent investigate this account",
        managed_policies=[iam.ManagedPolicy.from_aws_managed_policy_name("AIDevOpsAgentAccessPolicy")],
        inline_policies={
            "DevOpsAgentInlinePolicy": iam.PolicyDocument(
                statements=[
                    iam.PolicyStatement(
                        sid="AllowCreateServiceLinkedRoles",
                        actions=["iam:CreateServiceLinkedRole"],
                        resources=[explorer_role],
                        conditions={"StringEquals": {"iam:AWSServiceName": "resource-explorer-2.amazonaws.com"}},
                    )
                ]
            )
        },
    )
    CfnOutput(stack, "RoleArn", value=role.role_arn, description="For the association")
    CfnOutput(stack, "RoleName", value=role.role_name)
    return stack


if __name__ == "__main__":
    app = App(analytics_reporting=False)
    for number in range(int(sys.argv[1])):
        secondary_stack(app, f"{200_000_000_000 + number}")
    app.synth()
