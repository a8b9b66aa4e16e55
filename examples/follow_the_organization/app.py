"""Connects accounts that join the units of an organization, and disconnects those that leave, with nobody's help.

The primary account is a delegated administrator of StackSets here. `cdk bootstrap` has been run in it.
"""

from aws_cdk import App, Environment, Stack

from devops_agent_constructs import (
    AccountSync,
    AgentSpaceArn,
    CallAs,
    Organization,
    OrganizationStack,
    ServiceManagedDeployment,
)

app = App()
space = AgentSpaceArn.from_arn(
    "arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c"
)
organization = Organization(
    account_id=space.account_id,
    deployment=ServiceManagedDeployment(
        organizational_units=["ou-a1b2-11112222"],
        call_as=CallAs.DELEGATED_ADMIN,
    ),
)
OrganizationStack(app, "DevOpsAgentOrganization", organization=organization, agent_space=space)

primary = Stack(app, "DevOpsAgentSync", env=Environment(account=space.account_id, region=space.region))
AccountSync(primary, "AccountSync", agent_space=space, organization=organization)
app.synth()
