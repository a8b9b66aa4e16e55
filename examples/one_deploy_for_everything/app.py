"""One deploy: an Agent Space, the role in every account of a unit, and the associations of the accounts known today."""

from aws_cdk import Acknowledgment, App, Environment, LegacyStackSynthesizer, Stack, Validations

from devops_agent_constructs import (
    AgentSpace,
    CallAs,
    OrganizationRollout,
    PrimaryAccountAccess,
    ServiceManagedDeployment,
)

app = App()
# The primary account is a delegated administrator of the organization's StackSets.
env = Environment(account="111111111111", region="us-east-1")
stack = Stack(app, "DevOpsAgent", env=env, synthesizer=LegacyStackSynthesizer())

space = AgentSpace(stack, "AgentSpace", name="Operations").agent_space_arn
rollout = OrganizationRollout(
    stack,
    "Rollout",
    agent_space=space,
    deployment=ServiceManagedDeployment(organizational_units=["ou-a1b2-11112222"], call_as=CallAs.DELEGATED_ADMIN),
)
access = PrimaryAccountAccess(
    stack,
    "Access",
    agent_space=space,
    accounts=rollout.secondary_accounts(["222222222222", "333333333333"]),
)
# A role must exist before its association.
access.node.add_dependency(rollout)
left_out = "Annotation::devops-agent-constructs:managementAccountLeftOut"
Validations.of(rollout).acknowledge(Acknowledgment(id=left_out, reason="no workload runs there"))
app.synth()
