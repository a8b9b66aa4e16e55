"""Write a mail when the connection to an account is broken for an hour, or nobody looks, and when it is repaired."""

from aws_cdk import App, Duration, Environment, Stack
from aws_cdk import aws_sns_subscriptions as subscriptions

from devops_agent_constructs import AssociationHealth

app = App()
stack = Stack(app, "DevOpsAgentHealth", env=Environment(account="111111111111", region="us-east-1"))
health = AssociationHealth(
    stack,
    "Health",
    # The sync of another app; with one in this app it is sync=...
    agent_space="arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c",
    schedule=Duration.minutes(15),
    invalid_for=Duration.hours(1),
)
# AWS asks the address for its consent once.
health.topic.add_subscription(subscriptions.EmailSubscription("operations@example.com"))
app.synth()
