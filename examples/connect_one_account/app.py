"""Connect one secondary account to an Agent Space."""

from aws_cdk import App

from devops_agent_constructs import AgentSpaceArn, SecondaryAccount, SecondaryAccountStack

app = App()
SecondaryAccountStack(
    app,
    "DevOpsAgentSecondary",
    account=SecondaryAccount(account_id="222222222222"),
    agent_space=AgentSpaceArn.from_arn(
        "arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c"
    ),
)
app.synth()
