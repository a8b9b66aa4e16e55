"""Judges the policies of the primary account: of the agent role, and of whoever associates accounts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice, product

from devops_agent_constructs import service
from devops_agent_constructs._role_arn import parse_role_arn
from devops_agent_constructs._source_arn import has_wildcard
from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.policy import Policy, PolicyStatement
from devops_agent_constructs.checks.rule import CLOUDFORMATION, IAM_GUIDE, Resources, Rule
from devops_agent_constructs.checks.trust import is_devops_agent_like
from devops_agent_constructs.policy_evaluation.patterns import Context, string_matches
from devops_agent_constructs.policy_evaluation.unknown import is_unknown, is_wholly_unknown, shown, unknown
from devops_agent_constructs.policy_evaluation.wildcards import example, is_covered

_PASSED_TO = "iam:passedtoservice"
_NARROW_MAY_DO = (
    "leave it if it works: it grants less; if AWS refuses the association, its message names the resource that it asks "
    "for (with this library: PrimaryAccountAccess.grant_associate)"
)
_ASSOCIATE = ("aidevops:AssociateService", "aidevops:UpdateAssociation")
# They pass a role of their own, the operator app's for one: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsdevopsagentservice.html
_PASS_ONE_ROLE = ("aidevops:EnableOperatorApp", "aidevops:RegisterService", "aidevops:CreateAgentSpace")


@Rule(
    id="assumeRoleTooWide",
    what="`sts:AssumeRole` of the agent role on `*`, or on roles of any account",
    reason="every account that ever trusts the agent role is reached, also outside of the organization",
    source=IAM_GUIDE + "best-practices.html#grant-least-privilege",
    fix="list the ARNs of the secondary roles, or add 'StringEquals': {'aws:ResourceOrgID': '${aws:PrincipalOrgID}'}",
).of_resources
def assume_role_too_wide(resources: Resources) -> Iterator[Problem]:
    """Find agent roles that may assume roles of accounts that nobody listed."""
    arns = (arn for role in resources.roles for arn in role.agent_role_arns)
    names = {service.AGENT_ROLE_NAME, *(arn.rpartition("/")[2] for arn in arns)}
    own = {policy.place for role in resources.roles for policy in role.policies}
    statements = [statement for policy in resources.policies for statement in policy.statements]
    named = {value for statement in statements for condition in statement.conditions for value in condition.values}
    for policy in resources.policies:
        for statement in policy.statements if policy.place in own or names.intersection(policy.roles) else ():
            wide = (
                resource
                for resource in (statement.wide_resources if statement.grants("sts:AssumeRole") else ())
                for arn, context in _elsewhere(resource, statement, named)
                if resources.allow(
                    policy, statement, "sts:AssumeRole", arn, {**context, "aws:principalaccount": policy.account_id}
                )
            )
            for resource in islice(wide, 1):
                message = f"sts:AssumeRole on {shown(resource)!r}: in every AWS account that lets this role in"
                yield Problem(statement.place.at("Resource"), message)


def _elsewhere(resource: str, statement: PolicyStatement, named: set[str]) -> Iterator[tuple[str, Context]]:
    """Yield roles of accounts and organizations that no policy names, where a resource leaves the account open."""
    *_, account, name = resource.split(":", 5) if resource.count(":") > 4 else (resource, "")  # noqa: PLR2004 (an ARN's)

    def some(pattern: str) -> str:
        # Ids of accounts have 12 digits, those of organizations at least as many characters.
        texts = [example(pattern, filling=str(digit), length=12) for digit in range(10)]
        return next((text for text in texts if text not in named), texts[0])

    accounts = map(some, filter(has_wildcard, (account, *statement.patterns_of("aws:resourceaccount"))))
    organizations = ["", *map(some, ("o-*", *statement.patterns_of("aws:resourceorgid")))]
    role = example(name) if name.startswith("role/") else "role/x"
    for account_id, organization in product(accounts if has_wildcard(account) else (), organizations):
        context = {
            "aws:principalorgid": unknown("aws:PrincipalOrgID"),
            "aws:resourceaccount": account_id,
            "aws:resourceorgid": organization or (),
            "aws:resourceorgpaths": [f"{organization}/r-0000/"] if organization else (),
        }
        if string_matches(account, account_id, None):
            yield f"arn:aws:iam::{account_id}:{role}", context


@Rule(
    id="foreignGrant",
    what="a policy that is attached to a DevOps Agent role of another account",
    reason="a stack attaches policies in its own account only; the CDK reports such a grant as done and adds nothing",
    source=CLOUDFORMATION + "aws-resource-iam-policy.html",
    fix="put the policy into a stack of the role's own account, or let the role's owner add it",
).of_resources
def foreign_grant(resources: Resources) -> Iterator[Problem]:
    """Find policies that are to be attached to a role of another account, where they cannot be."""
    chained = {arn for role in resources.roles for arn in role.agent_role_arns}
    named = {arn for association in resources.associations for arn in association.role_arns.values() if arn}
    own_roles = {(role.account_id, role.name) for role in resources.roles}
    for policy in resources.policies:
        for written in policy.roles if not is_unknown(policy.account_id) else ():
            owner = _owner_of_arn(written, policy, chained | named)
            if not owner and (policy.account_id, written) not in own_roles:
                owner = _owner_of_name(written, policy, chained)
            if owner:
                own = policy.account_id
                yield Problem(
                    policy.place, f"{written} is of account {owner}; this stack, of account {own}, grants nothing there"
                )


def _owner_of_arn(written: str, policy: Policy, of_devops_agent: set[str]) -> str:
    arn = parse_role_arn(written)
    if arn is None or is_unknown(written) or arn.account_id == policy.account_id:
        return ""
    named = {written, *(resource for statement in policy.statements for resource in statement.resources)}
    actions = [action for statement in policy.statements for action in statement.actions]
    is_ours = named & of_devops_agent or any(action.lower().startswith("aidevops:") for action in actions)
    return arn.account_id if is_ours else ""


def _owner_of_name(written: str, policy: Policy, chained: set[str]) -> str:
    """Return the account of an agent role that a policy of the secondary account's stack names as its own."""
    # The role to be assumed is in the policy's own account, and its trust policy names the agent role elsewhere.
    is_of_own_role = any(
        statement.grants("sts:AssumeRole") and f":iam::{policy.account_id}:role/" in resource
        for statement in policy.statements
        for resource in statement.resources
    )
    arns = filter(None, map(parse_role_arn, sorted(chained)))
    owners = (arn.account_id for arn in arns if arn.name == written and arn.account_id != policy.account_id)
    return next(owners, "") if is_of_own_role else ""


@Rule(
    id="passRoleShape",
    milder="it is on less than AWS was seen to ask for",
    what="`iam:PassRole` for associations on other resources than `role/*` of the caller's own account, or for others",
    reason=(
        "AWS checks AssociateService and UpdateAssociation against role/* of the caller's account, also when the role "
        "is in another (API model of 2026-01-01; a narrower grant was refused on 2026-08-27)"
    ),
    source="https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsdevopsagentservice.html",
    fix=(
        "allow iam:PassRole on 'arn:aws:iam::<own account>:role/*' with 'StringEquals': {'iam:PassedToService': "
        "'aidevops.amazonaws.com'}; with this library: PrimaryAccountAccess.grant_associate"
    ),
).of_resources
def pass_role_shape(resources: Resources) -> Iterator[Problem]:
    """Find who associates without `iam:PassRole`, or with more of it than AWS asks for."""
    for policy in resources.policies:
        associates = _names_one_of(policy, _ASSOCIATE)
        passes = [statement for statement in policy.statements if statement.grants("iam:PassRole")]
        passes = [statement for statement in passes if _is_about_devops_agent(statement, associates=associates)]
        for statement in passes:
            patterns = statement.patterns_of(_PASSED_TO)
            for name in statement.values_of(_PASSED_TO):
                is_the_service = name == service.SERVICE_PRINCIPAL or (
                    name in patterns and string_matches(name, service.SERVICE_PRINCIPAL, None)
                )
                if is_devops_agent_like(name) and not is_the_service:
                    message = f"iam:PassedToService {name!r} is no service of AWS"
                    yield Problem(statement.place.at("Condition"), message)
            some_role, services = f"arn:aws:iam::{policy.account_id}:role/x", statement.examples_of(_PASSED_TO)
            is_open = any(
                resources.allow(policy, statement, "iam:PassRole", some_role, {_PASSED_TO: name})
                for name in services
                if not is_devops_agent_like(name)
            )
            if is_open and _covers_all(statement, policy):
                reason = "no condition on iam:PassedToService: any service can get any role"
                if statement.values_of(_PASSED_TO):
                    reason = (
                        f"iam:PassedToService admits others than {service.SERVICE_PRINCIPAL}: they can get any role"
                    )
                yield Problem(statement.place, f"iam:PassRole on every role, and {reason}")
        names = [name.rpartition(":")[2] for statement in passes for name in statement.wide_resources]
        # A pattern is no role of its own; it is there for associations.
        if not _names_one_of(policy, _PASS_ONE_ROLE) or (associates and any(map(has_wildcard, names))):
            yield from _too_narrow(passes, policy)


def _too_narrow(passes: Sequence[PolicyStatement], policy: Policy) -> Iterator[Problem]:
    resources = [resource for statement in passes for resource in statement.wide_resources]
    if any(_covers_all(statement, policy) or _may_cover(statement, policy) for statement in passes):
        return
    for statement in passes[:1]:
        message = (
            f"iam:PassRole on {', '.join(map(shown, resources))}; for associations AWS was seen to check it on "
            f"arn:aws:iam::{shown(policy.account_id)}:role/*, the caller's own account"
        )
        yield Problem(statement.place.at("Resource"), message, Severity.WARNING, _NARROW_MAY_DO)


def _names_one_of(policy: Policy, actions: Sequence[str]) -> bool:
    # By the service's own prefix: an administrator's `*` is not about DevOps Agent.
    return any(
        statement.grants(action) and any(name.lower().startswith("aidevops:") for name in statement.actions)
        for statement in policy.statements
        for action in actions
    )


def _is_about_devops_agent(statement: PolicyStatement, *, associates: bool) -> bool:
    is_for_the_service = associates and statement.may_hold({_PASSED_TO: service.SERVICE_PRINCIPAL})
    return is_for_the_service or any(map(is_devops_agent_like, statement.values_of(_PASSED_TO)))


def _covers_all(statement: PolicyStatement, policy: Policy) -> bool:
    wanted = f"arn:aws:iam::{policy.account_id}:role/*"
    # A broader grant satisfies AWS as well, and passes no role of another account.
    in_aws = (re.sub(r"^arn:aws[a-z-]*:", "arn:aws:", resource) for resource in statement.wide_resources)
    return any(is_covered(wanted, [resource]) for resource in in_aws)


def _may_cover(statement: PolicyStatement, policy: Policy) -> bool:
    """Tell whether deployment may make every role of the own account of what is not known yet."""
    for resource in statement.wide_resources:
        arn = parse_role_arn(resource)
        is_any_role = arn is not None and (arn.path, arn.name) == ("/", "*")
        if is_wholly_unknown(resource) or (is_any_role and any(map(is_unknown, (resource, policy.account_id)))):
            return True
    return False
