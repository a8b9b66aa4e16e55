"""Who gets into each role that our constructs and examples synthesize: exactly the intended caller."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from devops_agent_constructs import AgentSpaceArn, Generation
from devops_agent_constructs.checks import Template
from devops_agent_constructs.checks.callers import admits, agent_roles, as_agent_role, as_service, named_spaces, others
from devops_agent_constructs.checks.resources import Role
from devops_agent_constructs.checks.template_reader import read_templates
from devops_agent_constructs.templates import secondary_account_template
from tests.checks.our_templates import SPACE, agent_space_app, app_of, templates_of

SPACES = [SPACE, AgentSpaceArn.any_in_account("111111111111", region="us-east-1")]
EXAMPLES = sorted(path.parent for path in (Path(__file__).parents[2] / "examples").glob("*/app.py"))


def roles_in(*templates: Template) -> list[Role]:
    """Return the roles of DevOps Agent."""
    return [role for role in read_templates(templates).roles if role.is_for_devops_agent]


def check_callers(role: Role) -> None:
    """Require that the intended callers get in, each of the ways that the role has, and nobody of the table else."""
    spaces = named_spaces(role.trust)
    services = [statement for statement in role.trust.allowed if statement.is_for_service]
    ways = [as_service(space) for space in spaces if services]
    ways += [as_agent_role(arn, space.arn) for arn in agent_roles(role.trust) for space in spaces]
    assert ways, role.place
    assert [way for way in ways if not admits(role.trust, way)] == [], role.place
    assert [probe.who for probe in others(role) if admits(role.trust, probe.request)] == [], role.place


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_examples(example: Path) -> None:
    """Every role of every example."""
    for role in roles_in(*templates_of(runpy.run_path(str(example / "app.py"), run_name="__main__")["app"])):
        check_callers(role)


@pytest.mark.parametrize("space", SPACES, ids=["one", "any"])
@pytest.mark.parametrize("generation", Generation)
def test_constructs(generation: Generation, space: AgentSpaceArn) -> None:
    """Secondary and elevated roles, and those of a rollout, in each set-up."""
    roles = roles_in(*templates_of(app_of(generation, space=space)))
    assert {role.is_in_many_accounts for role in roles} == {False, True}
    for role in roles:
        check_callers(role)


def test_agent_space() -> None:
    """The monitor role, and the operator app's."""
    roles = roles_in(*templates_of(agent_space_app()))
    assert len(roles) == 2
    for role in roles:
        check_callers(role)


@pytest.mark.parametrize("generation", Generation)
def test_template_without_values(generation: Generation) -> None:
    """The plain template, before anybody fills in its parameters."""
    [role] = roles_in(Template(name="Plain", body=secondary_account_template(generation=generation)))
    assert [probe.who for probe in others(role) if admits(role.trust, probe.request)] == []
