"""Asserts of an app what a snapshot cannot say: who gets into its roles, and whether its accounts are connected."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from aws_cdk import App, Stage
from aws_cdk.cx_api import CloudAssembly

from devops_agent_constructs import _validators
from devops_agent_constructs._arguments import checked
from devops_agent_constructs.agent_space_arn import AgentSpaceArn, AgentSpaceReference
from devops_agent_constructs.app_checks.devops_agent_checks import template_of
from devops_agent_constructs.checks import RULES, Finding, Template, check_templates
from devops_agent_constructs.checks.check import known_space, resources_of
from devops_agent_constructs.checks.rule import Resources
from devops_agent_constructs.errors import OnboardingInputError

_SOURCE = "SourceAws"


@checked
def assert_admits_only(
    app: App | Stage, *, agent_space: AgentSpaceReference, except_rules: Collection[str] = ()
) -> None:
    """Assert that the DevOps Agent roles of an app admit this Agent Space and nobody else.

    The app is synthesized, if it is not yet, and judged as by `DevOpsAgentChecks`; here warnings fail, too. That no
    role is found fails as well, as it would assert nothing.

    Args:
        app: The app, or a stage of it.
        agent_space: The Agent Space that must get into every role, whose ARN is known.
        except_rules: Ids of rules, like `previewSetup`, whose findings are meant.

    Raises:
        AssertionError: Somebody else gets in, the Agent Space does not, something is weaker than it could be or cannot
            be told; or the app has no such role. With a line for each finding.
        OnboardingInputError: There is no such rule, or only deployment knows the Agent Space's ARN.
    """
    # A stack's template is written once: who changes the app afterwards has made another app.
    templates = list(_of_assembly(app.synth()))
    space, resources = _known(agent_space), resources_of(templates)
    if not resources.roles:
        names = ", ".join(sorted(Path(template.name).name for template in templates)) or "no stack"
        raise AssertionError(f"there is no role of AWS DevOps Agent in {names}")
    _assert_nothing_found(check_templates(templates, agent_space=space), except_rules)


@checked
def assert_connects(app: App | Stage, *, agent_space: AgentSpaceReference, accounts: Collection[str]) -> None:
    """Assert that an app connects exactly these secondary accounts to an Agent Space, each through a role of the app.

    A role that a StackSet of the app makes counts for every account, as a template does not say which it reaches.

    Args:
        app: The app, or a stage of it.
        agent_space: The Agent Space, whose ARN is known.
        accounts: Their ids, 12 digits.

    Raises:
        AssertionError: An account is missing or too many, or its association names a role that the app does not have;
            with a line for each.
        OnboardingInputError: A malformed account id, or only deployment knows the Agent Space's ARN.
    """
    for index, account_id in enumerate(accounts):
        _validators.account_id(account_id, field=f"accounts[{index}]")
    space, resources = _known(agent_space), resources_of(_of_assembly(app.synth()))
    connected = {
        association.account_id: association.role_arns.get("AssumableRoleArn", "")
        for association in resources.associations
        if association.kind == _SOURCE and association.agent_space_arn == space.arn
    }
    lines = [f"{account_id}: the app has no association of it" for account_id in sorted({*accounts} - {*connected})]
    lines += [f"{account_id}: the app connects it, too" for account_id in sorted({*connected} - {*accounts})]
    there = set(_role_arns(resources, space.partition, connected))
    lines += [
        f"{account_id}: the association names {role_arn}, which the app does not make"
        for account_id, role_arn in sorted(connected.items())
        if account_id in accounts and role_arn not in there
    ]
    if lines:
        raise AssertionError("\n".join([f"accounts connected to {space.arn}:", *lines]))


def _known(agent_space: AgentSpaceReference) -> AgentSpaceArn:
    space = known_space(agent_space)
    if space is None:
        raise OnboardingInputError("agent_space", None, why="nobody could get in", fix="give the ARN")
    return space


def _role_arns(resources: Resources, partition: str, accounts: Iterable[str]) -> Iterator[str]:
    for role in resources.roles:
        for account_id in accounts if role.is_in_many_accounts else [role.account_id]:
            yield f"arn:{partition}:iam::{account_id}:role{role.path}{role.name}"


def _assert_nothing_found(findings: Iterable[Finding], except_rules: Collection[str]) -> None:
    rules = {rule.id for rule in RULES}
    for index, rule_id in enumerate(except_rules):
        if rule_id not in rules:
            fix = "docs/checks.md of the repository lists them"
            raise OnboardingInputError(f"except_rules[{index}]", rule_id, why="there is no such rule", fix=fix)
    lines = [
        f"{Path(finding.place.template).name} {finding.place.logical_id} {finding.place.where}: {finding.message} "
        f"({finding.rule_id}); {finding.fix}"
        for finding in findings
        if finding.rule_id not in except_rules
    ]
    if lines:
        raise AssertionError("\n".join(["DevOps Agent roles of the app:", *lines]))


def _of_assembly(assembly: CloudAssembly) -> Iterator[Template]:
    for stack in assembly.stacks:
        environment = stack.environment
        account_id, region = environment.account, environment.region
        yield template_of(
            Path(stack.template_full_path),
            account_id=account_id if _validators.is_account_id(account_id) else None,
            region=region if _validators.is_region(region) else None,
        )
    for nested in assembly.nested_assemblies:
        yield from _of_assembly(nested.nested_assembly)
