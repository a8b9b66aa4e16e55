"""Add the role to a stack of your own: the agent may read the bucket that the stack defines."""

from aws_cdk import App, CfnOutput, Environment, RemovalPolicy, Stack, Tags
from aws_cdk import aws_s3 as s3

from devops_agent_constructs import AgentSpaceArn, S3Objects, SecondaryAccountRole

app = App()
stack = Stack(app, "Orders", env=Environment(account="222222222222", region="eu-west-1"))

logs = s3.Bucket(stack, "Logs", enforce_ssl=True, removal_policy=RemovalPolicy.RETAIN)

agent_role = SecondaryAccountRole(
    stack,
    "DevOpsAgentRole",
    agent_space=AgentSpaceArn.from_arn(
        "arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c"
    ),
    capabilities=[S3Objects(buckets=[logs.bucket_arn])],
    permissions_boundary="WorkloadBoundary",
)
Tags.of(agent_role).add("team", "operations")
CfnOutput(stack, "DevOpsAgentRoleArn", value=agent_role.role_arn)
app.synth()
