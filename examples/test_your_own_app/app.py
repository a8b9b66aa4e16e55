"""Test your own app: the role stands in a stack of yours; test_app.py beside this says who may get in."""

from aws_cdk import App, Environment, LegacyStackSynthesizer, Stack
from aws_cdk import aws_s3 as s3

from devops_agent_constructs import AgentSpaceArn, S3Objects, SecondaryAccountRole

AGENT_SPACE = "arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c"


def orders() -> App:
    """Return the app."""
    app = App()
    env = Environment(account="222222222222", region="us-east-1")
    stack = Stack(app, "Orders", env=env, synthesizer=LegacyStackSynthesizer())
    logs = s3.Bucket(stack, "Logs")
    SecondaryAccountRole(
        stack,
        "DevOpsAgentRole",
        agent_space=AgentSpaceArn.from_arn(AGENT_SPACE),
        capabilities=[S3Objects(buckets=[logs.bucket_arn])],
    )
    return app


if __name__ == "__main__":
    app = orders()
    app.synth()
