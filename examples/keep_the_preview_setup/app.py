"""Keep the set-up from before 2026-03-30, where the agent role of the primary account assumes the role.

To leave it without an outage, deploy with `Generation.TRANSITION`, then with `Generation.GA`: both update in place.
"""

from aws_cdk import App

from devops_agent_constructs import AgentSpaceArn, Generation, Onboarding, SecondaryAccount, connect_accounts

app = App()
connect_accounts(
    app,
    Onboarding(
        agent_space=AgentSpaceArn.from_arn(
            "arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c"
        ),
        accounts=[SecondaryAccount(account_id="222222222222"), SecondaryAccount(account_id="333333333333")],
        generation=Generation.PREVIEW,
        agent_role_arn="arn:aws:iam::111111111111:role/DevOpsAgentRole-AgentSpace",
    ),
)
app.synth()
