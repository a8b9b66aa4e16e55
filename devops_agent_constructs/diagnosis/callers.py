"""Who is to assume a role, and strangers who are not, as requests that the trust policy's evaluator can judge."""

from __future__ import annotations

from devops_agent_constructs import service
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.diagnosis.expected_role import ExpectedRole
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.policies.assume_role import AssumeRoleRequest
from devops_agent_constructs.policies.principals import IamCaller, ServiceCaller

SERVICE = ServiceCaller(service=service.SERVICE_PRINCIPAL)

# AWS's ids are not all zeros; an Agent Space's id is a UUID.
_STRANGER = "000000000000"
_OTHER_SPACE = "another-agent-space"


def as_service(space: AgentSpaceArn) -> AssumeRoleRequest:
    """Return how the service asks on behalf of an Agent Space."""
    return AssumeRoleRequest(caller=SERVICE, context=source(space.account_id, space.arn))


def as_agent_role(agent_role_arn: str, space: AgentSpaceArn) -> AssumeRoleRequest:
    """Return how the agent role asks in the set-up of the preview."""
    return AssumeRoleRequest(caller=IamCaller(arn=agent_role_arn), context={"sts:ExternalId": space.arn})


def intended(expected: ExpectedRole) -> list[AssumeRoleRequest]:
    """Return everybody whom the role is to let in."""
    requests = []
    if expected.generation is not Generation.PREVIEW:
        requests.append(as_service(expected.agent_space))
    if expected.generation.needs_agent_role and expected.agent_role_arn is not None:
        requests.append(as_agent_role(expected.agent_role_arn, expected.agent_space))
    return requests


def source(account_id: str, arn: str) -> dict[str, str]:
    """Return the condition keys by which a service says for whom it acts."""
    return {"aws:SourceAccount": account_id, "aws:SourceArn": arn}


def stranger(space: AgentSpaceArn) -> dict[str, str]:
    """Return those keys for an Agent Space of an account that has nothing to do with us."""
    return source(_STRANGER, space.arn.replace(space.account_id, _STRANGER))


def neighbour(space: AgentSpaceArn) -> dict[str, str]:
    """Return those keys for another Agent Space of the primary account, in the same Region."""
    return source(space.account_id, space.arn.replace(space.agent_space_id, _OTHER_SPACE))
