"""Keep an Agent Space in step, and write a mail when a connection breaks, nobody looks, or all is well again."""

from aws_cdk import App, Duration, Environment, Stack
from aws_cdk import aws_sns_subscriptions as subscriptions

from devops_agent_constructs import AccountSync, AssociationHealth, CallAs, Organization, ServiceManagedDeployment

app = App()
stack = Stack(app, "DevOpsAgentSync", env=Environment(account="111111111111", region="us-east-1"))
sync = AccountSync(
    stack,
    "Sync",
    agent_space="arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c",
    # The primary account is a delegated administrator of StackSets.
    organization=Organization(
        account_id="111111111111",
        deployment=ServiceManagedDeployment(organizational_units=["ou-a1b2-11112222"], call_as=CallAs.DELEGATED_ADMIN),
    ),
)
health = AssociationHealth(stack, "Health", sync=sync, invalid_for=Duration.hours(1))
# AWS asks the address for its consent once.
health.topic.add_subscription(subscriptions.EmailSubscription("operations@example.com"))
app.synth()
