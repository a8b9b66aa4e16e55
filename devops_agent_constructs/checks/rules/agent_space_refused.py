"""`agentSpaceRefused`: the Agent Space that is meant does not get in, found by asking the trust policy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.checks.callers import admits, agent_roles, as_agent_role, as_service, named_spaces
from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.resources import Resources, Role
from devops_agent_constructs.checks.rule import Rule
from devops_agent_constructs.checks.trust import EXTERNAL_ID, SOURCE_ACCOUNT, SOURCE_ARN, space_stand_in
from devops_agent_constructs.checks.unknown import is_unknown, stand_in, with_names_back
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policies.assume_role import AssumeRoleRequest, decide_by


def _check(resources: Resources) -> Iterator[Problem]:
    for role in resources.roles:
        for space in (role.agent_spaces or named_spaces(role.trust)) if role.trust.whole is not None else ():
            one = _one_of(space)
            for ways in (_ways_of_service(role, one), _ways_of_agent_role(role, one)):
                if ways and not any(admits(role.trust, way) for way in ways):
                    message = f"{one.arn} does not get in: {_why(role, ways[0])}"
                    yield Problem(place=role.trust.place, message=with_names_back(message, written=role.trust.written))


def _one_of(space: AgentSpaceArn) -> AgentSpaceArn:
    """Return a space that the ARN stands for."""
    return replace(
        space,
        arn=space.arn.replace("*", "any"),
        region=space.region.replace("*", "any"),
        account_id=space.account_id.replace("*", "any"),
        agent_space_id=space.agent_space_id.replace("*", "any"),
    )


def _ways_of_service(role: Role, space: AgentSpaceArn) -> list[AssumeRoleRequest]:
    trust = role.trust
    if not any(statement.is_for_service for statement in trust.statements):
        return []
    arns = [space.arn, *_unknown(trust.pinned(SOURCE_ARN))]
    # An account that is not known may be the right one; so may each, if the Agent Space's is not known.
    accounts = [
        space.account_id,
        *(stand_in(one) for one in trust.pinned(SOURCE_ACCOUNT) if is_unknown(one) or arns[1:]),
    ]
    # Whether the service sends an external id when it reads is unconfirmed.
    external_ids = ["", space.arn, *_unknown(trust.pinned(EXTERNAL_ID))]
    return [
        as_service(replace(space, arn=arn), account_id=account_id, external_id=external_id)
        for arn, account_id, external_id in product(arns, accounts, external_ids)
    ]


def _ways_of_agent_role(role: Role, space: AgentSpaceArn) -> list[AssumeRoleRequest]:
    external_ids = [space.arn, *_unknown(role.trust.pinned(EXTERNAL_ID))]
    return [as_agent_role(arn, external_id) for arn, external_id in product(agent_roles(role.trust), external_ids)]


def _unknown(arns: list[str]) -> list[str]:
    return [space_stand_in(arn) for arn in arns if is_unknown(arn)]


def _why(role: Role, request: AssumeRoleRequest) -> str:
    try:
        decision = decide_by(role.trust.whole or (), request)
    except OnboardingInputError as error:
        return str(error)
    miss = decision.nearest_miss
    return (
        decision.why if miss is None or any(one.is_applied for one in decision.statements) else "; ".join(miss.reasons)
    )


RULE = Rule(
    id="agentSpaceRefused",
    severity=Severity.ERROR,
    what="the Agent Space that the role is meant for does not get in",
    why=(
        "the association turns invalid. Which space is meant, an association of the app says, or the trust policy "
        "itself: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html"
    ),
    fix="write the account and the ARN of the Agent Space as its page shows them, Region included",
    check=_check,
)
