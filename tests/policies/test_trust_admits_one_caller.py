"""Our own trust policies admit just the intended caller, in every generation."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from devops_agent_constructs import AgentSpaceArn, Generation
from devops_agent_constructs.policies.trust import trust_policy
from devops_agent_constructs.policy_evaluation.assume_role import AssumeRoleRequest, decide
from devops_agent_constructs.policy_evaluation.principals import Caller, IamCaller, ServiceCaller
from tests.policies.trust_requests import AGENT

ACCOUNTS = st.from_regex("[0-9]{12}", fullmatch=True)
SPACES = st.builds(
    lambda region, account, space: f"arn:aws:aidevops:{region}:{account}:agentspace/{space}",
    st.sampled_from(["us-east-1", "eu-west-1", "ap-southeast-2"]),
    ACCOUNTS,
    st.from_regex("[a-z0-9-]{1,12}", fullmatch=True),
).map(AgentSpaceArn.from_arn)


def intended(space: AgentSpaceArn) -> tuple[AssumeRoleRequest, AssumeRoleRequest]:
    """Return how the agent comes in: as the service, and as the agent role."""
    source = {"aws:SourceAccount": space.account_id, "aws:SourceArn": space.arn}
    role = IamCaller(arn=f"arn:aws:iam::{space.account_id}:role/Agent")
    return (
        AssumeRoleRequest(caller=AGENT, context=source),
        AssumeRoleRequest(caller=role, context={"sts:ExternalId": space.arn}),
    )


def mutations(request: AssumeRoleRequest, space: AgentSpaceArn, other: AgentSpaceArn) -> list[AssumeRoleRequest]:
    """Return requests that differ from an intended one in a single field."""
    key = "aws:SourceArn" if "aws:SourceArn" in request.context else "sts:ExternalId"
    near = [
        space.arn.replace(space.account_id, other.account_id),
        space.arn.replace(f":{space.region}:", ":us-west-2:"),
        space.arn + "x",
        space.arn[:-1],
        space.arn.upper(),
        space.arn.rpartition("/")[0] + "/*",
        space.arn.replace("arn:aws:", "arn:aws-cn:"),
        "",
        "*",
        other.arn,
    ]
    contexts: list[dict[str, str | Sequence[str]]] = [{**request.context, key: arn} for arn in near]
    contexts += [{name: value for name, value in request.context.items() if name != gone} for gone in request.context]
    if "aws:SourceAccount" in request.context:
        contexts.append({**request.context, "aws:SourceAccount": other.account_id})
    role = f"arn:aws:iam::{space.account_id}:role/Agent"
    callers: list[Caller] = [ServiceCaller(service="ec2.amazonaws.com")]
    callers += [IamCaller(arn=f"{role}2"), IamCaller(arn=role.replace(space.account_id, other.account_id))]
    callers += [IamCaller(arn=role.replace(":role/", ":user/"))]
    callers.append(IamCaller(arn=role) if request.caller == AGENT else AGENT)
    changed = [replace(request, context=context) for context in contexts]
    changed += [replace(request, caller=caller) for caller in callers]
    return [*changed, replace(request, action="sts:TagSession")]


@given(SPACES, SPACES, st.sampled_from(Generation))
def test_exactly_the_intended_caller_gets_in(
    space: AgentSpaceArn, other: AgentSpaceArn, generation: Generation
) -> None:
    """This Agent Space of this account, the way its generation goes; whoever differs in one field stays out.

    Promise: One caller.
    """
    assume(space.account_id != other.account_id)
    policy = trust_policy(
        [space], generation=generation, agent_role_arn=[f"arn:aws:iam::{space.account_id}:role/Agent"]
    )
    as_service, as_role = intended(space)
    assert decide(policy, as_service).is_allowed is (generation is not Generation.PREVIEW)
    assert decide(policy, as_role).is_allowed is (generation is not Generation.GA)
    for request in mutations(as_service, space, other) + mutations(as_role, space, other):
        decision = decide(policy, request)
        assert not decision.is_allowed
        assert decision.nearest_miss is not None
        assert decision.nearest_miss.reasons


@given(SPACES, SPACES)
def test_two_primary_accounts_do_not_mix(space: AgentSpaceArn, other: AgentSpaceArn) -> None:
    """A space of one account that claims to act for the other stays out.

    Promise: One caller.
    """
    policy = trust_policy([space, other])
    for admitted in (space, other):
        assert decide(policy, intended(admitted)[0]).is_allowed
    crossed = {"aws:SourceAccount": space.account_id, "aws:SourceArn": other.arn}
    is_same = space.account_id == other.account_id
    assert decide(policy, AssumeRoleRequest(caller=AGENT, context=crossed)).is_allowed is is_same


@given(SPACES, SPACES)
def test_any_space_of_an_account(space: AgentSpaceArn, other: AgentSpaceArn) -> None:
    """`any_in_account` admits every space of its account and Region, and no other."""
    any_space = AgentSpaceArn.any_in_account(space.account_id, region=space.region)
    role = f"arn:aws:iam::{space.account_id}:role/Agent"
    policy = trust_policy([any_space], generation=Generation.TRANSITION, agent_role_arn=[role])
    is_inside = (space.account_id, space.region) == (other.account_id, other.region)
    assert [decide(policy, request).is_allowed for request in intended(space)] == [True, True]
    assert [decide(policy, request).is_allowed for request in intended(other)] == [is_inside, is_inside]
