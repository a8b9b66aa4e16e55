"""Can the service assume the role of an association: as itself, or through the agent role?

The trust policies are judged by `tests.iam_reference`, which shares nothing with the library: what the library holds
for right must be right for somebody else. Here is only who asks, with which condition keys.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from moto.iam.models import Role, iam_backends

from tests.emulator.devops_agent.organizations import organization_keys
from tests.emulator.devops_agent.permissions import why_not_permitted
from tests.iam_reference import Caller, MalformedPolicyError, UndefinedError, role, service, trust_admits

_SERVICE = service("aidevops.amazonaws.com")

# https://docs.aws.amazon.com/devopsagent/latest/userguide/, "Working with directed actions" and the CLI guide's §5
ELEVATED_ROLE = ("sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession")
OPERATOR_ROLE = ("sts:AssumeRole", "sts:TagSession")


@dataclass(frozen=True, kw_only=True, slots=True)
class Space:
    """An Agent Space as trust policies see it.

    Attributes:
        account_id: The primary account.
        arn: With its real Region and id.
        agent_role_arns: The roles of its `aws`/`monitor` associations; without one there is no role chaining.
    """

    account_id: str
    arn: str
    agent_role_arns: tuple[str, ...] = ()


def account_of(arn: str) -> str:
    """The account in an ARN."""
    return arn.split(":")[4]


def why_invalid(space: Space, configuration: Mapping[str, Mapping[str, Any]]) -> str | None:
    """Say why an association is invalid; None if the service can assume its role."""
    [(kind, settings)] = configuration.items()
    role_arn = settings["assumableRoleArn"]
    if settings["accountId"] != account_of(role_arn):
        return f"the association is for account {settings['accountId']}, but {role_arn} is a role of another"
    found = _find(role_arn)
    if found is None:
        return f"{role_arn} does not exist"
    obstacles = [_obstacle_as_service(space, found, settings.get("externalId"))]
    if kind == "sourceAws":
        obstacles += [_obstacle_through(space, agent_role_arn, found) for agent_role_arn in space.agent_role_arns]
    return "; and ".join(obstacle for obstacle in obstacles if obstacle) if all(obstacles) else None


def why_not_assumable(space: Space, role_arn: str, actions: Iterable[str]) -> str | None:
    """Say why the service cannot assume a role of another kind, which may need more than AssumeRole."""
    found = _find(role_arn)
    if found is None:
        return f"{role_arn} does not exist"
    return next(filter(None, (_obstacle_as_service(space, found, action=action) for action in actions)), None)


def _obstacle_as_service(
    space: Space, found: Role, external_id: str | None = None, *, action: str = "sts:AssumeRole"
) -> str | None:
    context = {
        "aws:SourceAccount": space.account_id,
        "aws:SourceArn": space.arn,
        **organization_keys({"aws:SourceOrgID": space.account_id}),
    }
    if external_id is not None:
        context["sts:ExternalId"] = external_id
    return _obstacle(found, _SERVICE, context, action)


def _obstacle_through(space: Space, agent_role_arn: str, found: Role) -> str | None:
    """Role chaining: the service assumes the agent role, and that one the role of the association."""
    agent_role = _find(agent_role_arn)
    if agent_role is None:
        return f"the agent role {agent_role_arn} does not exist"
    if obstacle := _obstacle_as_service(space, agent_role):
        return f"the agent role cannot be assumed: {obstacle}"
    context = {
        "sts:ExternalId": space.arn,
        "aws:ResourceAccount": account_of(found.arn),
        **organization_keys({"aws:PrincipalOrgID": space.account_id, "aws:ResourceOrgID": account_of(found.arn)}),
    }
    caller = role(agent_role_arn)
    whole = {**caller.keys, **context}
    return _obstacle(found, caller, context) or why_not_permitted(agent_role, "sts:AssumeRole", found.arn, whole)


def _obstacle(found: Role, caller: Caller, context: Mapping[str, str], action: str = "sts:AssumeRole") -> str | None:
    try:
        if trust_admits(json.loads(found.assume_role_policy_document), caller, action=action, context=context):
            return None
    except (MalformedPolicyError, UndefinedError) as error:
        return f"the trust policy of {found.arn} means nothing: {error}"
    carried = " and ".join(f"{key} {value}" for key, value in context.items())
    return f"{found.arn} does not admit {caller.label} for {action} with {carried}"


def _find(arn: str) -> Role | None:
    _, partition, _, _, account_id, _ = arn.split(":", 5)
    return next((one for one in iam_backends[account_id][partition].roles.values() if one.arn == arn), None)
