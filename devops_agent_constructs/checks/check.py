"""Runs the rules over templates, or over one live role."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from devops_agent_constructs._arguments import checked
from devops_agent_constructs.agent_space_arn import AgentSpaceArn, AgentSpaceReference, known
from devops_agent_constructs.checks.finding import Finding, Place
from devops_agent_constructs.checks.live_role import LiveRole
from devops_agent_constructs.checks.registry import RULES
from devops_agent_constructs.checks.resources import Resources
from devops_agent_constructs.checks.role import Policy, Purpose, Role, account_path_name
from devops_agent_constructs.checks.template import Template
from devops_agent_constructs.checks.template_reader import Contents, read_templates
from devops_agent_constructs.checks.verdict import judge
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policy_evaluation.unknown import is_unknown

_Key = tuple[str, str, str]


@checked
def check_template(
    body: Mapping[str, object],
    *,
    name: str = "template",
    account_id: str | None = None,
    region: str | None = None,
    parameters: Mapping[str, str] | None = None,
    agent_space: AgentSpaceReference | None = None,
) -> tuple[Finding, ...]:
    """Check the DevOps Agent roles, policies and associations of one CloudFormation template.

    Args:
        body: The template, as JSON has it.
        name: By which findings name it.
        account_id: Of the stack. None: not known; then no rule assumes one.
        region: Of the stack. None: not known.
        parameters: Name -> value of its parameters. None: their defaults, as far as they are not empty.
        agent_space: Which Agent Space must get into the roles. None: the one that each trust policy names.

    Returns:
        What breaks a rule, sorted by place; nothing for a template without such resources.

    Raises:
        OnboardingInputError: It is no template, or the account or the Region is malformed.
    """
    template = Template(name=name, body=body, account_id=account_id, region=region, parameters=parameters or {})
    return check_templates([template], agent_space=agent_space)


@checked
def check_templates(
    templates: Iterable[Template], *, agent_space: AgentSpaceReference | None = None
) -> tuple[Finding, ...]:
    """Check the templates of one app together: associations of one account are compared with roles of others.

    Args:
        templates: In any order.
        agent_space: As for `check_template`.

    Returns:
        What breaks a rule, sorted by place.
    """
    return findings_of(_resources(read_templates(templates), _known(agent_space)))


@checked
def check_role(
    role_arn: str,
    *,
    trust_policy: Mapping[str, object],
    managed_policy_arns: Sequence[str] = (),
    inline_policies: Mapping[str, Mapping[str, object]] | None = None,
    permissions_boundary_arn: str | None = None,
    purpose: Purpose | None = None,
    agent_space: AgentSpaceReference | None = None,
) -> tuple[Finding, ...]:
    """Check one live role, by what IAM's API returns. That it is one of DevOps Agent is taken for granted.

    Args:
        role_arn: Of the role.
        trust_policy: GetRole's `AssumeRolePolicyDocument`, decoded.
        managed_policy_arns: Of ListAttachedRolePolicies.
        inline_policies: Name -> document, of GetRolePolicy, decoded. None: none.
        permissions_boundary_arn: GetRole's `PermissionsBoundaryArn`. None: none.
        purpose: What DevOps Agent does with it, if an association says. None: by its policies and name.
        agent_space: Which Agent Space must get in. None: the one that the trust policy names.

    Returns:
        What breaks a rule, sorted by place.

    Raises:
        OnboardingInputError: `role_arn` is not the ARN of a role.
    """
    live = LiveRole(
        arn=role_arn,
        trust_policy=trust_policy,
        managed_policy_arns=tuple(managed_policy_arns),
        inline_policies=inline_policies or {},
        permissions_boundary_arn=permissions_boundary_arn,
    )
    role = live.role(purpose=purpose, agent_space=_known(agent_space))
    return findings_of(Resources(roles=(role,), policies=role.policies))


def _known(agent_space: AgentSpaceReference | None) -> AgentSpaceArn | None:
    if agent_space is None:
        return None
    fix = "leave it out: then it is the one that each trust policy names"
    return known(AgentSpaceArn.of(agent_space), why="the checks compare it before", fix=fix)


def findings_of(resources: Resources) -> tuple[Finding, ...]:
    """Return what breaks a rule, sorted by place."""
    resources = replace(resources, verdicts={role.place: judge(role) for role in resources.roles})
    found = (finding for rule in RULES for finding in rule.findings(resources))
    return tuple(sorted(found, key=lambda finding: (finding.place, finding.rule_id, finding.message)))


def _resources(contents: Contents, agent_space: AgentSpaceArn | None) -> Resources:
    reads, acts = defaultdict[_Key, list[str]](list), defaultdict[_Key, list[str]](list)
    for one in contents.associations:
        for named, arn in ((reads, one.role_arn), (acts, one.elevated_role_arn)):
            for key in _keys(arn):
                named[key].append(one.agent_space_arn)
    operators = {key for arn in contents.operator_role_arns for key in _keys(arn)}
    policies = defaultdict[str, list[Policy]](list)
    for policy in contents.policies:
        policies[policy.account_id].append(policy)
    roles = []
    for role in contents.roles:
        key = ("" if role.is_in_many_accounts else role.account_id, role.path, role.name)
        space_arns = reads.get(key, []) + acts.get(key, [])
        if not (space_arns or key in operators or role.is_for_devops_agent):
            continue
        purpose = Purpose.OPERATOR if key in operators else role.apparent_purpose
        spaces = [_space(arn) for arn in sorted(set(space_arns)) if not is_unknown(arn)]
        found = replace(
            role,
            purpose=Purpose.ELEVATED if key in acts else purpose,
            policies=(*role.policies, *_attached(role, policies[role.account_id])),
            agent_spaces=tuple(filter(None, spaces)) if agent_space is None else (agent_space,),
        )
        roles.append(found)
    return Resources(
        roles=tuple(roles),
        policies=tuple(contents.policies),
        associations=tuple(contents.associations),
        unreadable=tuple(_about_devops_agent(contents, roles)),
    )


def _about_devops_agent(contents: Contents, roles: list[Role]) -> Iterator[tuple[Place, str]]:
    """Return what cannot be read of what is looked at, or beside it in a template."""
    places = [role.place for role in roles] + [one.place for one in contents.associations]
    places += [policy.place for role in roles for policy in role.policies]
    resources = {(place.template, place.logical_id) for place in places}
    templates = {template for template, _ in resources}
    unrelated = [role.place for role in contents.roles] + [policy.place for policy in contents.policies]
    others = {(place.template, place.logical_id) for place in unrelated}
    for place, reasons in contents.unreadable.items():
        key = (place.template, place.logical_id)
        if key in resources or (place.template in templates and key not in others):
            yield place, " and ".join(reasons)


def _space(arn: str) -> AgentSpaceArn | None:
    try:
        return AgentSpaceArn.from_arn(arn)
    except OnboardingInputError:
        return None  # The association is refused by AWS.


def _keys(role_arn: str) -> list[_Key]:
    """Return account, path and name; and the same without the account, for a role of a StackSet."""
    parts = account_path_name(role_arn)
    return [] if parts is None else [parts, ("", *parts[1:])]


def _attached(role: Role, policies: Iterable[Policy]) -> list[Policy]:
    return [
        policy
        for policy in policies
        if role.name in policy.roles or (policy.arn and policy.arn in role.managed_policy_arns)
    ]
