"""What other features of the CDK do to the constructs: customized roles, boundaries of the app, one scope twice."""

from __future__ import annotations

import pytest
from aws_cdk import Acknowledgment, App, Environment, PermissionsBoundary, Stack, Stage, Validations
from aws_cdk import aws_iam as iam
from aws_cdk.assertions import Annotations, Match

from devops_agent_constructs import (
    AgentSpace,
    CallAs,
    CustomStatement,
    ElevatedActionsRole,
    IamSignIn,
    Onboarding,
    OnboardingInputError,
    OrganizationRollout,
    S3Objects,
    SecondaryAccount,
    SecondaryAccountRole,
    ServiceManagedDeployment,
    connect_accounts,
)
from tests.conftest import SPACE

ENV = Environment(account="222222222222", region="us-east-1")
ORDERS = SecondaryAccount(account_id="222222222222")
NOT_IN_STACK_SET = Match.string_like_regexp("boundary is applied to the roles of this app")


def test_connect_accounts_twice_in_one_scope() -> None:
    """It says so, and nothing of the second call is defined."""
    app = App()
    connect_accounts(app, Onboarding(agent_space=SPACE, accounts=[ORDERS]))
    payments = SecondaryAccount(account_id="111111111112")
    with pytest.raises(OnboardingInputError, match="call it once with all accounts") as caught:
        connect_accounts(app, Onboarding(agent_space=SPACE, accounts=[payments, ORDERS]))
    assert caught.value.field == "scope"
    assert app.node.try_find_child("DevOpsAgentSecondary-111111111112") is None


def test_connect_accounts_in_two_stages() -> None:
    """Each Stage has names of its own."""
    app = App()
    for name in ("Test", "Live"):
        connect_accounts(Stage(app, name), Onboarding(agent_space=SPACE, accounts=[ORDERS]))
    app.synth()


def test_add_capability_to_a_customized_role() -> None:
    """Another's role takes no policy from this app; the role stays as it was."""
    stack = Stack(App(), "Orders", env=ENV)
    iam.Role.customize_roles(stack, use_precreated_roles={"Orders/Role/Resource": "Precreated"})
    role = SecondaryAccountRole(stack, "Role", agent_space=SPACE)
    before = role.inline_policy
    with pytest.raises(OnboardingInputError, match="customize_roles has replaced this role"):
        role.add_capability(S3Objects(buckets=["orders"]))
    assert role.inline_policy == before


def test_customized_roles_whose_trust_cannot_be_told() -> None:
    """The CDK's report would say less than these roles must trust."""
    stack = Stack(App(), "Orders", env=ENV)
    iam.Role.customize_roles(stack)
    restart = CustomStatement(sid="Restart", actions=["ecs:UpdateService"], resources=["*"])
    with pytest.raises(OnboardingInputError, match="prevent_synthesis=False"):
        ElevatedActionsRole(stack, "Role", agent_space=SPACE, statements=[restart])
    with pytest.raises(OnboardingInputError, match="prevent_synthesis=False"):
        AgentSpace(stack, "Space", name="Operations")
    assert stack.node.children == []


def rollout(stack: Stack, *, boundary: str | None = None) -> None:
    """Define a rollout; its other warning is acknowledged."""
    units = ServiceManagedDeployment(organizational_units=["ou-a1b2-11112222"], call_as=CallAs.SELF)
    made = OrganizationRollout(stack, "Rollout", agent_space=SPACE, deployment=units, permissions_boundary=boundary)
    left_out = "Annotation::devops-agent-constructs:managementAccountLeftOut"
    Validations.of(made).acknowledge(Acknowledgment(id=left_out, reason="known"))


@pytest.mark.parametrize("way", ["stack", "stage", "of"])
def test_a_boundary_that_does_not_reach_the_stack_set(way: str) -> None:
    """The role's template is text to the CDK: a boundary of the app is not in it."""
    app, boundary = App(), PermissionsBoundary.from_name("Cap")
    if way == "stage":
        stack = Stack(Stage(app, "Live", permissions_boundary=boundary), "Admin", env=ENV)
    else:
        stack = Stack(app, "Admin", env=ENV, permissions_boundary=boundary if way == "stack" else None)
    rollout(stack)
    if way == "of":  # Also if it is applied later.
        policy = iam.ManagedPolicy.from_managed_policy_name(stack, "Cap", "Cap")
        iam.PermissionsBoundary.of(app).apply(policy)
    Annotations.from_stack(stack).has_warning("*", NOT_IN_STACK_SET)


@pytest.mark.parametrize("boundary", [None, "Cap"])
def test_no_warning_without_need(boundary: str | None) -> None:
    """There is no boundary around it, or the rollout has its own."""
    around = None if boundary is None else PermissionsBoundary.from_name("Cap")
    stack = Stack(App(), "Admin", env=ENV, permissions_boundary=around)
    rollout(stack, boundary=boundary)
    Annotations.from_stack(stack).has_no_warning("*", NOT_IN_STACK_SET)


def test_a_policy_of_the_app_as_the_boundary_of_all() -> None:
    """Its ARN is a token, which the look at what applies to a StackSet's role does not resolve."""
    app = App()
    stack = Stack(app, "Admin", env=ENV)
    rollout(stack)
    cap = iam.ManagedPolicy(stack, "Cap", statements=[iam.PolicyStatement(actions=["s3:*"], resources=["*"])])
    iam.PermissionsBoundary.of(app).apply(cap)
    Annotations.from_stack(stack).has_warning("*", NOT_IN_STACK_SET)


REPLACED = Match.string_like_regexp("replaces the one that was given here")
RESTART = CustomStatement(sid="Restart", actions=["ecs:UpdateService"], resources=["*"])


def role(stack: Stack, boundary: str | None) -> None:
    """Define a secondary account's role."""
    SecondaryAccountRole(stack, "Role", agent_space=SPACE, permissions_boundary=boundary)


def elevated(stack: Stack, boundary: str | None) -> None:
    """Define a role for directed actions."""
    ElevatedActionsRole(stack, "Role", agent_space=SPACE, statements=[RESTART], permissions_boundary=boundary)


def space(stack: Stack, boundary: str | None) -> None:
    """Define an Agent Space with two roles."""
    AgentSpace(stack, "Space", name="Operations", operator_app=IamSignIn(), permissions_boundary=boundary)


def management(stack: Stack, boundary: str | None) -> None:
    """Define a rollout with the management account's role beside the StackSet."""
    units = ServiceManagedDeployment(organizational_units=["ou-a1b2-11112222"], call_as=CallAs.SELF)
    OrganizationRollout(
        stack,
        "Rollout",
        agent_space=SPACE,
        deployment=units,
        include_management_account=True,
        permissions_boundary=boundary,
    )


DEFINE = {"role": role, "elevated": elevated, "space": space, "management account": management}


@pytest.mark.parametrize("kind", DEFINE)
@pytest.mark.parametrize("way", ["app", "stack", "stage", "of", "clear"])
def test_a_boundary_that_another_one_replaces(kind: str, way: str) -> None:
    """A role has one boundary: the CDK writes the outer one over the one that was given, and says nothing."""
    outer = PermissionsBoundary.from_name("Outer")
    app = App(context={"@aws-cdk/core:permissionsBoundary": {"name": "Outer"}} if way == "app" else {})
    scope = Stage(app, "Live", permissions_boundary=outer) if way == "stage" else app
    stack = Stack(scope, "Orders", env=ENV, permissions_boundary=outer if way == "stack" else None)
    DEFINE[kind](stack, "Cap")
    if way == "of":
        iam.PermissionsBoundary.of(app).apply(iam.ManagedPolicy.from_managed_policy_name(stack, "Outer", "Outer"))
    if way == "clear":
        iam.PermissionsBoundary.of(app).clear()
    said = Match.string_like_regexp("takes away the one that was given here") if way == "clear" else REPLACED
    Annotations.from_stack(stack).has_warning("*", said)


@pytest.mark.parametrize("kind", DEFINE)
@pytest.mark.parametrize("around", [None, "Cap", "without"])
def test_a_boundary_that_stays(kind: str, around: str | None) -> None:
    """Nothing is around it, or the same policy; or nothing was given."""
    outer = None if around is None else PermissionsBoundary.from_name("Cap")
    stack = Stack(App(), "Orders", env=ENV, permissions_boundary=outer)
    DEFINE[kind](stack, None if around == "without" else "Cap")
    for message in (REPLACED, Match.string_like_regexp("takes away")):
        Annotations.from_stack(stack).has_no_warning("*", message)


@pytest.mark.parametrize("given", [PermissionsBoundary.from_name("Cap"), iam.PermissionsBoundary.of(App())])
def test_what_to_give_instead_of_a_boundary_of_the_cdk(given: object) -> None:
    """The policy itself: the object does not show which it is."""
    stack = Stack(App(), "Orders", env=ENV)
    with pytest.raises(
        OnboardingInputError, match=r"a role takes the policy itself: its name, its ARN, or iam\."
    ) as caught:
        SecondaryAccountRole(stack, "Role", agent_space=SPACE, permissions_boundary=given)  # type: ignore[arg-type]
    assert caught.value.field == "permissions_boundary"
    with pytest.raises(OnboardingInputError, match="a role takes the policy itself"):
        SecondaryAccount(account_id="222222222222", permissions_boundary=given)  # type: ignore[arg-type]
