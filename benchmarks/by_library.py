"""A stack per account with this library."""

import sys

from aws_cdk import App

from devops_agent_constructs import AgentSpaceArn, Onboarding, SecondaryAccount, connect_accounts

if __name__ == "__main__":
    app = App(analytics_reporting=False)
    space = "arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c"
    connect_accounts(
        app,
        Onboarding(
            agent_space=AgentSpaceArn.from_arn(space),
            accounts=[SecondaryAccount(account_id=f"{200_000_000_000 + number}") for number in range(int(sys.argv[1]))],
        ),
    )
    app.synth()
