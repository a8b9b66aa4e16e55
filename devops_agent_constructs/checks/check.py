"""Runs the rules over templates, or over one live role."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from devops_agent_constructs._arguments import checked
from devops_agent_constructs._role_arn import parse_role_arn
from devops_agent_constructs.agent_space_arn import AgentSpaceArn, AgentSpaceReference, known
from devops_agent_constructs.checks.finding import Finding, Place
from devops_agent_constructs.checks.live_role import LiveRole
from devops_agent_constructs.checks.policy import Policy
from devops_agent_constructs.checks.role import AssociatedAccount, Purpose, Role
from devops_agent_constructs.checks.rule import Resources
from devops_agent_constructs.checks.rules import RULES
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
        parameters: Name -> value of its parameters; of a list, its items with commas between them. None: their
            defaults, as far as they are not empty.
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
    return findings_of(resources_of(templates, agent_space=agent_space))


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
    role = live.role(purpose=purpose).with_space(known_space(agent_space))
    return findings_of(Resources(roles=(role,), policies=role.policies))


def known_space(agent_space: AgentSpaceReference | None) -> AgentSpaceArn | None:
    """Return the Agent Space that must get in, if one is given.

    Raises:
        OnboardingInputError: Only deployment knows its ARN.
    """
    if agent_space is None:
        return None
    fix = "leave it out: then it is the one that each trust policy names"
    return known(AgentSpaceArn.of(agent_space), why="the checks compare it before", fix=fix)


def findings_of(resources: Resources) -> tuple[Finding, ...]:
    """Return what breaks a rule, sorted by place."""
    findings: list[Finding] = []
    resources = replace(resources, judged=tuple((role, judge(role)) for role in resources.roles), findings=findings)
    for rule in RULES:
        findings += rule.findings(resources)
    return tuple(sorted(findings, key=lambda finding: (finding.place, finding.rule_id, finding.message)))


def resources_of(templates: Iterable[Template], *, agent_space: AgentSpaceReference | None = None) -> Resources:
    """Read what is DevOps Agent's in the templates of one app; arguments and errors as of `check_templates`."""
    contents, given = read_templates(templates), known_space(agent_space)
    space_arns, elevated = defaultdict[_Key, set[str]](set), set[_Key]()
    for association in contents.associations:
        for name, arn in association.role_arns.items():
            for key in _keys(arn):
                space_arns[key].add(association.agent_space_arn)
                elevated |= {key} if name == "AgentElevatedRoleArn" else set()
    operators = {key for arn in contents.operator_role_arns for key in _keys(arn)}
    policies = defaultdict[str, list[Policy]](list)
    for policy in contents.policies:
        policies[policy.account_id].append(policy)
    roles = []
    for role in contents.roles:
        key = ("" if role.is_in_many_accounts else role.account_id, role.path, role.name)
        if key in space_arns or key in operators or role.is_for_devops_agent:
            purpose = Purpose.OPERATOR if key in operators else role.apparent_purpose
            attached = [
                policy
                for policy in policies[role.account_id]
                if role.name in policy.roles or (policy.arn and policy.arn in role.managed_policy_arns)
            ]
            known_role = replace(
                role,
                purpose=Purpose.ELEVATED if key in elevated else purpose,
                policies=(*role.policies, *attached),
            )
            if key not in space_arns:
                roles.append(known_role.with_space(given))
            else:
                # A role may be for several: the one that is given, and those that associations of the app name.
                spaces = dict.fromkeys([*([given] if given else []), *_spaces(space_arns[key])])
                roles.append(replace(known_role, agent_spaces=tuple(spaces)))
    return Resources(
        roles=tuple(roles),
        policies=tuple(contents.policies),
        associations=tuple(contents.associations),
        unreadable=tuple(_about_devops_agent(contents, roles)),
    )


def _keys(role_arn: str) -> list[_Key]:
    """Return account, path and name; and the same without the account, for a role of a StackSet."""
    arn = parse_role_arn(role_arn)
    return [] if arn is None else [(account_id, arn.path, arn.name) for account_id in (arn.account_id, "")]


def _spaces(arns: Iterable[str]) -> Iterator[AgentSpaceArn]:
    for arn in sorted(arns):
        with suppress(OnboardingInputError):  # AWS refuses the association.
            if not is_unknown(arn):
                yield AgentSpaceArn.from_arn(arn)


def _about_devops_agent(contents: Contents, roles: Sequence[Role]) -> Iterator[tuple[Place, str]]:
    """Return what cannot be read of what is looked at, or beside it in a template."""
    policies = [policy for role in roles for policy in role.policies]
    looked_at: list[Role | AssociatedAccount | Policy] = [*roles, *contents.associations, *policies]
    unrelated: list[Role | Policy] = [*contents.roles, *contents.policies]
    ours = {resource.place.resource for resource in looked_at}
    others = {resource.place.resource for resource in unrelated} - ours
    templates = {template for template, _ in ours}
    for place, reasons in contents.unreadable.items():
        if place.template in templates and place.resource not in others:
            yield place, " and ".join(reasons)
