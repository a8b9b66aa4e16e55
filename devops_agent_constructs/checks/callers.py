"""Who might ask to assume a role of DevOps Agent: the intended callers, and a table of others who must stay out.

Each is put to the trust policy's evaluator (`policies.assume_role`): how a policy is written does not matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from devops_agent_constructs import _checks, service
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.checks.resources import Role
from devops_agent_constructs.checks.trust import EXTERNAL_ID, SOURCE_ACCOUNT, SOURCE_ARN, Trust, role_stand_in
from devops_agent_constructs.checks.unknown import stand_in
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policies.assume_role import AssumeRoleRequest, decide_by
from devops_agent_constructs.policies.principals import IamCaller, ServiceCaller

_SPACE = re.compile(r"arn:(aws[a-z-]*):aidevops:([^:]*):([^:]*):agentspace/([^/]+)")
_AGENT = ServiceCaller(service=service.SERVICE_PRINCIPAL)
_ROLE_OR_USER = re.compile(
    r"arn:aws[a-z-]*:(iam::[0-9]{12}:(role|user)/((?![*?])[!-~])+|sts::[0-9]{12}:assumed-role/[^/*?:]+/[^/*?:]+)"
)
_WHOLE_ACCOUNT = re.compile(r"(?:arn:aws[a-z-]*:iam::)?([0-9]{12})(?::root)?")
_SERVICE_NAME = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_IDENTITY_CENTER = "arn:aws:iam::aws:contextProvider/IdentityCenter"
_OTHER_ID = "another-space"
STRANGER = "000000000000"
"""An account that nobody has: AWS's ids are not all zeros."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Probe:
    """A caller, and what to call it.

    Attributes:
        who: In plain words.
        request: What it asks for.
    """

    who: str
    request: AssumeRoleRequest


def admits(trust: Trust, request: AssumeRoleRequest) -> bool:
    """Tell whether a trust policy certainly lets a caller in; not if a part of it is unknown.

    What AWS does not define counts as no; the rule `malformedTrustPolicy` says so.
    """
    try:
        return trust.whole is not None and decide_by(trust.whole, request).is_allowed
    except OnboardingInputError:
        return False


def named_spaces(trust: Trust) -> list[AgentSpaceArn]:
    """Return the Agent Spaces that a trust policy names, as its conditions on a source or an external id write them.

    Wildcards are kept: a space may stand for many.
    """
    values = (stand_in(value) for key in (SOURCE_ARN, EXTERNAL_ID) for value in trust.pinned(key))
    return [space for value in dict.fromkeys(values) if (space := parse_space(value)) is not None]


def parse_space(arn: str) -> AgentSpaceArn | None:
    """Read the ARN of an Agent Space, with or without wildcards."""
    if (match := _SPACE.fullmatch(arn)) is None:
        return None
    partition, region, account_id, space_id = match.groups()
    return AgentSpaceArn(arn=arn, partition=partition, region=region, account_id=account_id, agent_space_id=space_id)


def some_space(region: str, account_id: str, space_id: str = _OTHER_ID) -> AgentSpaceArn:
    """Return an Agent Space that no policy names."""
    arn = f"arn:aws:aidevops:{region}:{account_id}:agentspace/{space_id}"
    return AgentSpaceArn(arn=arn, partition="aws", region=region, account_id=account_id, agent_space_id=space_id)


def as_service(space: AgentSpaceArn, *, account_id: str = "", external_id: str = "") -> AssumeRoleRequest:
    """Return how the service asks on behalf of an Agent Space, for the space's account unless told otherwise."""
    context = {"aws:SourceAccount": account_id or space.account_id, "aws:SourceArn": space.arn}
    return AssumeRoleRequest(caller=_AGENT, context=context | ({"sts:ExternalId": external_id} if external_id else {}))


def as_agent_role(arn: str, external_id: str | None) -> AssumeRoleRequest:
    """Return how a role or user asks, with an external id or without one."""
    context = {} if external_id is None else {"sts:ExternalId": external_id}
    return AssumeRoleRequest(caller=IamCaller(arn=arn), context=context)


def agent_roles(trust: Trust) -> list[str]:
    """Return the ARNs of the roles, sessions and users that a trust policy lets in one by one, with stand-ins."""
    values = (one.value for statement in trust.allowed for one in statement.parsed.principals if one.kind == "AWS")
    return [arn for arn in dict.fromkeys(map(role_stand_in, values)) if _ROLE_OR_USER.fullmatch(arn)]


def others(role: Role) -> Iterator[Probe]:
    """Return callers who must not get in, whatever the policy names: other spaces, services, roles and users."""
    spaces = named_spaces(role.trust) or list(role.agent_spaces)
    pinned = map(stand_in, role.trust.pinned(SOURCE_ACCOUNT))
    accounts = sorted(set(filter(_checks.is_account_id, [*(space.account_id for space in spaces), *pinned])))
    yield from _other_spaces(spaces, accounts)
    yield from _other_services(role.trust, spaces)
    asking = [STRANGER, *accounts, stand_in(role.account_id), *_whole_accounts(role.trust)]
    yield from _roles_and_users(dict.fromkeys(filter(_checks.is_account_id, asking)), spaces, accounts)
    yield from _named_roles(role.trust, spaces, accounts)


def _other_spaces(spaces: list[AgentSpaceArn], accounts: list[str]) -> Iterator[Probe]:
    for account_id in accounts:
        regions = {space.region for space in spaces if space.account_id == account_id} or {"us-east-1"}
        any_space = {space.region for space in spaces if space.account_id == account_id and space.is_any_in_account}
        for region in sorted(regions - any_space):
            request = as_service(some_space(region, account_id))
            yield Probe(who=f"every other Agent Space of account {account_id}", request=request)
    for space in spaces:
        regions = {one.region for one in spaces if one.account_id == space.account_id}
        elsewhere = min(service.AGENT_SPACE_REGIONS - regions)
        request = as_service(some_space(elsewhere, space.account_id, space.agent_space_id.replace("*", _OTHER_ID)))
        yield Probe(who=f"Agent Spaces of account {space.account_id} in other Regions", request=request)
    yield Probe(who="every Agent Space of any AWS account", request=as_service(some_space("us-east-1", STRANGER)))
    for account_id in accounts:
        request = AssumeRoleRequest(caller=_AGENT, context={"aws:SourceAccount": account_id})
        yield Probe(who=f"DevOps Agent for account {account_id} without naming an Agent Space", request=request)
    request = AssumeRoleRequest(caller=_AGENT)
    yield Probe(who="DevOps Agent without saying for whom", request=request)


def _other_services(trust: Trust, spaces: list[AgentSpaceArn]) -> Iterator[Probe]:
    named = sorted(name for name in trust.services if _SERVICE_NAME.fullmatch(name) and name != _AGENT.service)
    contexts = [{}, *(as_service(space, external_id=space.arn).context for space in spaces)]
    for name in [*named, "ec2.amazonaws.com"]:
        who = f"service {name}" if name in named else "every AWS service"
        caller = ServiceCaller(service=name)
        for given in contexts:
            # SetContext is no way in by itself, but a statement that says so is not about DevOps Agent.
            for action in ("sts:AssumeRole", "sts:SetContext"):
                context = {**given, "sts:RequestContextProviders": [_IDENTITY_CENTER]}
                yield Probe(who=who, request=AssumeRoleRequest(caller=caller, context=context, action=action))


def _whole_accounts(trust: Trust) -> list[str]:
    """Return the accounts that a trust policy names as principals, as far as they are known."""
    values = (one.value for statement in trust.allowed for one in statement.parsed.principals if one.kind == "AWS")
    return [match[1] for value in values if (match := _WHOLE_ACCOUNT.fullmatch(value)) is not None]


def _roles_and_users(asking: Iterable[str], spaces: list[AgentSpaceArn], accounts: list[str]) -> Iterator[Probe]:
    words = {STRANGER: "every role and user of any AWS account"}
    for account_id in asking:
        arn = f"arn:aws:iam::{account_id}:role/SomebodyElse"
        who = words.get(account_id, f"every role and user of account {account_id}")
        yield Probe(who=who, request=as_agent_role(arn, None))
        # An account as a whole, with an external id, is how AWS lets third parties in.
        for space in spaces if account_id not in accounts else []:
            yield Probe(who=f"{who}, with the external id", request=as_agent_role(arn, space.arn))


def _named_roles(trust: Trust, spaces: list[AgentSpaceArn], accounts: list[str]) -> Iterator[Probe]:
    for arn in agent_roles(trust):
        other_id = some_space("us-east-1", STRANGER).arn
        yield Probe(who=f"{arn}, without an external id", request=as_agent_role(arn, None))
        yield Probe(who=f"{arn}, with any external id", request=as_agent_role(arn, other_id))
        account_id = arn.split(":")[4]
        # An account that is not known may be the right one.
        if account_id not in accounts and account_id in trust.written:
            for space in spaces:
                who = f"{arn}, which is not of the Agent Space's account"
                yield Probe(who=who, request=as_agent_role(arn, space.arn))
