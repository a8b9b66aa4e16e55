"""Create an Agent Space with a key of its own; the agent may read one bucket of the primary account."""

from aws_cdk import App, CfnOutput, Environment, Stack, Tags
from aws_cdk import aws_kms as kms

from devops_agent_constructs import AgentSpace, S3Objects

app = App()
stack = Stack(app, "DevOpsAgentSpace", env=Environment(account="111111111111", region="us-east-1"))

key = kms.Key(stack, "Key", enable_key_rotation=True)
space = AgentSpace(
    stack,
    "AgentSpace",
    name="Operations",
    description="Investigates what wakes the operations team",
    capabilities=[S3Objects(buckets=["orders-logs"])],
    encryption_key=key,
)
Tags.of(space).add("team", "operations")

# Secondary accounts trust this ARN.
CfnOutput(stack, "AgentSpaceArn", value=space.agent_space_arn.arn)
app.synth()
