"""What all stacks of an onboarding have: tags and termination protection."""

from collections.abc import Mapping
from typing import Any

import pytest
from aws_cdk import App, DefaultStackSynthesizer, Stack, Tags

from devops_agent_constructs import (
    CallAs,
    NewAgentSpace,
    Onboarding,
    Organization,
    PrimaryAccount,
    SecondaryAccount,
    ServiceManagedDeployment,
    SyncSettings,
    ValidationSettings,
    connect_accounts,
)
from tests.conftest import SPACE, lint_findings, template_of

TWO = SecondaryAccount(account_id="222222222222")
TAGGED = SecondaryAccount(account_id="333333333333", tags={"team": "billing", "cost": "42"})
NEW = NewAgentSpace(name="Operations", account_id="111111111111", region="us-east-1", tags={"team": "core"})
ORGANIZATION = Organization(
    account_id="999999999999",
    deployment=ServiceManagedDeployment(
        organizational_units=["ou-a1b2-11112222"],
        call_as=CallAs.SELF,
        exclude_accounts=["222222222222", "333333333333"],
    ),
    include_management_account=True,
)


def everything(app: App, **settings: Any) -> dict[str, Stack]:
    """Define all stacks that an onboarding can have; return them by name."""
    onboarding = Onboarding(
        agent_space=SPACE,
        accounts=[TWO, TAGGED],
        primary=PrimaryAccount(new_agent_space=NEW),
        organization=ORGANIZATION,
        sync=SyncSettings(),
        validate=ValidationSettings(),
        bootstrap_qualifier="hnb659fds",
        **settings,
    )
    connect_accounts(app, onboarding)
    return {stack.stack_name: stack for stack in app.node.children if isinstance(stack, Stack)}


def tags_in(template: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return logical id -> tags of each resource that has some."""
    found: dict[str, dict[str, str]] = {}
    for logical_id, resource in template["Resources"].items():
        if tags := resource.get("Properties", {}).get("Tags"):
            listed = tags.items() if isinstance(tags, dict) else [(tag["Key"], tag["Value"]) for tag in tags]
            found[logical_id] = dict(listed)
    return found


@pytest.fixture(scope="module")
def tagged() -> dict[str, dict[str, Any]]:
    """Return name -> template of all stacks, with the tags of the stack under `StackTags`."""
    app = App(analytics_reporting=False)
    everything(app, tags={"team": "operations", "stage": "production"}, termination_protection=True)
    assembly = app.synth()
    return {
        artifact.stack_name: {
            "template": artifact.template,
            "tags": dict(artifact.tags),
            "protected": artifact.termination_protection,
        }
        for artifact in assembly.stacks
    }


OWN = {
    "DevOpsAgentSecondary-222222222222": {"team": "operations", "stage": "production"},
    "DevOpsAgentSecondary-333333333333": {"team": "billing", "cost": "42", "stage": "production"},
    "DevOpsAgentSpace": {"team": "core", "stage": "production"},
    "DevOpsAgentOrganization": {"team": "operations", "stage": "production"},
    "DevOpsAgentPrimary": {"team": "operations", "stage": "production"},
    "DevOpsAgentSync": {"team": "operations", "stage": "production"},
}


def test_every_stack_has_the_tags(tagged: dict[str, dict[str, Any]]) -> None:
    """Its own win; CloudFormation gets them with the stack."""
    assert {name: stack["tags"] for name, stack in tagged.items()} == OWN


@pytest.mark.parametrize("name", OWN)
def test_every_resource_has_the_tags(tagged: dict[str, dict[str, Any]], name: str) -> None:
    """Whatever of a stack takes tags has all of them."""
    template = tagged[name]["template"]
    assert {tuple(sorted(tags.items())) for tags in tags_in(template).values()} <= {tuple(sorted(OWN[name].items()))}
    kinds = {template["Resources"][logical_id]["Type"] for logical_id in tags_in(template)}
    taggable = {"AWS::IAM::Role", "AWS::CloudFormation::StackSet", "AWS::DevOpsAgent::AgentSpace"}
    taggable |= {"AWS::Lambda::Function", "AWS::Logs::LogGroup", "AWS::Events::EventBus"}
    assert kinds >= taggable & {resource["Type"] for resource in template["Resources"].values()}


@pytest.mark.parametrize("name", ["DevOpsAgentOrganization", "DevOpsAgentSpace"])
def test_schemas_take_the_tags(tagged: dict[str, dict[str, Any]], name: str) -> None:
    """CloudFormation's, of the StackSet and of the Agent Space among others."""
    assert lint_findings(tagged[name]["template"]) == []


def test_every_stack_is_protected(tagged: dict[str, dict[str, Any]]) -> None:
    """CloudFormation refuses to delete each of them."""
    assert {name for name, stack in tagged.items() if stack["protected"]} == set(OWN)


def test_neither_without_the_settings() -> None:
    """Nothing has tags that nobody gave, and nothing is protected."""
    app = App(analytics_reporting=False, default_stack_synthesizer=DefaultStackSynthesizer())
    connect_accounts(app, Onboarding(agent_space=SPACE, accounts=[TWO]))
    [artifact] = app.synth().stacks
    assert (dict(artifact.tags), artifact.termination_protection) == ({}, False)
    assert tags_in(artifact.template) == {}


def test_they_win_over_the_tags_of_the_app(app: App) -> None:
    """As the CDK's rule is: the innermost wins; what only the app has stays."""
    Tags.of(app).add("team", "everybody")
    Tags.of(app).add("app", "devops")
    stacks = connect_accounts(app, Onboarding(agent_space=SPACE, accounts=[TAGGED], tags={"cost": "0", "stage": "x"}))
    [role_tags] = tags_in(template_of(stacks.secondary["333333333333"])).values()
    assert role_tags == {"app": "devops", "cost": "42", "stage": "x", "team": "billing"}


def test_a_stack_is_tagged_where_the_cdk_wants_that_said() -> None:
    """`cdk init` sets a flag with which `Tags.of` tags resources alone."""
    app = App(analytics_reporting=False, context={"@aws-cdk/core:explicitStackTags": True})
    connect_accounts(app, Onboarding(agent_space=SPACE, accounts=[TAGGED], tags={"team": "core", "stage": "x"}))
    [artifact] = app.synth().stacks
    assert dict(artifact.tags) == {"cost": "42", "stage": "x", "team": "billing"}
