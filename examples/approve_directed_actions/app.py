"""Let people approve one action of AWS DevOps Agent in one account: to scale one service, and nothing else."""

from aws_cdk import App, Environment, LegacyStackSynthesizer, Stack

from devops_agent_constructs import (
    AgentSpaceArn,
    CustomStatement,
    ElevatedActionsRole,
    PrimaryAccountAccess,
    SecondaryAccount,
    SecondaryAccountRole,
)

app = App()
# Directed actions must be enabled in this Agent Space (preferences.elevatedActionsEnabled) before the association.
arn = "arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c"
space = AgentSpaceArn.from_arn(arn)

env = Environment(account="222222222222", region="us-east-1")
orders = Stack(app, "DevOpsAgentOrders", env=env, synthesizer=LegacyStackSynthesizer())
SecondaryAccountRole(orders, "Role", agent_space=space)  # reads
service = "arn:aws:ecs:us-east-1:222222222222:service/orders/web"
scale = CustomStatement(sid="ScaleOrders", actions=["ecs:UpdateService"], resources=[service])
ElevatedActionsRole(orders, "Elevated", agent_space=space, statements=[scale])  # acts, after each approval

env = Environment(account="111111111111", region="us-east-1")
primary = Stack(app, "DevOpsAgentPrimary", env=env, synthesizer=LegacyStackSynthesizer())
elevated = "arn:aws:iam::222222222222:role/DevOpsAgent-ElevatedAction-SecondaryAccount"
account = SecondaryAccount(account_id="222222222222", elevated_role_arn=elevated)
PrimaryAccountAccess(primary, "Access", agent_space=space, accounts=[account])
primary.add_stack_dependency(orders)  # roles first, then the association that names them
app.synth()
