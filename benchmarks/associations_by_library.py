"""Associations of many accounts, 400 in a stack, with this library."""

import sys

from aws_cdk import App, Environment, LegacyStackSynthesizer, Stack
from aws_cdk import aws_iam as iam

from devops_agent_constructs import AgentSpaceArn, PrimaryAccountAccess, SecondaryAccount

AGENT_SPACE = AgentSpaceArn.from_arn(
    "arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c"
)


def primary_stack(app: App, number: int, accounts: list[str]) -> None:
    """Define one stack of associations, and the agent role's permission."""
    stack = Stack(
        app,
        f"Primary{number}",
        env=Environment(account="111111111111", region="us-east-1"),
        synthesizer=LegacyStackSynthesizer(),
    )
    PrimaryAccountAccess(
        stack,
        "Access",
        agent_space=AGENT_SPACE,
        accounts=[SecondaryAccount(account_id=account) for account in accounts],
        agent_role=iam.Role.from_role_arn(
            stack, "AgentRole", "arn:aws:iam::111111111111:role/DevOpsAgentRole-AgentSpace"
        ),
        organization_id="o-a1b2c3d4e5",
    )


if __name__ == "__main__":
    app = App(analytics_reporting=False)
    ids = [f"{200_000_000_000 + number}" for number in range(int(sys.argv[1]))]
    for start in range(0, len(ids), 400):
        primary_stack(app, start // 400, ids[start : start + 400])
    app.synth()
