"""Roll the role out to two organizational units, now and for accounts that join later; one account stays out."""

from aws_cdk import App, Environment, LegacyStackSynthesizer, Stack

from devops_agent_constructs import AgentSpaceArn, CallAs, OrganizationRollout, ServiceManagedDeployment

app = App()
stack = Stack(
    app,
    "DevOpsAgentOrganization",
    # The organization's management account; the Agent Space lives in another one.
    env=Environment(account="333333333333", region="us-east-1"),
    synthesizer=LegacyStackSynthesizer(),
)
OrganizationRollout(
    stack,
    "Rollout",
    agent_space=AgentSpaceArn.from_arn(
        "arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c"
    ),
    deployment=ServiceManagedDeployment(
        organizational_units=["ou-a1b2-11112222", "ou-a1b2-33334444"],
        call_as=CallAs.SELF,
        exclude_accounts=["222222222222"],
    ),
    include_management_account=True,
)
app.synth()
