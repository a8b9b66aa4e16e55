"""Narrow what the agent may read in one account: one Region, three services, no log events. A boundary caps it."""

from aws_cdk import App, Environment, LegacyStackSynthesizer, Stack

from devops_agent_constructs import AccessBoundary, AccessLimits, AgentSpaceArn, SecondaryAccountRole

app = App()
stack = Stack(
    app,
    "DevOpsAgentOrders",
    env=Environment(account="222222222222", region="eu-west-1"),
    synthesizer=LegacyStackSynthesizer(),
)

# AWS's policy stays attached and goes on to grow; an explicit Deny wins over whatever it allows.
limits = AccessLimits(
    restrict_to_regions=["eu-west-1"],  # services without Regions, such as IAM, are not concerned
    allowed_services=["cloudwatch", "ec2", "logs"],  # everything else is denied, IAM too
    deny_data_reads=True,  # log groups are seen, log events are not
    deny_actions=["ec2:DescribeKeyPairs"],
)

SecondaryAccountRole(
    stack,
    "Role",
    agent_space=AgentSpaceArn.from_arn(
        "arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c"
    ),
    access_limits=limits,
    # The same limits once more, in a policy of their own: they hold even if somebody edits the role's policies.
    permissions_boundary=AccessBoundary(stack, "Boundary", access_limits=limits),
)
app.synth()
