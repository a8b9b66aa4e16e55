"""Connect an account to an Agent Space that was made in the console: role there, association here."""

from aws_cdk import App, Environment, Stack

from devops_agent_constructs import AgentSpaceArn, PrimaryAccountAccess, SecondaryAccount, SecondaryAccountStack

app = App()
space = AgentSpaceArn.from_arn(
    "arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c"
)
orders = SecondaryAccount(account_id="222222222222")

role_stack = SecondaryAccountStack(app, "DevOpsAgentSecondary", account=orders, agent_space=space)

primary = Stack(app, "DevOpsAgentPrimary", env=Environment(account=space.account_id, region=space.region))
PrimaryAccountAccess(primary, "Access", agent_space=space, accounts=[orders])
# The role must exist before its association; CDK orders nothing across accounts by itself.
primary.add_stack_dependency(role_stack)
app.synth()
