"""Check roles and associations that you wrote by hand: errors stop the synthesis and say what to write instead."""

from aws_cdk import App, Environment, LegacyStackSynthesizer, Stack, Validations
from aws_cdk import aws_iam as iam

from devops_agent_constructs import DevOpsAgentChecks

app = App()
Validations.of(app).add_plugins(DevOpsAgentChecks())

env = Environment(account="222222222222", region="us-east-1")
stack = Stack(app, "Orders", env=env, synthesizer=LegacyStackSynthesizer())

# Take a condition away, or let anybody else in, and run this again.
primary = "111111111111"
agent_space = f"arn:aws:aidevops:us-east-1:{primary}:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c"
iam.Role(
    stack,
    "AgentRole",
    role_name="DevOpsAgentRole",
    assumed_by=iam.ServicePrincipal(
        "aidevops.amazonaws.com",
        conditions={
            "StringEquals": {"aws:SourceAccount": primary},
            "ArnLike": {"aws:SourceArn": agent_space},
        },
    ),
    managed_policies=[iam.ManagedPolicy.from_aws_managed_policy_name("AIDevOpsAgentAccessPolicy")],
)
app.synth()
