"""The same associations as `associations_by_library`, as an engineer would write them with CDK alone."""

import sys

from aws_cdk import App, Environment, LegacyStackSynthesizer, Stack
from aws_cdk import aws_iam as iam
from aws_cdk.aws_devopsagent import CfnAssociation

ORGANIZATION = "o-a1b2c3d4e5"


def primary_stack(app: App, number: int, accounts: list[str]) -> None:
    """Define one stack of associations, and the agent role's permission."""
    stack = Stack(
        app,
        f"Primary{number}",
        env=Environment(account="111111111111", region="us-east-1"),
        synthesizer=LegacyStackSynthesizer(),
    )
    role = iam.Role.from_role_arn(stack, "AgentRole", "arn:aws:iam::111111111111:role/DevOpsAgentRole-AgentSpace")
    policy = iam.ManagedPolicy(
        stack,
        "AssumeSecondaryRoles1",
        description="Lets AWS DevOps Agent assume its roles in secondary accounts (organization form)",
        roles=[role],
        statements=[
            iam.PolicyStatement(
                sid="AssumeSecondaryRoles",
                actions=["sts:AssumeRole"],
                resources=["arn:aws:iam::*:role/DevOpsAgentRole-SecondaryAccount"],
                conditions={"StringEquals": {"aws:ResourceOrgID": ORGANIZATION}},
            )
        ],
    )
    for account in accounts:
        association = CfnAssociation(
            stack,
            f"Source{account}",
            agent_space_id="8f6187a7-0388-4926-8217-3a0fe32f757c",
            service_id="aws",
            configuration=CfnAssociation.ServiceConfigurationProperty(
                source_aws=CfnAssociation.SourceAwsConfigurationProperty(
                    account_id=account,
                    account_type="source",
                    assumable_role_arn=f"arn:aws:iam::{account}:role/DevOpsAgentRole-SecondaryAccount",
                )
            ),
        )
        association.node.add_dependency(policy)


if __name__ == "__main__":
    app = App(analytics_reporting=False)
    ids = [f"{200_000_000_000 + number}" for number in range(int(sys.argv[1]))]
    for start in range(0, len(ids), 400):
        primary_stack(app, start // 400, ids[start : start + 400])
    app.synth()
