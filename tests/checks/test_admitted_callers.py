"""Who gets into each role that our constructs and examples synthesize: exactly the intended caller."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from devops_agent_constructs import AgentSpaceArn, Generation
from devops_agent_constructs.checks import Template
from devops_agent_constructs.checks.role import Role
from devops_agent_constructs.checks.template_reader import read_templates
from devops_agent_constructs.checks.verdict import judge
from devops_agent_constructs.templates import secondary_account_template
from tests.checks.our_templates import SPACE, agent_space_app, app_of, templates_of

SPACES = [SPACE, AgentSpaceArn.any_in_account("111111111111", region="us-east-1")]
EXAMPLES = sorted(path.parent for path in (Path(__file__).parents[2] / "examples").glob("*/app.py"))


def roles_in(*templates: Template) -> list[Role]:
    """Return the roles of DevOps Agent."""
    return [role for role in read_templates(templates).roles if role.is_for_devops_agent]


def check_callers(role: Role) -> None:
    """Require that the intended callers get in, each of the ways that the role has, and nobody of the table else."""
    verdict = judge(role)
    assert verdict.meant, role.place
    assert [caller.who for caller, decision in verdict.meant if not decision.is_allowed] == [], role.place
    assert [caller.who for caller, _ in verdict.strangers] == [], role.place


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
    """The agent role, and the operator app's."""
    roles = roles_in(*templates_of(agent_space_app()))
    assert len(roles) == 2
    for role in roles:
        check_callers(role)


@pytest.mark.parametrize("generation", Generation)
def test_template_without_values(generation: Generation) -> None:
    """The plain template, before anybody fills in its parameters."""
    [role] = roles_in(Template(name="Plain", body=secondary_account_template(generation=generation)))
    assert [caller.who for caller, _ in judge(role).strangers] == []
