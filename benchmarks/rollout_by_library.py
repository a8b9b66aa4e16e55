"""The role in every account of an organizational unit, by this library."""

from aws_cdk import App, Environment, LegacyStackSynthesizer, Stack

from devops_agent_constructs import AgentSpaceArn, CallAs, OrganizationRollout, ServiceManagedDeployment

if __name__ == "__main__":
    app = App(analytics_reporting=False)
    stack = Stack(
        app,
        "DevOpsAgentOrganization",
        env=Environment(account="111111111111", region="us-east-1"),
        synthesizer=LegacyStackSynthesizer(),
    )
    OrganizationRollout(
        stack,
        "Rollout",
        agent_space=AgentSpaceArn.from_arn(
            "arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c"
        ),
        deployment=ServiceManagedDeployment(
            organizational_units=["ou-a1b2-11112222"], call_as=CallAs.SELF, exclude_accounts=["222222222222"]
        ),
    )
    app.synth()
