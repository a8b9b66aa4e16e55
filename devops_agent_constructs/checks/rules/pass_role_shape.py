"""`passRoleShape`: whoever associates lacks `iam:PassRole`, or has more of it than AWS asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from devops_agent_constructs import service
from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.resources import Resources
from devops_agent_constructs.checks.role import Policy, PolicyStatement
from devops_agent_constructs.checks.rule import Rule
from devops_agent_constructs.checks.trust import is_devops_agent_like
from devops_agent_constructs.policy_evaluation.action_patterns import is_covered
from devops_agent_constructs.policy_evaluation.unknown import is_unknown, is_wholly_unknown, shown

_PASSED_TO = "iam:passedtoservice"
_NARROW_MAY_DO = (
    "leave it if it works: it grants less; if AWS refuses the association, its message names the resource that it asks "
    "for (with this library: PrimaryAccountAccess.grant_associate)"
)
_ASSOCIATE = ("aidevops:AssociateService", "aidevops:UpdateAssociation")
# They pass a role of their own, the operator app's for one: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsdevopsagentservice.html
_PASS_ONE_ROLE = ("aidevops:EnableOperatorApp", "aidevops:RegisterService", "aidevops:CreateAgentSpace")


def _check(resources: Resources) -> Iterator[Problem]:
    for policy in resources.policies:
        associates = _names_one_of(policy, _ASSOCIATE)
        passes = [one for one in policy.statements if one.grants("iam:PassRole")]
        passes = [one for one in passes if _is_about_devops_agent(one, associates=associates)]
        for statement in passes:
            for name in statement.values_of(_PASSED_TO):
                if is_devops_agent_like(name) and name != service.SERVICE_PRINCIPAL:
                    message = f"iam:PassedToService {name!r} is no service of AWS"
                    yield Problem(place=statement.place.at("Condition"), message=message)
            if statement.may_hold({_PASSED_TO: "ec2.amazonaws.com"}) and _covers_all(statement, policy):
                message = (
                    "iam:PassRole on every role, and no condition on iam:PassedToService: any service can get any role"
                )
                yield Problem(place=statement.place, message=message)
        if not _names_one_of(policy, _PASS_ONE_ROLE):
            yield from _too_narrow(passes, policy)


def _too_narrow(passes: list[PolicyStatement], policy: Policy) -> Iterator[Problem]:
    resources = [resource for statement in passes for resource in statement.wide_resources]
    if any(_covers_all(statement, policy) for statement in passes) or any(_may_cover(one, policy) for one in resources):
        return
    for statement in passes[:1]:
        wanted = f"arn:aws:iam::{shown(policy.account_id)}:role/*"
        message = (
            f"iam:PassRole on {', '.join(map(shown, resources))}; for associations AWS was seen to check it on "
            f"{wanted}, the caller's own account"
        )
        yield Problem(
            place=statement.place.at("Resource"), message=message, severity=Severity.WARNING, fix=_NARROW_MAY_DO
        )


def _names_one_of(policy: Policy, actions: tuple[str, ...]) -> bool:
    # By the service's own prefix: an administrator's `*` is not about DevOps Agent.
    return any(
        statement.grants(action) and any(one.lower().startswith("aidevops:") for one in statement.parsed.actions)
        for statement in policy.statements
        for action in actions
    )


def _is_about_devops_agent(statement: PolicyStatement, *, associates: bool) -> bool:
    services = statement.values_of(_PASSED_TO)
    return any(map(is_devops_agent_like, services)) or (associates and not services)


def _covers_all(statement: PolicyStatement, policy: Policy) -> bool:
    wanted = f"arn:aws:iam::{policy.account_id}:role/*"
    # A broader grant satisfies AWS as well, and passes no role of another account.
    return any(is_covered(wanted, [_in_aws(resource)]) for resource in statement.wide_resources)


def _may_cover(resource: str, policy: Policy) -> bool:
    is_any_role = re.fullmatch(r"arn:[^:]*:iam::[^:]*:role/\*", resource) is not None
    return is_wholly_unknown(resource) or (is_any_role and (is_unknown(resource) or is_unknown(policy.account_id)))


def _in_aws(arn: str) -> str:
    return re.sub(r"^arn:aws[a-z-]*:", "arn:aws:", arn)


RULE = Rule(
    id="passRoleShape",
    severity=Severity.ERROR,
    milder="it is on less than AWS was seen to ask for",
    what="`iam:PassRole` for associations on other resources than `role/*` of the caller's own account, or for others",
    why=(
        "AWS checks AssociateService and UpdateAssociation against role/* of the caller's account, also when the role "
        "is in another (API model of 2026-01-01; a narrower grant was refused on 2026-08-27): "
        "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsdevopsagentservice.html"
    ),
    fix=(
        "allow iam:PassRole on 'arn:aws:iam::<own account>:role/*' with 'StringEquals': {'iam:PassedToService': "
        "'aidevops.amazonaws.com'}; with this library: PrimaryAccountAccess.grant_associate"
    ),
    check=_check,
)
