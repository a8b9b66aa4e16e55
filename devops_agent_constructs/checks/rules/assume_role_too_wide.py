"""`assumeRoleTooWide`: the agent role may assume roles of accounts that nobody listed."""

from __future__ import annotations

from collections.abc import Iterator

from devops_agent_constructs import service
from devops_agent_constructs.checks.callers import agent_roles
from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.resources import Resources
from devops_agent_constructs.checks.role import Policy
from devops_agent_constructs.checks.rule import Rule
from devops_agent_constructs.checks.source import STRANGER
from devops_agent_constructs.policy_evaluation.patterns import Context
from devops_agent_constructs.policy_evaluation.unknown import shown

_OWN = {"aws:principalorgid": "o-1111111111", "aws:principalaccount": "111111111111"}
# How AWS describes a role of nobody's account, in another organization and in none.
_ELSEWHERE: tuple[Context, ...] = (
    {
        **_OWN,
        "aws:resourceaccount": STRANGER,
        "aws:resourceorgid": "o-0000000000",
        "aws:resourceorgpaths": ["o-0000000000/r-0000/"],
    },
    {**_OWN, "aws:resourceaccount": STRANGER, "aws:resourceorgid": (), "aws:resourceorgpaths": ()},
)


def _check(resources: Resources) -> Iterator[Problem]:
    for policy in _of_agent_roles(resources):
        for statement in policy.statements:
            wide = [one for one in statement.wide_resources if _is_any_account(one)]
            if wide and statement.grants("sts:AssumeRole") and any(map(statement.may_hold, _ELSEWHERE)):
                message = f"sts:AssumeRole on {shown(wide[0])!r}: in every AWS account that lets this role in"
                yield Problem(place=statement.place.at("Resource"), message=message)


def _of_agent_roles(resources: Resources) -> Iterator[Policy]:
    arns = (arn for role in resources.roles for arn in agent_roles(role))
    names = {service.MONITOR_ROLE_NAME, *(arn.rpartition("/")[2] for arn in arns)}
    own = {policy.place for role in resources.roles for policy in role.policies}
    return (policy for policy in resources.policies if policy.place in own or names.intersection(policy.roles))


def _is_any_account(resource: str) -> bool:
    fields = resource.split(":", 5)
    return any(sign in (fields[4] if len(fields) > 4 else resource) for sign in "*?")  # noqa: PLR2004 (an ARN's account)


RULE = Rule(
    id="assumeRoleTooWide",
    severity=Severity.ERROR,
    what="`sts:AssumeRole` of the agent role on `*`, or on roles of any account",
    why=(
        "every account that ever trusts the agent role is reached, also outside of the organization: "
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege"
    ),
    fix="list the ARNs of the secondary roles, or add 'StringEquals': {'aws:ResourceOrgID': '${aws:PrincipalOrgID}'}",
    check=_check,
)
