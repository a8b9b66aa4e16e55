"""Connect accounts the way AWS did before 2026-03-30: the agent role of the primary account assumes their roles."""

from aws_cdk import App, Environment, Stack
from aws_cdk import aws_iam as iam

from devops_agent_constructs import AgentSpaceArn, Generation, PrimaryAccountAccess, SecondaryAccount

app = App()
space = AgentSpaceArn.from_arn(
    "arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c"
)
primary = Stack(app, "DevOpsAgentPrimary", env=Environment(account=space.account_id, region=space.region))

# The roles themselves: examples/keep_the_preview_setup.
PrimaryAccountAccess(
    primary,
    "Access",
    agent_space=space,
    accounts=[SecondaryAccount(account_id="222222222222"), SecondaryAccount(account_id="333333333333")],
    generation=Generation.PREVIEW,
    agent_role=iam.Role.from_role_name(primary, "AgentRole", "DevOpsAgentRole-AgentSpace"),
)
app.synth()
